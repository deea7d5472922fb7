namespace PSLlmCluster.Core;

/// <summary>
/// Passes on only what is at least as far as everything before. Threads report out of order, and a search that takes over from another one
/// begins again: neither is to be seen.
/// </summary>
/// <param name="target">Receives the progress.</param>
internal sealed class RisingProgress(IProgress<StageProgress> target) : IProgress<StageProgress>
{
    private readonly object _lock = new();
    private double _furthest;

    /// <summary>Creates the progress of a computation.</summary>
    /// <param name="target">Receives the progress; may be null.</param>
    /// <returns>The progress to report to, or null.</returns>
    public static RisingProgress? Create(IProgress<StageProgress>? target) => target is null ? null : new RisingProgress(target);

    /// <inheritdoc/>
    public void Report(StageProgress value)
    {
        lock (_lock)
        {
            if (value.Fraction >= _furthest)
            {
                _furthest = value.Fraction;
                target.Report(value);
            }
        }
    }
}
