using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class LayoutTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_chunk_of_every_step_is_done_once_before_the_next_step(int threads)
    {
        const int Steps = 2000;
        const int Chunks = 9;
        int[] done = new int[Chunks];
        int step = 0;
        bool isOutOfStep = false;
        using LayoutTeam team = new(threads, CancellationToken.None);
        for (; step < Steps; step++)
        {
            team.Run(Chunks, (_, chunk) => isOutOfStep |= Interlocked.Increment(ref done[chunk]) != step + 1);
        }

        Assert.False(isOutOfStep);
        Assert.All(done, count => Assert.Equal(Steps, count));
    }

    [Fact]
    public void No_two_threads_have_the_same_number()
    {
        int[] busy = new int[4];
        bool isShared = false;
        using LayoutTeam team = new(busy.Length, CancellationToken.None);
        for (int step = 0; step < 500; step++)
        {
            team.Run(16, (thread, _) =>
            {
                isShared |= Interlocked.Increment(ref busy[thread]) != 1;
                Interlocked.Decrement(ref busy[thread]);
            });
        }

        Assert.False(isShared);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_failure_in_any_chunk_is_reported_to_the_caller(int threads)
    {
        using LayoutTeam team = new(threads, CancellationToken.None);
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => team.Run(20, (_, chunk) =>
        {
            if (chunk == 11)
            {
                throw new InvalidOperationException("eleven");
            }
        }));
        Assert.Equal("eleven", failure.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Cancellation_ends_a_long_step(int threads)
    {
        using CancellationTokenSource source = new();
        using LayoutTeam team = new(threads, source.Token);
        int done = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => team.Run(100_000, (_, _) =>
        {
            int number = Interlocked.Increment(ref done);
            if (number == 10)
            {
                source.Cancel();
            }
            else if (number > 10)
            {
                // What other threads began meanwhile lasts until the token is cancelled.
                source.Token.WaitHandle.WaitOne();
            }
        }));
        Assert.InRange(done, 10, 10 + threads - 1);
    }
}
