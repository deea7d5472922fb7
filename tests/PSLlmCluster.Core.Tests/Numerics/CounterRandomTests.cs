using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Numerics;

public class CounterRandomTests
{
    /// <summary>The known answers of Random123's kat_vectors for philox4x32, 10 rounds.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0xa4093822u, 0x299f31d0u, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Block_gives_the_published_answers(
        uint key0, uint key1, uint c0, uint c1, uint c2, uint c3, uint x0, uint x1, uint x2, uint x3)
        => Assert.Equal((x0, x1, x2, x3), CounterRandom.Block(key0, key1, c0, c1, c2, c3));

    [Fact]
    public void Draws_are_the_places_of_the_blocks()
    {
        CounterRandom random = new(42, RandomPurpose.NegativeSample);
        (uint first, uint second, uint third, uint fourth) = random.Block(7, 3, 5);
        Assert.Equal([first, second, third, fourth], Enumerable.Range(20, 4).Select(draw => random.UInt32(7, 3, (uint)draw)));
    }

    [Fact]
    public void Seed_purpose_row_epoch_and_draw_each_change_the_number()
    {
        uint[] numbers =
        [
            new CounterRandom(42, RandomPurpose.StartNoise).UInt32(1, 1, 1),
            new CounterRandom(43, RandomPurpose.StartNoise).UInt32(1, 1, 1),
            new CounterRandom(42, RandomPurpose.NegativeSample).UInt32(1, 1, 1),
            new CounterRandom(42, RandomPurpose.StartNoise).UInt32(2, 1, 1),
            new CounterRandom(42, RandomPurpose.StartNoise).UInt32(1, 2, 1),
            new CounterRandom(42, RandomPurpose.StartNoise).UInt32(1, 1, 2),
        ];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Fact]
    public void Below_is_uniform()
    {
        CounterRandom random = new(1, RandomPurpose.NegativeSample);
        int[] counts = new int[10];
        for (uint draw = 0; draw < 100_000; draw++)
        {
            counts[random.Below(10, 0, 0, draw)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Normal_has_mean_0_variance_1_and_the_right_tails()
    {
        CounterRandom random = new(1, RandomPurpose.StartNoise);
        double sum = 0, squares = 0;
        int beyondTwo = 0;
        const int Count = 100_000;
        for (uint draw = 0; draw < Count; draw++)
        {
            double value = random.Normal(3, 0, draw);
            sum += value;
            squares += value * value;
            beyondTwo += Math.Abs(value) > 2 ? 1 : 0;
        }

        Assert.InRange(sum / Count, -0.015, 0.015);
        Assert.InRange(squares / Count, 0.98, 1.02);
        Assert.InRange(beyondTwo / (double)Count, 0.0435, 0.0475);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-20, -9.262340089798408)]
    public void NormalQuantile_gives_the_known_values(double p, double expected)
        => Assert.Equal(expected, CounterRandom.NormalQuantile(p), 1e-12);
}
