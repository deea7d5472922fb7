namespace PSLlmCluster.Core.Llama;

/// <summary>What runs a worker, and the two streams to it.</summary>
internal abstract class WorkerLink
{
    /// <summary>Gets where the worker's frames come from.</summary>
    public abstract Stream FromWorker { get; }

    /// <summary>Gets where frames to the worker go; closing it ends the worker.</summary>
    public abstract Stream ToWorker { get; }

    /// <summary>Gets what it is, for the log.</summary>
    public abstract string Description { get; }

    /// <summary>Takes the lines that the worker wrote to its error stream since the last call.</summary>
    /// <returns>The lines.</returns>
    public abstract IReadOnlyList<string> TakeErrorLines();

    /// <summary>Ends the worker by force. It does nothing where the worker is gone, or cannot be ended apart from the session.</summary>
    public abstract void Kill();

    /// <summary>Waits until the worker is gone, once its stream has ended, and says how it went.</summary>
    /// <returns>Its exit code, or null where there is none, and its last words.</returns>
    public abstract (int? ExitCode, IReadOnlyList<string> LastWords) WaitForEnd();
}
