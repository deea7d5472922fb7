using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class ClusterNumbersTests
{
    [Fact]
    public void The_largest_comes_first_and_of_equal_ones_that_with_the_smallest_row()
        => Assert.Equal([7, 4, 2], ClusterNumbers.BySize([-1, 4, 2, 7, 2, 7, -1, 7, 4], 9));

    [Fact]
    public void Noise_alone_has_no_clusters() => Assert.Empty(ClusterNumbers.BySize([-1, -1], 5));
}
