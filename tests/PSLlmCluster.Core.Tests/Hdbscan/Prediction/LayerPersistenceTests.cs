using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan.Prediction;

public class LayerPersistenceTests
{
    /// <summary>Rows strewn over a line: close to one another here and there, with ties and piles, and weights or none.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_s_clusters_persist_as_those_of_a_fit_at_its_size_to_the_last_bit(bool isWeighted)
    {
        int layerCount = 0;
        int unlike = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            int count = random.Next(12, 90);
            float step = random.Next(3) == 0 ? 1 : 0.01f;
            float[] places = new float[count];
            for (int row = 0; row < count; row++)
            {
                places[row] = step * (float)Math.Round((random.Next(6) * 100) + (random.NextDouble() * random.NextDouble() * 90));
            }

            double[]? weights = isWeighted ? [.. places.Select(_ => random.Next(1, 9) / 4.0)] : null;
            HdbscanOptions options = new() { MinClusterSize = random.Next(2, 5), MinSampleCount = random.Next(1, 4) };
            HdbscanFit fit = HdbscanClustering.Fit(new RowMatrix(places, count, 1), weights, options);
            IReadOnlyList<HdbscanLayer> layers = fit.Layers(int.MaxValue);
            HdbscanModel model = HdbscanModel.Of(fit, layers);
            IReadOnlyList<double>[] found = fit.LayerPersistences(layers);
            Assert.Equal(found, model.LayerPersistences());
            foreach ((HdbscanLayer layer, IReadOnlyList<double> persistences) in layers.Zip(found))
            {
                double[] expected = HdbscanClustering.TakeLayer(fit, layer).Result.Persistences;
                Assert.Equal(expected, persistences);
                layerCount++;
                unlike += expected.Distinct().Count() > 1 ? 1 : 0;
            }
        }

        Assert.InRange(layerCount, 300, int.MaxValue);
        Assert.InRange(unlike, 200, int.MaxValue);
    }

    [Fact]
    public void It_can_be_stopped()
    {
        float[] places = [0, 1, 2, 3, 50, 51, 52, 53, 90, 91, 92, 93];
        HdbscanFit fit = HdbscanClustering.Fit(new RowMatrix(places, places.Length, 1), null, new HdbscanOptions { MinClusterSize = 2 });
        IReadOnlyList<HdbscanLayer> layers = fit.Layers();
        HdbscanModel model = HdbscanModel.Of(fit, layers);
        CancellationToken stopped = new(canceled: true);

        Assert.NotEmpty(layers);
        Assert.Throws<OperationCanceledException>(() => fit.LayerPersistences(layers, stopped));
        Assert.Throws<OperationCanceledException>(() => model.LayerPersistences(stopped));
    }

    [Fact]
    public void Sizes_of_clusters_are_counted_once_for_all_layers()
    {
        Random random = new(1);
        float[] places = [.. Enumerable.Range(0, 4000).Select(_ => (float)random.NextDouble())];
        HdbscanFit fit = HdbscanClustering.Fit(new RowMatrix(places, places.Length, 1), null, new HdbscanOptions { MinClusterSize = 2 });
        HdbscanLayer coarsest = fit.Layers()[^1];
        long once = Allocated(1);
        long more = (Allocated(11) - once) / 10;

        // A further layer needs all that the first does but the sizes.
        long sizes = sizeof(double) * (fit.CondensedTree().Count - places.Length);
        Assert.InRange(sizes, 1000, long.MaxValue);
        Assert.InRange(more, 0, once - (sizes * 9 / 10));

        long Allocated(int count)
        {
            HdbscanLayer[] layers = [.. Enumerable.Repeat(coarsest, count)];
            fit.LayerPersistences(layers);
            long before = GC.GetAllocatedBytesForCurrentThread();
            fit.LayerPersistences(layers);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
