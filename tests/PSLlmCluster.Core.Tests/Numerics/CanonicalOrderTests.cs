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
}
