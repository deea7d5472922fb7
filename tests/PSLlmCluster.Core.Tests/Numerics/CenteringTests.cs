using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Numerics;

public sealed class CenteringTests
{
    [Fact]
    public void The_mean_is_that_of_each_column()
    {
        RowMatrix rows = new([1, 10, 2, 20, 6, 60], 3, 2);

        Assert.Equal([3, 30], MeanOf(rows));
        Assert.Equal([-2, -20, -1, -10, 3, 30], Centering.Subtract(rows, [3, 30], default).DoubleValues);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1_764_000_000.3)]
    [InlineData(-1e70)]
    public void A_column_of_equal_numbers_comes_to_exactly_0(double number)
    {
        RowMatrix rows = RowMatrix.OfDoubles([.. Enumerable.Repeat(number, 1237)], 1237, 1);

        Assert.Equal([number], MeanOf(rows));
        Assert.All(Centering.Subtract(rows, MeanOf(rows), default).DoubleValues, value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_order_of_input_and_threads_change_no_bit()
    {
        foreach (RowMatrix rows in (RowMatrix[])[TestRows.Random(3000, 7, seed: 1), TestRows.Doubles(3000, 7, seed: 2)])
        {
            double[] mean = MeanOf(rows);
            RowMatrix shuffled = CanonicalOrder.Apply(rows, TestRows.Shuffle(3000, seed: 3));

            Assert.Equal(mean, MeanOf(shuffled));
            Assert.Equal(
                Centering.Subtract(rows, mean, new WorkContext(1, default, default)).DoubleValues,
                Centering.Subtract(rows, mean, new WorkContext(5, default, default)).DoubleValues);
        }
    }

    [Fact]
    public void A_row_of_weight_3_counts_as_three()
    {
        RowMatrix once = TestRows.Random(50, 4, seed: 4);
        int[] order = CanonicalOrder.Of(once);
        double[] weights = [.. Enumerable.Range(0, 50).Select(place => 1.0 + (place % 3))];
        int[] copies = [.. Enumerable.Range(0, 50).SelectMany(place => Enumerable.Repeat(order[place], 1 + (place % 3)))];
        double[] expected = MeanOf(CanonicalOrder.Apply(once, copies));
        double[] found = Centering.MeanOf(once, order, weights, default);

        Assert.All(Enumerable.Range(0, 4), column => Assert.Equal(expected[column], found[column], 1e-13));
    }

    [Fact]
    public void Rows_out_of_the_order_are_moved_but_do_not_count()
    {
        RowMatrix rows = new([1, float.NaN, 3, float.PositiveInfinity], 4, 1);
        double[] mean = Centering.MeanOf(rows, [0, 2], [], default);

        Assert.Equal([2], mean);
        Assert.Equal([-1, double.NaN, 1, double.PositiveInfinity], Centering.Subtract(rows, mean, default).DoubleValues);
    }

    [Fact]
    public void What_comes_too_near_to_0_for_a_reciprocal_is_0()
    {
        double[] left = Centering.Subtract(RowMatrix.OfDoubles([2e-290, 4e-290], 2, 1), [1.5e-290], default).DoubleValues;

        Assert.Equal(0, left[0]);
        Assert.Equal(2.5e-290, left[1], 1e-300);
    }

    private static double[] MeanOf(RowMatrix rows) => Centering.MeanOf(rows, CanonicalOrder.Of(rows), [], default);
}
