using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class NegativeSamplerTests
{
    private static readonly CounterRandom _random = new(42, RandomPurpose.NegativeSample);

    /// <summary>Chi-squared over draws of many edges and epochs, within five standard deviations of its mean.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1797)]
    public void All_rows_are_drawn_equally_often(int n)
    {
        int[] counts = new int[n];
        int total = 0;
        for (int epoch = 1; epoch <= 40; epoch++)
        {
            for (int edge = 0; edge < 4096; edge += LayoutGradient.Lanes)
            {
                for (int draw = 0; draw < 5; draw++)
                {
                    foreach (int row in Draw(epoch, edge, draw, n))
                    {
                        counts[row]++;
                        total++;
                    }
                }
            }
        }

        double expected = (double)total / n;
        double chi = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange((chi - (n - 1)) / Math.Sqrt(2 * (n - 1)), -5, 5);
    }

    /// <summary>Pairs of draws that lie side by side, in edges, in draws and in epochs, fall into all cells of a square alike.</summary>
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    public void Neighbouring_draws_are_independent(int edgeStep, int drawStep, int epochStep)
    {
        const int Side = 16;
        int[] cells = new int[Side * Side];
        int total = 0;
        for (int epoch = 1; epoch <= 40; epoch++)
        {
            for (int edge = 0; edge < 4096; edge += LayoutGradient.Lanes)
            {
                int[] first = Draw(epoch, edge, 0, Side);
                int[] second = Draw(epoch + epochStep, edge + edgeStep, drawStep, Side);
                for (int lane = 0; lane < first.Length; lane++)
                {
                    cells[(first[lane] * Side) + second[lane]]++;
                    total++;
                }
            }
        }

        double expected = (double)total / cells.Length;
        double chi = cells.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange((chi - (cells.Length - 1)) / Math.Sqrt(2 * (cells.Length - 1)), -5, 5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1_000_003)]
    [InlineData(int.MaxValue)]
    public void A_row_is_the_share_of_the_bits_that_CounterRandom_would_take(int n)
    {
        int[] rows = Draw(3, 0, 2, n);
        NegativeSampler draws = new(_random, 3);
        for (int lane = 0; lane < rows.Length; lane++)
        {
            Assert.Equal(CounterRandom.Scale(NegativeSampler.Mix(unchecked(draws.State(lane) + (2 * 0x9E3779B9))), n), rows[lane]);
        }
    }

    [Fact]
    public void An_edge_without_draws_left_gets_the_row_given()
    {
        int[] draws = new int[LayoutGradient.Lanes];
        int[] given = new int[LayoutGradient.Lanes];
        int[] rows = new int[LayoutGradient.Lanes];
        Array.Fill(given, -7);
        draws[3] = 3;
        NegativeSampler.Rows(new uint[LayoutGradient.Lanes], 2, draws, given, 10, LayoutGradient.Lanes, rows);
        Assert.InRange(rows[3], 0, 9);
        Assert.All(rows.Where((_, lane) => lane != 3), row => Assert.Equal(-7, row));
    }

    private static int[] Draw(int epoch, int edge, int draw, int n)
    {
        NegativeSampler draws = new(_random, epoch);
        uint[] states = [.. Enumerable.Range(edge, LayoutGradient.Lanes).Select(draws.State)];
        int[] rows = new int[LayoutGradient.Lanes];
        int[] all = new int[LayoutGradient.Lanes];
        Array.Fill(all, draw + 1);
        NegativeSampler.Rows(states, draw, all, new int[LayoutGradient.Lanes], n, LayoutGradient.Lanes, rows);
        return rows;
    }
}
