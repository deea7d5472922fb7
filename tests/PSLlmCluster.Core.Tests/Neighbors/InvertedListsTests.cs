using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class InvertedListsTests
{
    /// <summary>Many rows and probes, so that there are several groups of cells; parts, so that a cell counts as several.</summary>
    [Theory]
    [InlineData(300, 5, 1000)]
    [InlineData(20_000, 128, 1000)]
    [InlineData(20_000, 128, 70)]
    public void Each_cell_has_the_rows_that_probe_it_whichever_group_it_is_in(int n, int probes, int partSize)
    {
        RowMatrix rows = NeighborSets.Mixture(n, 8, 20, seed: 1);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        PivotCells cells = new(space, [.. Enumerable.Range(0, 150)]);
        InvertedLists lists = InvertedLists.Build(cells, n, probes, _ => partSize, default);

        int groups = 0;
        long found = 0;
        int[] probedBy = new int[n];
        for (int start = 0; start < lists.CellCount; groups++)
        {
            int end = lists.Prepare(start, CancellationToken.None);
            Assert.True(end > start);
            for (int cell = start; cell < end; cell++)
            {
                ReadOnlySpan<int> probing = lists.ProbingRowsOf(cell);
                (int own, int ownEnd) = lists.RangeOf(cell);
                found += probing.Length;
                for (int i = 0; i < probing.Length; i++)
                {
                    Assert.True(i == 0 || probing[i] > probing[i - 1]);
                    Assert.False(probing[i] >= own && probing[i] < ownEnd);
                    probedBy[probing[i]]++;
                }
            }

            start = end;
        }

        Assert.Equal(lists.ProbeCount, found);
        Assert.Equal((long)n * (probes - 1), found);
        Assert.All(probedBy, count => Assert.Equal(probes - 1, count));
        Assert.Equal(n > 1000, groups > 1);
        Assert.Equal(Enumerable.Range(0, n), lists.Order.Order());
    }
}
