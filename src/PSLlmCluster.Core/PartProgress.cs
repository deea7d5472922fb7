namespace PSLlmCluster.Core;

/// <summary>The progress of a part, as a part of the whole.</summary>
/// <param name="range">The part.</param>
internal sealed class PartProgress(ProgressRange range) : IProgress<StageProgress>
{
    /// <inheritdoc/>
    public void Report(StageProgress value) => (range with { StageName = value.Stage }).Report(Math.Clamp(value.Fraction, 0, 1));
}
