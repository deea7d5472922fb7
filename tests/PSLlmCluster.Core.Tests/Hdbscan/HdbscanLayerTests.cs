using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan;

public class HdbscanLayerTests
{
    private static readonly HdbscanOptions _options = new() { MinClusterSize = 3, MinSampleCount = 2 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_is_what_leaf_selection_at_its_size_gives(bool isWeighted)
    {
        (RowMatrix rows, double[]? weights) = Groups(isWeighted);
        HdbscanFit fit = HdbscanClustering.Fit(rows, weights, _options);
        IReadOnlyList<HdbscanLayer> layers = fit.Layers();

        Assert.InRange(layers.Count, 3, 6);
        Assert.All(layers, layer =>
        {
            HdbscanFit expected = HdbscanClustering.Fit(rows, weights, _options with
            {
                MinClusterSize = layer.MinClusterSize,
                ClusterSelectionMethod = ClusterSelectionMethod.Leaf,
            });
            HdbscanFit taken = HdbscanClustering.TakeLayer(fit, layer);
            Assert.Equal(expected.Result.Labels, layer.Labels);
            Assert.Equal(expected.Result.NearestClusters, layer.NearestClusters());
            Assert.Equal(expected.Result.Persistences.Length, layer.ClusterCount);
            Assert.Equal(expected.Result.Persistences, fit.LayerPersistences([layer])[0]);
            Assert.Equal(expected.Result.Labels, taken.Result.Labels);
            Assert.Equal(expected.Result.Probabilities, taken.Result.Probabilities);
            Assert.Equal(expected.Result.OutlierScores, taken.Result.OutlierScores);
            Assert.Equal(expected.Result.NearestStrengths, taken.Result.NearestStrengths);
            Assert.Equal(expected.Result.Persistences, taken.Result.Persistences);
            Assert.Equal(expected.Result.Warnings.Select(warning => warning.Message), taken.Result.Warnings.Select(one => one.Message));
            Assert.Equal(expected.RelativeValidity, taken.RelativeValidity);
            Assert.Equal(expected.AreExemplars(), taken.AreExemplars());
            Assert.Equal(expected.ClusterNodes, taken.ClusterNodes);
            Assert.Equal(expected.Options, taken.Options);
        });
    }

    [Fact]
    public void What_selects_the_clusters_changes_no_layer()
    {
        RowMatrix rows = Groups().Rows;
        int[][] expected = Labels(HdbscanClustering.Fit(rows, _options));
        foreach (
            HdbscanOptions options in new[]
            {
                _options with { CutDistance = 0.5 },
                _options with { ClusterCount = 3 },
                _options with { ClusterSelectionMethod = ClusterSelectionMethod.Leaf, ClusterSelectionEpsilon = 0.4 },
                _options with { MaxClusterSize = 20, AllowSingleCluster = true, ClusterSelectionEpsilonMax = 2 },
            })
        {
            Assert.Equal(expected, Labels(HdbscanClustering.Fit(rows, options)));
        }

        EngineException problem = Assert.Throws<EngineException>(
            () => HdbscanClustering.Fit(rows, _options with { ClusterSelectionPersistence = 0.1 }).Layers());
        Assert.Equal("LayersNotPossible", problem.ErrorId);
    }

    [Fact]
    public void Layers_are_taken_by_their_order_and_listed_from_fine_to_coarse()
    {
        HdbscanFit fit = HdbscanClustering.Fit(Groups().Rows, _options);
        IReadOnlyList<HdbscanLayer> all = fit.Layers(int.MaxValue);

        Assert.Equal(Enumerable.Range(0, all.Count), all.Select(layer => layer.Rank).Order());
        long[] byRank = [.. all.OrderBy(layer => layer.Rank).Select(layer => layer.Persistence)];
        Assert.Equal(byRank.OrderDescending(), byRank);
        for (int most = 1; most <= all.Count; most++)
        {
            IReadOnlyList<HdbscanLayer> found = fit.Layers(most);
            Assert.Equal(
                all.Where(layer => layer.Rank < most).Select(layer => layer.MinClusterSize), found.Select(layer => layer.MinClusterSize));
            Assert.Equal(found.OrderBy(layer => layer.MinClusterSize), found);
            Assert.Equal(found.OrderByDescending(layer => layer.ClusterCount), found);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => fit.Layers(0));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void A_cluster_lies_in_one_coarser_cluster_or_in_none_and_in_one_where_all_rows_have_one(int seed, bool isWeighted)
    {
        (RowMatrix rows, double[]? weights) = Groups(isWeighted, seed);
        HdbscanFit fit = HdbscanClustering.Fit(rows, weights, _options with { MinClusterSize = 2, MinSampleCount = 1 + seed });
        IReadOnlyList<HdbscanLayer> layers = fit.Layers(int.MaxValue);
        IReadOnlyList<CondensedTreeEdge> tree = fit.CondensedTree();

        Assert.All(layers[^1].Parents, parent => Assert.Equal(-1, parent));
        for (int i = 0; i + 1 < layers.Count; i++)
        {
            AssertNested(layers[i].Labels, layers[i + 1].Labels, layers[i].Parents);
            int[] all = layers[i].NearestClusters();
            AssertNested(all, layers[i + 1].NearestClusters(), null);
            Assert.DoesNotContain(-1, all);

            // The parent is the coarser cluster above in the tree.
            for (int cluster = 0; cluster < layers[i].ClusterCount; cluster++)
            {
                int node = layers[i].ClusterNodes[cluster];
                while (node != rows.RowCount && !layers[i + 1].ClusterNodes.Contains(node))
                {
                    node = tree.Single(edge => edge.Child == node).Parent;
                }

                Assert.Equal(layers[i + 1].ClusterNodes.ToList().IndexOf(node), layers[i].Parents[cluster]);
            }
        }
    }

    [Fact]
    public void Threads_and_the_order_of_rows_change_nothing()
    {
        // No two clusters of a layer have one size, so that even their numbers stay.
        RowMatrix rows = TestRows.Random(400, 2, seed: 31, levels: 25);
        int[][] expected = Labels(HdbscanClustering.Fit(rows, _options));
        Assert.Equal(expected, Labels(HdbscanClustering.Fit(rows, _options with { ThreadCount = 1 })));
        Assert.Equal(expected, Labels(HdbscanClustering.Fit(rows, _options with { ThreadCount = 3 })));
        for (int seed = 0; seed < 5; seed++)
        {
            int[] order = TestRows.Shuffle(400, seed);
            int[][] found = Labels(HdbscanClustering.Fit(CanonicalOrder.Apply(rows, order), _options));
            Assert.Equal(expected.Length, found.Length);
            for (int layer = 0; layer < expected.Length; layer++)
            {
                AssertSamePartition([.. order.Select(row => expected[layer][row])], found[layer]);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public void Few_or_equal_rows_have_no_layers(int n)
    {
        HdbscanFit fit = HdbscanClustering.Fit(new RowMatrix(new float[n], n, 1), new HdbscanOptions { MinClusterSize = 2 });

        Assert.Empty(fit.Layers());
        if (n > 0)
        {
            Assert.Empty(HdbscanModel.Of(fit, fit.Layers()).Predict(new RowMatrix([1], 1, 1)).LayerLabels!);
        }
    }

    [Fact]
    public void A_smallest_size_above_the_number_of_rows_has_no_layers()
        => Assert.Empty(HdbscanClustering.Fit(Groups().Rows, new HdbscanOptions { MinClusterSize = 1000 }).Layers());

    [Fact]
    public void Two_pairs_are_a_layer_and_rows_that_are_not_finite_are_in_none()
    {
        HdbscanFit fit = HdbscanClustering.Fit(
            new RowMatrix([0, float.NaN, 1, 10, 11], 5, 1), new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 1 });
        HdbscanLayer layer = Assert.Single(fit.Layers());

        Assert.Equal([0, -1, 0, 1, 1], layer.Labels);
        Assert.Equal([0, -1, 0, 1, 1], layer.NearestClusters());
        Assert.Equal((2, 2, 2L, 0), (layer.MinClusterSize, layer.ClusterCount, layer.Persistence, layer.Rank));
    }

    [Theory]
    [InlineData(1e12)]
    [InlineData(1e9)]
    public void Weights_as_large_as_can_be_are_no_trouble(double weight)
    {
        HdbscanFit fit = HdbscanClustering.Fit(
            new RowMatrix([0, 1, 10, 11.5f], 4, 1), [weight, weight, weight, weight], new HdbscanOptions { MinSampleCount = 1 });

        Assert.All(fit.Layers(), layer => Assert.InRange(layer.MinClusterSize, 5, int.MaxValue));
        Assert.Equal([0, 1, 2, 3], fit.Layers()[0].Labels);
    }

    private static void AssertNested(int[] fine, int[] coarse, IReadOnlyList<int>? parents)
    {
        foreach (IGrouping<int, int> cluster in Enumerable.Range(0, fine.Length).Where(row => fine[row] >= 0).GroupBy(row => fine[row]))
        {
            int parent = Assert.Single(cluster.Select(row => coarse[row]).Distinct());
            Assert.Equal(parents is null ? parent : parents[cluster.Key], parent);
        }
    }

    private static void AssertSamePartition(int[] expected, int[] found)
    {
        Assert.Equal(expected.Select(label => label < 0), found.Select(label => label < 0));
        (int, int)[] pairs = [.. expected.Zip(found).Distinct()];
        Assert.Equal(pairs.Length, pairs.Select(pair => pair.Item1).Distinct().Count());
        Assert.Equal(pairs.Length, pairs.Select(pair => pair.Item2).Distinct().Count());
    }

    private static int[][] Labels(HdbscanFit fit) => [.. fit.Layers().Select(layer => layer.Labels)];

    /// <summary>Rows in groups of groups of groups, and some strewn between them; where weighted, some equal ones.</summary>
    private static (RowMatrix Rows, double[]? Weights) Groups(bool isWeighted = false, int seed = 1)
    {
        RowMatrix rows = TestRows.Random(420, 2, seed: 60 + seed);
        for (int row = 0; row < 400; row++)
        {
            rows.Values[2 * row] = (rows.Values[2 * row] * 0.4f) + (row % 2 * 100) + (row % 5 * 15) + (row % 3 * 3);
        }

        for (int i = 800; i < 840; i++)
        {
            rows.Values[i] = rows.Values[i] * 40;
        }

        double[] weights = [.. Enumerable.Range(0, 420).Select(row => 0.5 + (row % 4))];
        return (rows, isWeighted ? weights : null);
    }
}
