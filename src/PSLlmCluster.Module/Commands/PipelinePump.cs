using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using PSLlmCluster.Core;

namespace PSLlmCluster.Module.Commands;

/// <summary>
/// Lets work run on a worker thread, and meanwhile says on the pipeline's own thread what the work reports, since PowerShell allows a
/// cmdlet to write nowhere else. Progress is said at most five times a second.
/// </summary>
internal sealed class PipelinePump : IProgress<StageProgress>
{
    /// <summary>
    /// How long work that was cancelled is waited for; it goes on by itself to its next look at the token, and its result is dropped.
    /// </summary>
    private static readonly TimeSpan _grace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<Action> _asked = new();
    private readonly Cmdlet _cmdlet;
    private readonly string _activity;
    private readonly int _activityId;
    private Stopwatch _sinceProgress = Stopwatch.StartNew();
    private ProgressRecord? _latest;
    private bool _shown;

    /// <summary>Initializes a new instance of the <see cref="PipelinePump"/> class.</summary>
    /// <param name="cmdlet">Whose pipeline it is.</param>
    /// <param name="activity">What the cmdlet does, as the progress display's heading.</param>
    /// <param name="activityId">The number that tells this display from those of the pipeline's other cmdlets.</param>
    public PipelinePump(Cmdlet cmdlet, string activity, int activityId)
    {
        _cmdlet = cmdlet;
        _activity = activity;
        _activityId = activityId;
    }

    /// <summary>Gets the work that was started last; where a cancelled one was left behind, it may still be running.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>May be called on any thread. A fraction below 0 says that the end is not known.</remarks>
    public void Report(StageProgress value)
        => Volatile.Write(
            ref _latest,
            new ProgressRecord(_activityId, _activity, value.Stage)
            {
                PercentComplete = value.Fraction < 0 ? -1 : (int)Math.Clamp(100 * value.Fraction, 0, 100),
                SecondsRemaining = value.SecondsLeft is double seconds ? (int)Math.Min(Math.Ceiling(seconds), int.MaxValue) : -1,
            });

    /// <summary>Takes a line for the verbose stream, on any thread.</summary>
    /// <param name="line">The line.</param>
    public void Log(string line) => _log.Enqueue(line);

    /// <summary>Runs work to its end.</summary>
    /// <typeparam name="T">The type of its result.</typeparam>
    /// <param name="work">The work; it has to heed the same cancellation.</param>
    /// <param name="cancellation">Set off by Ctrl+C, and here where what is said ends the pipeline.</param>
    /// <returns>The work's result. What it throws, this throws.</returns>
    /// <exception cref="PipelineStoppedException">The work was cancelled.</exception>
    public T Run<T>(Func<T> work, CancellationTokenSource cancellation)
    {
        Task<T> task = Task.Run(work, CancellationToken.None);
        Work = task;
        try
        {
            while (Task.WaitAny([task], (int)_interval.TotalMilliseconds, cancellation.Token) < 0)
            {
                FlushStreams();
            }

            FlushStreams();
        }
        catch (Exception problem)
        {
            // Ctrl+C, or a preference such as -WarningAction Stop that made a message the end.
            cancellation.Cancel();
            Task.WaitAny([task], _grace);
            if (problem is OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }

            throw;
        }

        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>
    /// Has something done on the pipeline's thread, where scripts of the session can run, and waits for it. It is done when the cmdlet next
    /// says what was reported.
    /// </summary>
    /// <typeparam name="T">The type of its result.</typeparam>
    /// <param name="work">What is done.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The result. What the work throws, this throws.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public T OnPipeline<T>(Func<T> work, CancellationToken token)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Enqueue(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception problem)
            {
                done.SetException(problem);
            }
        });
        return done.Task.WaitAsync(token).GetAwaiter().GetResult();
    }

    /// <summary>Says what was reported and logged, and does what was asked for. On the pipeline's thread only.</summary>
    public void FlushStreams()
    {
        while (_asked.TryDequeue(out Action? work))
        {
            work();
        }

        while (_log.TryDequeue(out string? line))
        {
            _cmdlet.WriteVerbose(line);
        }

        if (_sinceProgress.Elapsed >= _interval && Interlocked.Exchange(ref _latest, null) is { } progress)
        {
            _sinceProgress = Stopwatch.StartNew();
            _shown = true;
            _cmdlet.WriteProgress(progress);
        }
    }

    /// <summary>Takes the progress display away, if there is one. On the pipeline's thread only.</summary>
    public void Complete()
    {
        Volatile.Write(ref _latest, null);
        if (_shown)
        {
            _shown = false;
            _cmdlet.WriteProgress(new ProgressRecord(_activityId, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
