using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Grouping;

/// <summary>Which new texts are too far, held against distances that are measured one by one.</summary>
public class FarTextsTests
{
    private static readonly UmapOptions _options = new()
    {
        Metric = Metric.Cosine, Center = true, UniqueRows = true, NeighborCount = 6, EpochCount = 0,
    };

    [Theory]
    [InlineData(20)]
    [InlineData(150)]
    public void The_limit_is_the_distance_that_98_of_100_texts_keep_to_their_third_nearest_other(int count)
    {
        RowMatrix rows = Rows(count, 5);
        double[] distances = [.. Enumerable.Range(0, count).Select(row => Distances(rows, rows, row)[3]).Order()];
        double? limit = FarTexts.LargestDistance(UmapReduction.Fit(rows, _options, FarTexts.FitData));
        int[] order = TestRows.Shuffle(count, 2);
        RowMatrix shuffled = new([.. order.SelectMany(row => rows.Row(row).ToArray())], count, rows.ColumnCount);

        Assert.Equal(distances[(int)Math.Ceiling(0.98 * count) - 1], limit!.Value, 1e-6);
        Assert.Equal(limit, FarTexts.LargestDistance(UmapReduction.Fit(shuffled, _options, FarTexts.FitData)));
    }

    [Fact]
    public void Few_texts_have_no_limit()
        => Assert.Null(FarTexts.LargestDistance(UmapReduction.Fit(Rows(19, 5), _options, FarTexts.FitData)));

    [Fact]
    public void A_new_text_is_as_far_as_its_third_nearest_and_a_known_one_is_not_far()
    {
        RowMatrix rows = Rows(60, 5);
        RowMatrix fresh = new([.. Rows(7, 8).Values, .. rows.Row(4)], 8, rows.ColumnCount);
        FittedDistances distances = FarTexts.Distances(fresh.RowCount);
        UmapReduction.Fit(rows, _options).Model.Transform(fresh, distances, 0, null, CancellationToken.None);

        for (int row = 0; row < 7; row++)
        {
            Assert.Equal(Distances(fresh, rows, row)[2], distances.Values[row], 1e-6);
        }

        Assert.Equal(0, distances.Values[7]);
    }

    /// <summary>Returns the distances of a row to all fitted ones, rising, by the definition.</summary>
    private static double[] Distances(RowMatrix from, RowMatrix fitted, int row)
    {
        double[] mean = [.. Enumerable.Range(0, fitted.ColumnCount)
            .Select(column => Enumerable.Range(0, fitted.RowCount).Average(other => (double)fitted[other, column]))];
        double[] own = Centered(from, row);
        return [.. Enumerable.Range(0, fitted.RowCount).Select(other => 1 - Cosine(own, Centered(fitted, other))).Order()];

        double[] Centered(RowMatrix rows, int at) => [.. mean.Select((value, column) => rows[at, column] - value)];
    }

    private static double Cosine(double[] left, double[] right)
        => left.Zip(right, (a, b) => a * b).Sum() / Math.Sqrt(left.Sum(a => a * a) * right.Sum(b => b * b));

    private static RowMatrix Rows(int count, int seed)
    {
        Random random = new(seed);
        return new RowMatrix([.. Enumerable.Range(0, count * 8).Select(_ => (float)(random.NextDouble() + 0.3))], count, 8);
    }
}
