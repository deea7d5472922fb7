using System.Collections.Concurrent;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Keeps lines that any thread writes until the thread that uses an embedder takes them: who listens may be bound to that thread, as a
/// cmdlet's stream of verbose messages is.
/// </summary>
/// <param name="log">Receives the lines; null where nobody wants them.</param>
internal sealed class CollectedLog(Action<string>? log)
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>Gets what takes a line on any thread; null where nobody wants lines.</summary>
    public Action<string>? Writer => log is null ? null : _lines.Enqueue;

    /// <summary>Hands the lines over that came since, in order, on the calling thread.</summary>
    public void HandOver()
    {
        while (_lines.TryDequeue(out string? line))
        {
            log?.Invoke(line);
        }
    }
}
