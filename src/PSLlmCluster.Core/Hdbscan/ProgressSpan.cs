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
