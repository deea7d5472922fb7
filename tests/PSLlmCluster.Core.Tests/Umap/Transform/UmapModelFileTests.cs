using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Transform;

public sealed class UmapModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("map.umap");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Correlation)]
    [InlineData(Metric.Minkowski)]
    [InlineData(Metric.BrayCurtis)]
    public void A_model_that_was_read_puts_rows_where_the_one_that_was_written_does(Metric metric)
    {
        UmapModel model = UmapReduction.Fit(
            TestRows.Random(80, 6, seed: 1),
            new UmapOptions { Metric = metric, MinkowskiPower = 3, EpochCount = 60, Seed = 7, MinDistance = 0.3 }).Model;
        model.Save(ModelFileTarget.At(FilePath));
        UmapModel read = UmapModel.Load(FilePath);
        RowMatrix rows = TestRows.Random(20, 6, seed: 2);

        Assert.Equal(80, read.RowCount);
        Assert.Equal(6, read.ColumnCount);
        Assert.Equal(2, read.ComponentCount);
        Assert.Equal(model.Transform(rows).Layout.Values, read.Transform(rows).Layout.Values);
    }

    [Fact]
    public void Precomputed_distances_need_no_rows_in_the_file()
    {
        float[] distances = new float[30 * 30];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Math.Abs((i / 30) - (i % 30));
        }

        RowMatrix matrix = new(distances, 30, 30);
        UmapFit fit = UmapReduction.Fit(matrix, new UmapOptions { Metric = Metric.Precomputed, NeighborCount = 5, EpochCount = 30 });
        fit.Model.Save(ModelFileTarget.At(FilePath));

        Assert.Equal(fit.Result.Layout.Values, UmapModel.Load(FilePath).Transform(matrix).Layout.Values);
    }

    [Fact]
    public void The_order_of_the_fitted_rows_changes_no_byte()
    {
        RowMatrix rows = TestRows.Random(50, 4, seed: 3);
        byte[] bytes = Bytes(rows);

        Assert.Equal(bytes, Bytes(CanonicalOrder.Apply(rows, TestRows.Shuffle(50, seed: 4))));
        Assert.Equal(bytes, Bytes(rows));
    }

    [Fact]
    public void A_map_of_a_tiny_spread_can_be_read_again()
    {
        RowMatrix rows = TestRows.Random(40, 4, seed: 3);
        UmapFit fit = UmapReduction.Fit(rows, new UmapOptions { EpochCount = 5, Spread = 1e-5, MinDistance = 1e-6 });
        fit.Model.Save(ModelFileTarget.At(FilePath));

        Assert.Equal(fit.Model.Transform(rows).Layout.Values, UmapModel.Load(FilePath).Transform(rows).Layout.Values);
    }

    [Fact]
    public void What_was_taken_off_the_rows_is_kept()
    {
        RowMatrix rows = TestRows.Doubles(60, 3, seed: 5);
        UmapModel model = UmapReduction.Fit(rows, new UmapOptions { EpochCount = 30 }).Model;
        model.Save(ModelFileTarget.At(FilePath));
        UmapModel read = UmapModel.Load(FilePath);

        Assert.Equal(2, ModelFileReader.Read(FilePath, "umap", 2).KindVersion);
        Assert.Equal(model.Offset, read.Offset);
        Assert.Equal(model.Transform(rows).Layout.Values, read.Transform(rows).Layout.Values);
        Bytes(TestRows.Random(50, 4, seed: 3));
        Assert.Equal(1, ModelFileReader.Read(FilePath, "umap", 2).KindVersion);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(2, 3)]
    [InlineData(1, 4)]
    public void An_offset_that_does_not_belong_there_is_refused(int version, int? length)
    {
        Bytes(TestRows.Random(50, 4, seed: 3));
        ModelFileReader reader = ModelFileReader.Read(FilePath, "umap", 1);
        ModelFileWriter writer = new("umap", version);
        writer.Add("settings", reader.Text("settings"));
        writer.Add("rows", reader.Singles("rows"));
        if (length is int count)
        {
            writer.Add("offset", new double[count]);
        }

        writer.Add("layout", reader.Singles("layout"));
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileDamaged", Refusal().ErrorId);
    }

    [Theory]
    [InlineData(EmbeddingEngine.Managed, false, false)]
    [InlineData(EmbeddingEngine.Llama, true, false)]
    [InlineData(EmbeddingEngine.Llama, false, true)]
    public void The_engine_of_the_fitted_rows_is_kept_and_changes_no_place(EmbeddingEngine engine, bool isCentered, bool isDouble)
    {
        RowMatrix rows = isDouble ? TestRows.Doubles(60, 3, seed: 5) : TestRows.Random(60, 3, seed: 5);
        UmapOptions options = new() { EpochCount = 30, Center = isCentered, Metric = isCentered ? Metric.Cosine : Metric.Euclidean };
        UmapModel model = UmapReduction.Fit(rows, options).Model;
        model.Save(ModelFileTarget.At(FilePath));
        Assert.Null(UmapModel.Load(FilePath).Engine);
        model.Engine = engine;
        model.Save(ModelFileTarget.At(FilePath));
        UmapModel read = UmapModel.Load(FilePath);

        Assert.Equal(4, ModelFileReader.Read(FilePath, "umap", 4).KindVersion);
        Assert.Equal(engine, read.Engine);
        Assert.Equal(model.Center, read.Center);
        Assert.Equal(model.Offset, read.Offset);
        Assert.Equal((isCentered, isDouble), (read.Center is not null, read.Offset is not null));
        Assert.Equal(model.Transform(rows).Layout.Values, read.Transform(rows).Layout.Values);
    }

    [Fact]
    public void A_model_whose_engine_is_taken_back_has_the_bytes_of_one_that_never_had_any()
    {
        UmapModel model = UmapReduction.Fit(TestRows.Random(50, 4, seed: 3), new UmapOptions { EpochCount = 30 }).Model;
        byte[] bytes = Bytes(TestRows.Random(50, 4, seed: 3));
        model.Engine = EmbeddingEngine.Llama;
        model.Engine = null;
        model.Save(ModelFileTarget.At(FilePath));

        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Engine = EmbeddingEngine.Auto);
    }

    [Theory]
    [InlineData("embedding_engine=Llama\n", "embedding_engine=Auto\n", 4)]
    [InlineData("embedding_engine=Llama\n", "embedding_engine=llama\n", 4)]
    [InlineData("embedding_engine=Llama\n", "embedding_engine=2\n", 4)]
    [InlineData("embedding_engine=Llama\n", "embedding_engine=Other\n", 4)]
    [InlineData("embedding_engine=Llama\n", "", 4)]
    [InlineData("center=false\n", "", 4)]
    [InlineData("offset=false\n", "", 4)]
    [InlineData("", "", 1)]
    [InlineData("", "", 3)]
    public void An_engine_that_is_none_or_does_not_belong_there_is_refused(string setting, string changed, int version)
    {
        UmapModel model = UmapReduction.Fit(TestRows.Random(50, 4, seed: 3), new UmapOptions { EpochCount = 30 }).Model;
        model.Engine = EmbeddingEngine.Llama;
        model.Save(ModelFileTarget.At(FilePath));
        ModelFileReader reader = ModelFileReader.Read(FilePath, "umap", 4);
        string text = reader.Text("settings");
        Assert.Contains(setting, text, StringComparison.Ordinal);
        ModelFileWriter writer = new("umap", version);
        writer.Add("settings", setting.Length == 0 ? text : text.Replace(setting, changed, StringComparison.Ordinal));
        writer.Add("rows", reader.Singles("rows"));
        writer.Add("layout", reader.Singles("layout"));
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileDamaged", Refusal().ErrorId);
    }

    [Fact]
    public void Another_kind_of_model_is_refused()
    {
        ModelFileWriter writer = new("hdbscan", 1);
        writer.Add("none", Array.Empty<int>());
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileKindWrong", Refusal().ErrorId);
    }

    [Fact]
    public void A_newer_file_version_is_refused()
    {
        ModelFileWriter writer = new("umap", UmapModelFile.NewestVersion + 1);
        writer.Add("none", Array.Empty<int>());
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileVersionUnknown", Refusal().ErrorId);
    }

    [Theory]
    [InlineData("b", "b=-1")]
    [InlineData("b", "b=1e9")]
    [InlineData("a", "a=1e308")]
    [InlineData("a", "a=0")]
    [InlineData("n_epochs", "n_epochs=100000000")]
    [InlineData("n_epochs", "n_epochs=-2")]
    [InlineData("repulsion_strength", "repulsion_strength=1e300")]
    [InlineData("negative_sample_rate", "negative_sample_rate=2000000000")]
    [InlineData("learning_rate", "learning_rate=1e9")]
    [InlineData("n_neighbors", "n_neighbors=51")]
    [InlineData("metric", "metric=Precomputed")]
    [InlineData("metric", "metric=Nearest")]
    [InlineData("columns", "columns=5")]
    [InlineData("learning_rate", "learning_rate=NaN")]
    [InlineData("random_state", "random_state=42\nmore=1")]
    public void Invalid_settings_are_refused(string setting, string changed)
    {
        Bytes(TestRows.Random(50, 4, seed: 3));
        ModelFileReader reader = ModelFileReader.Read(FilePath, "umap", 1);
        string text = reader.Text("settings");
        string[] lines = [.. text.Split('\n').Select(line => line.StartsWith(setting + "=", StringComparison.Ordinal) ? changed : line)];
        Assert.NotEqual(text, string.Join('\n', lines));
        ModelFileWriter writer = new("umap", 1);
        writer.Add("settings", string.Join('\n', lines));
        writer.Add("rows", reader.Singles("rows"));
        writer.Add("layout", reader.Singles("layout"));
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileDamaged", Refusal().ErrorId);
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused()
    {
        byte[] bytes = Bytes(TestRows.Random(50, 4, seed: 3));
        File.WriteAllBytes(FilePath, bytes[..^100]);

        Assert.Equal("ModelFileDamaged", Refusal().ErrorId);
    }

    [Fact]
    public void DensMap_makes_no_model()
        => Assert.Equal(
            "UmapModelNotPossible", Assert.Throws<EngineException>(() => UmapModel.Require(new UmapOptions { Densmap = true })).ErrorId);

    private EngineException Refusal() => Assert.Throws<EngineException>(() => UmapModel.Load(FilePath));

    private byte[] Bytes(RowMatrix rows)
    {
        UmapReduction.Fit(rows, new UmapOptions { EpochCount = 30 }).Model.Save(ModelFileTarget.At(FilePath));
        return File.ReadAllBytes(FilePath);
    }
}
