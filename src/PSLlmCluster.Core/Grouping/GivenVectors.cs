using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// Vectors that came along with texts, so that they are not made again: all of one origin, which has to be that of all vectors that they
/// are compared with.
/// </summary>
public sealed class GivenVectors
{
    private readonly RowCollector _collected = new();
    private readonly List<int> _texts = [];
    private readonly RowMatrix? _whole;
    private bool _hasOrigin;

    /// <summary>Initializes a new instance of the <see cref="GivenVectors"/> class, without any.</summary>
    public GivenVectors()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="GivenVectors"/> class for texts of which each has a vector.</summary>
    /// <param name="rows">The vectors, in single precision.</param>
    /// <param name="origin">What they depend on; null where that is not known.</param>
    public GivenVectors(RowMatrix rows, EmbeddingOrigin? origin) => (_whole, Origin, _hasOrigin) = (rows, origin, true);

    /// <summary>Gets the number of vectors.</summary>
    public int Count => _whole?.RowCount ?? _texts.Count;

    /// <summary>Gets what the vectors depend on; null where that is not known.</summary>
    public EmbeddingOrigin? Origin { get; private set; }

    /// <summary>Gets the vectors, in the order of their texts.</summary>
    internal RowMatrix Rows => _whole ?? _collected.ToMatrix();

    /// <summary>Says whether an origin is that of the vectors so far, without looking into it.</summary>
    /// <param name="origin">The origin; null where it is not known.</param>
    /// <returns>Whether it is.</returns>
    public bool KnowsOrigin(EmbeddingOrigin? origin) => _hasOrigin && ReferenceEquals(origin, Origin);

    /// <summary>
    /// Takes the origin of the vectors that follow, which has to be that of those before. The model's file may be read for it.
    /// </summary>
    /// <param name="origin">The origin; null where it is not known.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">It is another one (VectorOriginMismatch), or cannot be told.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void TakeOrigin(EmbeddingOrigin? origin, CancellationToken token)
    {
        if (_hasOrigin && !ReferenceEquals(origin, Origin)
            && CacheKey.Difference(KeyOf(Origin, token), KeyOf(origin, token)) is { } difference)
        {
            throw Mismatch(
                $"The vectors so far and the next one do not go together: they differ in {difference}.",
                "Take vectors that were made in the same way, with the same model and options.");
        }

        (Origin, _hasOrigin) = (origin, true);
    }

    /// <summary>Says what is wrong with a vector, without taking it.</summary>
    /// <param name="vector">The vector.</param>
    /// <returns>Null where nothing is; otherwise why it would not be taken.</returns>
    public EngineException? Check(ReadOnlySpan<float> vector) => _collected.Check(vector);

    /// <summary>Takes a text's vector, unless something is wrong with it.</summary>
    /// <param name="text">The position of the text, above that of the one before.</param>
    /// <param name="vector">Its vector.</param>
    /// <returns>Null when the vector was taken; otherwise why it was not.</returns>
    public EngineException? TryAdd(int text, ReadOnlySpan<float> vector)
    {
        EngineException? fault = _collected.TryAdd(vector);
        if (fault is null)
        {
            _texts.Add(text);
        }

        return fault;
    }

