using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Neighbors;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Transform;

public sealed class CellSectionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("map.umap");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_large_map_is_saved_with_its_cells_and_gives_the_same_places_with_them_as_without()
    {
        UmapModel model = Model(25_000, Metric.Euclidean, columns: 500);
        RowMatrix rows = NeighborSets.Mixture(100, 500, 40, seed: 2);
        Save(model);
        float[] places = model.Transform(rows).Layout.Values;
        UmapModel read = UmapModel.Load(FilePath);
        CellParts? cells = read.Cells(default);

        Assert.NotNull(cells);
        Assert.Equal(5, Reader().KindVersion);
        Assert.Equal(places, read.Transform(rows).Layout.Values);

        // As a build that knew no cells wrote it.
        ModelFileReader reader = Reader();
        ModelFileWriter writer = new("umap", 1);
        writer.Add("settings", Without(reader.Text("settings"), "cells", "probes", "reaches", "center", "offset", "embedding_engine"));
        writer.Add("rows", reader.Singles("rows"));
        writer.Add("layout", reader.Singles("layout"));
        byte[] bytes = File.ReadAllBytes(FilePath);
        writer.Save(ModelFileTarget.At(FilePath));
        UmapModel old = UmapModel.Load(FilePath);
        Assert.Equal(places, old.Transform(rows).Layout.Values);
        Save(old);
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Theory]
    [InlineData(Metric.Euclidean, null)]
    [InlineData(Metric.Cosine, EmbeddingEngine.Managed)]
    [InlineData(Metric.Manhattan, EmbeddingEngine.Llama)]
    public void Cells_of_any_metric_are_kept(Metric metric, EmbeddingEngine? engine)
    {
        UmapModel model = WithCells(metric);
        model.Engine = engine;
        Save(model);
        UmapModel read = UmapModel.Load(FilePath);
        RowMatrix rows = NeighborSets.Mixture(70, 12, 40, seed: 2);

        Assert.Equal(engine, read.Engine);
        Assert.Equal(model.Cells(default)!.ProbeCount, read.Cells(default)!.ProbeCount);
        Assert.Equal(model.Transform(rows).Layout.Values, read.Transform(rows).Layout.Values);
    }

    [Fact]
    public void Rows_that_suit_no_cells_are_measured_after_loading_too()
    {
        UmapModel model = Model(400, Metric.Euclidean);
        model.TakeCells(null);
        Save(model);
        UmapModel read = UmapModel.Load(FilePath);

        Assert.Equal(5, Reader().KindVersion);
        Assert.True(read.KeepsCells());
        Assert.Null(read.Cells(default));
    }

    [Theory]
    [InlineData("cells", "cells=-1")]
    [InlineData("cells", "cells=4001")]
    [InlineData("cells", "cells=3")]
    [InlineData("cells", "cells=0")]
    [InlineData("cells", "")]
    [InlineData("probes", "probes=0")]
    [InlineData("probes", "probes=4000")]
    [InlineData("probes", "")]
    [InlineData("embedding_engine", "embedding_engine=None")]
    [InlineData("reaches", "reaches=true")]
    [InlineData("reaches", "")]
    public void Damaged_settings_are_refused(string setting, string changed) => RequireRefusal(Metric.Euclidean, (reader, writer) =>
    {
        string rest = Without(reader.Text("settings"), setting);
        writer.Add("settings", changed.Length == 0 ? rest : rest + changed + "\n");
        Copy(reader, writer);
        writer.Add("cell_of_row", reader.Int32s("cell_of_row"));
        writer.Add("cell_means", reader.Int32s("cell_means"));
    });

    [Theory]
    [InlineData("cell_of_row", 0, -1)]
    [InlineData("cell_of_row", 3999, 100_000)]
    [InlineData("cell_means", 7, 0x7f800000)]
    [InlineData("cell_means", 7, 0x0000ff81)]
    [InlineData("cell_means", 7, 0x00004080)]
    [InlineData("cell_pivots", 0, 4000)]
    [InlineData("cell_pivots", 5, -1)]
    public void A_number_that_cannot_be_is_refused(string name, int place, int value)
        => RequireRefusal(name == "cell_pivots" ? Metric.Manhattan : Metric.Euclidean, (reader, writer) =>
        {
            writer.Add("settings", reader.Text("settings"));
            Copy(reader, writer);
            foreach (string section in (string[])["cell_of_row", name == "cell_pivots" ? name : "cell_means"])
            {
                int[] values = reader.Int32s(section);
                values[place] = section == name ? value : values[place];
                writer.Add(section, values);
            }
        });

    [Theory]
    [InlineData("cell_of_row", false)]
    [InlineData("cell_of_row", true)]
    [InlineData("cell_means", false)]
    [InlineData("cell_means", true)]
    public void A_section_that_is_missing_or_too_short_is_refused(string name, bool isThere)
        => RequireRefusal(Metric.Euclidean, (reader, writer) =>
        {
            writer.Add("settings", reader.Text("settings"));
            Copy(reader, writer);
            foreach (string section in (string[])["cell_of_row", "cell_means"])
            {
                if (section != name || isThere)
                {
                    writer.Add(section, section == name ? reader.Int32s(section)[1..] : reader.Int32s(section));
                }
            }
        });

    [Fact]
    public void How_far_new_rows_may_lie_is_kept_for_the_map_of_a_sample()
    {
        RowMatrix rows = NeighborSets.Mixture(300, 6, 5, seed: 3);
        UmapModel model = SampledReduction.Fit(rows, new UmapOptions { EpochCount = 30, NeighborCount = 8 }, 100).Model;
        Save(model);
        UmapModel read = UmapModel.Load(FilePath);

        Assert.Equal(5, Reader().KindVersion);
        Assert.Equal(model.Reaches, read.Reaches);
        Assert.Equal(model.Transform(rows).Layout.Values, read.Transform(rows).Layout.Values);
        byte[] bytes = File.ReadAllBytes(FilePath);
        Save(read);
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Theory]
    [InlineData(4000, float.NaN)]
    [InlineData(4000, float.PositiveInfinity)]
    [InlineData(4000, -1f)]
    [InlineData(3999, 1f)]
    public void A_reach_that_cannot_be_is_refused(int count, float first) => RequireRefusal(Metric.Euclidean, (reader, writer) =>
    {
        writer.Add("settings", Without(reader.Text("settings"), "reaches") + "reaches=true\n");
        Copy(reader, writer);
        writer.Add("cell_of_row", reader.Int32s("cell_of_row"));
        writer.Add("cell_means", reader.Int32s("cell_means"));
        writer.Add("reaches", [first, .. new float[count - 1]]);
    });

    /// <summary>A map whose rows lie anywhere in it: what is tested is what finds their neighbours.</summary>
    private static UmapModel Model(int rowCount, Metric metric, int columns = 12)
    {
        UmapOptions options = new() { Metric = metric, NeighborCount = 8 };
        return new UmapModel(
            options,
            CurveParameters.For(options),
            options.NeighborCount,
            columns,
            NeighborSets.Mixture(rowCount, columns, 40, seed: 1),
            TestRows.Random(rowCount, 2, seed: 3),
            null);
    }

    private static UmapModel WithCells(Metric metric)
    {
        UmapModel model = Model(4000, metric);
        model.TakeCells(CellIndex.Create(model.Space, model.NeighborCount, seed: 5, Work.On(2))!.Parts);
        return model;
    }

    private static void Copy(ModelFileReader reader, ModelFileWriter writer)
    {
        writer.Add("rows", reader.Singles("rows"));
        writer.Add("layout", reader.Singles("layout"));
    }

    private static string Without(string settings, params string[] keys)
        => string.Concat(settings.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !keys.Contains(line.Split('=')[0]))
            .Select(line => line + "\n"));

    private void RequireRefusal(Metric metric, Action<ModelFileReader, ModelFileWriter> write)
    {
        Save(WithCells(metric));
        ModelFileWriter writer = new("umap", 5);
        write(Reader(), writer);
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal("ModelFileDamaged", Assert.Throws<EngineException>(() => UmapModel.Load(FilePath)).ErrorId);
    }

    private ModelFileReader Reader() => ModelFileReader.Read(FilePath, "umap", UmapModelFile.NewestVersion);

    private void Save(UmapModel model) => model.Save(ModelFileTarget.At(FilePath));
}
