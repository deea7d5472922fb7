using System.Diagnostics.CodeAnalysis;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// The session's end of one worker: its frames, handed to the channels that they are for, and its end. A thread reads; any may write.
/// </summary>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It closes them at the worker's end.")]
internal sealed class WorkerConnection
{
    // A host that does not answer is not running the worker.
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(60);

    private readonly WorkerLink _link;
    private readonly FrameStream _frames;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, WorkerChannel> _channels = [];
    private readonly TaskCompletionSource<WorkerEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _becameIdle;
    private readonly Timer _silence;
    private volatile bool _isOurs;
    private volatile bool _hasAnswered;
    private bool _isRetired;
    private int _lastChannel;
    private EngineException? _startFailure;

    /// <summary>Initializes a new instance of the <see cref="WorkerConnection"/> class.</summary>
    /// <param name="link">The worker, which is starting.</param>
    /// <param name="becameIdle">Called when the last channel was closed, and at the worker's end.</param>
    public WorkerConnection(WorkerLink link, Action becameIdle)
    {
        _link = link;
        _becameIdle = becameIdle;
        _frames = new FrameStream(link.FromWorker, link.ToWorker);
        _silence = new Timer(_ => GiveUp(), null, _longestSilence, Timeout.InfiniteTimeSpan);
        new Thread(Read) { IsBackground = true, Name = "PSLlmCluster worker's frames" }.Start();
        try
        {
            _frames.Write(
                FrameKind.Hello,
                0,
                new WireWriter().Int(unchecked((int)FrameStream.Mark)).Int(FrameStream.Version).Text(EngineFiles.Root));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // It is gone already; whoever opens a channel is told how.
        }
    }

    /// <summary>Gets a value indicating whether it takes new channels.</summary>
    public bool IsUsable
    {
        get
        {
            lock (_gate)
            {
                return !_isRetired && !_end.Task.IsCompleted;
            }
        }
    }

    /// <summary>Gets a value indicating whether no channel is open.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _channels.Count == 0;
            }
        }
    }

    /// <summary>Gets what runs the worker, for the log.</summary>
    public string Description => _link.Description;

    /// <summary>Gets what runs the worker.</summary>
    internal WorkerLink Link => _link;

    /// <summary>Opens a channel.</summary>
    /// <param name="token">The token to monitor for cancellation: the worker is asked, and ended where it does not answer.</param>
    /// <returns>The channel, or null where the worker takes no new ones.</returns>
    public WorkerChannel? OpenChannel(CancellationToken token)
    {
        WorkerChannel channel;
        lock (_gate)
        {
            if (_isRetired || _end.Task.IsCompleted)
            {
                return null;
            }

            channel = new WorkerChannel(this, ++_lastChannel);
            _channels.Add(channel.Number, channel);
        }

        channel.Monitor(token);
        return channel;
    }

    /// <summary>Takes no new channels, and ends once those that are open are closed.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
            if (_channels.Count > 0)
            {
                return;
            }
        }

        End();
    }

    /// <summary>Ends the worker by force.</summary>
    public void Kill()
    {
        _isOurs = true;
        _link.Kill();
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="payload">What it carries.</param>
    /// <exception cref="WorkerEndedException">The worker is gone.</exception>
    public void Write(FrameKind kind, int channel, WireWriter? payload)
    {
        try
        {
            _frames.Write(kind, channel, payload);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            throw Ended();
        }
    }

    /// <summary>Waits for the worker's end, which has begun, and returns what to throw.</summary>
    /// <returns>The exception: why it did not come up, or that it ended.</returns>
    public Exception Ended()
    {
        WorkerEnd end = _end.Task.GetAwaiter().GetResult();
        return _startFailure ?? (Exception)new WorkerEndedException(end, isFirstUse: _lastChannel <= 1);
    }

    /// <summary>Passes on what the worker wrote to its error stream.</summary>
    /// <param name="log">Receives the lines.</param>
    public void PassErrorLines(Action<string>? log)
    {
        if (log is null)
        {
            return;
        }

        foreach (string line in _link.TakeErrorLines())
        {
            log(line);
        }
    }

    /// <summary>Forgets a channel that is closed.</summary>
    /// <param name="channel">Its number.</param>
    public void Forget(int channel)
    {
        bool isLast;
        bool ends;
        lock (_gate)
        {
            _channels.Remove(channel);
            isLast = _channels.Count == 0;
            ends = isLast && _isRetired;
        }

        if (ends)
        {
            End();
        }
        else if (isLast)
        {
            _becameIdle();
        }
    }

    private void End()
    {
        _isOurs = true;
        try
        {
            // Its input's end is what ends a worker.
            _link.ToWorker.Dispose();
        }
        catch (IOException)
        {
            // It was faster.
        }
    }

    private void GiveUp()
    {
        if (!_hasAnswered)
        {
            _startFailure = WorkerStart.Failed($"It gave no answer within {_longestSilence.TotalSeconds:0} seconds.");
            _link.Kill();
        }
    }

    private void Read()
    {
        try
        {
            while (_frames.Read() is { } frame)
            {
                if (!_hasAnswered)
                {
                    RequireWelcome(frame);
                    _hasAnswered = true;
                    continue;
                }

                WorkerChannel? channel;
                lock (_gate)
                {
                    _channels.TryGetValue(frame.Channel, out channel);
                }

                channel?.Take(frame);
                if (frame.Kind == FrameKind.Closed)
                {
                    Forget(frame.Channel);
                }
            }
        }
        catch (EngineException mismatch)
        {
            _startFailure = mismatch;
            _link.Kill();
        }
        catch (InvalidDataException)
        {
            // What cannot be read cannot be worked with. Before the first answer, it is another program that speaks.
            _startFailure = _hasAnswered ? null : WorkerStart.Failed("What it wrote is not what a worker writes.");
            _link.Kill();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            _link.Kill();
        }

        Finish();
    }

    private void Finish()
    {
        _silence.Dispose();
        (int? code, IReadOnlyList<string> lastWords) = _link.WaitForEnd();
        WorkerEnd end = new(code, lastWords, _isOurs);
        if (!_hasAnswered && !end.IsFromOutside)
        {
            _startFailure ??= WorkerStart.Failed($"It ended at once ({end.Description}).");
        }

        WorkerChannel[] open;
        lock (_gate)
        {
            _end.SetResult(end);
            open = [.. _channels.Values];
            _channels.Clear();
        }

        foreach (WorkerChannel channel in open)
        {
            channel.EndOfWorker();
        }

        _frames.Dispose();
        _becameIdle();
    }

    private static void RequireWelcome(Frame frame)
    {
        if (frame.Kind == FrameKind.Welcome)
        {
            WireReader reader = frame.Read();
            uint mark = unchecked((uint)reader.Int());
            int version = reader.Int();
            if (mark == FrameStream.Mark && version == FrameStream.Version)
            {
                return;
            }
        }

        throw new EngineException(
            EngineErrorIds.WorkerStartFailed,
            FailureKind.NotInstalled,
            "The process that runs llama.cpp is of another version of this module.",
            "Install or build the module again, and start a new session.");
    }
}
