using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Caching;

/// <summary>
/// Takes vectors from a cache, and has those that it lacks computed and keeps them. Outcomes leave in the order of the texts. What computes
/// is opened when the first text is not in the cache. Where the cache can no longer be written, as on a full disk, the work goes on without
/// it, and <see cref="TakeWarning"/> says so once.
/// </summary>
public sealed class CachedTextEmbedder : ITextEmbedder
{
    // A killed run loses what was computed within this time, or this number of vectors.
    private const long CommitMilliseconds = 200;
    private const int CommitRows = 1024;

    // Texts that were found wait for one before them that is being computed.
    private const int MostWaiting = 1024;

    private readonly VectorStore _store;
    private readonly Func<ITextEmbedder> _open;
    private readonly string _model;
    private readonly Queue<Slot> _slots = [];
    private readonly Queue<Slot> _unopened = [];
    private readonly Queue<Slot> _computing = [];
    private readonly List<ComputedRow> _uncommitted = [];
    private ITextEmbedder? _inner;
    private EngineWarning? _warning;
    private bool _isWriting = true;
    private long _committedAt;

    /// <summary>Initializes a new instance of the <see cref="CachedTextEmbedder"/> class.</summary>
    /// <param name="store">The vectors; this disposes it.</param>
    /// <param name="model">The model's name for people.</param>
    /// <param name="open">
    /// Opens what computes, which this disposes. It is called at once where the cache does not know the model yet.
    /// </param>
    /// <exception cref="EngineException">What computes cannot be opened, or the cache cannot be used.</exception>
    internal CachedTextEmbedder(VectorStore store, string model, Func<ITextEmbedder> open)
    {
        _store = store;
        _model = model;
        _open = open;
        if (store.Stopped is { } failure)
        {
            Stop(failure);
        }

        if (!store.IsKnown)
        {
            Inner();
        }
    }

    /// <inheritdoc/>
    public int Width => _inner?.Width ?? _store.Width;

    /// <inheritdoc/>
    public int WindowLength => _inner?.WindowLength ?? _store.WindowLength;

    /// <inheritdoc/>
    public bool HasRoom => _unopened.Count == 0 && _slots.Count < MostWaiting && _inner is not { HasRoom: false };

    /// <summary>Gets the number of texts whose vectors came from the cache.</summary>
    public int FoundCount { get; private set; }

    /// <summary>Gets a value indicating whether anything had to be computed.</summary>
    public bool HasComputed => _inner is not null;

    /// <inheritdoc/>
    public EngineWarning? TakeWarning()
    {
        EngineWarning? warning = _warning ?? _inner?.TakeWarning();
        _warning = null;
        return warning;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = VectorRow.BytesOf(text);
        long hash = VectorRow.HashOf(bytes);
        bool mustOpen = _unopened.Count > 0;
        Slot slot = new(index, text, bytes, hash) { Outcome = _store.Find(index, bytes, hash) };
        _slots.Enqueue(slot);
        if (slot.Outcome is not null)
        {
            FoundCount++;
            return _slots.Count < MostWaiting ? TakeReady() : TakeNext();
        }

        if (_inner is null && !mustOpen)
        {
            // Opening takes long, so it waits for a call that may: the next one, as there is no room until then.
            _unopened.Enqueue(slot);
            return TakeReady();
        }

        List<EmbeddingOutcome> computed = AddUnopened();
        _computing.Enqueue(slot);
        computed.AddRange(Inner().Add(index, text));
        return Take(computed);
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeReady() => Take(_inner?.TakeReady() ?? []);

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeNext()
    {
        List<EmbeddingOutcome> computed = AddUnopened();
        if (computed.Count == 0 && _slots.TryPeek(out Slot? first) && first.Outcome is null)
        {
            computed.AddRange(Inner().TakeNext());
        }

        IReadOnlyList<EmbeddingOutcome> ready = Take(computed);
        if (_slots.Count == 0)
        {
            Commit();
        }

        return ready;
    }

    /// <inheritdoc/>
    /// <remarks>What was computed and is not committed yet is committed, so that work that is cancelled loses nothing.</remarks>
    public void Dispose()
    {
        try
        {
            Commit();
        }
        catch (EngineException)
        {
            // The cache is damaged, which the next one that uses it is told; here the work is over.
        }
        finally
        {
            _inner?.Dispose();
            _store.Dispose();
        }
    }

    private List<EmbeddingOutcome> AddUnopened()
    {
        List<EmbeddingOutcome> computed = [];
        while (_unopened.TryPeek(out Slot? slot))
        {
            ITextEmbedder inner = Inner();
            _unopened.Dequeue();
            _computing.Enqueue(slot);
            computed.AddRange(inner.Add(slot.Index, slot.Text));
        }

        return computed;
    }

    private ITextEmbedder Inner()
    {
        if (_inner is null)
        {
            _inner = _open();
            Writing(() => _store.Describe(_model, _inner.Width, _inner.WindowLength));
        }

        return _inner;
    }

    private List<EmbeddingOutcome> Take(IReadOnlyList<EmbeddingOutcome> computed)
    {
        foreach (EmbeddingOutcome outcome in computed)
        {
            Slot slot = _computing.Dequeue();
            slot.Outcome = outcome;
            Keep(slot, outcome);
        }

        if (_uncommitted.Count >= CommitRows
            || (_uncommitted.Count > 0 && Environment.TickCount64 - _committedAt >= CommitMilliseconds))
        {
            Commit();
        }

        List<EmbeddingOutcome> ready = [];
        while (_slots.TryPeek(out Slot? slot) && slot.Outcome is { } outcome)
        {
            _slots.Dequeue();
            ready.Add(outcome);
        }

        return ready;
    }

    // A vector that half precision cannot hold is neither rounded nor kept, so that it is the same in each run.
    private void Keep(Slot slot, EmbeddingOutcome outcome)
    {
        if (outcome.Vector is not { } vector || (_store.Precision == VectorPrecision.Half && !VectorRow.TryRound(vector)))
        {
            return;
        }

        if (_isWriting)
        {
            // A vector belongs to whoever gets it, and may be changed before it is committed.
            _uncommitted.Add(
                new ComputedRow(slot.Bytes, slot.Hash, (float[])vector.Clone(), outcome.TokenCount, outcome.WindowCount));
        }
    }

    private void Commit()
    {
        if (_uncommitted.Count > 0)
        {
            Writing(() => _store.Add(_uncommitted));
            _uncommitted.Clear();
        }

        _committedAt = Environment.TickCount64;
    }

    private void Writing(Action write)
    {
        if (!_isWriting)
        {
            return;
        }

        try
        {
            write();
        }
        catch (EngineException failure) when (!failure.Is(EngineErrorIds.EmbeddingCacheDamaged))
        {
            Stop(failure);
        }
    }

    private void Stop(EngineException failure)
    {
        _isWriting = false;
        _warning = new EngineWarning(
            "EmbeddingCacheStopped",
            $"{failure.Message} The vectors of this run are computed, and from here on not kept. {failure.RecommendedAction}");
    }

    /// <summary>A text's place in the order.</summary>
    private sealed record Slot(int Index, string Text, byte[] Bytes, long Hash)
    {
        public EmbeddingOutcome? Outcome { get; set; }
    }
}
