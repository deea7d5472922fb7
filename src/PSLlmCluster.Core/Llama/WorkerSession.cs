namespace PSLlmCluster.Core.Llama;

/// <summary>
/// The session's worker: one process for all its runspaces, started at the first need, ended when nothing has used it for ten minutes, by
/// <see cref="Stop"/>, and with the session, whatever ends that: the worker ends with its input.
/// </summary>
public static class WorkerSession
{
    /// <summary>How long a worker that nobody uses is kept.</summary>
    internal static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private static readonly Lock _gate = new();
    private static readonly Timer _idle = new(_ => EndIdle());
    private static WorkerConnection? _current;
    private static Setting? _setting;

    /// <summary>Gets the number of the worker's process; null where there is no worker, or it is no process of its own.</summary>
    public static int? ProcessId
    {
        get
        {
            lock (_gate)
            {
                return _current is { IsUsable: true } current ? (current.Link as ProcessLink)?.ProcessId : null;
            }
        }
    }

    /// <summary>Starts the worker where there is none, so that it comes up while something else is done.</summary>
    /// <exception cref="EngineException">It cannot be started.</exception>
    public static void Start() => Current();

    /// <summary>Takes the worker from the session. What it is at is finished first; whoever needs one afterwards gets a new one.</summary>
    public static void Stop()
    {
        WorkerConnection? stopped;
        lock (_gate)
        {
            stopped = _current;
            _current = null;
        }

        stopped?.Retire();
    }

    /// <summary>Returns whether a worker is the one that new work goes to.</summary>
    /// <param name="connection">The worker.</param>
    /// <returns>Whether it is.</returns>
    internal static bool IsCurrent(WorkerConnection connection)
    {
        lock (_gate)
        {
            return _current == connection && connection.IsUsable && _setting == Setting.Now;
        }
    }

    /// <summary>Opens a channel to the session's worker, starting one where there is none.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The channel.</returns>
    /// <exception cref="EngineException">None can be started.</exception>
    internal static WorkerChannel Open(CancellationToken token)
    {
        while (true)
        {
            if (Current().OpenChannel(token) is { } channel)
            {
                return channel;
            }
        }
    }

    /// <summary>Ends the worker if no channel to it is open.</summary>
    internal static void EndIdle()
    {
        WorkerConnection? idle = null;
        lock (_gate)
        {
            if (_current is { IsIdle: true })
            {
                idle = _current;
                _current = null;
            }
        }

        idle?.Retire();
    }

    private static WorkerConnection Current()
    {
        WorkerConnection? outdated;
        WorkerConnection started;
        Setting setting = Setting.Now;
        lock (_gate)
        {
            if (_current is { IsUsable: true } current && _setting == setting)
            {
                return current;
            }

            outdated = _current;
            started = new WorkerConnection(WorkerStart.Start(), WatchIdle);
            _setting = setting;
            _current = started;
            WatchIdle();
        }

        outdated?.Retire();
        return started;
    }

    private static void WatchIdle() => _idle.Change(IdleTime, Timeout.InfiniteTimeSpan);

    /// <summary>What a worker was started with, and cannot change: whether it is a process, and the folder of its libraries.</summary>
    /// <param name="IsIsolated">Whether it is a process.</param>
    /// <param name="Folder">The value of the environment variable that names the folder of the libraries.</param>
    private sealed record Setting(bool IsIsolated, string? Folder)
    {
        public static Setting Now => new(WorkerStart.IsIsolated, Environment.GetEnvironmentVariable(NativePlatform.FolderVariable));
    }
}
