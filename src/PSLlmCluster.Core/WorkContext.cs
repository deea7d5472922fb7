namespace PSLlmCluster.Core;

/// <summary>How a piece of work runs: on how many threads, to whom it reports, and what ends it.</summary>
/// <param name="ThreadCount">The most threads to use; 0 for as many as there are cores. It changes no result.</param>
/// <param name="Progress">Receives the fraction of this piece of work that is done.</param>
/// <param name="Token">The token to monitor for cancellation.</param>
internal readonly record struct WorkContext(int ThreadCount, ProgressRange Progress, CancellationToken Token)
{
    /// <summary>Creates the context of a whole computation.</summary>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Receives the progress of the computation, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static WorkContext Create(int threadCount, IProgress<StageProgress>? progress, CancellationToken token)
        => new(threadCount, new ProgressRange(RisingProgress.Create(progress), string.Empty, 0, 1), token);

    /// <summary>Returns the context of one stage.</summary>
    /// <param name="stage">What is being done, as a person would say it.</param>
    /// <param name="from">The fraction of this work that is done when the stage starts.</param>
    /// <param name="to">The fraction of this work that is done when the stage ends.</param>
    public WorkContext Stage(string stage, double from, double to) => this with { Progress = Progress.Stage(stage, from, to) };

    /// <summary>Returns the context of a part of this stage, which reports under the stage's name.</summary>
    /// <param name="from">The fraction of this work that is done when the part starts.</param>
    /// <param name="to">The fraction of this work that is done when the part ends.</param>
    public WorkContext Part(double from, double to) => this with { Progress = Progress.Part(from, to) };
}
