using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// The contexts that windows are computed in, each on a thread of its own, over the weights of one model. The first context is set up by
/// whoever makes the team; the others follow on their own threads as there is work for them, and where one cannot be set up, those that
/// there are go on without it. Which context computes a window changes none of its bits.
/// </summary>
internal sealed class ContextTeam : IDisposable
{
    /// <summary>The most windows that wait.</summary>
    public const int MostWaiting = 256;

    private readonly object _gate = new();
    private readonly WaitingWindows _waiting;
    private readonly List<Thread> _threads = [];
    private readonly EmbeddingContext _first;
    private readonly Func<EmbeddingContext> _open;
    private readonly ContextPlan _plan;
    private readonly int _windowLength;
    private readonly int _sharedLength;
    private readonly Action<string>? _log;
    private readonly CancellationToken _token;
    private readonly CancellationTokenRegistration _registration;
    private int _contextCount;
    private int _idle;
    private bool _isFlushing;
    private bool _isEnding;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Initializes a new instance of the <see cref="ContextTeam"/> class.</summary>
    /// <param name="first">The first context; this disposes it.</param>
    /// <param name="open">Sets another one up, on the thread that then uses it.</param>
    /// <param name="plan">How many there are at most, and what a call takes.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <param name="sharedLength">The tokens that all windows begin with and that contexts compute once.</param>
    /// <param name="log">Receives a line, on any thread, where a context cannot be set up; may be null.</param>
    /// <param name="token">The token to monitor for cancellation; contexts look at one that it cancels too.</param>
    public ContextTeam(
        EmbeddingContext first,
        Func<EmbeddingContext> open,
        ContextPlan plan,
        int windowLength,
        int sharedLength,
        Action<string>? log,
        CancellationToken token)
    {
        _first = first;
        _open = open;
        _plan = plan;
        _windowLength = windowLength;
        _sharedLength = sharedLength;
        _waiting = new WaitingWindows(plan, sharedLength);
        _log = log;
        _token = token;
        _contextCount = plan.ContextCount;
        _registration = token.Register(End);
    }

    /// <summary>Gets a value indicating whether <see cref="Add"/> returns without waiting.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count < MostWaiting;
            }
        }
    }

    /// <summary>Takes a window; waits, where too many are waiting already, until half of them are not.</summary>
    /// <param name="window">The window.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Add(PendingWindow window)
    {
        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting)
            {
                while (_waiting.Count > MostWaiting / 2 && !HasEnded() && HasCall())
                {
                    Monitor.Wait(_gate);
                }
            }

            ThrowIfEnded();
            _waiting.Add(window);
            if (_idle == 0 && _threads.Count < _contextCount)
            {
                EmbeddingContext? context = _threads.Count == 0 ? _first : null;
                Thread thread = new(() => Work(context)) { IsBackground = true, Name = "PSLlmCluster llama.cpp" };
                thread.Start();
                _threads.Add(thread);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Returns whether a window is done.</summary>
    /// <param name="window">The window.</param>
    /// <returns>Whether it is.</returns>
    public bool IsDone(PendingWindow window)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            return window.IsDone;
        }
    }

    /// <summary>Waits until a window is done, and has those that wait for company go without it.</summary>
    /// <param name="window">The window.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void WaitFor(PendingWindow window)
    {
        lock (_gate)
        {
            _isFlushing = true;
            Monitor.PulseAll(_gate);
            while (!window.IsDone && !HasEnded())
            {
                Monitor.Wait(_gate);
            }

            _isFlushing = false;
            ThrowIfEnded();
        }
    }

    /// <summary>Ends the threads, which look for it before each call, waits for that, and frees the contexts.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        End();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _first.Dispose();
    }

    private void End()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool HasEnded() => _isEnding || _failure is not null;

    private void ThrowIfEnded()
    {
        _token.ThrowIfCancellationRequested();
        _failure?.Throw();
        ObjectDisposedException.ThrowIf(_isEnding, this);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is thrown where the result is awaited.")]
    private void Work(EmbeddingContext? first)
    {
        try
        {
            if (first is not null)
            {
                WorkIn(first);
                return;
            }

            using EmbeddingContext? another = TryOpen();
            if (another is not null)
            {
                WorkIn(another);
            }
        }
        catch (OperationCanceledException)
        {
            End();
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _failure ??= ExceptionDispatchInfo.Capture(failure);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void WorkIn(EmbeddingContext context)
    {
        using WindowBatch batch = new(_plan.BatchSize, _plan.CallSize, _windowLength, _plan.AlignsWindows, _sharedLength);
        List<PendingWindow> windows = [];
        while (Take(batch, windows))
        {
            string? complaint = context.Run(batch);
            double[]?[] sums = new double[]?[windows.Count];
            for (int i = 0; i < sums.Length && complaint is null; i++)
            {
                sums[i] = context.Sum(batch, i, windows[i].Pooled);
            }

            Finish(windows, sums, complaint ?? "it returned none");
        }
    }

    // Whoever sets up the first context hears of its failure; that of another one is that there are fewer.
    private EmbeddingContext? TryOpen()
    {
        try
        {
            return _open();
        }
        catch (EngineException failure)
        {
            lock (_gate)
            {
                _contextCount = Math.Max(1, _contextCount - 1);
            }

            _log?.Invoke($"Texts are embedded in fewer contexts than there are threads: {failure.Message}");
            return null;
        }
    }

    private bool Take(WindowBatch batch, List<PendingWindow> windows)
    {
        batch.Clear();
        windows.Clear();
        lock (_gate)
        {
            _idle++;
            while (!HasEnded() && !HasCall())
            {
                Monitor.Wait(_gate);
            }

            _idle--;
            if (HasEnded())
            {
                return false;
            }

            _waiting.MoveTo(batch, _contextCount, windows);
            Monitor.PulseAll(_gate);
        }

        batch.Complete();
        return true;
    }

    private bool HasCall() => _waiting.Count > 0
        && (!_plan.AlignsWindows || _isFlushing || _waiting.TokenCount >= _plan.CallSize || _waiting.Count >= MostWaiting);

    private void Finish(List<PendingWindow> windows, double[]?[] sums, string complaint)
    {
        lock (_gate)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                windows[i].Sum = sums[i];
                windows[i].Complaint = sums[i] is null ? complaint : null;
            }

            Monitor.PulseAll(_gate);
        }
    }
}
