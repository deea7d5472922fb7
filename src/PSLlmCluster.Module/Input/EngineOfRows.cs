namespace PSLlmCluster.Module.Input;

/// <summary>
/// Which engine the rows come from. The vectors of the two differ slightly, which can move a new row in a map of the other one's.
/// </summary>
internal static class EngineOfRows
{
    /// <summary>Returns the engine that made the vectors of all rows.</summary>
    /// <param name="rows">The rows, at least one.</param>
    /// <returns>Managed, Llama or Endpoint; null where a row comes from elsewhere, or from another engine.</returns>
    public static EmbeddingEngine? Common(IReadOnlyList<InputRow> rows)
    {
        EmbeddingEngine? engine = rows[0].Engine;
        return rows.All(row => row.Engine == engine) ? engine : null;
    }

    /// <summary>Returns what a user should know of new rows that come from another engine than the fitted ones.</summary>
    /// <param name="saved">What was fitted: the map, or the clusters.</param>
    /// <param name="fitted">The engine of the fitted rows, or null where it is not known.</param>
    /// <param name="rows">The new rows.</param>
    /// <returns>The warning, or null where no new row is known to come from the other engine.</returns>
    public static string? Difference(string saved, EmbeddingEngine? fitted, IReadOnlyList<InputRow> rows)
        => fitted is not null && rows.FirstOrDefault(row => row.Engine is not null && row.Engine != fitted)?.Engine is { } other
            ? $"{saved} with vectors of the engine {fitted}, and new vectors come from the engine {other}. The two differ slightly "
                + "(1 - cosine up to 0.001) where the model is the same. Get-TextEmbedding "
                + (fitted == EmbeddingEngine.Endpoint ? "-Endpoint" : $"-Engine {fitted}")
                + " makes new vectors as the fitted ones were made."
            : null;
}
