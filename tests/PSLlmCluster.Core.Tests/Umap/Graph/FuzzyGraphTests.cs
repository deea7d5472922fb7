using System.Runtime.InteropServices;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap.Graph;

public class FuzzyGraphTests
{
    private const double MembershipTolerance = 1e-6;
    private const double GraphTolerance = 2e-4;
    private const double Negligible = 1e-30;

    public static TheoryData<string> MembershipCases => [.. UmapGolden.Ids("knn_dists", "sigmas", "memberships")];

    public static TheoryData<string> GraphCases => [.. UmapGolden.Ids("knn_dists", "graph_vals")];

    public static TheoryData<string> LargeGraphCases => [.. UmapGolden.Ids("graph_sample_vals")];

    [Theory]
    [MemberData(nameof(MembershipCases))]
    public void Memberships_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        float[] expected = golden.File.Floats("memberships");
        float[] found = FuzzyGraph.Memberships(golden.Neighbors(), golden.Smoothed(), golden.Disconnection);
        for (int place = 0; place < expected.Length; place++)
        {
            Assert.Equal((double)expected[place], found[place], MembershipTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(GraphCases))]
    public void The_graph_from_the_reference_s_neighbours_equals_its_graph(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        NeighborLists neighbors = golden.Neighbors();
        AssertEqual(golden.RowGraph(), Build(golden, neighbors, golden.Smoothed()), MembershipTolerance);
        SmoothedDistances own = SmoothedDistances.Compute(neighbors, golden.Options.LocalConnectivity, golden.Disconnection);
        if (Array.Exists(golden.Smoothed().Sigmas, float.IsPositiveInfinity))
        {
            // Their infinite sigmas make strengths of 1; with ours no edge is stronger than there.
            WeightedGraph theirs = golden.RowGraph();
            WeightedGraph ours = Build(golden, neighbors, own);
            Assert.Equal(theirs.Columns, ours.Columns);
            Assert.All(
                Enumerable.Range(0, ours.EntryCount), entry => Assert.True(ours.Weights[entry] <= theirs.Weights[entry] + GraphTolerance));
            return;
        }

        AssertEqual(golden.RowGraph(), Build(golden, neighbors, own), GraphTolerance);
    }

