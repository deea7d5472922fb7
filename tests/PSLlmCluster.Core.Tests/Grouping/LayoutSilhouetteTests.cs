using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Grouping;

/// <summary>The simplified silhouette, held against its definition.</summary>
public class LayoutSilhouetteTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void It_is_what_its_definition_says_in_any_order(int clusters)
    {
        RowMatrix rows = TestRows.Random(200, 3, 6);
        int[] labels = [.. Enumerable.Range(0, 200).Select(row => row % 11 == 0 ? -1 : row % clusters)];
        int[] order = TestRows.Shuffle(200, 3);
        RowMatrix shuffled = new([.. order.SelectMany(row => rows.Row(row).ToArray())], 200, 3);
        double silhouette = new LayoutSilhouette(rows, default).Of(labels, clusters, default);

        Assert.Equal(Plain(rows, labels, clusters), silhouette, 1e-12);
        Assert.Equal(silhouette, new LayoutSilhouette(shuffled, default).Of([.. order.Select(row => labels[row])], clusters, default));
    }

    [Fact]
    public void Rows_that_lie_on_the_means_of_their_clusters_have_1_and_rows_at_one_place_have_0()
    {
        RowMatrix two = new([0, 0, 0, 0, 3, 1, 3, 1], 4, 2);
        RowMatrix one = new([1, 1, 1, 1], 2, 2);

        Assert.Equal(1, new LayoutSilhouette(two, default).Of([0, 0, 1, 1], 2, default));
        Assert.Equal(0, new LayoutSilhouette(one, default).Of([0, 1], 2, default));
    }

    private static double Plain(RowMatrix rows, int[] labels, int clusters)
    {
        int[] placed = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] >= 0)];
        double[][] means = [.. Enumerable.Range(0, clusters).Select(cluster => Enumerable.Range(0, 3)
            .Select(column => placed.Where(row => labels[row] == cluster).Average(row => (double)rows[row, column])).ToArray())];
        return placed.Average(row =>
        {
            double[] distances = [.. means.Select(mean => Math.Sqrt(mean.Select((m, c) => Math.Pow(rows[row, c] - m, 2)).Sum()))];
            double other = distances.Where((_, cluster) => cluster != labels[row]).Min();
            return (other - distances[labels[row]]) / Math.Max(other, distances[labels[row]]);
        });
    }
}
