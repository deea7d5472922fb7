using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace PSLlmCluster.Core.Numerics;

/// <summary>Splits work into blocks whose bounds depend on the size of the work alone, never on the number of threads.</summary>
internal static class ParallelBlocks
{
    /// <summary>Runs a body over blocks of consecutive indices.</summary>
    /// <param name="count">Number of indices, 0 or more.</param>
    /// <param name="blockSize">Indices per block, 1 or more; the last block may be smaller.</param>
    /// <param name="work">The threads to use, and the token, which is looked at before each block.</param>
    /// <param name="body">What is done with the indices from its first argument to its second, the second excluded. Blocks run in any
    /// order, several at a time.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static void For(int count, int blockSize, WorkContext work, Action<int, int> body)
        => For(count, blockSize, work.ThreadCount, work.Token, body);

    /// <summary>Runs a body over blocks of consecutive indices.</summary>
    /// <param name="count">Number of indices, 0 or more.</param>
    /// <param name="blockSize">Indices per block, 1 or more; the last block may be smaller.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">The token to monitor for cancellation, before each block.</param>
    /// <param name="body">What is done with the indices from its first argument to its second, the second excluded. Blocks run in any
    /// order, several at a time.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    [SuppressMessage(
        "Design",
        "CA1068:CancellationToken parameters must come last",
        Justification = "The body is the last argument, where a reader looks for it.")]
    public static void For(int count, int blockSize, int threadCount, CancellationToken token, Action<int, int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        ArgumentOutOfRangeException.ThrowIfNegative(threadCount);
        ArgumentNullException.ThrowIfNull(body);
        int blocks = (int)(((long)count + blockSize - 1) / blockSize);
        int threads = Math.Min(blocks, ThreadsFor(threadCount));
        if (threads <= 1)
        {
            for (int block = 0; block < blocks; block++)
            {
                RunBlock(block);
            }

            return;
        }

        try
        {
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = token }, RunBlock);
        }
        catch (AggregateException failures) when (failures.InnerException is { } first)
        {
            // One failure is thrown as itself, as it would be on one thread.
            ExceptionDispatchInfo.Throw(first);
        }

        void RunBlock(int block)
        {
            // Parallel.For hears of the end by a callback, which may come late on a busy machine.
            token.ThrowIfCancellationRequested();
            int start = block * blockSize;
            body(start, (int)Math.Min(count, (long)start + blockSize));
        }
    }

    /// <summary>Returns the number of threads that an option asks for.</summary>
    /// <param name="threadCount">The option; 0 for as many as there are cores.</param>
    /// <returns>1 or more.</returns>
    public static int ThreadsFor(int threadCount) => threadCount > 0 ? threadCount : Environment.ProcessorCount;
}
