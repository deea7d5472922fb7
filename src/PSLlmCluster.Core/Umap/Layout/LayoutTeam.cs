using System.Runtime.ExceptionServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// A few threads that do many short steps together, one step after the other, each of them cut into chunks that any thread may take.
/// </summary>
/// <remarks>
/// An epoch has dozens of steps of some microseconds, for which a task per step is too slow. No step waits for a thread that is not
/// running: the threads that are awake take the chunks that are left, and a step is over when all chunks that were taken are done. Which
/// thread does which chunk must change nothing.
/// </remarks>
internal sealed class LayoutTeam : IDisposable
{
    private const int SpinsBeforeYield = 200;
    private readonly Thread[] _helpers;
    private readonly CancellationToken _token;
    // the step's number above, the chunks left to take below, so that no chunk of a new step is taken for one of an old step
    private long _ticket;
    private Action<int, int> _chunk = (_, _) => { };
    private int _done;
    private bool _isOver;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Initializes a new instance of the <see cref="LayoutTeam"/> class.</summary>
    /// <param name="threads">How many threads there are, the caller's included.</param>
    /// <param name="token">The token to monitor for cancellation, before each chunk.</param>
    public LayoutTeam(int threads, CancellationToken token)
    {
        _token = token;
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int thread = i + 1;
            _helpers[i] = new Thread(() => Help(thread)) { IsBackground = true, Name = "UMAP layout" };
            _helpers[i].Start();
        }
    }

    /// <summary>Does a step, and returns when all of it is done.</summary>
    /// <param name="chunks">The number of chunks.</param>
    /// <param name="chunk">Does a chunk: the first argument is the thread, from 0, the second the chunk.</param>
    public void Run(int chunks, Action<int, int> chunk)
    {
        if (chunks <= 1 || _helpers.Length == 0)
        {
            for (int i = 0; i < chunks; i++)
            {
                _token.ThrowIfCancellationRequested();
                chunk(0, i);
            }

            return;
        }

        _chunk = chunk;
        Volatile.Write(ref _done, 0);
        Interlocked.Exchange(ref _ticket, ((Interlocked.Read(ref _ticket) >> 32) + 1 << 32) | (uint)chunks);
        Take(0);
        SpinWait wait = default;
        while (Volatile.Read(ref _done) < chunks)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        _failure?.Throw();
    }

    /// <summary>Stops the helper threads.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isOver, true);
        foreach (Thread helper in _helpers)
        {
            helper.Join();
        }
    }

    private void Help(int thread)
    {
        int idle = 0;
        while (!Volatile.Read(ref _isOver))
        {
            if (Take(thread))
            {
                idle = 0;
            }
            else if (idle++ < SpinsBeforeYield)
            {
                Thread.SpinWait(10);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Does chunks of the current step until none is left; returns whether there was one.</summary>
    private bool Take(int thread)
    {
        bool any = false;
        long ticket = Interlocked.Read(ref _ticket);
        while ((uint)ticket > 0)
        {
            long seen = Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket);
            if (seen != ticket)
            {
                ticket = seen;
                continue;
            }

            any = true;
            Do(thread, (int)(uint)ticket - 1);
            ticket = Interlocked.Read(ref _ticket);
        }

        return any;
    }

    private void Do(int thread, int chunk)
    {
        try
        {
            _token.ThrowIfCancellationRequested();
            _chunk(thread, chunk);
        }
        catch (Exception failure)
        {
            // Reported by the caller's thread, once the step is over: no thread may leave it before.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
        }
        finally
        {
            Interlocked.Increment(ref _done);
        }
    }
}
