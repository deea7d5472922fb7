using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>The vectors of texts.</summary>
/// <param name="Rows">The vectors, in the order of the texts that have one.</param>
/// <param name="Texts">For each row the position of its text.</param>
/// <param name="Failures">The texts that have no vector, and why.</param>
/// <param name="Engine">The engine that made them; Auto where there are no texts.</param>
/// <param name="LongTexts">The positions of the texts that did not fit into the model's window, rising.</param>
/// <param name="WindowLength">The most tokens of a text that the model sees at once.</param>
/// <param name="Warnings">What the user should know.</param>
internal sealed record TextVectors(
    RowMatrix Rows,
    int[] Texts,
    IReadOnlyList<TextFailure> Failures,
    EmbeddingEngine Engine,
    IReadOnlyList<int> LongTexts,
    int WindowLength,
    IReadOnlyList<EngineWarning> Warnings)
{
    /// <summary>
    /// Computes vectors, those of equal texts once. Where there are no texts, or all came with vectors, and there is no need of a probe, no
    /// model is loaded.
    /// </summary>
    /// <param name="texts">The texts; not blank, where they came without a vector.</param>
    /// <param name="given">The vectors that came along; null for none.</param>
    /// <param name="options">The model, how texts become vectors, and the cache that keeps them.</param>
    /// <param name="takeProbe">
    /// Receives the vector of <see cref="VectorDifference.ProbeText"/> before any other is made; null where it is not needed.
    /// </param>
    /// <param name="log">Receives the engine's lines; may be null.</param>
    /// <param name="progress">Receives the progress; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">
    /// The model cannot be loaded, or what runs it ended the work; the failure has the warnings until then.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TextVectors Compute(
        IReadOnlyList<string?> texts,
        GivenVectors? given,
        TextGroupingOptions options,
        Action<float[]>? takeProbe,
        Action<string>? log,
        ProgressRange progress,
        CancellationToken token)
    {
        RowCollector rows = new();
        if (texts.Count == 0)
        {
            return new TextVectors(rows.ToMatrix(), [], [], EmbeddingEngine.Auto, [], 0, []);
        }

        bool areAllGiven = given?.Count == texts.Count;
        if (areAllGiven && takeProbe is null)
        {
            return OfGiven(given!);
        }

        using OpenedEmbedder opened = OpenedEmbedder.Open(options.Model, options.Embedding, options.Cache, log, null, token);
        DistinctTextEmbedder embedder = opened.Embedder;
        takeProbe?.Invoke(VectorOfProbe(embedder));
        if (areAllGiven)
        {
            return OfGiven(given!);
        }

        bool[]? isGiven = given?.Has(texts.Count);
        int foundBefore = opened.FoundCount;
        List<int> placed = [];
        List<int> longTexts = [];
        List<TextFailure> failures = [];
        List<EngineWarning> warnings = [];
        TextProgress pace = new();
        int expected = texts.Count - (given?.Count ?? 0);
        pace.Expect(expected);
        pace.Start();
        try
        {
            for (int i = 0; i < texts.Count; i++)
            {
                token.ThrowIfCancellationRequested();
                if (isGiven?[i] != true)
                {
                    Take(embedder.Add(i, texts[i]!));
                }
            }

            while (embedder.TakeNext() is { Count: > 0 } outcomes)
            {
                token.ThrowIfCancellationRequested();
                Take(outcomes);
            }
        }
        catch (EngineException end)
        {
            // Such as which servers failed before the last one did.
            TakeWarnings();
            throw end.With(warnings);
        }

        if (opened.WarningOfAll() is { } ofAll)
        {
            warnings.Add(ofAll);
        }

        if (options.Cache is { } cache)
        {
            log?.Invoke($"{opened.FoundCount - foundBefore} of the vectors came from the cache {cache.Path}.");
        }

        (RowMatrix all, int[] positions) = given is null ? (rows.ToMatrix(), [.. placed]) : given.With(rows.ToMatrix(), placed);
        return new TextVectors(all, positions, failures, opened.Engine, longTexts, embedder.WindowLength, warnings);

        void Take(IReadOnlyList<EmbeddingOutcome> outcomes)
        {
            foreach (EmbeddingOutcome outcome in outcomes)
            {
                if (outcome.IsLeftOut)
                {
                    throw EmbeddingOutcome.EndOf(outcome.Failure!, expected - placed.Count - failures.Count);
                }

                EngineException? failure = outcome.Failure ?? rows.TryAdd(outcome.Vector);
                if (failure is null)
                {
                    placed.Add(outcome.Index);
                    if (outcome.WindowCount > 1)
                    {
                        longTexts.Add(outcome.Index);
                    }
                }
                else
                {
                    failures.Add(new TextFailure(outcome.Index, failure));
                }
            }

            TakeWarnings();
            if (outcomes.Count > 0)
            {
                StageProgress done = pace.At(placed.Count + failures.Count);
                (progress with { StageName = done.Stage }).Report(Math.Max(0, done.Fraction));
            }
        }

        void TakeWarnings()
        {
            while (embedder.TakeWarning() is { } warning)
            {
                warnings.Add(warning);
            }
        }
    }

    private static TextVectors OfGiven(GivenVectors given)
    {
        int[] all = new int[given.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = i;
        }

        return new TextVectors(given.Rows, all, [], given.Origin?.Engine ?? EmbeddingEngine.Auto, [], 0, []);
    }

    private static float[] VectorOfProbe(DistinctTextEmbedder embedder)
    {
        List<EmbeddingOutcome> outcomes = [.. embedder.Add(0, VectorDifference.ProbeText)];
        while (outcomes.Count == 0)
        {
            outcomes.AddRange(embedder.TakeNext());
        }

        return outcomes[0].Vector ?? throw outcomes[0].Failure!;
    }
}

/// <summary>A text that could not be worked on.</summary>
/// <param name="Text">Its position.</param>
/// <param name="Failure">Why.</param>
public sealed record TextFailure(int Text, EngineException Failure);
