using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Core.Tests.Hdbscan.Prediction;

public sealed class HdbscanModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("clusters.hdbscan");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(ApproximatePredictionTests.Selections), MemberType = typeof(ApproximatePredictionTests))]
    public void A_model_that_was_read_predicts_as_the_one_that_was_written(HdbscanOptions options)
    {
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(HdbscanModelRows.Fitted(), options));
        model.Save(ModelFileTarget.At(FilePath));
        HdbscanModel read = HdbscanModel.Load(FilePath);
        bool withMemberships = options.CutDistance is null;
        HdbscanPrediction expected = model.Predict(HdbscanModelRows.New(), withMemberships: withMemberships);
        HdbscanPrediction found = read.Predict(HdbscanModelRows.New(), withMemberships: withMemberships);

        Assert.Equal(model.RowCount, read.RowCount);
        Assert.Equal(model.ColumnCount, read.ColumnCount);
        Assert.Equal(model.ClusterCount, read.ClusterCount);
        Assert.Equal(model.Options with { MinSampleCount = model.Options.MinSampleCount ?? model.Options.MinClusterSize }, read.Options);
        Assert.Equal(expected.Result.Labels, found.Result.Labels);
        Assert.Equal(expected.Result.Probabilities, found.Result.Probabilities);
        Assert.Equal(expected.Result.OutlierScores, found.Result.OutlierScores);
        Assert.Equal(expected.Result.NearestClusters, found.Result.NearestClusters);
        Assert.Equal(expected.Result.NearestStrengths, found.Result.NearestStrengths);
        Assert.Equal(expected.Result.Persistences, found.Result.Persistences);
        Assert.Equal(expected.Memberships?.Values, found.Memberships?.Values);
    }

    [Fact]
    public void Precomputed_distances_need_no_rows_in_the_file()
    {
        float[] distances = new float[30 * 30];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Math.Abs(((i / 30) * (i / 30)) - ((i % 30) * (i % 30)));
        }

        RowMatrix matrix = new(distances, 30, 30);
        HdbscanFit fit = HdbscanClustering.Fit(matrix, new HdbscanOptions { Metric = Metric.Precomputed, MinClusterSize = 3 });
        HdbscanModel.Of(fit).Save(ModelFileTarget.At(FilePath));

        Assert.Equal(fit.Result.Labels, HdbscanModel.Load(FilePath).Predict(matrix).Result.Labels);
        Assert.InRange(new FileInfo(FilePath).Length, 1, 30 * 30 * 4);
    }

    [Fact]
    public void The_order_of_the_fitted_rows_changes_no_byte()
    {
        foreach (RowMatrix rows in (RowMatrix[])[HdbscanModelRows.Fitted(), HdbscanModelRows.Fitted().ToDouble()])
        {
            byte[] bytes = Bytes(rows);
            Assert.Equal(bytes, Bytes(CanonicalOrder.Apply(rows, TestRows.Shuffle(rows.RowCount, seed: 4))));
            Assert.Equal(bytes, Bytes(rows));
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Correlation)]
    public void Rows_of_double_precision_are_kept_whole(Metric metric)
    {
        RowMatrix rows = TestRows.Doubles(200, 3, seed: 8);
        HdbscanOptions options = new() { Metric = metric, MinClusterSize = 4 };
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(rows, options));
        model.Save(ModelFileTarget.At(FilePath));
        HdbscanModel read = HdbscanModel.Load(FilePath);
        RowMatrix fresh = TestRows.Doubles(50, 3, seed: 9);

        Assert.Equal(2, ModelFileReader.Read(FilePath, "hdbscan", 2).KindVersion);
        Assert.Equal(model.Space!.Rows.DoubleValues, read.Space!.Rows.DoubleValues);
        Assert.Equal(model.Predict(fresh).Result.Probabilities, read.Predict(fresh).Result.Probabilities);
        Assert.Equal(model.Predict(rows).Result.Labels, read.Predict(rows).Result.Labels);
    }

    [Fact]
    public void Rows_of_single_precision_make_a_file_of_the_first_version()
    {
        Bytes(HdbscanModelRows.Fitted());
        Assert.Equal(1, ModelFileReader.Read(FilePath, "hdbscan", 2).KindVersion);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1e100)]
    [InlineData(-1)]
    public void Rows_of_double_precision_that_are_not_finite_or_out_of_order_are_refused(double last)
    {
        double[] values = Array.ConvertAll(HdbscanModelFileRows().Singles("rows"), value => (double)value);
        Assert.Equal("ModelFileDamaged", RefusalOf("rows", _ => values[..^3].Concat([last, 0, 0]).ToArray(), version: 2).ErrorId);
        Assert.Equal("ModelFileDamaged", RefusalOf("rows", file => file.Singles("rows"), version: 2).ErrorId);
        Assert.Equal("ModelFileDamaged", RefusalOf("rows", _ => values, version: 1).ErrorId);
    }

    [Theory]
    [InlineData(EmbeddingEngine.Managed, false, false)]
    [InlineData(EmbeddingEngine.Llama, true, true)]
    [InlineData(EmbeddingEngine.Llama, false, true)]
    public void The_engine_of_the_fitted_rows_is_kept_and_changes_no_cluster(EmbeddingEngine engine, bool isCentered, bool isDouble)
    {
        RowMatrix rows = isDouble ? HdbscanModelRows.Fitted().ToDouble() : HdbscanModelRows.Fitted();
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(rows, new HdbscanOptions { Center = isCentered }));
        model.Save(ModelFileTarget.At(FilePath));
        Assert.Null(HdbscanModel.Load(FilePath).Engine);
        model.Engine = engine;
        model.Save(ModelFileTarget.At(FilePath));
        HdbscanModel read = HdbscanModel.Load(FilePath);

        Assert.Equal(4, ModelFileReader.Read(FilePath, "hdbscan", 4).KindVersion);
        Assert.Equal(engine, read.Engine);
        Assert.Equal(model.Center, read.Center);
        Assert.Equal((isCentered, isDouble), (read.Center is not null, read.Space!.Rows.IsDouble));
        Assert.Equal(
            model.Predict(HdbscanModelRows.New()).Result.Probabilities, read.Predict(HdbscanModelRows.New()).Result.Probabilities);
    }

    [Fact]
    public void A_model_whose_engine_is_taken_back_has_the_bytes_of_one_that_never_had_any()
    {
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(HdbscanModelRows.Fitted(), new HdbscanOptions()));
        byte[] bytes = Bytes(HdbscanModelRows.Fitted());
        model.Engine = EmbeddingEngine.Llama;
        model.Engine = null;
        model.Save(ModelFileTarget.At(FilePath));

        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Engine = EmbeddingEngine.Auto);
    }

    [Theory]
    [InlineData("center=false\ndouble=false\nembedding_engine=Auto", 4)]
    [InlineData("center=false\ndouble=false\nembedding_engine=managed", 4)]
    [InlineData("center=false\ndouble=false\nembedding_engine=Other", 4)]
    [InlineData("center=false\ndouble=false", 4)]
    [InlineData("center=false\nembedding_engine=Llama", 4)]
    [InlineData("double=false\nembedding_engine=Llama", 4)]
    [InlineData("center=true\ndouble=false\nembedding_engine=Llama", 4)]
    [InlineData("center=false\ndouble=true\nembedding_engine=Llama", 4)]
    [InlineData("embedding_engine=Llama", 1)]
    public void An_engine_that_is_none_or_does_not_belong_there_is_refused(string settings, int version)
        => Assert.Equal("ModelFileDamaged", RefusalOf("settings", file => file.Text("settings") + settings + "\n", version).ErrorId);

    [Fact]
    public void Another_kind_of_model_is_refused()
    {
        ModelFileWriter writer = new("umap", 1);
        writer.Add("none", Array.Empty<int>());
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileKindWrong", Refusal().ErrorId);
    }

    [Fact]
    public void A_newer_file_version_is_refused()
    {
        ModelFileWriter writer = new("hdbscan", 7);
        writer.Add("none", Array.Empty<int>());
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileVersionUnknown", Refusal().ErrorId);
    }

    [Fact]
    public void A_file_that_was_cut_off_or_changed_is_refused()
    {
        byte[] bytes = Bytes(HdbscanModelRows.Fitted());
        File.WriteAllBytes(FilePath, bytes[..^100]);
        Assert.Equal("ModelFileDamaged", Refusal().ErrorId);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(FilePath, bytes);
        Assert.Equal("ModelFileDamaged", Refusal().ErrorId);
    }

    [Theory]
    [InlineData("metric=Euclidean", "metric=Precomputed")]
    [InlineData("metric=Euclidean", "metric=Nearest")]
    [InlineData("columns=3", "columns=4")]
    [InlineData("min_samples_used=5", "min_samples_used=160")]
    [InlineData("alpha=1", "alpha=0")]
    [InlineData("cut_distance=none", "cut_distance=0.5")]
    [InlineData("rows=160", "rows=159")]
    [InlineData("p=2", "p=2\nmore=1")]
    public void Invalid_settings_are_refused(string setting, string changed)
        => Assert.Equal(
            "ModelFileDamaged",
            RefusalOf("settings", file => file.Text("settings").Replace(setting, changed, StringComparison.Ordinal)).ErrorId);

    [Theory]
    [InlineData("parents", 1, 1)]
    [InlineData("parents", 0, 0)]
    [InlineData("labels", 7, 1000)]
    [InlineData("nearest", 7, -2)]
    [InlineData("point_clusters", 3, 1000)]
    [InlineData("selected", 0, 1)]
    public void Numbers_that_make_no_tree_are_refused(string section, int place, int value)
    {
        Assert.Equal("ModelFileDamaged", RefusalOf(section, file =>
        {
            int[] values = file.Int32s(section);
            values[place] = value;
            if (section == "selected")
            {
                values.AsSpan().Fill(value);
            }

            return values;
        }).ErrorId);
    }

    [Theory]
    [InlineData("strengths", 5, 1.5)]
    [InlineData("point_lambdas", 5, 1e30)]
    [InlineData("births", 1, 1e30)]
    [InlineData("births", 0, 1e30)]
    [InlineData("near_cores", 0, -1)]
    public void Numbers_out_of_their_range_are_refused(string section, int place, double value)
        => Assert.Equal("ModelFileDamaged", RefusalOf(section, file =>
        {
            double[] values = file.Doubles(section);
            values[place] = value;
            return values;
        }).ErrorId);

    [Fact]
    public void A_selected_cluster_below_another_is_refused()
    {
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanModelRows.Fitted(), new HdbscanOptions());
        int below = Enumerable.Range(1, fit.Stages.Tree.ClusterCount - 1).First(
            cluster => fit.Stages.ClusterOfNumber.Contains(fit.Stages.Tree.Parent(cluster)));
        int other = Array.FindIndex(fit.Stages.ClusterOfNumber, cluster => cluster != fit.Stages.Tree.Parent(below));
        Assert.Equal("ModelFileDamaged", RefusalOf("selected", file =>
        {
            int[] values = file.Int32s("selected");
            values[other] = below;
            return values;
        }).ErrorId);
    }

    [Fact]
    public void Rows_out_of_order_are_refused()
        => Assert.Equal("ModelFileDamaged", RefusalOf("rows", file =>
        {
            float[] values = file.Singles("rows");
            (values[0], values[300]) = (values[300], values[0]);
            return values;
        }).ErrorId);

    [Fact]
    public void A_cluster_s_point_that_is_nearest_to_another_is_refused()
        => Assert.Equal("ModelFileDamaged", RefusalOf("nearest", file =>
        {
            int[] labels = file.Int32s("labels");
            int[] values = file.Int32s("nearest");
            int member = Array.FindIndex(labels, label => label >= 0);
            values[member] = labels[member] == 0 ? 1 : 0;
            return values;
        }).ErrorId);

    private EngineException Refusal() => Assert.Throws<EngineException>(() => HdbscanModel.Load(FilePath));

    /// <summary>Writes the file again with one section changed.</summary>
    private EngineException RefusalOf(string changed, Func<ModelFileReader, object> change, int version = 1)
    {
        Bytes(HdbscanModelRows.Fitted());
        ModelFileReader file = ModelFileReader.Read(FilePath, "hdbscan", 1);
        ModelFileWriter writer = new("hdbscan", version);
        string[] names =
        [
            "settings", "rows", "near_cores", "labels", "nearest", "strengths", "point_clusters", "point_lambdas", "parents", "births",
            "largest_lambdas", "selected", "cluster_lambdas", "persistences",
        ];
        foreach (string name in names)
        {
            object content = name == changed ? change(file) : name switch
            {
                "settings" => file.Text(name),
                "rows" => file.Singles(name),
                "labels" or "nearest" or "point_clusters" or "parents" or "selected" => file.Int32s(name),
                _ => file.Doubles(name),
            };
            switch (content)
            {
                case string text:
                    writer.Add(name, text);
                    break;
                case float[] singles:
                    writer.Add(name, singles);
                    break;
                case int[] numbers:
                    writer.Add(name, numbers);
                    break;
                default:
                    writer.Add(name, (double[])content);
                    break;
            }
        }

        writer.Save(ModelFileTarget.At(FilePath));
        return Refusal();
    }

    private ModelFileReader HdbscanModelFileRows()
    {
        Bytes(HdbscanModelRows.Fitted());
        return ModelFileReader.Read(FilePath, "hdbscan", 1);
    }

    private byte[] Bytes(RowMatrix rows)
    {
        HdbscanModel.Of(HdbscanClustering.Fit(rows, new HdbscanOptions())).Save(ModelFileTarget.At(FilePath));
        return File.ReadAllBytes(FilePath);
    }
}
