using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Tests.Plotting.Map;

public class CentralTextsTests
{
    [Fact]
    public void The_nearest_to_the_middle_come_first_and_each_text_once()
    {
        PlotPoint[] points =
        [
            new(0, 0, 7, "far"), new(4, 0, 7, "near"), new(5, 0, 7, "middle"), new(6, 0, 7, "middle"), new(5, 1, 7, "nearer on top"),
            new(5, -1, 7, " "), new(9, 0, 7, null), new(5, 0, -1, "noise"), new(double.NaN, 0, 7, "nowhere"), new(5, 0, 2, "other"),
        ];
        MapCluster[] clusters = [new(7, 5, 5, 0, "seven"), new(2, 1, 5, 0, "two"), new(3, 1, 0, 0, "empty")];

        IReadOnlyList<string>[] texts = CentralTexts.Of(points, clusters, 3);
        Assert.Equal(["middle", "near", "nearer on top"], texts[0]);
        Assert.Equal(["other"], texts[1]);
        Assert.Empty(texts[2]);
        Assert.All(CentralTexts.Of(points, clusters, 0), Assert.Empty);
    }

    [Fact]
    public void The_order_of_the_points_changes_nothing()
    {
        Random random = new(3);
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 400).Select(
                _ => new PlotPoint(random.Next(6), random.Next(6), random.Next(4), $"text {random.Next(60)}")),
        ];
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(points);
        IReadOnlyList<string>[] expected = CentralTexts.Of(points, clusters, 5);

        // A plain version: all texts of a cluster by distance, then by the text.
        for (int i = 0; i < clusters.Count; i++)
        {
            MapCluster cluster = clusters[i];
            Assert.Equal(
                points.Where(point => point.Cluster == cluster.Number)
                    .GroupBy(point => point.Text!, point => Math.Max(Math.Abs(point.X - cluster.X), Math.Abs(point.Y - cluster.Y)))
                    .OrderBy(group => group.Min()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(5).Select(group => group.Key),
                expected[i]);
        }

        random.Shuffle(points);
        Assert.Equal(expected, CentralTexts.Of(points, clusters, 5));
    }
}
