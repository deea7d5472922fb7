using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>The vectors of texts.</summary>
/// <param name="Rows">The vectors, in the order of the texts that have one.</param>
/// <param name="Texts">For each row the position of its text.</param>
/// <param name="Failures">The texts that have no vector, and why.</param>
/// <param name="Engine">The engine that made them.</param>
/// <param name="Warnings">What the user should know.</param>
internal sealed record TextVectors(
    RowMatrix Rows,
    int[] Texts,
    IReadOnlyList<TextFailure> Failures,
    EmbeddingEngine Engine,
    IReadOnlyList<EngineWarning> Warnings)
{
    /// <summary>Computes vectors, those of equal texts once.</summary>
    /// <param name="texts">The texts, not blank.</param>
    /// <param name="options">The model, and how texts become vectors.</param>
    /// <param name="log">Receives the engine's lines; may be null.</param>
    /// <param name="progress">Receives the progress; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The model cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TextVectors Compute(
        IReadOnlyList<string> texts,
        TextGroupingOptions options,
        Action<string>? log,
        ProgressRange progress,
        CancellationToken token)
    {
        IEmbeddingModel model = ModelCache.Acquire(options.Model, log, null, token);
        using DistinctTextEmbedder embedder = new(model.Open(options.Embedding, log, token));
        RowCollector rows = new();
        List<int> placed = [];
        List<TextFailure> failures = [];
        List<EngineWarning> warnings = [];
        TextProgress pace = new();
        pace.Expect(texts.Count);
        pace.Start();
        for (int i = 0; i < texts.Count; i++)
        {
            token.ThrowIfCancellationRequested();
            Take(embedder.Add(i, texts[i]));
        }

        while (embedder.TakeNext() is { Count: > 0 } outcomes)
        {
            token.ThrowIfCancellationRequested();
            Take(outcomes);
        }

        return new TextVectors(rows.ToMatrix(), [.. placed], failures, model.Engine, warnings);

        void Take(IReadOnlyList<EmbeddingOutcome> outcomes)
        {
            foreach (EmbeddingOutcome outcome in outcomes)
            {
                EngineException? failure = outcome.Failure ?? rows.TryAdd(outcome.Vector);
                if (failure is null)
                {
                    placed.Add(outcome.Index);
                }
                else
                {
                    failures.Add(new TextFailure(outcome.Index, failure));
                }
            }

            while (embedder.TakeWarning() is { } warning)
            {
                warnings.Add(warning);
            }

            if (outcomes.Count > 0)
            {
                StageProgress done = pace.At(placed.Count + failures.Count);
                (progress with { StageName = done.Stage }).Report(Math.Max(0, done.Fraction));
            }
        }
    }
}

/// <summary>A text that could not be worked on.</summary>
/// <param name="Text">Its position.</param>
/// <param name="Failure">Why.</param>
public sealed record TextFailure(int Text, EngineException Failure);
