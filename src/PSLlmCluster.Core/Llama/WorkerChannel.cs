using System.Collections.Concurrent;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// One piece of work in the worker: a model that is loaded, an embedder, a generator, the list of devices. Its frames come in order; one
/// thread uses it at a time.
/// </summary>
internal sealed class WorkerChannel : IDisposable
{
    // A worker that is asked to end a piece of work does so between two operations of a computation. One that does not is stuck.
    private static readonly TimeSpan _longestFarewell = TimeSpan.FromSeconds(5);

    private readonly WorkerConnection _connection;
    private readonly BlockingCollection<Frame> _frames = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private readonly Lock _sending = new();
    private volatile int _isClosing;
    private bool _hasSent;

    /// <summary>Initializes a new instance of the <see cref="WorkerChannel"/> class.</summary>
    /// <param name="connection">The worker.</param>
    /// <param name="number">The channel's number.</param>
    internal WorkerChannel(WorkerConnection connection, int number)
    {
        _connection = connection;
        Number = number;
    }

    /// <summary>Gets its number.</summary>
    public int Number { get; }

    /// <summary>Gets the worker that it leads to.</summary>
    public WorkerConnection Connection => _connection;

    /// <summary>Gets a value indicating whether the worker has closed it or is gone, and all that came was read.</summary>
    public bool IsAtEnd => _frames.IsCompleted;

    /// <summary>Sends a frame.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="payload">What it carries; null for nothing.</param>
    /// <exception cref="WorkerEndedException">The worker is gone.</exception>
    /// <exception cref="OperationCanceledException">The channel's token was cancelled.</exception>
    public void Send(FrameKind kind, WireWriter? payload = null)
    {
        lock (_sending)
        {
            // Nothing may follow what closes it.
            if (_isClosing == 1)
            {
                throw new OperationCanceledException(_token);
            }

            _hasSent = true;
            _connection.Write(kind, Number, payload);
        }
    }

    /// <summary>Waits for a frame that is not of the log; those go to the log.</summary>
    /// <param name="log">Receives the lines of the log.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="EngineException">The worker says that what was asked for failed.</exception>
    /// <exception cref="WorkerEndedException">The worker is gone.</exception>
    /// <exception cref="OperationCanceledException">The channel's token was cancelled.</exception>
    public Frame Receive(Action<string>? log)
    {
        while (true)
        {
            if (!_frames.TryTake(out Frame frame, Timeout.Infinite, _token))
            {
                _connection.PassErrorLines(log);
                throw _connection.Ended();
            }

            if (IsForCaller(frame, log))
            {
                return frame;
            }
        }
    }

    /// <summary>Waits for an answer of a kind; what is not of it is passed over.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="log">Receives the lines of the log.</param>
    /// <param name="progress">Receives the progress that comes before the answer; may be null.</param>
    /// <returns>A reader of the answer.</returns>
    /// <exception cref="EngineException">The worker says that what was asked for failed.</exception>
    /// <exception cref="WorkerEndedException">The worker is gone.</exception>
    /// <exception cref="OperationCanceledException">The channel's token was cancelled.</exception>
    public WireReader Await(FrameKind kind, Action<string>? log, IProgress<StageProgress>? progress = null)
    {
        while (true)
        {
            Frame frame = Receive(log);
            WireReader reader = frame.Read();
            if (frame.Kind == kind)
            {
                return reader;
            }

            if (frame.Kind == FrameKind.Progress)
            {
                progress?.Report(new StageProgress(reader.NeededText(), reader.Double()));
            }
        }
    }

    /// <summary>Takes a frame where there is one.</summary>
    /// <param name="log">Receives the lines of the log.</param>
    /// <returns>The frame, or null.</returns>
    /// <exception cref="EngineException">The worker says that what was asked for failed.</exception>
    public Frame? TryReceive(Action<string>? log)
    {
        while (_frames.TryTake(out Frame frame))
        {
            if (IsForCaller(frame, log))
            {
                return frame;
            }
        }

        return null;
    }

    /// <summary>Closes it. What the worker is at is cancelled.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        Close();
    }

    /// <summary>Closes it as soon as a token is cancelled.</summary>
    /// <param name="token">The token.</param>
    internal void Monitor(CancellationToken token)
    {
        _token = token;
        _registration = token.UnsafeRegister(static channel => ((WorkerChannel)channel!).Close(), this);
    }

    /// <summary>Takes a frame from the worker.</summary>
    /// <param name="frame">The frame.</param>
    internal void Take(Frame frame)
    {
        if (frame.Kind == FrameKind.Closed)
        {
            EndOfWorker();
            return;
        }

        _frames.Add(frame);
    }

    /// <summary>Takes note that nothing more will come.</summary>
    internal void EndOfWorker()
    {
        _frames.CompleteAdding();
        _closed.TrySetResult();
    }

    private static bool IsForCaller(Frame frame, Action<string>? log)
    {
        switch (frame.Kind)
        {
            case FrameKind.Log:
                log?.Invoke(frame.Read().NeededText());
                return false;
            case FrameKind.Failed:
                WireReader reader = frame.Read();
                throw reader.ReadFailure();
            default:
                return true;
        }
    }

    // Nobody waits for it: a pipe that the worker does not read from holds up whoever writes to it.
    private void Close()
    {
        if (Interlocked.Exchange(ref _isClosing, 1) == 1 || _closed.Task.IsCompleted)
        {
            return;
        }

        _ = Task.Run(async () =>
        {
            Task asked = Task.Run(Ask);
            if (await Task.WhenAny(_closed.Task, Task.Delay(_longestFarewell)).ConfigureAwait(false) != _closed.Task)
            {
                _connection.Kill();
            }

            await asked.ConfigureAwait(false);
        });

        void Ask()
        {
            try
            {
                lock (_sending)
                {
                    if (!_hasSent)
                    {
                        // The worker does not know it.
                        _connection.Forget(Number);
                        EndOfWorker();
                        return;
                    }

                    _connection.Write(FrameKind.Close, Number, null);
                }
            }
            catch (Exception failure) when (failure is WorkerEndedException or EngineException)
            {
                // It is gone, and so is the channel.
            }
        }
    }
}
