using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class HalfBitsTests
{
    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(-0.75f, -0.75f)]
    [InlineData(1.00390625f, 1f)]
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(1.004f, 1.0078125f)]
    [InlineData(-1.0078125f, -1.0078125f)]
    [InlineData(1e-30f, 9.984021e-31f)]
    public void Numbers_keep_their_range_and_eight_bits(float value, float expected)
        => Assert.Equal(expected, Assert.Single(HalfBits.ToSingles(HalfBits.Of([value]))));

    [Fact]
    public void No_number_is_off_by_more_than_the_256th_part_of_it()
    {
        Random random = new(1);
        for (int i = 0; i < 10_000; i++)
        {
            float value = (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 3)));
            float rounded = HalfBits.ToSingles(HalfBits.Of([value]))[0];
            Assert.InRange(Math.Abs(rounded - value), 0, Math.Abs(value) / 256);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    public void Pairs_hold_what_was_put_into_them(int count)
    {
        ushort[] halves = [.. Enumerable.Range(0, count).Select(i => (ushort)(0xfff0 + (3 * i)))];
        int[] pairs = HalfBits.Pack(halves);

        Assert.Equal((count + 1) / 2, pairs.Length);
        Assert.Equal(halves, HalfBits.Unpack(pairs, count));
    }
}
