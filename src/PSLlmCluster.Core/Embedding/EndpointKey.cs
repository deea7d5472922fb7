namespace PSLlmCluster.Core.Embedding;

/// <summary>
/// A server's key. It is read when it is needed first, and once more where a server no longer takes it, as keys may run out. It is in no
/// message: what a server says is shown without it.
/// </summary>
/// <param name="read">Reads the key. It is called by one thread at a time, any thread.</param>
/// <param name="canChange">Whether reading it again may give another one.</param>
public sealed class EndpointKey(Func<CancellationToken, string?> read, bool canChange)
{
    private const string Hidden = "***";
    private readonly Lock _lock = new();

    // Replaced and never changed, so that nobody who hides a key waits for one that is just being read.
    private string[] _known = [];

    /// <summary>Returns the key.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The key.</returns>
    /// <exception cref="EngineException">There is none, or it cannot be sent (EndpointKeyInvalid).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string Get(CancellationToken token)
    {
        lock (_lock)
        {
            return _known.Length > 0 ? _known[^1] : Read(token);
        }
    }

    /// <summary>Reads the key again, unless another request did so meanwhile.</summary>
    /// <param name="refused">The key that a server did not take.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The key to try; null where there is no other one.</returns>
    /// <exception cref="EngineException">There is none, or it cannot be sent (EndpointKeyInvalid).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string? Renew(string refused, CancellationToken token)
    {
        lock (_lock)
        {
            string key = _known[^1] != refused || !canChange ? _known[^1] : Read(token);
            return key == refused ? null : key;
        }
    }

    /// <summary>Returns a text without the key.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with asterisks where the key stood.</returns>
    public string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Volatile.Read(ref _known).Aggregate(text, (shown, key) => shown.Replace(key, Hidden, StringComparison.Ordinal));
    }

    private string Read(CancellationToken token)
    {
        string key = read(token)?.Trim() ?? string.Empty;
        if (key.Length == 0 || key.Any(letter => letter is <= ' ' or > '~'))
        {
            throw new EngineException(
                EngineErrorIds.EndpointKeyInvalid,
                FailureKind.InvalidArgument,
                key.Length == 0
                    ? "The key of the server is empty."
                    : "The key of the server has a blank, a line break or a character that is not ASCII in it.",
                "Give the key alone, as a SecureString, or a script block that returns one.");
        }

        Volatile.Write(ref _known, [.. _known.Where(known => known != key), key]);
        return key;
    }
}
