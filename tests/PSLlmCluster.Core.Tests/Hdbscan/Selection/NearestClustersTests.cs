using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class NearestClustersTests
{
    /// <summary>
    /// Two groups and three rows between them; by hand: a row joins over the shortest steps, not by the distance to a centre.
    /// </summary>
    [Fact]
    public void Noise_joins_the_cluster_that_the_shortest_steps_lead_to()
    {
        float[] places = [0, 1, 2, 3, 8, 13.5f, 20, 21, 22, 23];
        HdbscanResult result = HdbscanClustering.Compute(
            new RowMatrix(places, 10, 1), new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1, CutDistance = 2 });

        Assert.Equal([0, 0, 0, 0, -1, -1, 1, 1, 1, 1], result.Labels);
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], result.NearestClusters);
        Assert.Equal(1 / 5.0, result.NearestStrengths[4], 1e-12);
        Assert.Equal(1 / 5.5, result.NearestStrengths[5], 1e-12);
        HdbscanResult joined = result.WithNoiseInNearest();
        Assert.Equal(result.NearestClusters, joined.Labels);
        Assert.Equal(result.NearestStrengths, joined.Probabilities);
    }

    [Fact]
    public void Rows_that_are_no_noise_have_their_own_cluster()
    {
        // Two clouds, and rows strewn around both.
        RowMatrix rows = TestRows.Random(230, 2, seed: 24);
        for (int i = 200; i < rows.Values.Length; i++)
        {
            rows.Values[i] = i < 400 ? rows.Values[i] + 20 : 10 + (8 * rows.Values[i]);
        }

        HdbscanResult result = HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 10 });

        Assert.Contains(-1, result.Labels);
        for (int row = 0; row < result.Labels.Length; row++)
        {
            Assert.InRange(result.NearestStrengths[row], 0, 1);
            Assert.InRange(result.NearestClusters[row], 0, result.Persistences.Length - 1);
            if (result.Labels[row] >= 0)
            {
                Assert.Equal(result.Labels[row], result.NearestClusters[row]);
                Assert.Equal(result.Probabilities[row], result.NearestStrengths[row]);
            }
        }
    }

    [Fact]
    public void The_order_of_rows_changes_no_nearest_cluster()
    {
        RowMatrix rows = TestRows.Random(300, 2, seed: 22);
        int[] shuffle = TestRows.Shuffle(300, seed: 23);
        HdbscanOptions options = new() { MinClusterSize = 6 };
        HdbscanResult result = HdbscanClustering.Compute(rows, options);
        HdbscanResult shuffled = HdbscanClustering.Compute(CanonicalOrder.Apply(rows, shuffle), options);

        Assert.Equal(Array.ConvertAll(shuffle, row => result.NearestStrengths[row]), shuffled.NearestStrengths);
    }

    [Fact]
    public void Without_clusters_there_is_nothing_to_join()
    {
        HdbscanResult result = HdbscanClustering.Compute(new RowMatrix([1, 2, 3], 3, 1), new HdbscanOptions());

        Assert.Equal([-1, -1, -1], result.NearestClusters);
        Assert.Equal([0, 0, 0], result.NearestStrengths);
        Assert.Equal([-1, -1, -1], result.WithNoiseInNearest().Labels);
    }

    [Fact]
    public void A_long_chain_needs_no_stack()
    {
        float[] places = new float[200_000];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = i < 10 ? i / 100f : places[i - 1] + 1 + (i / 100_000f);
        }

        HdbscanResult result = HdbscanClustering.Compute(
            new RowMatrix(places, places.Length, 1), new HdbscanOptions { CutDistance = 0.5, MinSampleCount = 1 });

        Assert.All(result.NearestClusters, cluster => Assert.Equal(0, cluster));
    }
}
