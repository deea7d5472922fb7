namespace PSLlmCluster.Core.Caching;

/// <summary>Says what is in a cache, and takes out of it what is no longer wanted.</summary>
public static class CacheContents
{
    /// <summary>Lists what is in a cache.</summary>
    /// <param name="path">The file.</param>
    /// <returns>One for each model and set of options that has vectors, in the order in which the cache came to know them.</returns>
    /// <exception cref="EngineException">There is no such cache, or it cannot be read.</exception>
    public static IReadOnlyList<EmbeddingCacheContent> List(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using CacheFile file = CacheFile.Open(path, mustExist: true);
        using CacheStatement rows = new(
            file,
            """
            SELECT s.key, s.model, s.width, count(*), min(v.made), max(v.made)
            FROM vector v JOIN settings s ON s.id = v.settings GROUP BY v.settings ORDER BY v.settings
            """);
        List<EmbeddingCacheContent> contents = [];
        while (rows.Step())
        {
            CacheKey key = CacheKey.FromText(rows.Text(0)) ?? throw CacheErrors.Damaged(file.Path, "what vectors depend on cannot be read");
            (long width, long count) = (rows.Integer(2), rows.Integer(3));
            contents.Add(new EmbeddingCacheContent
            {
                CachePath = file.Path,
                Model = rows.Text(1),
                ModelHash = key.Model,
                Engine = key.Engine,
                Pooling = key.Pooling,
                ContextLength = key.Window,
                Prefix = key.Prefix,
                Prompt = key.Prompt,
                LongText = key.LongText,
                Normalize = key.Normalize,
                Precision = key.Precision,
                Width = (int)width,
                Count = count,
                Length = count * width * VectorRow.BytesPerNumber(key.Precision),
                Oldest = TimeOf(rows.Integer(4)),
                Newest = TimeOf(rows.Integer(5)),
            });
        }

        return contents;
    }

    /// <summary>Returns the time that vectors of an age were kept before.</summary>
    /// <param name="age">The age, 0 or more; null for any.</param>
    /// <returns>The time; null for any.</returns>
    /// <exception cref="EngineException">The age is below zero.</exception>
    public static DateTimeOffset? TimeOf(TimeSpan? age)
    {
        if (age < TimeSpan.Zero)
        {
            throw new EngineException(
                EngineErrorIds.EmbeddingCacheAgeInvalid,
                FailureKind.InvalidArgument,
                $"An age of {age} is below zero.",
                "Give an age such as 90 for 90 days, or 12:00:00 for 12 hours.");
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        return age is null ? null : age > now - DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : now - age;
    }

    /// <summary>Counts the vectors that <see cref="Clear"/> would take out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isWanted">Which models; by the name of the file, and by its hash.</param>
    /// <param name="before">Only vectors kept before this time; null for all.</param>
    /// <returns>The number of vectors.</returns>
    /// <exception cref="EngineException">There is no such cache, or it cannot be read.</exception>
    public static long Count(string path, Func<string, string, bool> isWanted, DateTimeOffset? before)
    {
        using CacheFile file = CacheFile.Open(path, mustExist: true);
        long count = 0;
        using CacheStatement counting = new(file, "SELECT count(*) FROM vector WHERE settings = ?1 AND made < ?2");
        foreach (long settings in SettingsOf(file, isWanted))
        {
            counting.Bind(1, settings);
            counting.Bind(2, SecondsOf(before));
            counting.Step();
            count += counting.Integer(0);
            counting.Reset();
        }

        return count;
    }

    /// <summary>Takes vectors out of a cache, all of them or none, and gives their room in the file back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isWanted">Of which models; by the name of the file, and by its hash.</param>
    /// <param name="before">Only vectors kept before this time; null for all.</param>
    /// <exception cref="EngineException">There is no such cache, or it cannot be written.</exception>
    public static void Clear(string path, Func<string, string, bool> isWanted, DateTimeOffset? before)
    {
        using CacheFile file = CacheFile.Open(path, mustExist: true);
        using (CacheStatement removal = new(file, "DELETE FROM vector WHERE settings = ?1 AND made < ?2"))
        {
            // What vectors depend on stays: another process may be about to add one, and would add it to other settings of that number.
            file.InTransaction(() =>
            {
                foreach (long settings in SettingsOf(file, isWanted))
                {
                    removal.Bind(1, settings);
                    removal.Bind(2, SecondsOf(before));
                    removal.Run();
                }
            });
        }

        using CacheStatement vacuum = new(file, "PRAGMA incremental_vacuum");
        vacuum.Run();
    }

    private static List<long> SettingsOf(CacheFile file, Func<string, string, bool> isWanted)
    {
        List<long> found = [];
        using CacheStatement rows = new(file, "SELECT id, key, model FROM settings ORDER BY id");
        while (rows.Step())
        {
            if (isWanted(rows.Text(2), CacheKey.FromText(rows.Text(1))?.Model ?? string.Empty))
            {
                found.Add(rows.Integer(0));
            }
        }

        return found;
    }

    private static long SecondsOf(DateTimeOffset? time) => time?.ToUnixTimeSeconds() ?? long.MaxValue;

    private static DateTime TimeOf(long seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds).LocalDateTime;
}