    /// <summary>
    /// Finds how the model at hand makes vectors like these, where it has to: to embed the texts that came without one, or new texts by a
    /// saved model, or because somebody named it.
    /// </summary>
    /// <param name="options">The model at hand, and how texts become vectors.</param>
    /// <param name="isMixed">Whether the model embeds other texts, which are compared with these.</param>
    /// <param name="isSaved">Whether the groups are to be saved.</param>
    /// <param name="log">Receives the engine's lines; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The options, in which texts become vectors as these did.</returns>
    /// <exception cref="EngineException">The model makes others (VectorOriginMismatch), or cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal TextGroupingOptions Fit(
        TextGroupingOptions options, bool isMixed, bool isSaved, Action<string>? log, CancellationToken token)
    {
        bool isNeeded = isMixed || isSaved;
        if (!isNeeded && (!options.IsModelNamed || Origin is not VectorOrigin))
        {
            return options;
        }

        return TryFit(options, isMixed, mayAdapt: true, out string? difference, log, token) ?? throw OtherModel(options, difference);
    }

    /// <summary>Finds how the model at hand makes vectors like these, where it does.</summary>
    /// <param name="options">The model at hand, and how texts become vectors.</param>
    /// <param name="isExact">Whether rounding counts: the engine, its version and the precision.</param>
    /// <param name="mayAdapt">Whether what nobody asked for may become as these vectors were made.</param>
    /// <param name="difference">Receives in what the vectors differ.</param>
    /// <param name="log">Receives the engine's lines; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The options; null where the model makes others, or nobody knows.</returns>
    internal TextGroupingOptions? TryFit(
        TextGroupingOptions options,
        bool isExact,
        bool mayAdapt,
        out string? difference,
        Action<string>? log,
        CancellationToken token)
    {
        CacheKey? made = KeyOf(Origin, token);
        CacheKey now = KeyBy(options, made, isExact, log, token);
        difference = CacheKey.Difference(made, now);
        if (difference is null)
        {
            return options;
        }

        bool isPlain = options.Embedding.Prefix.Length == 0 && TextPrompt.Of(options.Embedding.Prompt) is null;
        if (!mayAdapt || !isPlain || made is null || made.Model != now.Model)
        {
            return null;
        }

        TextGroupingOptions adapted = options with
        {
            Embedding = options.Embedding with
            {
                Pooling = made.Pooling,
                Normalize = made.Normalize,
                ContextLength = made.Window > 0 ? made.Window : null,
                Prefix = made.Prefix,
                Prompt = made.Prompt ?? TextPrompt.None,
                LongText = made.LongText,
            },
        };
        difference = CacheKey.Difference(made, KeyBy(adapted, made, isExact, log, token));
        return difference is null ? adapted : null;
    }

    /// <summary>Refuses a model that makes other vectors than these.</summary>
    /// <param name="options">The model.</param>
    /// <param name="difference">In what they differ.</param>
    /// <returns>The error.</returns>
    internal EngineException OtherModel(TextGroupingOptions options, string? difference) => Origin is VectorOrigin
        ? Mismatch(
            $"The vectors come from {Origin.Model}, and {options.Model.Name} makes others: they differ in {difference}.",
            "Give the model that the vectors come from, and what its vectors were made with; or pipe in the texts alone, as with "
                + "`| ForEach-Object Text`, and all of them are embedded.")
        : Mismatch(
            $"Nobody knows where the vectors come from, so they cannot be compared with those of {options.Model.Name}.",
            "Pipe in the texts alone, as with `| ForEach-Object Text`, and all of them are embedded. Get-TextEmbedding and "
                + "Export-TextEmbedding, but not as .jsonl, keep with a vector where it comes from.");

    /// <summary>Puts these vectors and those of the other texts together.</summary>
    /// <param name="others">The vectors of texts that came without one.</param>
    /// <param name="texts">The position of the text of each of them, rising.</param>
    /// <returns>The vectors of all, in the order of their texts, and the position of each one's text.</returns>
    internal (RowMatrix Rows, int[] Texts) With(RowMatrix others, IReadOnlyList<int> texts)
    {
        RowMatrix rows = Rows;
        RowCollector all = new();
        int[] placed = new int[rows.RowCount + texts.Count];
        int own = 0;
        int other = 0;
        for (int row = 0; row < placed.Length; row++)
        {
            bool isOwn = other == texts.Count || (own < _texts.Count && _texts[own] < texts[other]);
            placed[row] = isOwn ? _texts[own] : texts[other];
            EngineException? fault = all.TryAdd(isOwn ? rows.Row(own++) : others.Row(other++));
            if (fault is not null)
            {
                throw fault;
            }
        }

        return (all.ToMatrix(), placed);
    }

    /// <summary>Says which texts have a vector here.</summary>
    /// <param name="textCount">The number of texts.</param>
    /// <returns>For each text whether it has.</returns>
    internal bool[] Has(int textCount)
    {
        bool[] has = new bool[textCount];
        foreach (int text in _texts)
        {
            has[text] = true;
        }

        return has;
    }

    private static CacheKey? KeyOf(EmbeddingOrigin? origin, CancellationToken token) => (origin as VectorOrigin)?.KeyOf(token);

    private static CacheKey KeyBy(
        TextGroupingOptions options, CacheKey? like, bool isExact, Action<string>? log, CancellationToken token)
    {
        CacheKey key = OpenedEmbedder.KeyOf(options.Model, options.Embedding, options.Cache, log, token);
        return isExact || like is null
            ? key
            : key with { Engine = like.Engine, EngineVersion = like.EngineVersion, Precision = like.Precision };
    }

    private static EngineException Mismatch(string message, string recommendedAction) => new(
        EngineErrorIds.VectorOriginMismatch, FailureKind.InvalidData, message, recommendedAction);
}
