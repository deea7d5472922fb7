using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Numerics;

public class RowCollectorTests
{
    [Fact]
    public void Rows_come_out_as_they_went_in()
    {
        RowCollector collector = new();
        for (int i = 0; i < 3000; i++)
        {
            Assert.Null(i % 2 == 0 ? collector.TryAdd([i, -i]) : collector.TryAdd(new double[] { i, -i }));
        }

        RowMatrix rows = collector.ToMatrix();
        Assert.Equal((3000, 2), (rows.RowCount, rows.ColumnCount));
        Assert.All(Enumerable.Range(0, 3000), i => Assert.Equal([i, -i], rows.Row(i).ToArray()));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_row_that_is_not_finite_is_refused_and_the_rest_goes_on(float bad)
    {
        RowCollector collector = new();
        Assert.Null(collector.TryAdd([1f, 2f]));
        EngineException? fault = collector.TryAdd([3f, bad]);
        Assert.Equal("RowNotFinite", fault?.ErrorId);
        Assert.Contains("Number 2", fault!.Message, StringComparison.Ordinal);
        Assert.Null(collector.TryAdd([5f, 6f]));
        Assert.Equal([1, 2, 5, 6], collector.ToMatrix().Values);
    }

    [Fact]
    public void A_double_beyond_single_precision_is_refused()
        => Assert.Equal("RowNotFinite", new RowCollector().TryAdd([1e300])?.ErrorId);

    [Fact]
    public void Numbers_of_single_precision_stay_single_whatever_type_they_come_in()
    {
        RowCollector collector = new();
        Assert.Null(collector.TryAdd(new double[] { 1, 2.5, (1 << 24) - 1, 0.1f, -0.0 }));
        Assert.Null(collector.TryAdd([1f, 2f, 3f, 4f, 5f]));
        RowMatrix rows = collector.ToMatrix();
        Assert.False(rows.IsDouble);
        Assert.Equal([1, 2.5f, 16777215, 0.1f, 0], rows.Row(0).ToArray());
    }

    [Fact]
    public void The_first_number_beyond_single_precision_makes_all_rows_double_and_changes_none()
    {
        RowCollector collector = new();
        Assert.Null(collector.TryAdd([0.1f, 2]));
        Assert.Null(collector.TryAdd(new double[] { 1795867261, 3 }));
        Assert.Null(collector.TryAdd([0.3f, 4]));
        RowMatrix rows = collector.ToMatrix();
        Assert.True(rows.IsDouble);
        Assert.Equal([0.1f, 2, 1795867261, 3, 0.3f, 4], rows.DoubleValues);
        Assert.Throws<InvalidOperationException>(() => rows.Values);
    }

    [Fact]
    public void Numbers_that_are_not_finite_do_not_make_rows_double_and_far_ones_are_kept_for_the_engine_to_judge()
    {
        RowCollector collector = new(takesNotFinite: true);
        Assert.Null(collector.TryAdd(new[] { double.NaN, double.PositiveInfinity }));
        Assert.False(collector.ToMatrix().IsDouble);
        Assert.Null(collector.TryAdd(new[] { 1e60, 1e-300 }));
        RowMatrix rows = collector.ToMatrix();
        Assert.Equal([double.NaN, double.PositiveInfinity, 1e60, 0], rows.DoubleValues);
        Assert.Equal((0, -1), (rows.IndexOfNotFinite(0), rows.IndexOfNotFinite(1)));
    }

    [Fact]
    public void A_row_of_another_length_is_refused()
    {
        RowCollector collector = new();
        Assert.Null(collector.TryAdd([1f, 2f]));
        EngineException? fault = collector.TryAdd([1f]);
        Assert.Equal("RowLengthMismatch", fault?.ErrorId);
        Assert.Equal("The row has 1 numbers, and the rows before it have 2.", fault?.Message);
    }

    [Fact]
    public void A_bad_first_row_does_not_set_the_row_length()
    {
        RowCollector collector = new();
        Assert.NotNull(collector.TryAdd([float.NaN]));
        Assert.Null(collector.TryAdd([1f, 2f]));
        Assert.Equal(2, collector.ColumnCount);
    }

    [Fact]
    public void An_empty_row_is_refused() => Assert.Equal("RowEmpty", new RowCollector().TryAdd(ReadOnlySpan<float>.Empty)?.ErrorId);

    [Fact]
    public void No_rows_give_an_empty_matrix()
        => Assert.Equal((0, 0), (new RowCollector().ToMatrix().RowCount, new RowCollector().ToMatrix().ColumnCount));
}
