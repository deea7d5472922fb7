namespace PSLlmCluster.Core.Hdbscan;

/// <summary>One stage's part of the progress of the whole computation.</summary>
/// <param name="Target">Who is told, or null.</param>
/// <param name="Stage">What is being done, as a person would say it.</param>
/// <param name="From">The share of the whole that is done when the stage starts.</param>
/// <param name="To">The share of the whole that is done when the stage ends.</param>
internal readonly record struct ProgressSpan(IProgress<StageProgress>? Target, string Stage, double From, double To)
{
    /// <summary>Tells how much of the stage is done.</summary>
    public void Report(double share) => Target?.Report(new StageProgress(Stage, From + (share * (To - From))));
}

/// <summary>Remembers how far a stage has come, for what takes it over.</summary>
/// <param name="span">The stage's part of the progress.</param>
internal sealed class FurthestProgress(ProgressSpan span) : IProgress<StageProgress>
{
    private readonly object _lock = new();
    private double _furthest = span.From;

    /// <summary>Gets the part to report to.</summary>
    public ProgressSpan Span => span.Target is null ? span : span with { Target = this };

    /// <summary>Gets what is left of it.</summary>
    public ProgressSpan Rest => span with { From = _furthest };

    /// <inheritdoc/>
    public void Report(StageProgress value)
    {
        lock (_lock)
        {
            _furthest = Math.Max(_furthest, value.Fraction);
        }

        span.Target?.Report(value);
    }
}
