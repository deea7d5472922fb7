using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Caching;

/// <summary>
/// The SHA-256 of files, remembered in the cache by path, length and times, so that a model of many gigabytes is read for it once; without
/// a cache, for as long as the process lives.
/// </summary>
internal static class FileDigests
{
    private static readonly ConcurrentDictionary<FileStamp, string> _ofProcess = new();

    /// <summary>Returns the hash of a file.</summary>
    /// <param name="cache">Where hashes are remembered; null for the process alone.</param>
    /// <param name="file">The file as it was before it is read.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The hash in hexadecimal.</returns>
    /// <exception cref="EngineException">The file or the cache cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string Of(CacheFile? cache, FileStamp file, CancellationToken token)
    {
        if (cache is null)
        {
            return _ofProcess.TryGetValue(file, out string? remembered)
                ? remembered
                : Read(file, digest => _ofProcess[file] = digest, token);
        }

        string stamp = string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Length} {file.Written.Ticks} {file.RecordChanged.Seconds} {file.RecordChanged.Nanoseconds}");
        if (Known(cache, file.Path, stamp) is { } known)
        {
            return known;
        }

        return Read(file, digest => Remember(cache, file.Path, stamp, digest), token);
    }

    /// <summary>Returns one hash for several.</summary>
    /// <param name="parts">What is hashed together, in this order.</param>
    /// <returns>The hash in hexadecimal.</returns>
    public static string OfAll(IEnumerable<string> parts)
        => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    private static string Read(FileStamp file, Action<string> remember, CancellationToken token)
    {
        string digest = ModelStream.Reading(file.Path, () => Read(file.Path, token));

        // One that changed meanwhile is hashed again by the next run.
        if (FileStamp.AreUnchanged([file]))
        {
            remember(digest);
        }

        return digest;
    }

    private static string Read(string path, CancellationToken token)
    {
        using FileStream stream = ModelStream.Open(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        while (stream.Read(buffer) is > 0 and int count)
        {
            token.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, count);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string? Known(CacheFile cache, string path, string stamp)
    {
        using CacheStatement find = new(cache, "SELECT sha256 FROM digest WHERE path = ?1 AND stamp = ?2");
        find.Bind(1, path);
        find.Bind(2, stamp);
        return find.Step() ? find.Text(0) : null;
    }

    private static void Remember(CacheFile cache, string path, string stamp, string digest)
    {
        using CacheStatement put = new(cache, "INSERT OR REPLACE INTO digest VALUES (?1, ?2, ?3)");
        put.Bind(1, path);
        put.Bind(2, stamp);
        put.Bind(3, digest);
        put.Run();
    }
}
