using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Numerics;

public class ParallelBlocksTests
{
    [Theory]
    [InlineData(0, 3, 0)]
    [InlineData(1, 3, 0)]
    [InlineData(10, 3, 1)]
    [InlineData(10, 3, 2)]
    [InlineData(1000, 7, 4)]
    public void Every_index_comes_once_in_blocks_that_depend_on_the_size_alone(int count, int blockSize, int threads)
    {
        int[] seen = new int[count];
        ParallelBlocks.For(count, blockSize, threads, CancellationToken.None, (start, end) =>
        {
            Assert.Equal(0, start % blockSize);
            Assert.Equal(Math.Min(count, start + blockSize), end);
            for (int i = start; i < end; i++)
            {
                Interlocked.Increment(ref seen[i]);
            }
        });
        Assert.All(seen, times => Assert.Equal(1, times));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_cancelled_token_stops_it(int threads)
    {
        using CancellationTokenSource source = new();
        int blocks = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => ParallelBlocks.For(1000, 1, threads, source.Token, (_, _) =>
        {
            Interlocked.Increment(ref blocks);
            source.Cancel();
        }));
        Assert.InRange(blocks, 1, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_failure_comes_out_as_itself(int threads)
        => Assert.Throws<InvalidDataException>(
            () => ParallelBlocks.For(100, 1, threads, CancellationToken.None, (_, _) => throw new InvalidDataException()));
}
