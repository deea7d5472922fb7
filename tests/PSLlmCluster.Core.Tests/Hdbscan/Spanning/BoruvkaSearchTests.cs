using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan.Spanning;

/// <summary>Both searches, over a k-d tree and over blocks, and what they share.</summary>
public class BoruvkaSearchTests
{
    private static readonly int[] _columns = [1, 2, 3, 5, 10, 50];

    private static readonly SearchName[] _searches = [SearchName.KdTree, SearchName.Blocks];

    public static TheoryData<Metric> Metrics => [Metric.Euclidean, Metric.Manhattan, Metric.Chebyshev, Metric.Cosine, Metric.Correlation];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void The_tree_weighs_what_Prims_over_all_pairs_does(Metric metric)
    {
        foreach (int columns in _columns)
        {
            foreach (RowMatrix rows in Sets(columns, 350))
            {
                foreach (int samples in (int[])[1, 5, 50, 349])
                {
                    AssertSameTree(rows, new HdbscanOptions { MinSampleCount = samples, Metric = metric });
                }
            }
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(1e-100)]
    [InlineData(1e100)]
    public void Alpha_divides_distances_but_not_cores(double alpha)
    {
        foreach (RowMatrix rows in Sets(2, 350))
        {
            foreach (int samples in (int[])[1, 5])
            {
                AssertSameTree(rows, new HdbscanOptions { MinSampleCount = samples, Alpha = alpha });
            }
        }
    }

    /// <summary>
    /// Of edges of one weight the shorter one, then the one of smaller rows: Kruskal over all pairs in that order has the very same edges.
    /// </summary>
    [Theory]
    [InlineData(0, 1, 3)]
    [InlineData(6, 1, 3)]
    [InlineData(12, 1, 1)]
    [InlineData(12, 0.5, 5)]
    [InlineData(12, 1.5, 5)]
    [InlineData(300, 1, 12)]
    public void Edges_are_those_of_Kruskal_by_weight_distance_and_rows(int levels, double alpha, int samples)
    {
        RowMatrix rows = Distinct(TestRows.Random(250, 2, seed: levels + samples, levels: levels));
        HdbscanOptions options = new() { MinSampleCount = samples, Alpha = alpha };
        double[] core = HdbscanStages.Core(rows, options, name: SearchName.AllPairs);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        List<(double Weight, double Distance, int A, int B)> edges = [];
        for (int b = 0; b < rows.RowCount; b++)
        {
            for (int a = 0; a < b; a++)
            {
                double distance = space.Distance(a, b);
                edges.Add((Math.Max(Math.Max(core[a], core[b]), distance / alpha), distance, a, b));
            }
        }

        HashSet<(int A, int B)> expected = [];
        int[] component = [.. Enumerable.Range(0, rows.RowCount)];
        foreach ((_, _, int a, int b) in edges.Order())
        {
            (int from, int to) = (component[a], component[b]);
            if (from != to)
            {
                expected.Add((a, b));
                component = Array.ConvertAll(component, c => c == from ? to : c);
            }
        }

        foreach (SearchName name in _searches.Append(SearchName.AllPairs))
        {
            SpanningTree tree = HdbscanStages.Spanning(rows, options, name: name);
            Assert.Equal(expected.Order(), tree.First.Zip(tree.Second).Order());
        }
    }

    [Fact]
    public void Equal_rows_are_joined_to_the_first_of_them_at_its_core_distance()
    {
        RowMatrix rows = TestRows.Random(600, 2, seed: 3, levels: 10);
        HdbscanOptions options = new() { MinSampleCount = 9 };
        foreach (SearchName name in _searches)
        {
            double[] core = HdbscanStages.Core(rows, options, name: name);
            SpanningTree tree = HdbscanStages.Spanning(rows, options, name: name);
            int equal = 0;
            for (int edge = 0; edge < tree.Weights.Length; edge++)
            {
                if (rows.Row(tree.First[edge]).SequenceEqual(rows.Row(tree.Second[edge])))
                {
                    equal++;
                    Assert.Equal(core[tree.Second[edge]], tree.Weights[edge]);
                }
            }

            Assert.Equal(600 - Distinct(rows).RowCount, equal);
        }

        AssertSameTree(rows, options);
    }

    [Fact]
    public void The_number_of_threads_changes_no_edge()
    {
        HdbscanOptions options = new() { MinSampleCount = 4 };
        foreach (RowMatrix rows in (RowMatrix[])[TestRows.Random(5000, 2, seed: 3), TestRows.Random(5000, 2, seed: 4, levels: 60)])
        {
            SpanningTree one = HdbscanStages.Spanning(rows, options, threadCount: 1, name: SearchName.KdTree);
            foreach (SearchName name in _searches)
            {
                foreach (int threads in (int[])[1, 2, 5])
                {
                    AssertEqual(one, HdbscanStages.Spanning(rows, options, threads, name));
                }
            }
        }
    }

    [Fact]
    public void Permuted_rows_have_the_same_tree()
    {
        RowMatrix rows = TestRows.Random(2000, 3, seed: 4);
        int[] order = TestRows.Shuffle(2000, seed: 7);
        HdbscanOptions options = new() { MinSampleCount = 6 };
        foreach (SearchName name in _searches)
        {
            SpanningTree tree = HdbscanStages.Spanning(rows, options, name: name);
            SpanningTree permuted = HdbscanStages.Spanning(CanonicalOrder.Apply(rows, order), options, name: name);
            Assert.Equal(tree.Weights, permuted.Weights);
            Assert.Equal(
                tree.First.Zip(tree.Second, (a, b) => (Math.Min(a, b), Math.Max(a, b))).Order(),
                permuted.First.Zip(permuted.Second, (a, b) => (Math.Min(order[a], order[b]), Math.Max(order[a], order[b]))).Order());
        }
    }

    [Fact]
    public void A_tree_without_lists_of_neighbours_is_the_same()
    {
        RowMatrix rows = TestRows.Random(800, 2, seed: 4, levels: 40);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        HdbscanOptions options = new() { MinSampleCount = 6 };
        double[] core = HdbscanStages.Core(rows, options, name: SearchName.AllPairs);
        foreach (SearchName name in _searches)
        {
            AssertEqual(
                HdbscanStages.Spanning(rows, options, name: name),
                HdbscanStages.Search(space, name).Span(HdbscanStages.Known(core), 1, default)!);
        }
    }

    /// <summary>Groups of unlike size and far apart, so that rounds come in which few points still look for an edge.</summary>
    [Fact]
    public void Many_columns_in_groups_have_the_tree_of_all_pairs()
    {
        RowMatrix normal = TestRows.Random(1500, 100, seed: 6);
        AssertSameTree(
            Map(normal, (row, column) => normal.Row(row)[column] + (column < 3 ? 40 * (row % 3) : row % 50 == 0 ? 9 : 0)),
            new HdbscanOptions { MinSampleCount = 8 });
    }

    [Fact]
    public void A_million_equal_rows_are_joined_without_a_round()
    {
        RowMatrix rows = new(new float[2_000_000], 1_000_000, 2);
        foreach (SearchName name in _searches)
        {
            SpanningTree tree = HdbscanStages.Spanning(rows, new HdbscanOptions { MinSampleCount = 5000 }, name: name);
            Assert.Equal(new int[999_999], tree.First);
            Assert.Equal(Enumerable.Range(1, 999_999), tree.Second);
            Assert.Equal(new double[999_999], tree.Weights);
        }
    }

    [Fact]
    public void A_cancelled_token_stops_the_search()
    {
        RowMatrix rows = TestRows.Random(500, 2, seed: 1);
        foreach (SearchName name in _searches)
        {
            ReachabilitySearch search = HdbscanStages.Search(MetricSpace.Create(rows, Metric.Euclidean), name);
            CoreDistances core = search.Measure(3);
            WorkContext cancelled = HdbscanStages.Work(2, token: new CancellationToken(canceled: true));
            Assert.ThrowsAny<OperationCanceledException>(() => search.Span(core, 1, cancelled));
        }
    }

    /// <summary>Random, lattice, mostly equal, in a line, in clusters, far from the origin.</summary>
    private static IEnumerable<RowMatrix> Sets(int columns, int n)
    {
        RowMatrix normal = TestRows.Random(n, columns, seed: 11);
        yield return normal;
        yield return TestRows.Random(n, columns, seed: 12, levels: 6);
        yield return TestRows.Random(n, columns, seed: 13, levels: 2);
        yield return Map(normal, (row, column) => normal.Row(row)[0] * (column + 1));
        yield return Map(normal, (row, column) => normal.Row(row)[column] + (100 * (row % 5)));
        yield return Map(normal, (row, column) => MathF.Round(normal.Row(row)[column] * 8) + 1e6f);
    }

    private static RowMatrix Map(RowMatrix rows, Func<int, int, float> map)
    {
        float[] values = new float[rows.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = map(i / rows.ColumnCount, i % rows.ColumnCount);
        }

        return new RowMatrix(values, rows.RowCount, rows.ColumnCount);
    }

    private static RowMatrix Distinct(RowMatrix rows)
    {
        int[] kept = [.. Enumerable.Range(0, rows.RowCount).DistinctBy(row => (rows.Row(row)[0], rows.Row(row)[1]))];
        return CanonicalOrder.Apply(rows, kept);
    }

    private static void AssertEqual(SpanningTree expected, SpanningTree found)
    {
        Assert.Equal(expected.Weights, found.Weights);
        Assert.Equal(expected.First, found.First);
        Assert.Equal(expected.Second, found.Second);
    }

    private static void AssertSameTree(RowMatrix rows, HdbscanOptions options)
    {
        double[] core = HdbscanStages.Core(rows, options, name: SearchName.AllPairs);
        SpanningTree expected = HdbscanStages.Spanning(rows, options, name: SearchName.AllPairs);
        foreach (SearchName name in HdbscanStages.SearchesOf(MetricSpace.Create(rows, options.Metric)))
        {
            Assert.Equal(core, HdbscanStages.Core(rows, options, name: name));
            SpanningTree found = HdbscanStages.Spanning(rows, options, name: name);
            SpanningTreeAssert.SameComponents(expected, found);
            SpanningTreeAssert.WeighsWhatItSays(rows, options, core, found);
        }
    }
}
