using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>Samples by keys.</summary>
public sealed class KeyedSampleTests
{
    [Fact]
    public void Each_row_is_as_likely_and_a_larger_sample_holds_the_smaller_one()
    {
        long[] small = Draw(1_000, 100_000, 3);
        Assert.Equal(1_000, small.Distinct().Count());
        Assert.Subset(Draw(5_000, 100_000, 3).ToHashSet(), small.ToHashSet());

        // A thousand of a hundred thousand: ten in each hundredth, with a standard deviation of three.
        int[] counts = new int[10];
        foreach (long key in small)
        {
            counts[key / 10_000]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 60, 140));
        Assert.NotEqual(small, Draw(1_000, 100_000, 4));
    }

    [Fact]
    public void Keys_beyond_32_bits_draw_for_themselves()
    {
        KeyedSample<long> sample = new(10, 1);
        for (long key = 0; key < 20; key++)
        {
            sample.Take(key << 32, () => key);
        }

        Assert.Equal(10, sample.ToList().Count);
        Assert.NotEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], sample.ToList());
    }

    private static long[] Draw(int count, int rows, int seed)
    {
        KeyedSample<long> sample = new(count, seed);
        for (long key = 0; key < rows; key++)
        {
            long own = key;
            sample.Take(key, () => own);
        }

        return [.. sample.ToList()];
    }
}
