namespace PSLlmCluster.Core;

/// <summary>A range of the progress of a whole computation: what a stage reports from 0 to 1 becomes a fraction of the whole.</summary>
/// <param name="Target">Receives the progress of the whole, on any thread; may be null.</param>
/// <param name="StageName">What is being done, as a person would say it.</param>
/// <param name="From">The fraction of the whole that is done when the stage starts.</param>
/// <param name="To">The fraction of the whole that is done when the stage ends.</param>
internal readonly record struct ProgressRange(IProgress<StageProgress>? Target, string StageName, double From, double To)
{
    /// <summary>Reports the fraction of the stage that is done, from 0 to 1.</summary>
    public void Report(double fraction) => Target?.Report(new StageProgress(StageName, At(fraction)));

    /// <summary>Returns the range of a stage within this one.</summary>
    /// <param name="name">What is being done, as a person would say it.</param>
    /// <param name="from">Where the stage starts in this range, from 0 to 1.</param>
    /// <param name="to">Where the stage ends in this range, from 0 to 1.</param>
    public ProgressRange Stage(string name, double from, double to) => new(Target, name, At(from), At(to));

    /// <summary>Returns a part of this range under the same name.</summary>
    /// <param name="from">Where the part starts in this range, from 0 to 1.</param>
    /// <param name="to">Where the part ends in this range, from 0 to 1.</param>
    public ProgressRange Part(double from, double to) => Stage(StageName, from, to);

    private double At(double fraction) => From + (fraction * (To - From));
}
