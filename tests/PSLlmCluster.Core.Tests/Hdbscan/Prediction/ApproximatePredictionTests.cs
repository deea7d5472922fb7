using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Prediction;

public class ApproximatePredictionTests
{
    public static TheoryData<string> GoldenCases => [.. GoldenSet.Hdbscan.CaseIds().Where(id => HasArray(id, "predict_labels"))];

    /// <summary>All kinds of selection, on rows of several densities, with equal rows among them.</summary>
    public static TheoryData<HdbscanOptions> Selections =>
    [
        new HdbscanOptions { MinClusterSize = 5 },
        new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 1 },
        new HdbscanOptions { MinClusterSize = 8, MinSampleCount = 3, ClusterSelectionMethod = ClusterSelectionMethod.Leaf },
        new HdbscanOptions { MinClusterSize = 4, ClusterSelectionEpsilon = 0.4 },
        new HdbscanOptions { MinClusterSize = 60, MinSampleCount = 4, AllowSingleCluster = true },
        new HdbscanOptions { MinClusterSize = 60, MinSampleCount = 4, AllowSingleCluster = true, ClusterSelectionEpsilon = 0.9 },
        new HdbscanOptions { MinClusterSize = 5, MaxClusterSize = 30, Alpha = 1.7 },
        new HdbscanOptions { MinClusterSize = 4, CutDistance = 0.5 },
        new HdbscanOptions { MinClusterSize = 5, Metric = Metric.Cosine },
        new HdbscanOptions { MinClusterSize = 5, Metric = Metric.Manhattan, MinSampleCount = 200 },
        new HdbscanOptions { MinClusterSize = 500 },
    ];

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void New_rows_go_where_hdbscan_puts_them(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = HdbscanGoldens.Rows(golden);
        RowMatrix newRows = HdbscanGoldens.Data(golden.Json.GetProperty("predict_dataset").GetString()!);
        HdbscanFit fit = HdbscanClustering.Fit(rows, HdbscanGoldens.Options(golden));
        HdbscanResult result = HdbscanModel.Of(fit).Predict(newRows).Result;
        int[] labels = golden.Ints("predict_labels");
        double[] probabilities = golden.Doubles("predict_probabilities");
        Assert.Equal(golden.Ints("labels"), fit.Result.Labels);
        int[] compared = [.. Enumerable.Range(0, newRows.RowCount).Where(row => IsNew(newRows, row, rows))];
        Assert.Equal(compared.Select(row => labels[row]), compared.Select(row => result.Labels[row]));
        HdbscanGoldens.AssertNear(
            [.. compared.Select(row => probabilities[row])],
            [.. compared.Select(row => result.Probabilities[row])],
            relative: 0,
            absolute: 1e-6);
    }

    /// <summary>
    /// A few rows weigh all, so that a new row looks at nearly all points before it has met enough: in memory that does not go with rows
    /// times points.
    /// </summary>
    [Theory]
    [InlineData(40)]
    [InlineData(5)]
    public void Rows_among_points_of_little_weight_look_farther_in_little_memory(int columns)
    {
        const int Points = 6000;
        const int NewRows = 2000;
        RowMatrix rows = TestRows.Random(Points, columns, seed: 3);
        double[] weights = [.. Enumerable.Range(0, Points).Select(row => row % 300 == 0 ? 1.0 : 1e-6)];

        // Typical is then a weight of 1 / 300: a first look at 300 times as many points as in a plain fit, and a farther one for the rest.
        HdbscanOptions options = new() { MinClusterSize = 4, MinSampleCount = 4 };
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(rows, weights, options));
        RowMatrix newRows = TestRows.Random(NewRows, columns, seed: 4);
        long before = GC.GetAllocatedBytesForCurrentThread();
        HdbscanResult together = model.Predict(newRows, threadCount: 1).Result;
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(taken, 1 << 20, 200 << 20);
        for (int row = 0; row < NewRows; row += 97)
        {
            HdbscanResult alone = model.Predict(new RowMatrix(newRows.Row(row).ToArray(), 1, columns), threadCount: 1).Result;
            Assert.Equal(alone.Labels[0], together.Labels[row]);
            Assert.Equal(alone.Probabilities[0], together.Probabilities[row]);
            Assert.Equal(alone.OutlierScores[0], together.OutlierScores[row]);
        }
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public void A_fitted_row_gets_what_it_had(HdbscanOptions options)
    {
        RowMatrix rows = Rows();
        HdbscanFit fit = HdbscanClustering.Fit(rows, options);

        AssertSame(fit.Result, HdbscanModel.Of(fit).Predict(rows).Result, bits: true);
    }

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void A_fitted_row_of_the_reference_gets_what_it_had(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = HdbscanGoldens.Rows(golden);
        HdbscanFit fit = HdbscanClustering.Fit(rows, HdbscanGoldens.Options(golden));

        AssertSame(fit.Result, HdbscanModel.Of(fit).Predict(rows).Result, bits: true);
    }

    /// <summary>
    /// But for the root as the only cluster, to which belong those rows that leave last of all: what is beside the very last may leave a
    /// bit before.
    /// </summary>
    public static TheoryData<HdbscanOptions> SelectionsBelowTheRoot
        => [.. ((IEnumerable<object[]>)Selections).Select(entry => (HdbscanOptions)entry[0]).Where(options => !options.AllowSingleCluster)];

    [Theory]
    [MemberData(nameof(SelectionsBelowTheRoot))]
    public void A_row_right_beside_a_fitted_one_gets_its_label(HdbscanOptions options)
    {
        RowMatrix rows = TestRows.Random(150, 3, seed: 9);
        HdbscanFit fit = HdbscanClustering.Fit(rows, options);
        RowMatrix beside = new(Array.ConvertAll(rows.Values, value => value * (1 + 1e-6f)), rows.RowCount, rows.ColumnCount);
        HdbscanResult result = HdbscanModel.Of(fit).Predict(beside).Result;

        Assert.Equal(fit.Result.Labels, result.Labels);
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public void A_row_alone_goes_where_it_goes_among_others(HdbscanOptions options)
    {
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(Rows(), options));
        RowMatrix newRows = NewRows();
        bool withMemberships = options.CutDistance is null;
        HdbscanPrediction all = model.Predict(newRows, threadCount: 1, withMemberships);
        for (int row = 0; row < newRows.RowCount; row++)
        {
            HdbscanPrediction alone = model.Predict(CanonicalOrder.Apply(newRows, [row]), threadCount: 2, withMemberships);
            Assert.Equal(all.Result.Labels[row], alone.Result.Labels[0]);
            Assert.Equal(all.Result.Probabilities[row], alone.Result.Probabilities[0]);
            Assert.Equal(all.Result.OutlierScores[row], alone.Result.OutlierScores[0]);
            Assert.Equal(all.Result.NearestClusters[row], alone.Result.NearestClusters[0]);
            Assert.Equal(all.Result.NearestStrengths[row], alone.Result.NearestStrengths[0]);
            Assert.Equal(all.Memberships?.Row(row).ToArray(), alone.Memberships?.Values);
        }
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public void Neither_threads_nor_the_order_of_the_fitted_rows_change_anything(HdbscanOptions options)
    {
        RowMatrix rows = Rows();
        RowMatrix newRows = NewRows();
        HdbscanFit fit = HdbscanClustering.Fit(rows, options with { ThreadCount = 1 });
        HdbscanFit shuffled = HdbscanClustering.Fit(
            CanonicalOrder.Apply(rows, TestRows.Shuffle(rows.RowCount, seed: 3)), options with { ThreadCount = 3 });
        HdbscanResult expected = HdbscanModel.Of(fit).Predict(newRows, threadCount: 1).Result;
        HdbscanResult found = HdbscanModel.Of(shuffled).Predict(newRows, threadCount: 3).Result;

        // Clusters of one size are numbered by their first rows, so the numbers may be others.
        Dictionary<int, int> numbers = new() { [-1] = -1 };
        for (int row = 0; row < newRows.RowCount; row++)
        {
            Assert.Equal(
                numbers.TryGetValue(expected.NearestClusters[row], out int number)
                    ? number
                    : numbers[expected.NearestClusters[row]] = found.NearestClusters[row],
                found.NearestClusters[row]);
            Assert.Equal(expected.Labels[row] < 0, found.Labels[row] < 0);
        }

        Assert.Equal(expected.Probabilities, found.Probabilities);
        Assert.Equal(expected.OutlierScores, found.OutlierScores);
        Assert.Equal(expected.NearestStrengths, found.NearestStrengths);
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public void All_numbers_are_within_their_bounds(HdbscanOptions options)
    {
        HdbscanFit fit = HdbscanClustering.Fit(Rows(), options);
        HdbscanResult result = HdbscanModel.Of(fit).Predict(NewRows()).Result;
        for (int row = 0; row < result.Labels.Length; row++)
        {
            Assert.InRange(result.Labels[row], -1, fit.Result.Persistences.Length - 1);
            Assert.InRange(result.Probabilities[row], 0, 1);
            Assert.InRange(result.OutlierScores[row], 0, 1);
            Assert.InRange(result.NearestStrengths[row], 0, 1);
            Assert.Equal(fit.Result.Persistences.Length > 0, result.NearestClusters[row] >= 0);
            if (result.Labels[row] >= 0)
            {
                Assert.Equal(result.Labels[row], result.NearestClusters[row]);
                Assert.Equal(result.Probabilities[row], result.NearestStrengths[row]);
            }
            else
            {
                Assert.Equal(0, result.Probabilities[row]);
            }
        }
    }

    /// <summary>Many rows go through a tree, and few do not.</summary>
    [Fact]
    public void New_rows_that_are_not_finite_change_nothing_for_the_others()
    {
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(TestRows.Random(800, 2, seed: 24), new HdbscanOptions()));
        RowMatrix fresh = TestRows.Random(100, 2, seed: 25);
        float[] holed = (float[])fresh.Values.Clone();
        (holed[6], holed[99], holed[180]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        HdbscanResult expected = model.Predict(fresh).Result;
        HdbscanPrediction found = model.Predict(new RowMatrix(holed, 100, 2), withMemberships: true);
        Assert.Equal([3, 49, 90], found.Result.NotFiniteRows);
        for (int row = 0; row < 100; row++)
        {
            bool isHole = row is 3 or 49 or 90;
            Assert.Equal(isHole ? -1 : expected.Labels[row], found.Result.Labels[row]);
            Assert.Equal(isHole ? 0 : expected.Probabilities[row], found.Result.Probabilities[row]);
            Assert.Equal(isHole, found.Memberships!.Row(row).ToArray().All(value => value == 0) && found.Result.OutlierScores[row] == 1);
        }

        Assert.Empty(model.Predict(new RowMatrix([], 0, 0), withMemberships: true).Result.Labels);
    }

    [Fact]
    public void Many_rows_go_where_few_go()
    {
        RowMatrix rows = TestRows.Random(2000, 2, seed: 11, levels: 60);
        RowMatrix newRows = TestRows.Random(100, 2, seed: 12, levels: 60);
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(rows, new HdbscanOptions { MinClusterSize = 4 }));
        HdbscanResult all = model.Predict(newRows).Result;
        for (int row = 0; row < newRows.RowCount; row++)
        {
            HdbscanResult alone = model.Predict(CanonicalOrder.Apply(newRows, [row])).Result;
            Assert.Equal(all.Labels[row], alone.Labels[0]);
            Assert.Equal(all.Probabilities[row], alone.Probabilities[0]);
            Assert.Equal(all.NearestStrengths[row], alone.NearestStrengths[0]);
        }
    }

    [Fact]
    public void A_row_far_from_all_is_noise_that_knows_its_nearest_cluster()
    {
        RowMatrix rows = new([0, 1, 2, 3, 100, 101, 102, 103], 8, 1);
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(rows, new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1 }));
        HdbscanResult result = model.Predict(new RowMatrix([203, -1000, 103.5f], 3, 1)).Result;

        Assert.Equal([-1, -1, 1], result.Labels);
        Assert.Equal([1, 0, 1], result.NearestClusters);
        Assert.Equal(0.01, result.NearestStrengths[0], 1e-3);
        Assert.Equal([1, 0, 1], result.WithNoiseInNearest().Labels);
    }

    [Fact]
    public void A_flat_cut_takes_what_is_nearer_than_the_cut()
    {
        RowMatrix rows = new([0, 1, 2, 3, 10, 11, 12, 13, 20], 9, 1);
        HdbscanModel model = HdbscanModel.Of(
            HdbscanClustering.Fit(rows, new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1, CutDistance = 2 }));
        HdbscanResult result = model.Predict(new RowMatrix([0.5f, 3.9f, 4.1f, 20.1f, 10, 20], 6, 1)).Result;

        Assert.Equal([0, 0, -1, -1, 1, -1], result.Labels);
        Assert.Equal([1, 1, 0, 0, 1, 0], result.Probabilities);
    }

    [Fact]
    public void Given_distances_predict_as_measured_ones_do()
    {
        RowMatrix rows = TestRows.Random(60, 3, seed: 5);
        RowMatrix newRows = TestRows.Random(20, 3, seed: 6);
        HdbscanOptions options = new() { MinClusterSize = 4, Metric = Metric.Manhattan };
        RowMatrix given = Distances(rows, rows);
        HdbscanFit fit = HdbscanClustering.Fit(given, options with { Metric = Metric.Precomputed });
        HdbscanModel model = HdbscanModel.Of(fit);
        HdbscanPrediction measured = HdbscanModel.Of(HdbscanClustering.Fit(rows, options)).Predict(newRows, withMemberships: true);
        HdbscanPrediction predicted = model.Predict(Distances(newRows, rows), withMemberships: true);

        Assert.True(model.TakesDistances);
        Assert.Equal(60, model.ColumnCount);
        AssertSame(measured.Result, predicted.Result, bits: false);
        HdbscanGoldens.AssertNear(measured.Memberships!.Values, predicted.Memberships!.Values, relative: 0, absolute: 1e-4);
        AssertSame(fit.Result, model.Predict(given).Result, bits: true);
    }

    [Fact]
    public void A_row_that_is_not_finite_is_noise_and_named()
    {
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(Rows(), new HdbscanOptions()));
        HdbscanPrediction prediction
            = model.Predict(new RowMatrix([0, 0, 0, float.NaN, 0, 0, 0, float.PositiveInfinity, 0], 3, 3), withMemberships: true);

        Assert.Equal([1, 2], prediction.Result.NotFiniteRows);
        Assert.Equal([-1, -1], prediction.Result.Labels[1..]);
        Assert.Equal([-1, -1], prediction.Result.NearestClusters[1..]);
        Assert.Equal([1, 1], prediction.Result.OutlierScores[1..]);
        Assert.All(prediction.Memberships!.Row(1).ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Rows_of_the_fit_that_are_not_finite_have_no_part_in_the_model()
    {
        RowMatrix rows = Rows();
        RowMatrix with = new([.. rows.Values, float.NaN, 0, 0], rows.RowCount + 1, 3);
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(with, new HdbscanOptions()));

        Assert.Equal(rows.RowCount, model.RowCount);
        AssertSame(
            HdbscanModel.Of(HdbscanClustering.Fit(rows, new HdbscanOptions())).Predict(NewRows()).Result,
            model.Predict(NewRows()).Result,
            bits: true);
    }

    [Fact]
    public void A_model_without_clusters_makes_noise_of_all_and_says_so()
    {
        HdbscanPrediction prediction = HdbscanModel.Of(
            HdbscanClustering.Fit(Rows(), new HdbscanOptions { MinClusterSize = 500 })).Predict(NewRows(), withMemberships: true);

        Assert.All(prediction.Result.Labels, label => Assert.Equal(-1, label));
        Assert.All(prediction.Result.NearestClusters, cluster => Assert.Equal(-1, cluster));
        Assert.Equal(0, prediction.Memberships!.ClusterCount);
        Assert.Equal("ModelWithoutClusters", Assert.Single(prediction.Result.Warnings).Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_model_of_few_rows_predicts(int rowCount)
    {
        RowMatrix rows = TestRows.Random(rowCount, 2, seed: 1);
        HdbscanFit fit = HdbscanClustering.Fit(rows, new HdbscanOptions { MinClusterSize = 2, AllowSingleCluster = true });
        HdbscanModel model = HdbscanModel.Of(fit);

        AssertSame(fit.Result, model.Predict(rows).Result, bits: true);
        Assert.Equal(5, model.Predict(TestRows.Random(5, 2, seed: 2), withMemberships: true).Result.Labels.Length);
        Assert.Empty(model.Predict(new RowMatrix([], 0, 2)).Result.Labels);
    }

    [Fact]
    public void Equal_rows_are_one_place()
    {
        RowMatrix rows = new(new float[40], 20, 2);
        HdbscanFit fit = HdbscanClustering.Fit(rows, new HdbscanOptions { AllowSingleCluster = true });
        HdbscanResult result = HdbscanModel.Of(fit).Predict(new RowMatrix([0, 0, 1, 1], 2, 2)).Result;

        Assert.Equal(fit.Result.Labels[0], result.Labels[0]);
        Assert.Equal(fit.Result.Probabilities[0], result.Probabilities[0]);
        Assert.True(double.IsFinite(result.Probabilities[1]));
    }

    [Fact]
    public void No_row_makes_no_model()
        => Assert.Equal(
            "HdbscanModelNotPossible",
            Assert.Throws<EngineException>(
                () => HdbscanModel.Of(HdbscanClustering.Fit(new RowMatrix([float.NaN], 1, 1), new HdbscanOptions()))).ErrorId);

    [Fact]
    public void Rows_of_another_width_are_refused()
        => Assert.Equal(
            "RowLengthMismatch",
            Assert.Throws<EngineException>(
                () => HdbscanModel.Of(
                    HdbscanClustering.Fit(Rows(), new HdbscanOptions())).Predict(new RowMatrix(new float[4], 2, 2))).ErrorId);

    [Fact]
    public void Work_ends_when_it_is_cancelled()
    {
        HdbscanFit fit = HdbscanClustering.Fit(Rows(), new HdbscanOptions());
        HdbscanModel model = HdbscanModel.Of(fit);
        CancellationToken cancelled = new(canceled: true);

        Assert.ThrowsAny<OperationCanceledException>(() => model.Predict(NewRows(), token: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => fit.Memberships(token: cancelled));
    }

    internal static bool HasArray(string id, string array)
        => GoldenSet.Hdbscan.Json($"cases/{id}.json").TryGetProperty("arrays", out JsonElement arrays)
            && arrays.EnumerateArray().Any(entry => entry.GetProperty("name").GetString() == array);

    private static RowMatrix Rows() => HdbscanModelRows.Fitted();

    private static RowMatrix NewRows() => HdbscanModelRows.New();

    private static bool IsNew(RowMatrix newRows, int row, RowMatrix rows)
        => !Enumerable.Range(0, rows.RowCount).Any(other => rows.Row(other).SequenceEqual(newRows.Row(row)));

    private static RowMatrix Distances(RowMatrix from, RowMatrix to)
    {
        MetricSpace space = MetricSpace.Create(to, Metric.Manhattan);
        MetricSpace foreign = space.CreateForeign(from);
        float[] values = new float[from.RowCount * to.RowCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)space.DistanceFrom(foreign, i / to.RowCount, i % to.RowCount);
        }

        return new RowMatrix(values, from.RowCount, to.RowCount);
    }

    private static void AssertSame(HdbscanResult expected, HdbscanResult found, bool bits)
    {
        Assert.Equal(expected.Labels, found.Labels);
        Assert.Equal(expected.NearestClusters, found.NearestClusters);
        double absolute = bits ? 0 : 1e-5;
        HdbscanGoldens.AssertNear(expected.Probabilities, found.Probabilities, 0, absolute);
        HdbscanGoldens.AssertNear(expected.OutlierScores, found.OutlierScores, 0, absolute);
        HdbscanGoldens.AssertNear(expected.NearestStrengths, found.NearestStrengths, 0, absolute);
        HdbscanGoldens.AssertNear(expected.Persistences, found.Persistences, 0, absolute);
    }
}
