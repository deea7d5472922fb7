using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Core.Shards;

/// <summary>Whether embeddings of several files, or of several runs, go together.</summary>
internal static class EmbeddingFileChecks
{
    /// <summary>Refuses files that do not go together. Those without rows go with any.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="EngineException">Two of them do not (EmbeddingFileMismatch).</exception>
    public static void RequireSame(IReadOnlyList<EmbeddingFileInfo> files)
    {
        EmbeddingFileInfo[] filled = [.. files.Where(file => file.FirstKey is not null)];
        foreach (EmbeddingFileInfo file in filled.Skip(1))
        {
            EmbeddingFileInfo first = filled[0];
            string? difference = first.Width != file.Width ? $"the width of their vectors ({first.Width} and {file.Width})"
                : CacheKey.Difference(first.Key, file.Key)
                    ?? (first.Precision != file.Precision ? $"Precision ('{first.Precision}' and '{file.Precision}')" : null);
            if (difference is not null)
            {
                throw EmbeddingFileErrors.Mismatch($"'{first.Path}'", $"'{file.Path}'", difference);
            }
        }
    }

    /// <summary>Refuses a file that is named twice: whatever it holds would be there twice.</summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="EngineException">One is (EmbeddingFileDoubleKey).</exception>
    public static void RequireOnce(IEnumerable<string> paths)
    {
        HashSet<string> seen = new(PathComparer.OfSystem);
        foreach (string path in paths)
        {
            if (!seen.Add(Path.GetFullPath(path)))
            {
                throw EmbeddingFileErrors.Twice(path);
            }
        }
    }

    /// <summary>
    /// Finds keys that come twice or are missing, as far as the headers of the files tell: all of them, before any row is read.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="allowsGap">Whether keys may be missing.</param>
    /// <param name="count">How many rows there are to be, so that the last key is one less; null where that is not known.</param>
    /// <exception cref="EngineException">
    /// There are some (EmbeddingFileDoubleKey, EmbeddingFileGap), or keys beyond the last (EmbeddingFileKeyBeyondCount).
    /// </exception>
    public static void RequireKeys(IReadOnlyList<EmbeddingFileInfo> files, bool allowsGap, long? count)
    {
        EmbeddingFileInfo[] ranges = [.. files.Where(IsRange).OrderBy(file => file.FirstKey)];
        List<string> doubles = [];
        List<string> gaps = [];
        EmbeddingFileInfo? last = null;
        bool areAll = ranges.Length == files.Count(file => file.FirstKey is not null);
        foreach (EmbeddingFileInfo file in ranges)
        {
            long first = file.FirstKey!.Value;
            long next = last is null ? 0 : last.LastKey!.Value + 1;
            if (last is not null && first < next)
            {
                doubles.Add(Range(first, Math.Min(next - 1, file.LastKey!.Value)) + $" in '{last.Path}' and '{file.Path}'");
            }
            else if (first > next)
            {
                gaps.Add(Range(next, first - 1) + (last is null ? $" before '{file.Path}'" : $" between '{last.Path}' and '{file.Path}'"));
            }

            last = last is null || file.LastKey > last.LastKey ? file : last;
        }

        long end = last is null ? 0 : last.LastKey!.Value + 1;
        if (areAll && end < count)
        {
            gaps.Add(Range(end, count.Value - 1) + (last is null ? " (no file has rows)" : $" after '{last.Path}'"));
        }
        else if (end > count)
        {
            throw EmbeddingFileErrors.KeyBeyondCount(last!.Path, end - 1, count.Value);
        }

        if (doubles.Count > 0)
        {
            throw EmbeddingFileErrors.DoubleKeys(Listed(doubles));
        }

        if (gaps.Count > 0 && areAll && !allowsGap)
        {
            throw EmbeddingFileErrors.Gap(Listed(gaps));
        }
    }

    /// <summary>Returns keys as text.</summary>
    /// <param name="first">The first.</param>
    /// <param name="last">The last.</param>
    /// <returns>Such as "10 to 19".</returns>
    public static string Range(long first, long last) => first == last ? $"{first}" : $"{first} to {last}";

    /// <summary>Returns what is wrong in several places as text.</summary>
    /// <param name="parts">The places.</param>
    /// <returns>The first of them, and the number of others.</returns>
    public static string Listed(IReadOnlyList<string> parts)
    {
        const int Named = 10;
        return string.Join("; ", parts.Take(Named)) + (parts.Count > Named ? $"; and {parts.Count - Named} more" : string.Empty);
    }

    /// <summary>Says whether a file has all keys from its first to its last, as far as its header tells.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Whether it has.</returns>
    public static bool IsRange(EmbeddingFileInfo file)
        => file.FirstKey is long first && file.LastKey is long last && file.RowCount is long rows && last - first == rows - 1;
}
