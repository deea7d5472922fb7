using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class DistinctRowsTests
{
    [Fact]
    public void Equal_rows_are_one_point_with_its_rows_rising()
    {
        DistinctRows points = DistinctRows.Of(new RowMatrix([1, 2, 0, 5, 1, 2, -3, 7, 1, 2], 5, 2));
        Assert.Equal((3, 5), (points.Count, points.RowCount));
        Assert.Equal([3], points.RowsOf(0).ToArray());
        Assert.Equal([1], points.RowsOf(1).ToArray());
        Assert.Equal([0, 2, 4], points.RowsOf(2).ToArray());
        Assert.Equal([3, 1, 0], points.FirstRows());
        Assert.Equal([2, 1, 2, 0, 2], points.PointsOfRows());
    }

    [Fact]
    public void A_permutation_moves_points_with_their_rows()
    {
        DistinctRows points = DistinctRows.Of(new RowMatrix([4, 1, 4, 2], 4, 1)).Permute([2, 0, 1]);
        Assert.Equal([0, 2], points.RowsOf(0).ToArray());
        Assert.Equal([1], points.RowsOf(1).ToArray());
        Assert.Equal([3], points.RowsOf(2).ToArray());
    }

    [Fact]
    public void Both_zeros_are_one_value()
        => Assert.Equal(1, DistinctRows.Of(new RowMatrix([0f, -0f, -0f, 0f], 2, 2)).Count);

    [Fact]
    public void No_rows_have_no_points()
        => Assert.Equal(0, DistinctRows.Of(new RowMatrix([], 0, 2)).Count);

    [Fact]
    public void Rows_in_canonical_order_keep_their_places()
    {
        RowMatrix rows = TestRows.Random(200, 2, seed: 3);
        RowMatrix sorted = CanonicalOrder.Apply(rows, CanonicalOrder.Of(rows));
        Assert.Equal(Enumerable.Range(0, 200), DistinctRows.Of(sorted).FirstRows());
        Assert.Equal(CanonicalOrder.Of(rows), DistinctRows.Of(rows).FirstRows());
    }
}
