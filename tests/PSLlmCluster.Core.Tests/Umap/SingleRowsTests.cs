using System.Globalization;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap;

public class SingleRowsTests
{
    private const double Then = 1795867260;

    [Fact]
    public void Rows_of_single_precision_stay_what_they_are()
    {
        RowMatrix rows = TestRows.Random(20, 3, seed: 1);
        SingleRows single = SingleRows.Of(rows, Metric.Euclidean, default);
        Assert.Same(rows, single.Rows);
        Assert.Null(single.Offset);
        Assert.Empty(single.Warnings);
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Chebyshev)]
    [InlineData(Metric.Minkowski)]
    public void Seconds_since_1970_keep_their_differences(Metric metric)
    {
        RowMatrix rows = Seconds();
        SingleRows single = SingleRows.Of(rows, metric, default);
        Assert.Empty(single.Warnings);
        Assert.Equal([Then + 49, 0], single.Offset!);
        for (int row = 0; row < rows.RowCount; row++)
        {
            Assert.Equal(rows[row, 0], single.Offset![0] + single.Rows[row, 0]);
        }
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Correlation)]
    [InlineData(Metric.Canberra)]
    [InlineData(Metric.BrayCurtis)]
    [InlineData(Metric.Hamming)]
    [InlineData(Metric.Jaccard)]
    public void Metrics_that_depend_on_where_rows_lie_move_nothing_and_a_warning_names_the_column(Metric metric)
    {
        RowMatrix rows = Seconds();
        SingleRows single = SingleRows.Of(rows, metric, default);
        Assert.Null(single.Offset);
        Assert.Equal((float)rows[3, 0], single.Rows.Row(3)[0]);
        EngineWarning warning = Assert.Single(single.Warnings);
        Assert.Equal("ColumnLosesPrecision", warning.Id);
        Assert.StartsWith("Column 1 loses precision", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_numbers_far_out_do_not_take_the_digits_of_the_others()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i < 3 ? 0 : Then + (i * 0.125))];
        SingleRows single = SingleRows.Of(RowMatrix.OfDoubles(values, 100, 1), Metric.Euclidean, default);
        Assert.Empty(single.Warnings);
        Assert.Equal(0.125f, single.Rows.Row(11)[0] - single.Rows.Row(10)[0]);
    }

    /// <summary>The first and the third column have two groups far apart, whose own differences are small.</summary>
    [Fact]
    public void One_warning_names_all_columns_that_lose_precision()
    {
        double[] values = [.. Enumerable.Range(0, 100).SelectMany(i => new[] { (i % 2 * 1e12) + i, i + 0.1, (i % 3 * 1e9) + (i * 0.01) })];
        SingleRows single = SingleRows.Of(RowMatrix.OfDoubles(values, 100, 3), Metric.Euclidean, default);
        Assert.StartsWith("Columns 1, 3 lose precision", Assert.Single(single.Warnings).Message, StringComparison.Ordinal);
        Assert.Equal(
            single.Warnings, UmapReduction.Compute(RowMatrix.OfDoubles(values, 100, 3), new UmapOptions { EpochCount = 5 }).Warnings);
    }

    [Fact]
    public void Numbers_of_single_precision_that_came_as_texts_are_what_they_were()
    {
        RowMatrix rows = TestRows.Random(300, 2, seed: 9);
        double[] read = Array.ConvertAll(
            rows.Values, value => double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        SingleRows single = SingleRows.Of(RowMatrix.OfDoubles(read, 300, 2), Metric.Euclidean, default);
        Assert.NotEqual(rows.ToDouble().DoubleValues, read);
        Assert.Null(single.Offset);
        Assert.Empty(single.Warnings);
        Assert.Equal(rows.Values, single.Rows.Values);
    }

    [Theory]
    [InlineData(30, 1, 0)]
    [InlineData(3000, 1, 0)]
    [InlineData(3000, 1, 1e12)]
    [InlineData(100_000, 1e-3, 1e6)]
    public void Numbers_that_are_close_by_chance_lose_no_notable_precision(int n, double unit, double offset)
        => Assert.Empty(SingleRows.Of(TestRows.Doubles(n, 2, seed: 4, offset, unit), Metric.Euclidean, default).Warnings);

    [Theory]
    [InlineData(1e39)]
    [InlineData(1e300)]
    public void A_number_too_large_for_single_precision_is_refused(double number)
    {
        RowMatrix rows = RowMatrix.OfDoubles([1.1, 2, 3, number], 4, 1);
        EngineException problem = Assert.Throws<EngineException>(() => UmapReduction.Compute(rows, new UmapOptions()));
        Assert.Equal("RowNotFinite", problem.ErrorId);
        Assert.Matches("^Row 4 of 4 holds a number that is too large ", problem.Message);
    }

    [Fact]
    public void The_layout_is_that_of_the_moved_rows()
    {
        RowMatrix rows = Seconds();
        UmapOptions options = new() { EpochCount = 30, NeighborCount = 5 };
        RowMatrix moved = SingleRows.Of(rows, options.Metric, default).Rows;
        Assert.Equal(UmapReduction.Compute(moved, options).Layout.Values, UmapReduction.Compute(rows, options).Layout.Values);
    }

    [Fact]
    public void The_order_of_the_rows_changes_no_place()
    {
        RowMatrix rows = TestRows.Doubles(80, 3, seed: 7);
        UmapOptions options = new() { EpochCount = 30 };
        float[] expected = UmapReduction.Compute(rows, options).Layout.Values;
        int[] order = TestRows.Shuffle(80, seed: 3);
        float[] found = UmapReduction.Compute(CanonicalOrder.Apply(rows, order), options).Layout.Values;
        Assert.Equal(order.SelectMany(row => expected[(row * 2)..((row * 2) + 2)]), found);
    }

    [Fact]
    public void New_rows_are_moved_as_the_fitted_ones_were()
    {
        RowMatrix rows = Seconds();
        UmapFit fit = UmapReduction.Fit(rows, new UmapOptions { EpochCount = 30, NeighborCount = 5 });
        Assert.Equal(fit.Result.Layout.Values, fit.Model.Transform(rows).Layout.Values);

        // A new row of single precision is moved too: 1795867264 is one.
        RowMatrix single = new([1795867264f, 0.25f], 1, 2);
        Assert.Equal(
            fit.Model.Transform(RowMatrix.OfDoubles([1795867264.0, 0.25], 1, 2)).Layout.Values, fit.Model.Transform(single).Layout.Values);
    }

    /// <summary>Three groups 40 seconds apart, and a column that needs no more than single precision.</summary>
    private static RowMatrix Seconds()
    {
        double[] values = [.. Enumerable.Range(0, 60).SelectMany(i => new[] { Then + (40 * (i / 20)) + (i % 20), (i % 4) * 0.25 })];
        return RowMatrix.OfDoubles(values, 60, 2);
    }
}
