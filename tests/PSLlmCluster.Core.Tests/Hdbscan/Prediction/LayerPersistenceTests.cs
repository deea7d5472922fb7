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
            foreach ((HdbscanLayer layer, HdbscanModelLayer saved) in layers.Zip(model.Layers!))
            {
                double[] expected = HdbscanClustering.TakeLayer(fit, layer).Result.Persistences;
                Assert.Equal(expected, layer.ClusterPersistences);
                Assert.Equal(expected, model.PersistencesOf(saved));
                layerCount++;
                unlike += expected.Distinct().Count() > 1 ? 1 : 0;
            }
        }

        Assert.InRange(layerCount, 300, int.MaxValue);
        Assert.InRange(unlike, 200, int.MaxValue);
    }
}