    [Theory]
    [MemberData(nameof(LargeGraphCases))]
    public void The_graph_of_many_rows_equals_the_reference_in_its_sums_and_samples(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph graph = golden.OwnGraph();
        double[] sums = golden.File.Doubles("graph_row_sums");
        int[] counts = golden.File.Ints("graph_row_counts");
        for (int row = 0; row < graph.RowCount; row++)
        {
            Assert.Equal(counts[row], graph.ColumnsOf(row).Length);
            Assert.Equal(sums[row], graph.WeightsOf(row).ToArray().Sum(weight => (double)weight), GraphTolerance * counts[row]);
        }

        int[] rows = golden.File.Ints("graph_sample_rows");
        int[] columns = golden.File.Ints("graph_sample_cols");
        float[] values = golden.File.Floats("graph_sample_vals");
        for (int i = 0; i < rows.Length; i++)
        {
            int place = graph.ColumnsOf(rows[i]).BinarySearch(columns[i]);
            Assert.True(place >= 0, $"edge {rows[i]} to {columns[i]} is missing");
            Assert.Equal((double)values[i], graph.WeightsOf(rows[i])[place], GraphTolerance);
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean, 1.0)]
    [InlineData(Metric.Cosine, 0.3)]
    [InlineData(Metric.Chebyshev, 0.0)]
    public void The_graph_is_symmetric_without_loops_and_its_weights_lie_between_0_and_1(Metric metric, double mix)
    {
        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(TestRows.Random(400, 4, seed: 9), metric), 12);
        float disconnection = new UmapOptions { Metric = metric }.Disconnection();
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, 1, disconnection);
        WeightedGraph graph = FuzzyGraph.Join(neighbors, FuzzyGraph.Memberships(neighbors, smoothed, disconnection), mix);
        for (int row = 0; row < graph.RowCount; row++)
        {
            ReadOnlySpan<int> columns = graph.ColumnsOf(row);
            for (int e = 0; e < columns.Length; e++)
            {
                Assert.NotEqual(row, columns[e]);
                Assert.True(e == 0 || columns[e] > columns[e - 1]);
                int back = graph.ColumnsOf(columns[e]).BinarySearch(row);
                Assert.True(back >= 0);
                Assert.Equal(graph.WeightsOf(row)[e], graph.WeightsOf(columns[e])[back]);
                Assert.InRange(graph.WeightsOf(row)[e], float.Epsilon, 1.0000002f);
            }
        }
    }

    /// <summary>Lists that were given may name a row twice, and name rows that do not name them.</summary>
    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(0.3, 2)]
    [InlineData(0.0, 8)]
    public void The_graph_holds_what_the_two_directions_of_each_pair_join_to(double mix, int threads)
    {
        (NeighborLists neighbors, float[] strengths) = RandomLists(600, 12, 40);
        WeightedGraph graph = FuzzyGraph.Join(neighbors, [.. strengths], mix, Work.On(threads));
        for (int row = 0; row < graph.RowCount; row++)
        {
            List<(int Column, float Weight)> expected = [];
            for (int other = 0; other < graph.RowCount; other++)
            {
                float[] there = Strengths(row, other);
                float[] back = Strengths(other, row);
                for (int copy = 0; copy < Math.Max(there.Length, back.Length); copy++)
                {
                    float a = there.ElementAtOrDefault(copy);
                    float b = back.ElementAtOrDefault(copy);
                    float weight = ((float)mix * (a + b - (a * b))) + ((float)(1 - mix) * (a * b));
                    if (weight > 0)
                    {
                        expected.Add((other, weight));
                    }
                }
            }

            Assert.Equal(expected, graph.ColumnsOf(row).ToArray().Zip(graph.WeightsOf(row).ToArray()));
        }

        float[] Strengths(int row, int other)
            => [.. Enumerable.Range(row * 12, 12).Where(place => neighbors.Indices[place] == other && strengths[place] > 0)
                .Select(place => strengths[place])];
    }

    /// <summary>
    /// Of a million rows the lists take 170 MB, and the graph as much: there is no room for both, let alone for copies of them.
    /// </summary>
    [Fact]
    public void A_graph_of_lists_that_it_takes_is_the_same_and_leaves_nothing_of_them()
    {
        const int N = 100_000;
        (NeighborLists neighbors, float[] strengths) = RandomLists(N, 15, N);
        WeightedGraph expected = FuzzyGraph.Join(neighbors, [.. strengths], 1, Work.On(2));
        long before = GC.GetAllocatedBytesForCurrentThread();
        WeightedGraph graph = FuzzyGraph.Join(neighbors, strengths, 1, Work.On(1), takesLists: true);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(expected.Offsets, graph.Offsets);
        Assert.Equal(expected.Columns, graph.Columns);
        Assert.Equal(expected.Weights, graph.Weights);

        // The graph, and once more those of its entries, half, that only the other end knows of.
        Assert.InRange(allocated, 8L * graph.EntryCount, (long)(8 * 1.5 * graph.EntryCount) + (40 * N));
        AssertGivenBack(neighbors.Indices, N, FuzzyGraph.RowsPerBlock);
        AssertGivenBack(strengths, N, FuzzyGraph.RowsPerBlock);
    }

    [Fact]
    public void Strengths_are_the_same_where_the_distances_are_taken()
    {
        const int N = 100_000;
        (NeighborLists neighbors, _) = RandomLists(N, 15, N);
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, 1, float.PositiveInfinity);
        float[] expected = FuzzyGraph.Memberships(neighbors, smoothed, float.PositiveInfinity, Work.On(2));
        Assert.Equal(expected, FuzzyGraph.Memberships(neighbors, smoothed, float.PositiveInfinity, Work.On(2), takesDistances: true));
        AssertGivenBack(neighbors.Distances, N, FuzzyGraph.RowsPerBlock);
    }

    /// <summary>
    /// Pages that were given back read as zero, where the system takes them at once: all but those in which a block ends.
    /// </summary>
    internal static void AssertGivenBack<T>(T[] numbers, int rowCount, int rowsPerBlock)
        where T : unmanaged
    {
        if (OperatingSystem.IsLinux())
        {
            int ends = (rowCount / rowsPerBlock) + 2;
            int most = ends * (Environment.SystemPageSize / Marshal.SizeOf<T>());
            Assert.InRange(numbers.Count(number => !number.Equals(default(T))), 0, most);
        }
    }

    internal static (NeighborLists Neighbors, float[] Strengths) RandomLists(int n, int k, int reach)
    {
        Random random = new(7);
        int[] indices = new int[n * k];
        double[] distances = new double[n * k];
        float[] strengths = new float[n * k];
        for (int place = 0; place < indices.Length; place++)
        {
            int row = place / k;
            bool isOwn = place % k == 0;
            indices[place] = isOwn ? row : (row + 1 + random.Next(Math.Min(reach, n - 1))) % n;
            distances[place] = isOwn ? 0 : distances[place - 1] + random.NextDouble();
            strengths[place] = isOwn || random.Next(8) == 0 ? 0 : random.NextSingle();
        }

        return (new NeighborLists(n, k, indices, distances), strengths);
    }

    private static WeightedGraph Build(UmapGolden golden, NeighborLists neighbors, SmoothedDistances smoothed)
        => FuzzyGraph.Join(
            neighbors, FuzzyGraph.Memberships(neighbors, smoothed, golden.Disconnection), golden.Options.SetOperationMixRatio);

    internal static void AssertEqual(WeightedGraph expected, WeightedGraph found, double tolerance)
    {
        for (int row = 0; row < expected.RowCount; row++)
        {
            Dictionary<int, float> edges = [];
            for (int entry = found.Offsets[row]; entry < found.Offsets[row + 1]; entry++)
            {
                edges.Add(found.Columns[entry], found.Weights[entry]);
            }

            for (int entry = expected.Offsets[row]; entry < expected.Offsets[row + 1]; entry++)
            {
                bool isThere = edges.Remove(expected.Columns[entry], out float weight);
                Assert.True(isThere || expected.Weights[entry] < Negligible, $"edge {row} to {expected.Columns[entry]} is missing");
                Assert.Equal((double)expected.Weights[entry], weight, tolerance);
            }

            Assert.All(edges, edge => Assert.True(edge.Value < Negligible, $"edge {row} to {edge.Key} is none of the reference's"));
        }
    }
}
