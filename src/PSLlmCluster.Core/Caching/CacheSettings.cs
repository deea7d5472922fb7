namespace PSLlmCluster.Core.Caching;

/// <summary>The rows that say what vectors depend on, one for each key, and how vectors are added to them.</summary>
internal static class CacheSettings
{
    /// <summary>
    /// Adds a vector unless its text has one: settings, hash, tokens, windows, made (seconds since 1970), checksum, text, vector.
    /// </summary>
    public const string InsertVector =
        """
        INSERT INTO vector (settings, hash, tokens, windows, made, checksum, text, vector)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
        WHERE NOT EXISTS (SELECT 1 FROM vector WHERE settings = ?1 AND hash = ?2 AND text = ?7)
        """;

    /// <summary>Returns the number of a key's row, which is made where there is none.</summary>
    /// <param name="file">The cache.</param>
    /// <param name="key">The key's text.</param>
    /// <param name="model">The model's name for people.</param>
    /// <param name="width">The numbers in a vector.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <returns>The number.</returns>
    /// <exception cref="EngineException">The cache cannot be written.</exception>
    public static long IdOf(CacheFile file, string key, string model, int width, int windowLength)
    {
        using CacheStatement put = new(
            file, "INSERT INTO settings (key, model, width, window) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO NOTHING");
        put.Bind(1, key);
        put.Bind(2, model);
        put.Bind(3, width);
        put.Bind(4, windowLength);
        put.Run();
        using CacheStatement find = new(file, "SELECT id FROM settings WHERE key = ?1");
        find.Bind(1, key);
        return find.Step() ? find.Integer(0) : throw CacheErrors.Damaged(file.Path, "a row that was just written is not there");
    }
}
