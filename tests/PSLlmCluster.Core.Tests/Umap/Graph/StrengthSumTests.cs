using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap.Graph;

public class StrengthSumTests
{
    [Fact]
    public void Four_powers_at_once_have_the_bits_of_four_single_powers()
    {
        CounterRandom random = new(1, RandomPurpose.RandomStart);
        for (uint i = 0; i < 20_000; i++)
        {
            double x = -700 * Math.Pow(random.Uniform(i, 0, 0), 4);
            Vector256<double> found = StrengthSum.Exp(Vector256.Create(x, 0, -700, -x * -0.001));
            Assert.Equal(DeterministicMath.Exp(x), found[0]);
            Assert.Equal(1, found[1]);
            Assert.Equal(DeterministicMath.Exp(-700.0), found[2]);
            Assert.Equal(DeterministicMath.Exp(x * 0.001), found[3]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(14)]
    [InlineData(300)]
    public void The_sum_is_that_of_its_terms(int count)
    {
        double[] distances = [.. Enumerable.Range(0, count).Select(i => i * 0.37)];
        Assert.Equal(distances.Sum(distance => Math.Exp(-distance / 1.7)), StrengthSum.Of(distances, 1.7), 1e-12 * Math.Max(1, count));
    }

    [Fact]
    public void A_scale_near_0_leaves_the_distances_of_0()
        => Assert.Equal(2, StrengthSum.Of([0, 1, 0, 2, 3], 1e-300));
}
