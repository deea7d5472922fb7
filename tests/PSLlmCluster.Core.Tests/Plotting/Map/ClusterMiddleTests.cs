using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Tests.Plotting.Map;

public class ClusterMiddleTests
{
    [Fact]
    public void The_middle_of_a_heap_is_its_median_along_each_axis()
    {
        PlotPoint[] points = Heap(101, 4, -2, spread: 1);
        (double x, double y, double z) = Middle(points);

        Assert.Equal(points.Select(point => point.X).Order().ElementAt(50), x);
        Assert.Equal(points.Select(point => point.Y).Order().ElementAt(50), y);
        Assert.Equal(0, z);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void The_middle_of_a_cluster_in_three_parts_lies_in_the_largest(double far)
    {
        // No part has half of the points, so that the median takes X of one part and Y of another.
        PlotPoint[] points = [.. Heap(45, 0, 0, 0.05), .. Heap(30, far, 0, 0.05), .. Heap(25, 0, far, 0.05)];
        points = [.. points.Select(point => point with { X = point.X + (0.6 * point.Y), Y = point.Y - (0.6 * point.X) })];
        (double x, double y, _) = Middle(points);

        Assert.InRange(x, -0.3, 0.3);
        Assert.InRange(y, -0.3, 0.3);
        Assert.Contains(points, point => Math.Abs(point.X - x) + Math.Abs(point.Y - y) < 0.1);
    }

    [Fact]
    public void The_middle_of_a_ring_lies_on_it()
    {
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 1000).Select(i => new PlotPoint(5 * Math.Cos(i * 0.7), 5 * Math.Sin(i * 0.7), 0, null) { Z = 3 }),
        ];
        (double x, double y, double z) = Middle(points);

        Assert.Equal(5, Math.Sqrt((x * x) + (y * y)), 9);
        Assert.Equal(3, z);
    }

    [Fact]
    public void Equal_points_and_the_largest_numbers_have_a_middle()
    {
        Assert.Equal((2, 3, 0), Middle([.. Enumerable.Repeat(new PlotPoint(2, 3, 0, null), 7)]));
        (double x, double y, _) = Middle([new(-1e300, 0, 0, null), new(1e300, 5, 0, null), new(1e299, 7, 0, null)]);
        Assert.True(double.IsFinite(x) && double.IsFinite(y));
    }

    private static (double X, double Y, double Z) Middle(PlotPoint[] points)
        => ClusterMiddle.Of(points, [.. Enumerable.Range(0, points.Length)]);

    private static PlotPoint[] Heap(int count, double x, double y, double spread)
    {
        Random random = new(count);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(_ => new PlotPoint(x + (Normal() * spread), y + (Normal() * spread), 0, null))];
    }
}
