using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Numerics;

public sealed class CountingSortTests
{
    [Fact]
    public void Rows_stand_by_group_and_rise_in_each()
    {
        (int[] order, int[] starts) = CountingSort.ByGroup([3, 0, 3, 1, 0], 4);
        Assert.Equal([1, 4, 3, 0, 2], order);
        Assert.Equal([0, 2, 3, 3, 5], starts);
    }

    [Fact]
    public void No_rows_have_empty_groups()
    {
        (int[] order, int[] starts) = CountingSort.ByGroup([], 2);
        Assert.Empty(order);
        Assert.Equal([0, 0, 0], starts);
    }
}
