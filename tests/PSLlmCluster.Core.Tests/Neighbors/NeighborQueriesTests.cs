using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class NeighborQueriesTests
{
    [Theory]
    [InlineData(Metric.Euclidean, 3, false)]
    [InlineData(Metric.Euclidean, 20, false)]
    [InlineData(Metric.Euclidean, 20, true)]
    [InlineData(Metric.Cosine, 33, false)]
    [InlineData(Metric.Correlation, 20, true)]
    [InlineData(Metric.Manhattan, 20, false)]
    [InlineData(Metric.Chebyshev, 5, false)]
    public void An_exact_search_finds_what_measuring_every_row_finds(Metric metric, int columns, bool isDouble)
    {
        RowMatrix rows = NeighborSets.Mixture(1300, columns, 12, seed: 1);
        RowMatrix news = NeighborSets.Mixture(200, columns, 12, seed: 2);

        // Rows that are equal to fitted ones, equal to one another, and farther out than products can be trusted with.
        rows.Row(3).CopyTo(rows.Row(700));
        rows.Row(3).CopyTo(news.Row(5));
        news.Row(6).CopyTo(news.Row(7));
        news.Row(8).Fill(1e12f);
        news.Row(9)[0] = -3e20f;
        MetricSpace space = MetricSpace.Create(isDouble ? rows.ToDouble() : rows, metric);
        MetricSpace foreign = space.CreateForeign(isDouble ? news.ToDouble() : news);
        foreach (int k in (int[])[1, 15, 1300])
        {
            RequireExact(space, foreign, NeighborQueries.Exact(space, 200, Work.On(2)), k);
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Manhattan)]
    public void A_search_by_cells_loses_little(Metric metric)
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(6000, 12, 40, seed: 1), metric);
        MetricSpace foreign = space.CreateForeign(NeighborSets.Mixture(400, 12, 40, seed: 1));
        CellIndex? cells = CellIndex.Create(space, 15, seed: 3, Work.On(2));
        Assert.NotNull(cells);
        Found found = Find(NeighborQueries.ByCells(space, cells), foreign, 15, threads: 2);
        Found exact = Find(NeighborQueries.Exact(space, 400, Work.On(2)), foreign, 15, threads: 2);
        int held = 0;
        for (int row = 0; row < 400; row++)
        {
            held += found.Distances[row].Count(distance => distance <= exact.Distances[row][^1]);
            Assert.Equal(15, found.Indices[row].Distinct().Count());
            Assert.Equal(found.Indices[row].Select(other => space.DistanceFrom(foreign, row, other)), found.Distances[row]);
        }

        Assert.InRange(held / (400.0 * 15), 0.98, 1);
    }

    [Fact]
    public void What_a_row_finds_in_cells_depends_on_the_row_alone()
    {
        RowMatrix rows = NeighborSets.Mixture(4000, 12, 25, seed: 4);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        RowMatrix news = NeighborSets.Mixture(300, 12, 25, seed: 5);
        news.Row(8).Fill(1e15f);
        rows.Row(77).CopyTo(news.Row(9));
        NeighborQueries queries = NeighborQueries.ByCells(space, CellIndex.Create(space, 8, seed: 5, Work.On(1))!);
        NeighborQueries again = NeighborQueries.ByCells(space, CellIndex.Create(space, 8, seed: 5, Work.On(3))!);
        Found all = Find(queries, space.CreateForeign(news), 8, threads: 1);
        Found other = Find(again, space.CreateForeign(news), 8, threads: 3);
        Assert.Equal((77, 0.0), (all.Indices[9][0], all.Distances[9][0]));
        for (int row = 0; row < 300; row++)
        {
            Assert.Equal(all.Indices[row], other.Indices[row]);
            Assert.Equal(all.Distances[row], other.Distances[row]);
            if (row < 40)
            {
                RowMatrix alone = new(news.Row(row).ToArray(), 1, 12);
                Assert.Equal(all.Indices[row], Find(queries, space.CreateForeign(alone), 8, threads: 1).Indices[0]);
            }
        }

        Assert.Equal(Find(NeighborQueries.Exact(space, 300, Work.On(1)), space.CreateForeign(news), 8, 1).Indices[8], all.Indices[8]);
    }

    [Fact]
    public void Rows_without_structure_are_left_to_the_exact_search()
        => Assert.Null(CellIndex.Create(
            MetricSpace.Create(TestRows.Random(4000, 60, seed: 8), Metric.Euclidean), 15, seed: 9, Work.On(0)));

    /// <summary>Rows may probe thousands of cells each, and find thousands.</summary>
    [Theory]
    [InlineData(12, 15, 4096)]
    [InlineData(16_000, 15, 697)]
    [InlineData(100, 20_000, 278)]
    [InlineData(16_000, 5000, 430)]
    public void What_one_thread_holds_is_bounded(int probes, int k, int rows)
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(16, 3, seed: 1), Metric.Euclidean);
        CellParts parts = new(CellParts.MostCells, probes, new int[16], null, new int[CellParts.MostCells]);
        NeighborQueries queries = NeighborQueries.ByCells(space, CellIndex.Of(space, parts, Work.On(1)));

        Assert.Equal(rows, queries.BlockSize(1_000_000, k, Work.On(1)));
        Assert.InRange(rows * ((6L * probes) + (12L * k)), 1, 64 << 20);
        Assert.Equal(64, queries.BlockSize(10, k, Work.On(1)));
    }

    [Fact]
    public void A_cancelled_token_stops_the_search()
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(3000, 20, 20, seed: 1), Metric.Euclidean);
        Assert.ThrowsAny<OperationCanceledException>(() => CellIndex.Create(space, 5, 1, Work.Cancelled));
        Assert.ThrowsAny<OperationCanceledException>(
            () => NeighborQueries.Exact(space, 100, Work.On(1)).CreateFinder(3, 100).Find(space, [1, 2, 3], new CancellationToken(true)));
    }

    /// <summary>The nearest ones as the sorted list has them, and the very nearest first.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(199)]
    [InlineData(200)]
    public void The_nearest_cells_are_those_of_the_sorted_list(int count)
    {
        CounterRandom random = new(3, RandomPurpose.RandomStart);
        for (uint round = 0; round < 30; round++)
        {
            // Many scores are equal: ties go by the cell's number.
            float[] scores = [.. Enumerable.Range(0, 200).Select(i => (float)Math.Round(5 * random.Normal(round, 0, (uint)i)))];
            ushort[] sorted = new ushort[count];
            ushort[] found = new ushort[count];
            Probes.Write(scores, sorted);
            Probes.WriteNearest(scores, new ulong[200], found);
            Assert.Equal(sorted[0], found[0]);
            Assert.Equal(sorted.Order(), found.Order());
        }
    }

    private static void RequireExact(MetricSpace space, MetricSpace foreign, NeighborQueries queries, int k)
    {
        Found found = Find(queries, foreign, k, threads: 2);
        int n = space.RowCount;
        double[] measured = new double[n];
        for (int row = 0; row < foreign.RowCount; row++)
        {
            space.DistancesFrom(foreign, row, 0, measured);
            int[] order = [.. Enumerable.Range(0, n).OrderBy(other => measured[other]).ThenBy(other => other).Take(k)];
            Assert.Equal(order, found.Indices[row]);
            Assert.Equal(order.Select(other => measured[other]), found.Distances[row]);
        }
    }

    private static Found Find(NeighborQueries queries, MetricSpace foreign, int k, int threads)
    {
        int[][] indices = new int[foreign.RowCount][];
        double[][] distances = new double[foreign.RowCount][];
        int[] rows = [.. Enumerable.Range(0, foreign.RowCount)];
        queries.ForEach(
            foreign, rows, k, Work.On(threads), (row, found, lengths) => (indices[row], distances[row]) = ([.. found], [.. lengths]));
        return new Found(indices, distances);
    }

    private sealed record Found(int[][] Indices, double[][] Distances);
}
