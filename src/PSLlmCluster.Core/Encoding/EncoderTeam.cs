using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding;

/// <summary>
/// The workers that take windows through the network, each with buffers of its own and nothing to wait for but windows: two threads in one
/// computation would meet after every operation. A worker takes as many windows as fill a block, or its share of those that wait where that
/// is less, so that the first results come early and all workers end at about the same time. Who computes a window, and beside which
/// others, does not change a bit of it.
/// </summary>
internal sealed class EncoderTeam : IDisposable
{
    /// <summary>The tokens of a block: six panels. Weights are read once for a block; from some 200 tokens on that costs nothing.</summary>
    public const int BlockSize = 6 * Panels.LaneCount;

    // How far the search goes for a window that fills the rest of a block.
    private const int MostTried = 64;

    private readonly object _gate = new();
    private readonly LinkedList<TokenWindow> _waiting = [];
    private readonly List<Thread> _threads = [];
    private readonly EncoderKernels _kernels;
    private readonly BertWeights _weights;
    private readonly BertBufferPool _buffers;
    private readonly PoolingType _pooling;
    private readonly int _windowLength;
    private readonly int _threadCount;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _token;
    private int _waitingTokens;
    private int _idle;
    private bool _isEnding;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Initializes a new instance of the <see cref="EncoderTeam"/> class.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="buffers">Where workers get what they compute in.</param>
    /// <param name="pooling">What becomes of the vectors of a window's tokens.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <param name="threadCount">The most workers, 1 or more; they start as there is work for them.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public EncoderTeam(
        EncoderKernels kernels,
        BertWeights weights,
        BertBufferPool buffers,
        PoolingType pooling,
        int windowLength,
        int threadCount,
        CancellationToken token)
    {
        _kernels = kernels;
        _weights = weights;
        _buffers = buffers;
        _pooling = pooling;
        _windowLength = windowLength;
        _threadCount = threadCount;
        _token = token;
        _registration = token.Register(End);
    }

    /// <summary>Gets a value indicating whether <see cref="Add"/> returns without waiting.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _waitingTokens < MostWaiting;
            }
        }
    }

    private int Capacity => Math.Max(BlockSize, _windowLength);

    // Two blocks for each worker keep all of them busy while the caller fetches more.
    private int MostWaiting => 2 * Capacity * _threadCount;

    /// <summary>Returns the bytes that a number of workers takes.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <param name="threadCount">The workers.</param>
    /// <returns>The bytes.</returns>
    public static long ByteCount(BertWeights weights, int windowLength, int threadCount)
        => threadCount * BertBuffers.ByteCount(weights.Shape, Math.Max(BlockSize, windowLength), windowLength, weights.ScratchLength);

    /// <summary>Takes a window; waits, where too much is waiting already, until half of that is done.</summary>
    /// <param name="window">The window.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Add(TokenWindow window)
    {
        lock (_gate)
        {
            if (_waitingTokens >= MostWaiting)
            {
                while (_waitingTokens > MostWaiting / 2 && !HasEnded())
                {
                    Monitor.Wait(_gate);
                }
            }

            ThrowIfEnded();
            _waiting.AddLast(window);
            _waitingTokens += window.Tokens.Length;
            if (_idle == 0 && _threads.Count < _threadCount)
            {
                Thread thread = new(Work) { IsBackground = true, Name = "PSLlmCluster encoder" };
                thread.Start();
                _threads.Add(thread);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Returns whether a window is computed.</summary>
    /// <param name="window">The window.</param>
    /// <returns>Whether it is.</returns>
    public bool IsDone(TokenWindow window)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            return window.Sum is not null;
        }
    }

    /// <summary>Waits until a window is computed.</summary>
    /// <param name="window">The window.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void WaitFor(TokenWindow window)
    {
        lock (_gate)
        {
            while (window.Sum is null && !HasEnded())
            {
                Monitor.Wait(_gate);
            }

            ThrowIfEnded();
        }
    }

    /// <summary>Ends the workers, which look for it before each layer, and waits for that.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        End();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
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
    private void Work()
    {
        try
        {
            BertBuffers buffers = _buffers.Take(Capacity, _windowLength);
            WindowBlock block = new(Capacity);
            List<TokenWindow> windows = [];
            List<double[]> sums = [];
            while (Take(block, windows))
            {
                BertNetwork.Run(_kernels, _weights, block, buffers, () => Volatile.Read(ref _isEnding));
                sums.Clear();
                for (int window = 0; window < block.Count; window++)
                {
                    sums.Add(WindowPooling.Sum(buffers.Hidden, _weights.Shape.Width, block, window, _pooling));
                }

                Finish(windows, sums);
            }

            _buffers.Return(buffers);
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

    private bool Take(WindowBlock block, List<TokenWindow> windows)
    {
        block.Clear();
        windows.Clear();
        lock (_gate)
        {
            _idle++;
            while (_waiting.Count == 0 && !_isEnding)
            {
                Monitor.Wait(_gate);
            }

            _idle--;
            if (_isEnding)
            {
                return false;
            }

            int share = Panels.RoundUp((_waitingTokens + _threadCount - 1) / _threadCount, Panels.LaneCount);
            int room = Math.Max(Math.Min(BlockSize, share), _waiting.First!.Value.Tokens.Length);
            LinkedListNode<TokenWindow>? node = _waiting.First;
            for (int tried = 0; node is not null && room > 0 && tried < MostTried; tried++)
            {
                LinkedListNode<TokenWindow>? next = node.Next;
                int length = node.Value.Tokens.Length;
                if (length <= room)
                {
                    _waiting.Remove(node);
                    _waitingTokens -= length;
                    room -= length;
                    windows.Add(node.Value);
                    block.Add(node.Value.Tokens);
                }

                node = next;
            }

            Monitor.PulseAll(_gate);
            return true;
        }
    }

    private void Finish(List<TokenWindow> windows, List<double[]> sums)
    {
        lock (_gate)
        {
            for (int i = 0; i < windows.Count && !_isEnding; i++)
            {
                windows[i].Sum = sums[i];
            }

            Monitor.PulseAll(_gate);
        }
    }
}
