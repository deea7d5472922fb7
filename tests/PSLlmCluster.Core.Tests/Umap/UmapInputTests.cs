using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Umap;

public class UmapInputTests
{
    /// <summary>Only a model of distances asks for it, and it is a number for each of a million rows.</summary>
    [Theory]
    [InlineData(Metric.Euclidean, false)]
    [InlineData(Metric.Precomputed, true)]
    public void The_order_of_the_points_is_kept_for_distances_only(Metric metric, bool isKept)
    {
        RowMatrix rows = new([0, 1, 2, 1, 0, 3, 2, 3, 0], 3, 3);
        UmapInput input = UmapInput.Create(rows, new UmapOptions { Metric = metric }, null, ownsRows: false, Work.On(1));
        Assert.Equal(3, input.PointCount);
        Assert.Equal(isKept, input.Order is not null);
        Assert.All(input.Order ?? [], (row, place) => Assert.Equal(place, input.Places[row]));
    }

    [Fact]
    public void Equal_rows_that_count_once_are_one_point()
    {
        RowMatrix rows = new([4, 2, 4, 2, 1, 4], 6, 1);
        UmapInput input = UmapInput.Create(rows, new UmapOptions { UniqueRows = true }, null, ownsRows: true, Work.On(1));
        Assert.Equal(3, input.PointCount);
        Assert.Equal([2, 1, 2, 1, 0, 2], input.Places);
        Assert.Equal("3 different rows", input.PointsText);
    }
}
