using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Tests.Umap;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Clusters of rows whose mean is taken off first.</summary>
public sealed class HdbscanCenterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HdbscanOptions _options = new() { Metric = Metric.Cosine, Center = true, MinClusterSize = 4, MinSampleCount = 2 };

    private string FilePath => _folder.File("clusters.hdbscan");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Correlation)]
    [InlineData(Metric.Euclidean)]
    public void Clusters_are_those_of_rows_whose_mean_was_taken_off_before(Metric metric)
    {
        RowMatrix rows = Directions();
        HdbscanOptions options = _options with { Metric = metric };
        double[] sums = new double[rows.ColumnCount];
        for (int i = 0; i < rows.Values.Length; i++)
        {
            sums[i % sums.Length] += rows.Values[i];
        }

        double[] centered = [.. rows.Values.Select((value, i) => value - (sums[i % sums.Length] / rows.RowCount))];
        HdbscanResult expected = HdbscanClustering.Compute(
            RowMatrix.OfDoubles(centered, rows.RowCount, rows.ColumnCount), options with { Center = false });

        Assert.Equal(expected.Labels, HdbscanClustering.Compute(rows, options).Labels);
        Assert.True(expected.Persistences.Length > 1);
    }

    [Fact]
    public void Groups_that_a_common_part_hides_from_Cosine_are_found()
    {
        RowMatrix rows = Directions();
        int[] found = HdbscanClustering.Compute(rows, _options with { MinClusterSize = 10 }).Labels;
        int[] without = HdbscanClustering.Compute(rows, _options with { MinClusterSize = 10, Center = false }).Labels;

        Assert.Equal(Enumerable.Range(0, 90).Select(row => found[row % 6]), found);
        Assert.Equal(6, found.Distinct().Count(label => label >= 0));
        Assert.NotEqual(6, without.Distinct().Count(label => label >= 0));
    }

    [Fact]
    public void Euclidean_clusters_stay_the_same()
    {
        foreach (RowMatrix rows in (RowMatrix[])[HdbscanModelRows.Fitted(), HdbscanModelRows.Fitted().ToDouble()])
        {
            HdbscanOptions options = new() { MinClusterSize = 4 };
            Assert.Equal(
                HdbscanClustering.Compute(rows, options).Labels,
                HdbscanClustering.Compute(rows, options with { Center = true }).Labels);
        }
    }

    [Fact]
    public void Rows_that_are_not_finite_are_noise_and_leave_the_mean_alone()
    {
        RowMatrix rows = Directions();
        float[] values = [float.NaN, .. new float[rows.ColumnCount - 1], .. rows.Values, .. Enumerable.Repeat(float.PositiveInfinity, 6)];
        HdbscanFit expected = HdbscanClustering.Fit(rows, _options);
        HdbscanFit found = HdbscanClustering.Fit(new RowMatrix(values, rows.RowCount + 2, rows.ColumnCount), _options);

        Assert.Equal([0, rows.RowCount + 1], found.Result.NotFiniteRows);
        Assert.Equal(expected.Result.Labels, found.Result.Labels[1..^1]);
        Assert.Equal(expected.Result.Probabilities, found.Result.Probabilities[1..^1]);
        Assert.Equal(expected.Stages.Points.Center, found.Stages.Points.Center);
    }

    [Fact]
    public void Without_a_finite_row_there_is_no_mean_and_no_cluster()
    {
        RowMatrix rows = new([float.NaN, 1, 2, float.NaN], 2, 2);

        Assert.Equal([-1, -1], HdbscanClustering.Compute(rows, _options).Labels);
        Assert.Empty(HdbscanClustering.Compute(new RowMatrix([], 0, 0), _options).Labels);
    }

    [Fact]
    public void Weights_count_in_the_mean_in_any_order_of_input()
    {
        RowMatrix rows = CanonicalOrder.Apply(Directions(), [.. Enumerable.Range(0, 120).Select(row => row % 90)]);
        double[] weights = [.. Enumerable.Range(0, 120).Select(row => 0.1 + (row % 7))];
        int[] order = TestRows.Shuffle(120, seed: 8);
        HdbscanFit expected = HdbscanClustering.Fit(rows, weights, _options);
        HdbscanFit found = HdbscanClustering.Fit(
            CanonicalOrder.Apply(rows, order), Array.ConvertAll(order, row => weights[row]), _options);

        Assert.Equal(expected.Stages.Points.Center, found.Stages.Points.Center);
        Assert.Equal(order.Select(row => expected.Result.Probabilities[row]), found.Result.Probabilities);
        Assert.NotEqual(HdbscanClustering.Fit(rows, _options).Stages.Points.Center, expected.Stages.Points.Center);
    }

    [Fact]
    public void A_comparison_gives_what_the_clustering_does()
    {
        ParameterGrid grid = new([4], [2], [0], [ClusterSelectionMethod.Eom]);
        ClusteringMeasurement found = ParameterSweep.Compute(Directions(), null, _options, grid).Measurements.Single();
        HdbscanFit fit = HdbscanClustering.Fit(Directions(), _options);

        Assert.Equal(fit.Result.Persistences.Length, found.ClusterCount);
        Assert.Equal(fit.RelativeValidity, found.RelativeValidity);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_row_of_the_fit_gets_what_it_had_from_the_saved_clusters(bool isDouble)
    {
        RowMatrix rows = isDouble
            ? RowMatrix.OfDoubles(Array.ConvertAll(Directions().Values, value => value / 3.0), 90, 6)
            : Directions();
        HdbscanFit fit = HdbscanClustering.Fit(rows, _options);
        HdbscanModel.Of(fit).Save(ModelFileTarget.At(FilePath));
        HdbscanModel read = HdbscanModel.Load(FilePath);
        HdbscanResult again = read.Predict(rows).Result;
        ModelFileReader file = ModelFileReader.Read(FilePath, "hdbscan", 3);

        Assert.Equal(fit.Result.Labels, again.Labels);
        Assert.Equal(fit.Result.Probabilities, again.Probabilities);
        Assert.Equal(fit.Result.OutlierScores, again.OutlierScores);
        Assert.Equal(3, file.KindVersion);
        Assert.Equal(fit.Stages.Points.Center, file.Doubles("center"));
        Assert.True(read.Options.Center);
        Assert.Equal(
            HdbscanModel.Of(fit).Predict(Directions(seed: 9), withMemberships: true).Memberships!.Values,
            read.Predict(Directions(seed: 9), withMemberships: true).Memberships!.Values);
    }

    [Fact]
    public void New_rows_that_are_not_finite_are_noise()
    {
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(Directions(), _options));
        HdbscanResult found = model.Predict(new RowMatrix([1, 2, 3, 4, 5, float.NaN], 1, 6)).Result;

        Assert.Equal([0], found.NotFiniteRows);
        Assert.Equal([-1], found.Labels);
    }

    [Fact]
    public void The_order_of_the_fitted_rows_changes_no_byte_of_the_file()
    {
        // Clusters of one size are numbered by the order of input, so each has a size of its own.
        RowMatrix rows = CanonicalOrder.Apply(Directions(), [.. Enumerable.Range(0, 90).Where(row => (row / 6) + (row % 6) < 15)]);
        byte[] bytes = Bytes(rows);

        Assert.Equal(bytes, Bytes(CanonicalOrder.Apply(rows, TestRows.Shuffle(rows.RowCount, seed: 4))));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1e100)]
    [InlineData(null)]
    public void A_damaged_mean_is_refused(double? number)
        => Assert.Equal("ModelFileDamaged", RefusalOf(number is double last ? [0, 0, 0, 0, 0, last] : null).ErrorId);

    [Fact]
    public void A_mean_of_another_length_or_in_a_file_that_says_there_is_none_is_refused()
    {
        Assert.Equal("ModelFileDamaged", RefusalOf(new double[5]).ErrorId);
        Assert.Equal("ModelFileDamaged", RefusalOf(new double[6], center: "false").ErrorId);
        Assert.Equal("ModelFileDamaged", RefusalOf(new double[6], version: 2).ErrorId);
    }

    [Fact]
    public void A_newer_version_than_that_of_the_mean_is_refused()
        => Assert.Equal("ModelFileVersionUnknown", RefusalOf(new double[6], version: 7).ErrorId);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Clusters_of_earlier_versions_are_read(int version)
    {
        RowMatrix rows = UmapCenterTests.SavedRows(version);
        HdbscanModel read = HdbscanModel.Load(Path.Combine(AppContext.BaseDirectory, "Data", "saved", $"clusters.v{version}.hdbscan"));
        HdbscanResult expected = HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 4 });

        Assert.Null(read.Center);
        Assert.False(read.Options.Center);
        Assert.Equal(expected.Labels, read.Predict(rows).Result.Labels);
        Assert.Equal(expected.Probabilities, read.Predict(rows).Result.Probabilities);
        Assert.Contains(1, expected.Labels);
    }

    [Fact]
    public void Precomputed_distances_are_refused()
    {
        EngineException refusal = Assert.Throws<EngineException>((_options with { Metric = Metric.Precomputed }).Validate);

        Assert.Equal("HdbscanOptionInvalid", refusal.ErrorId);
        Assert.Contains("Leave out Center", refusal.RecommendedAction, StringComparison.Ordinal);
    }

    /// <summary>
    /// Fifteen rows along each of three axes, and as many against each, with lengths of their own, and a part in common that is longer than
    /// all of them.
    /// </summary>
    private static RowMatrix Directions(int seed = 5)
    {
        float[] values = TestRows.Random(90, 6, seed).Values;
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / 6;
            int length = 1 << (row / 6 % 5);
            int axis = i % 6 == row % 3 ? (row % 6 < 3 ? 1 : -1) : 0;
            values[i] = 100 + (length * (axis + (values[i] * 0.1f)));
        }

        return new RowMatrix(values, 90, 6);
    }

    private byte[] Bytes(RowMatrix rows)
    {
        HdbscanModel.Of(HdbscanClustering.Fit(rows, _options)).Save(ModelFileTarget.At(FilePath));
        return File.ReadAllBytes(FilePath);
    }

    /// <summary>Writes a file again with another mean.</summary>
    private EngineException RefusalOf(double[]? mean, int version = 3, string center = "true")
    {
        Bytes(Directions());
        ModelFileReader file = ModelFileReader.Read(FilePath, "hdbscan", 3);
        ModelFileWriter writer = new("hdbscan", version);
        writer.Add("settings", file.Text("settings").Replace("center=true", "center=" + center, StringComparison.Ordinal));
        writer.Add("rows", file.Doubles("rows"));
        if (mean is not null)
        {
            writer.Add("center", mean);
        }

        foreach (string name in (string[])["near_cores", "strengths", "point_lambdas", "births", "largest_lambdas", "cluster_lambdas",
            "persistences"])
        {
            writer.Add(name, file.Doubles(name));
        }

        foreach (string name in (string[])["labels", "nearest", "point_clusters", "parents", "selected"])
        {
            writer.Add(name, file.Int32s(name));
        }

        writer.Save(ModelFileTarget.At(FilePath));
        return Assert.Throws<EngineException>(() => HdbscanModel.Load(FilePath));
    }
}
