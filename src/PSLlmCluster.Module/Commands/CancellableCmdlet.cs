using System.Diagnostics;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>A cmdlet whose work runs on a worker thread and ends on Ctrl+C.</summary>
public abstract class CancellableCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PipelinePump _pump;
    private bool _disposed;

    /// <summary>Initializes a new instance of the <see cref="CancellableCmdlet"/> class.</summary>
    /// <param name="activity">The heading of the progress display.</param>
    /// <param name="activityId">The display's number, another one for each cmdlet of the module.</param>
    private protected CancellableCmdlet(string activity, int activityId)
    {
        _pump = new PipelinePump(this, activity, activityId);
        Missing = new MissingProperties(
            (fault, record) => WriteError(ErrorRecords.From(fault, PropertyReader.Unwrap(record))),
            fault => Guard(() => throw fault, null));
    }

    /// <summary>Gets what takes the errors of records.</summary>
    private protected MissingProperties Missing { get; }

    /// <summary>Gets what ends the work.</summary>
    private protected CancellationToken Token => _cancellation.Token;

    /// <summary>Gets where the work reports how far it is.</summary>
    private protected IProgress<StageProgress> Progress => _pump;

    /// <summary>Frees what the cmdlet holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Cancels the work; PowerShell calls it on a thread of its own.</summary>
    protected override void StopProcessing()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline came to its end in the same moment.
        }
    }

    /// <summary>Frees what the cmdlet holds, as soon as no work uses it any more.</summary>
    /// <param name="disposing">Whether it is called by Dispose.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
        {
            return;
        }

        _disposed = true;
        _pump.Work.ContinueWith(
            _ =>
            {
                Release();
                _cancellation.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Frees what the work used. Called once, when no work is running.</summary>
    private protected virtual void Release()
    {
    }

    /// <summary>Takes a line for the verbose stream, on any thread.</summary>
    /// <param name="line">The line.</param>
    private protected void Log(string line) => _pump.Log(line);

    /// <summary>Says what was reported and logged by work that the cmdlet did on its own thread.</summary>
    private protected void FlushStreams() => _pump.FlushStreams();

    /// <summary>Takes the progress display away.</summary>
    private protected void CompleteProgress() => _pump.Complete();

    /// <summary>Runs work of the engine on a worker thread; its failure ends the cmdlet.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">The work; it takes <see cref="Token"/>, <see cref="Progress"/> and <see cref="Log"/>.</param>
    /// <param name="target">What an error is about, or null.</param>
    /// <returns>The result.</returns>
    internal T RunEngine<T>(Func<T> work, object? target)
    {
        T? result = default;
        return TryRunEngine(() => result = work(), target) is { } error ? throw Ends(error) : result!;
    }

    /// <summary>Has something done on the pipeline's thread while the engine works, and waits for it.</summary>
    /// <typeparam name="T">The type of its result.</typeparam>
    /// <param name="work">What is done, such as running a script block of the user's.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The result. What the work throws, this throws.</returns>
    internal T OnPipeline<T>(Func<T> work, CancellationToken token) => _pump.OnPipeline(work, token);

    /// <summary>Runs work of the engine on a worker thread; its failure is the caller's to write.</summary>
    /// <param name="work">The work; it takes <see cref="Token"/>, <see cref="Progress"/> and <see cref="Log"/>.</param>
    /// <param name="target">What an error is about, or null.</param>
    /// <returns>Null, or the error.</returns>
    private protected ErrorRecord? TryRunEngine(Action work, object? target)
    {
        try
        {
            return _pump.Run<ErrorRecord?>(
                () =>
                {
                    work();
                    return null;
                },
                _cancellation);
        }
        catch (Exception problem) when (problem is not RuntimeException)
        {
            // What PowerShell itself throws, such as the end of a stopped pipeline, is its own affair.
            WriteWarnings((problem as EngineException)?.Warnings ?? []);
            return ErrorRecords.FromAny(problem, target);
        }
    }

    /// <summary>
    /// Writes results beside the error of a file that could not be saved, never in place of them. The error comes first, as a command
    /// downstream may end the pipeline at any of the results; but where the error itself ends it (-ErrorAction Stop), the results do.
    /// </summary>
    /// <param name="failure">Null, or the error.</param>
    /// <param name="writeResults">Writes the results.</param>
    private protected void WriteBeside(ErrorRecord? failure, Action writeResults)
    {
        bool isLast = failure is not null && EndsPipeline(ErrorPreference());
        if (failure is not null && !isLast)
        {
            WriteError(failure);
        }

        writeResults();
        if (isLast)
        {
            WriteError(failure);
        }
    }

    /// <summary>
    /// Returns a number of threads that is no more than there are processors: more of them would only wait for one another. Says so where
    /// it is cut.
    /// </summary>
    /// <param name="threadCount">The number as it was given.</param>
    /// <returns>The number to use.</returns>
    private protected int CutToProcessors(int threadCount)
    {
        int processors = Environment.ProcessorCount;
        if (threadCount > processors)
        {
            WriteWarning(
                $"-ThreadCount {threadCount} is more than the {processors} processors of this machine: {processors} threads are used.");
        }

        return Math.Min(threadCount, processors);
    }

    /// <summary>Does work of the cmdlet's own, whose failure ends it; its cancellation is the caller's to handle.</summary>
    /// <param name="work">The work.</param>
    /// <param name="target">What an error is about, or null.</param>
    private protected void Guard(Action work, object? target)
    {
        ErrorRecord error;
        try
        {
            work();
            return;
        }
        catch (Exception problem) when (problem is not (RuntimeException or OperationCanceledException))
        {
            error = ErrorRecords.FromAny(problem, target);
        }

        throw Ends(error);
    }

    /// <summary>Writes the warnings of the engine.</summary>
    /// <param name="warnings">The warnings.</param>
    private protected void WriteWarnings(IEnumerable<EngineWarning> warnings)
    {
        foreach (EngineWarning warning in warnings)
        {
            WriteWarning(warning.Message);
        }
    }

    private static bool EndsPipeline(ActionPreference onError)
        => onError is not (ActionPreference.Continue or ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private ActionPreference ErrorPreference()
    {
        object? given = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out object? bound)
            ? bound
            : GetVariableValue("ErrorActionPreference");
        return LanguagePrimitives.TryConvertTo(given, out ActionPreference preference) ? preference : ActionPreference.Continue;
    }

    private UnreachableException Ends(ErrorRecord error)
    {
        CompleteProgress();
        ThrowTerminatingError(error);
        return new UnreachableException();
    }
}
