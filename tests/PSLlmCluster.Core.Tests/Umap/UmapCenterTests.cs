using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>Layouts of rows whose mean is taken off first.</summary>
public sealed class UmapCenterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly UmapOptions _options = new() { Metric = Metric.Cosine, Center = true, EpochCount = 30, NeighborCount = 6 };

    private string FilePath => _folder.File("map.umap");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_layout_is_that_of_rows_whose_mean_was_taken_off_before()
    {
        foreach (RowMatrix rows in (RowMatrix[])[Shifted(), Shifted(unit: 1.0 / 3)])
        {
            RowMatrix centered = Centering.Subtract(rows, Centering.MeanOf(rows, CanonicalOrder.Of(rows), [], default), default);
            float[] found = UmapReduction.Compute(rows, _options).Layout.Values;

            Assert.Equal(UmapReduction.Compute(centered, _options with { Center = false }).Layout.Values, found);
            Assert.NotEqual(UmapReduction.Compute(rows, _options with { Center = false }).Layout.Values, found);
        }
    }

    [Fact]
    public void What_all_rows_have_in_common_changes_nothing()
    {
        // Multiples of 1/64 stay exact when a whole number is added, and so does the mean of 128 of them.
        float[] values = Array.ConvertAll(TestRows.Random(128, 5, seed: 1).Values, value => MathF.Round(value * 64) / 64);
        RowMatrix rows = new(values, 128, 5);
        RowMatrix moved = new(Array.ConvertAll(values, value => value + 1000), 128, 5);

        Assert.Equal(UmapReduction.Compute(rows, _options).Layout.Values, UmapReduction.Compute(moved, _options).Layout.Values);
    }

    [Fact]
    public void Equal_rows_stay_at_one_place()
    {
        RowMatrix rows = CanonicalOrder.Apply(Shifted(), [.. Enumerable.Range(0, 90).Select(row => row % 30)]);
        RowMatrix layout = UmapReduction.Compute(rows, _options).Layout;

        for (int row = 30; row < 90; row++)
        {
            Assert.Equal(layout.Row(row - 30).ToArray(), layout.Row(row).ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Few_rows_have_a_layout(int count)
        => Assert.All(
            UmapReduction.Compute(CanonicalOrder.Apply(Shifted(), [.. Enumerable.Range(0, count)]), _options).Layout.Values,
            value => Assert.True(float.IsFinite(value)));

    [Theory]
    [InlineData(Metric.Cosine, 0)]
    [InlineData(Metric.Cosine, 1.0 / 3)]
    [InlineData(Metric.Euclidean, 1.0 / 3)]
    public void A_row_of_the_fit_comes_to_its_own_place_in_the_saved_map(Metric metric, double unit)
    {
        RowMatrix rows = Shifted(unit);
        UmapFit fit = UmapReduction.Fit(rows, _options with { Metric = metric });
        fit.Model.Save(ModelFileTarget.At(FilePath));
        UmapModel read = UmapModel.Load(FilePath);
        ModelFileReader file = ModelFileReader.Read(FilePath, "umap", 3);

        Assert.Equal(fit.Result.Layout.Values, fit.Model.Transform(rows).Layout.Values);
        Assert.Equal(fit.Result.Layout.Values, read.Transform(rows).Layout.Values);
        Assert.Equal(3, file.KindVersion);
        Assert.Equal(fit.Model.Center, file.Doubles("center"));
        Assert.True(read.Options.Center);
    }

    [Fact]
    public void A_saved_map_keeps_the_mean_and_the_offset()
    {
        // One row far out takes the digits of all others, wherever the mean lies.
        double[] values = [.. TestRows.Doubles(60, 2, seed: 5).DoubleValues];
        values[0] = -1e12;
        RowMatrix rows = RowMatrix.OfDoubles(values, 60, 2);
        UmapFit fit = UmapReduction.Fit(rows, _options with { Metric = Metric.Manhattan });
        fit.Model.Save(ModelFileTarget.At(FilePath));

        Assert.NotNull(fit.Model.Center);
        Assert.NotNull(fit.Model.Offset);
        Assert.Equal(fit.Model.Offset, UmapModel.Load(FilePath).Offset);
        Assert.Equal(fit.Result.Layout.Values, UmapModel.Load(FilePath).Transform(rows).Layout.Values);
    }

    [Fact]
    public void The_order_of_the_fitted_rows_changes_no_byte_of_the_file()
    {
        RowMatrix rows = Shifted();
        Save(rows);
        byte[] bytes = File.ReadAllBytes(FilePath);
        Save(CanonicalOrder.Apply(rows, TestRows.Shuffle(rows.RowCount, seed: 4)));

        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e100)]
    public void A_damaged_mean_is_refused(double number)
        => Assert.Equal("ModelFileDamaged", RefusalOfCenter([.. Enumerable.Repeat(0.0, 7), number]).ErrorId);

    [Fact]
    public void A_mean_that_is_missing_or_of_another_length_is_refused()
    {
        Assert.Equal("ModelFileDamaged", RefusalOfCenter(new double[7]).ErrorId);
        Assert.Equal("ModelFileDamaged", RefusalOfCenter(null).ErrorId);
        Assert.Equal("ModelFileDamaged", RefusalOfCenter(new double[8], center: "false").ErrorId);
        Assert.Equal("ModelFileDamaged", RefusalOfCenter(new double[8], version: 2).ErrorId);
    }

    [Fact]
    public void A_newer_version_than_that_of_the_mean_is_refused()
        => Assert.Equal("ModelFileVersionUnknown", RefusalOfCenter(new double[8], version: UmapModelFile.NewestVersion + 1).ErrorId);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Maps_of_earlier_versions_are_read(int version)
    {
        RowMatrix rows = SavedRows(version);
        UmapModel read = UmapModel.Load(Path.Combine(AppContext.BaseDirectory, "Data", "saved", $"map.v{version}.umap"));
        UmapFit fit = UmapReduction.Fit(rows, new UmapOptions { EpochCount = 20, NeighborCount = 5 });

        Assert.Null(read.Center);
        Assert.Equal(version == 2, read.Offset is not null);
        Assert.Equal(fit.Result.Layout.Values, read.Transform(rows).Layout.Values);
    }

    [Fact]
    public void Precomputed_distances_and_neighbours_are_refused()
    {
        UmapOptions options = new() { Center = true, NeighborCount = 2, Metric = Metric.Precomputed };
        EngineException distances = Assert.Throws<EngineException>(options.Validate);
        UmapFitData data = new() { Neighbors = new NeighborLists(2, 2, [0, 1, 1, 0], [0, 1, 0, 1]) };
        EngineException neighbors = Assert.Throws<EngineException>(
            () => UmapReduction.Compute(new RowMatrix([0, 1], 2, 1), options with { Metric = Metric.Cosine }, data));

        Assert.All((EngineException[])[distances, neighbors], refusal => Assert.Equal("UmapOptionInvalid", refusal.ErrorId));
        Assert.All((EngineException[])[distances, neighbors], refusal => Assert.Contains("Leave out Center", refusal.RecommendedAction));
    }

    [Fact]
    public void Rows_that_are_not_finite_are_refused_as_they_are_without_it()
        => Assert.Equal(
            "RowNotFinite",
            Assert.Throws<EngineException>(() => UmapReduction.Compute(new RowMatrix([0, float.NaN, 1, 2], 2, 2), _options)).ErrorId);

    /// <summary>The rows of the files in Data/saved, which builds without a mean wrote.</summary>
    internal static RowMatrix SavedRows(int version)
    {
        float[] values = [.. Enumerable.Range(0, 120).Select(i => (float)((i * i * 37 % 101) + (i / 3 % 2 * 200)))];
        return version == 1
            ? new RowMatrix(values, 40, 3)
            : RowMatrix.OfDoubles(Array.ConvertAll(values, value => 1e9 + (value / 1024.0)), 40, 3);
    }

    /// <summary>Rows with a large part in common; in single precision, or in double where there is a unit.</summary>
    private static RowMatrix Shifted(double unit = 0)
    {
        double[] values = Array.ConvertAll(TestRows.Random(80, 8, seed: 3).Values, value => 5 + (double)value);
        return unit == 0
            ? new RowMatrix(Array.ConvertAll(values, value => (float)value), 80, 8)
            : RowMatrix.OfDoubles(Array.ConvertAll(values, value => value * unit), 80, 8);
    }

    private void Save(RowMatrix rows) => UmapReduction.Fit(rows, _options).Model.Save(ModelFileTarget.At(FilePath));

    /// <summary>Writes a file again with another mean.</summary>
    private EngineException RefusalOfCenter(double[]? mean, int version = 3, string center = "true")
    {
        Save(Shifted());
        ModelFileReader file = ModelFileReader.Read(FilePath, "umap", 3);
        ModelFileWriter writer = new("umap", version);
        writer.Add("settings", file.Text("settings").Replace("center=true", "center=" + center, StringComparison.Ordinal));
        writer.Add("rows", file.Singles("rows"));
        if (mean is not null)
        {
            writer.Add("center", mean);
        }

        writer.Add("layout", file.Singles("layout"));
        writer.Save(ModelFileTarget.At(FilePath));
        return Assert.Throws<EngineException>(() => UmapModel.Load(FilePath));
    }
}
