using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Engines;

/// <summary>
/// Computes equal texts once: those that come again get a copy of the first one's vector, and leave in their own place. It remembers
/// texts and vectors up to a stated sum of memory; texts that come first after that are computed each time.
/// </summary>
public sealed class DistinctTextEmbedder : ITextEmbedder
{
    private const long MostBytes = 1L << 30;
    private const int EntryBytes = 200;

    // Texts that came again wait for the first one, which waits in its engine for company.
    private const int MostWaiting = 1024;

    private readonly ITextEmbedder _inner;
    private readonly Action<string>? _seen;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<(int Index, Entry Entry)> _waiting = [];
    private readonly Queue<Entry> _computed = [];
    private long _bytes;

    /// <summary>Initializes a new instance of the <see cref="DistinctTextEmbedder"/> class.</summary>
    /// <param name="inner">What computes; this disposes it.</param>
    /// <param name="seen">Receives each text that is added; null for nobody.</param>
    public DistinctTextEmbedder(ITextEmbedder inner, Action<string>? seen = null) => (_inner, _seen) = (inner, seen);

    /// <inheritdoc/>
    public int Width => _inner.Width;

    /// <inheritdoc/>
    public int WindowLength => _inner.WindowLength;

    /// <inheritdoc/>
    public bool HasRoom => _inner.HasRoom && _waiting.Count < MostWaiting;

    /// <summary>Gets the number of texts that came again and were not computed.</summary>
    public int RepeatCount { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _seen?.Invoke(text);
        if (_entries.TryGetValue(text, out Entry? entry))
        {
            RepeatCount++;
            _waiting.Enqueue((index, entry));
            return TakeReady(_waiting.Count < MostWaiting ? _inner.TakeReady() : _inner.TakeNext());
        }

        entry = new Entry();
        long bytes = EntryBytes + (sizeof(char) * (long)text.Length) + (sizeof(float) * (long)Width);
        if (_bytes + bytes <= MostBytes)
        {
            _bytes += bytes;
            _entries.Add(text, entry);
        }

        _waiting.Enqueue((index, entry));
        _computed.Enqueue(entry);
        return TakeReady(_inner.Add(index, text));
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeReady() => TakeReady(_inner.TakeReady());

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeNext() => _waiting.Count == 0 ? [] : TakeReady(_inner.TakeNext());

    /// <inheritdoc/>
    public EngineWarning? TakeWarning() => _inner.TakeWarning();

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private List<EmbeddingOutcome> TakeReady(IReadOnlyList<EmbeddingOutcome> computed)
    {
        foreach (EmbeddingOutcome outcome in computed)
        {
            _computed.Dequeue().Outcome = outcome;
        }

        if (_waiting.Count == 0 || _waiting.Peek().Entry.Outcome is null)
        {
            return [];
        }

        List<EmbeddingOutcome> ready = [];
        while (_waiting.Count > 0 && _waiting.Peek().Entry.Outcome is { } outcome)
        {
            int index = _waiting.Dequeue().Index;

            // A vector belongs to whoever got it, and may be changed.
            ready.Add(index == outcome.Index ? outcome : outcome with { Index = index, Vector = (float[]?)outcome.Vector?.Clone() });
        }

        return ready;
    }

    private sealed class Entry
    {
        public EmbeddingOutcome? Outcome { get; set; }
    }
}
