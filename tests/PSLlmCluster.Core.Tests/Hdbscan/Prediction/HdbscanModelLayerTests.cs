using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Prediction;

/// <summary>Layers in a model: new rows, and the file.</summary>
public sealed class HdbscanModelLayerTests : IDisposable
{
    private static readonly HdbscanOptions _options = new() { MinClusterSize = 2, MinSampleCount = 1 };
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("clusters.hdbscan");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void New_rows_lie_where_they_would_had_the_layer_s_clusters_been_selected(bool isWeighted)
    {
        double[]? weights = isWeighted ? [.. Enumerable.Range(0, 160).Select(row => 1.0 + (row % 3))] : null;
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanModelRows.Fitted(), weights, _options);
        IReadOnlyList<HdbscanLayer> layers = fit.Layers();
        HdbscanModel model = HdbscanModel.Of(fit, layers);
        HdbscanPrediction found = model.Predict(HdbscanModelRows.New());
        HdbscanPrediction ofFitted = model.Predict(HdbscanModelRows.Fitted());

        Assert.InRange(layers.Count, 2, 6);
        Assert.Equal(layers.Select(layer => layer.ClusterCount), model.Layers!.Select(layer => layer.ClusterCount));
        for (int i = 0; i < layers.Count; i++)
        {
            HdbscanResult expected = HdbscanModel.Of(HdbscanClustering.TakeLayer(fit, layers[i])).Predict(HdbscanModelRows.New()).Result;
            Assert.Equal(expected.Labels, found.LayerLabels![i]);
            Assert.Equal(expected.NearestClusters, found.NearestLayerLabels![i]);
            Assert.Contains(-1, found.LayerLabels[i]);
            Assert.Equal(layers[i].Labels, ofFitted.LayerLabels![i]);
            Assert.Equal(layers[i].NearestClusters(), ofFitted.NearestLayerLabels![i]);
        }
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(EmbeddingEngine.Managed, true, true)]
    [InlineData(null, true, true)]
    [InlineData(EmbeddingEngine.Llama, false, true)]
    public void Layers_are_kept_in_the_file_with_all_else(EmbeddingEngine? engine, bool isCentered, bool isDouble)
    {
        RowMatrix rows = isDouble ? HdbscanModelRows.Fitted().ToDouble() : HdbscanModelRows.Fitted();
        HdbscanFit fit = HdbscanClustering.Fit(rows, _options with { Center = isCentered });
        HdbscanModel model = HdbscanModel.Of(fit, fit.Layers());
        model.Engine = engine;
        model.Save(ModelFileTarget.At(FilePath));
        HdbscanModel read = HdbscanModel.Load(FilePath);
        HdbscanPrediction expected = model.Predict(HdbscanModelRows.New());
        HdbscanPrediction found = read.Predict(HdbscanModelRows.New());

        Assert.Equal(5, ModelFileReader.Read(FilePath, "hdbscan", 5).KindVersion);
        Assert.Equal(engine, read.Engine);
        Assert.Equal(model.Center, read.Center);
        Assert.Equal(isDouble, read.Space!.Rows.IsDouble);
        Assert.Equal(model.Layers!.Select(layer => layer.MinClusterSize), read.Layers!.Select(layer => layer.MinClusterSize));
        Assert.Equal(fit.LayerPersistences(fit.Layers()), read.LayerPersistences());
        Assert.Equal(expected.LayerLabels, found.LayerLabels);
        Assert.Equal(expected.NearestLayerLabels, found.NearestLayerLabels);
        Assert.Equal(expected.Result.Labels, found.Result.Labels);
        Assert.Equal(expected.Result.Probabilities, found.Result.Probabilities);
    }

    [Fact]
    public void Flat_cuts_and_precomputed_distances_have_layers_too()
    {
        RowMatrix fitted = HdbscanModelRows.Fitted();
        HdbscanFit fit = HdbscanClustering.Fit(fitted, _options);
        HdbscanFit cut = HdbscanClustering.Fit(fitted, _options with { CutDistance = 0.2 });
        HdbscanModel.Of(cut, cut.Layers()).Save(ModelFileTarget.At(FilePath));
        Assert.Equal(
            HdbscanModel.Of(fit, fit.Layers()).Predict(HdbscanModelRows.New()).LayerLabels,
            HdbscanModel.Load(FilePath).Predict(HdbscanModelRows.New()).LayerLabels);

        float[] places = [.. Enumerable.Range(0, 30).Select(row => (row % 3 * 50) + (row * row / 9f))];
        RowMatrix distances = new([.. places.SelectMany(a => places.Select(b => Math.Abs(a - b)))], 30, 30);
        HdbscanFit given = HdbscanClustering.Fit(distances, _options with { Metric = Metric.Precomputed });
        HdbscanModel.Of(given, given.Layers()).Save(ModelFileTarget.At(FilePath));
        Assert.Equal(given.Layers().Select(layer => layer.Labels), HdbscanModel.Load(FilePath).Predict(distances).LayerLabels);
        Assert.NotEmpty(given.Layers());
    }

    [Fact]
    public void A_model_without_layers_says_so_and_one_that_found_none_has_an_empty_list()
    {
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanModelRows.Fitted(), _options);
        HdbscanModel without = HdbscanModel.Of(fit);
        Assert.Null(without.Layers);
        Assert.Null(without.Predict(HdbscanModelRows.New()).LayerLabels);
        Assert.Equal("LayersNotPossible", Assert.Throws<EngineException>(without.RequireLayers).ErrorId);

        HdbscanModel.Of(fit, []).Save(ModelFileTarget.At(FilePath));
        HdbscanModel none = HdbscanModel.Load(FilePath);
        none.RequireLayers();
        Assert.Empty(none.Layers!);
        Assert.Empty(none.Predict(HdbscanModelRows.New()).LayerLabels!);
        Assert.Empty(none.Predict(new RowMatrix([], 0, 3)).LayerLabels!);
    }

    [Fact]
    public void New_rows_that_are_not_finite_are_in_no_cluster_of_any_layer()
    {
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanModelRows.Fitted(), _options);
        HdbscanPrediction found = HdbscanModel.Of(fit, fit.Layers()).Predict(new RowMatrix([float.NaN, 0, 0], 1, 3));

        Assert.All(found.LayerLabels!.Concat(found.NearestLayerLabels!), labels => Assert.Equal([-1], labels));
    }

    [Fact]
    public void The_order_of_the_fitted_rows_changes_no_byte()
    {
        // Over these sizes no two clusters of a layer are equally large, which then go by their first rows.
        RowMatrix rows = HdbscanModelRows.Fitted();
        byte[] bytes = Bytes(rows);
        Assert.Equal(bytes, Bytes(rows));
        Assert.Equal(bytes, Bytes(CanonicalOrder.Apply(rows, TestRows.Shuffle(rows.RowCount, seed: 4))));

        byte[] Bytes(RowMatrix fitted)
        {
            HdbscanFit fit = HdbscanClustering.Fit(fitted, new HdbscanOptions { MinClusterSize = 12, MinSampleCount = 2 });
            Assert.NotEmpty(fit.Layers());
            HdbscanModel.Of(fit, fit.Layers()).Save(ModelFileTarget.At(FilePath));
            return File.ReadAllBytes(FilePath);
        }
    }

    [Theory]
    [InlineData("layer_sizes", 0, 1)]
    [InlineData("layer_sizes", 0, 100000)]
    [InlineData("layer_counts", 0, 0)]
    [InlineData("layer_counts", 0, 3)]
    [InlineData("layer_selected", 0, 0)]
    [InlineData("layer_selected", 1, 1)]
    [InlineData("layer_selected", 0, 100000)]
    [InlineData("layer_nearest", 0, -1)]
    [InlineData("layer_nearest", 0, 100000)]
    public void Layers_that_make_no_sense_are_refused(string section, int place, int value)
    {
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanModelRows.Fitted(), _options);
        HdbscanModel.Of(fit, fit.Layers()).Save(ModelFileTarget.At(FilePath));
        ModelFileReader file = ModelFileReader.Read(FilePath, "hdbscan", 5);
        ModelFileWriter writer = new("hdbscan", 5);
        writer.Add("settings", file.Text("settings"));
        writer.Add("rows", file.Singles("rows"));
        string[] ofNumbers
            = ["near_cores", "strengths", "point_lambdas", "births", "largest_lambdas", "cluster_lambdas", "persistences"];
        foreach (string name in ofNumbers)
        {
            writer.Add(name, file.Doubles(name));
        }

        string[] ofWholeNumbers =
        [
            "labels", "nearest", "point_clusters", "parents", "selected", "layer_sizes", "layer_counts", "layer_selected", "layer_nearest",
        ];
        foreach (string name in ofWholeNumbers)
        {
            int[] values = file.Int32s(name);
            if (name == section)
            {
                // Two numbers of one layer that are one, and a number that is none.
                values[place] = section == "layer_selected" && value == 1 ? values[place - 1] : value;
            }

            writer.Add(name, values);
        }

        writer.Save(ModelFileTarget.At(FilePath));
        Assert.Equal("ModelFileDamaged", Assert.Throws<EngineException>(() => HdbscanModel.Load(FilePath)).ErrorId);
    }
}
