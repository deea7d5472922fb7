using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Numerics;

public class CanonicalOrderTests
{
    [Fact]
    public void Rows_are_ordered_column_by_column_and_equal_rows_by_index()
    {
        RowMatrix rows = new([2, 1, -1, 5, 2, 0, -1, 5, -0f, 3, 0f, 2], 6, 2);
        Assert.Equal([1, 3, 5, 4, 2, 0], CanonicalOrder.Of(rows));
    }

    [Fact]
    public void Any_order_of_input_gives_the_same_rows()
    {
        RowMatrix rows = TestRows.Random(200, 3, seed: 5, levels: 4);
        float[] expected = CanonicalOrder.Apply(rows, CanonicalOrder.Of(rows)).Values;
        for (int seed = 0; seed < 5; seed++)
        {
            RowMatrix shuffled = CanonicalOrder.Apply(rows, TestRows.Shuffle(200, seed));
            Assert.Equal(expected, CanonicalOrder.Apply(shuffled, CanonicalOrder.Of(shuffled)).Values);
        }
    }

    [Fact]
    public void Minus_zero_becomes_zero()
    {
        RowMatrix copy = CanonicalOrder.Apply(new RowMatrix([-0f], 1, 1), [0]);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(copy.Values[0]));
    }

    [Fact]
    public void No_rows_and_no_columns_have_an_order()
    {
        Assert.Empty(CanonicalOrder.Of(new RowMatrix([], 0, 3)));
        Assert.Equal([0, 1], CanonicalOrder.Of(new RowMatrix([], 2, 0)));
    }

    [Fact]
    public void Rows_equal_in_the_first_column_are_ordered_by_the_rest_and_then_by_input()
    {
        // Columns of zeros of both signs, negative numbers, and equal rows.
        RowMatrix rows = new([0f, -1f, -0f, -2f, -3f, 5f, 0f, -1f, -2f, 5f, -0f, -1f], 6, 2);
        Assert.Equal([2, 4, 1, 0, 3, 5], CanonicalOrder.Of(rows));
    }

    [Fact]
    public void The_order_of_many_rows_is_that_of_their_numbers()
    {
        RowMatrix rows = TestRows.Random(3000, 3, seed: 9);
        for (int row = 0; row < 3000; row++)
        {
            rows.Row(row)[0] = MathF.Round(rows.Row(row)[0], 1);
        }

        int[] expected = [
            .. Enumerable.Range(0, 3000).OrderBy(row => rows.Row(row)[0]).ThenBy(row => rows.Row(row)[1]).ThenBy(row => rows.Row(row)[2])
        ];
        Assert.Equal(expected, CanonicalOrder.Of(rows));
    }
}
