using PSLlmCluster.Worker.Llama;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Fewer threads where the cores are shared, and all of them again where they are not.</summary>
public sealed class ThreadThrottleTests
{
    [Fact]
    public void Threads_that_get_their_time_stay()
    {
        ThreadThrottle throttle = new(8);
        for (int i = 0; i < 20; i++)
        {
            Assert.False(throttle.Observe(1, 7.8));
        }

        Assert.Equal(8, throttle.Count);
    }

    [Fact]
    public void Threads_that_share_their_cores_become_fewer_and_then_as_many_as_before()
    {
        ThreadThrottle throttle = new(6);
        Assert.True(throttle.Observe(1, 2));
        Assert.True(throttle.Observe(1, 1));
        Assert.Equal(1, throttle.Count);
        Assert.False(throttle.Observe(1, 0.1));
        Assert.Equal(1, throttle.Count);

        // The other work has ended.
        List<int> counts = [];
        for (int i = 0; i < 12; i++)
        {
            throttle.Observe(1, throttle.Count);
            counts.Add(throttle.Count);
        }

        Assert.Equal([1, 1, 2, 2, 2, 4, 4, 4, 6, 6, 6, 6], counts);
    }

    [Fact]
    public void Short_computations_are_looked_at_together()
    {
        ThreadThrottle throttle = new(2);
        for (int i = 0; i < 19; i++)
        {
            Assert.False(throttle.Observe(0.01, 0));
        }

        Assert.True(throttle.Observe(0.011, 0));
        Assert.Equal(1, throttle.Count);
    }

    [Fact]
    public void Other_work_of_the_same_process_is_no_sign_of_a_busy_machine()
    {
        ThreadThrottle throttle = new(2);
        Assert.False(throttle.Observe(1, 5));
        Assert.Equal(2, throttle.Count);
    }
}
