using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Weights: a row of weight 3 is as three equal rows.</summary>
public class WeightedFitTests
{
    private const double Rounding = 1e-9;

    public static TheoryData<int, int, Metric> Sets => new()
    {
        { 60, 2, Metric.Euclidean },
        { 500, 2, Metric.Euclidean },
        { 500, 3, Metric.Manhattan },
        { 400, 30, Metric.Euclidean },
        { 400, 30, Metric.Cosine },
        { 300, 4, Metric.Canberra },
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_weight_is_as_many_equal_rows(int n, int columns, Metric metric)
    {
        (RowMatrix rows, double[] weights, RowMatrix repeated) = Repeated(n, columns);
        HdbscanOptions[] all =
        [
            new() { Metric = metric },
            new() { Metric = metric, MinClusterSize = 3, MinSampleCount = 1, ClusterSelectionMethod = ClusterSelectionMethod.Leaf },
            new() { Metric = metric, MinClusterSize = 20, MinSampleCount = 12, Alpha = 0.7 },
            new() { Metric = metric, MinClusterSize = 2, MinSampleCount = 8, AllowSingleCluster = true },
            new() { Metric = metric, MinClusterSize = 4, CutDistance = 0.3 * Math.Sqrt(columns) },
            new() { Metric = metric, MinClusterSize = 6, MaxClusterSize = 60, ClusterSelectionEpsilon = 0.05 },
        ];
        foreach (HdbscanOptions options in all)
        {
            HdbscanFit weighted = HdbscanClustering.Fit(rows, weights, options);
            HdbscanFit expected = HdbscanClustering.Fit(repeated, options);
            Assert.Equal(expected.Stages.CoreDistances.Distinct().Order(), weighted.Stages.CoreDistances.Distinct().Order());
            AssertSame(expected.Result, weighted.Result, n);
            if (metric != Metric.Canberra)
            {
                // Where every pair is measured, the tree breaks ties by row, and copies are rows of their own.
                Assert.Equal(expected.Result.NearestClusters[..n], weighted.Result.NearestClusters);
                HdbscanGoldens.AssertNear(expected.Result.NearestStrengths[..n], weighted.Result.NearestStrengths, Rounding);
            }

            int[][] exemplars = weighted.Exemplars();
            Assert.Equal(expected.Exemplars().Select(list => list.Where(row => row < n)), exemplars);
        }
    }

    /// <summary>Rows at distance 0 from one another, with the same distances to all others, that only their weights distinguish.</summary>
    [Fact]
    public void Twins_of_other_weights_give_one_answer_in_any_order()
    {
        const int n = 48;
        double[] places = [.. Enumerable.Range(0, n).Select(row => (row / 2 * 0.5) + (row / 16 * 20))];
        double[] weights = [.. Enumerable.Range(0, n).Select(row => 1.0 + (row * 7 % 5))];
        int[] order = [.. Enumerable.Range(0, n).OrderBy(row => row * 29 % n)];
        HdbscanOptions options = new() { MinClusterSize = 6, MinSampleCount = 4, Metric = Metric.Precomputed };

        HdbscanResult straight = HdbscanClustering.Fit(Distances(places), weights, options).Result;
        HdbscanResult turned = HdbscanClustering.Fit(
            Distances(Array.ConvertAll(order, row => places[row])), Array.ConvertAll(order, row => weights[row]), options).Result;

        Assert.Equal(3, straight.Persistences.Length);
        Assert.Equal(Array.ConvertAll(order, row => straight.Probabilities[row]), turned.Probabilities);
        Assert.Equal(Array.ConvertAll(order, row => straight.OutlierScores[row]), turned.OutlierScores);
        Assert.Equal(straight.Persistences.Order(), turned.Persistences.Order());
        Assert.Equal(Partition(Array.ConvertAll(order, row => straight.Labels[row])), Partition(turned.Labels));

        static RowMatrix Distances(double[] places)
            => new([.. places.SelectMany(from => places.Select(to => (float)Math.Abs(from - to)))], n, n);

        static int[] Partition(int[] labels) => Array.ConvertAll(labels, label => label < 0 ? -1 : Array.IndexOf(labels, label));
    }

    [Fact]
    public void Precomputed_distances_have_weights_too()
    {
        (RowMatrix rows, double[] weights, _) = Repeated(120, 2);
        HdbscanOptions options = new() { MinClusterSize = 6 };
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        float[] distances = new float[120 * 120];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = (float)space.Distance(i / 120, i % 120);
        }

        HdbscanResult expected = HdbscanClustering.Fit(rows, weights, options).Result;
        HdbscanResult found = HdbscanClustering.Fit(
            new RowMatrix(distances, 120, 120), weights, options with { Metric = Metric.Precomputed }).Result;
        Assert.Equal(expected.Labels, found.Labels);
        HdbscanGoldens.AssertNear(expected.Probabilities, found.Probabilities, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Weights_of_one_change_nothing(int levels)
    {
        RowMatrix rows = TestRows.Random(300, 2, seed: 51, levels: levels);
        HdbscanOptions options = new() { MinClusterSize = 4 };
        HdbscanResult expected = HdbscanClustering.Compute(rows, options);
        HdbscanResult found = HdbscanClustering.Fit(rows, [.. Enumerable.Repeat(1.0, 300)], options).Result;
        AssertSame(expected, found, 300);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    public void A_core_distance_reaches_the_rows_that_together_count_for_enough(int columns)
    {
        // Most count for next to nothing, so that lists of the first length do not do; equal rows add up.
        RowMatrix rows = TestRows.Random(700, columns, seed: 52);
        double[] weights = [.. Enumerable.Range(0, 700).Select(row => row % 10 == 0 ? 2.5 : 0.001 * (1 + (row % 7)))];
        HdbscanOptions options = new() { MinClusterSize = 3, MinSampleCount = 6 };
        HdbscanFit fit = HdbscanClustering.Fit(rows, weights, options);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        for (int row = 0; row < 700; row += 13)
        {
            double sum = Math.Max(0, weights[row] - 1);
            double expected = 0;
            foreach (int other in Enumerable.Range(0, 700).Where(other => other != row).OrderBy(other => space.Distance(row, other)))
            {
                sum += weights[other];
                expected = space.Distance(row, other);
                if (sum >= 6)
                {
                    break;
                }
            }

            Assert.Equal(expected, fit.Stages.CoreDistances[fit.Stages.Points.PointOfRow[row]]);
        }
    }

    [Fact]
    public void The_order_of_input_changes_nothing()
    {
        RowMatrix once = TestRows.Random(150, 2, seed: 53);
        RowMatrix rows = CanonicalOrder.Apply(once, [.. Enumerable.Range(0, 260).Select(row => row % 150)]);
        double[] weights = [.. Enumerable.Range(0, 260).Select(row => 0.1 + (row * 7919 % 1000 / 300.0))];
        HdbscanResult expected = HdbscanClustering.Fit(rows, weights, new HdbscanOptions()).Result;
        for (int seed = 0; seed < 4; seed++)
        {
            int[] order = TestRows.Shuffle(260, seed);
            HdbscanResult found = HdbscanClustering.Fit(
                CanonicalOrder.Apply(rows, order),
                [.. order.Select(row => weights[row])],
                new HdbscanOptions { ThreadCount = 1 + seed }).Result;
            Assert.Equal(order.Select(row => expected.Probabilities[row]), found.Probabilities);
            Assert.Equal(order.Select(row => expected.OutlierScores[row]), found.OutlierScores);
            Assert.Equal(order.Select(row => expected.NearestStrengths[row]), found.NearestStrengths);
            Assert.Equal(expected.Persistences.Order(), found.Persistences.Order());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_few_heavy_rows_are_clusters_by_themselves(int n)
    {
        RowMatrix rows = new([.. Enumerable.Range(0, n).Select(row => (float)row)], n, 1);
        HdbscanResult result = HdbscanClustering.Fit(
            rows, [.. Enumerable.Repeat(1e6, n)], new HdbscanOptions { AllowSingleCluster = n == 1 }).Result;
        Assert.Equal(Enumerable.Range(0, n), result.Labels);
        Assert.All(result.Probabilities, probability => Assert.True(double.IsFinite(probability)));
        RowMatrix pairs = new([0, 0.01f, 5, 5.01f, 9, 9.01f], 6, 1);
        Assert.Equal(
            [0, 0, 1, 1, 2, 2],
            HdbscanClustering.Fit(pairs, [3, 3, 3, 3, 3, 3], new HdbscanOptions { MinClusterSize = 5, MinSampleCount = 3 }).Result.Labels);
    }

    /// <summary>Ten times a tenth is less than one in the last bits.</summary>
    [Fact]
    public void Fractions_that_add_up_on_paper_are_enough()
    {
        RowMatrix rows = new([.. Enumerable.Range(0, 100).Select(row => (row % 50 * 0.01f) + (row < 50 ? 0 : 9))], 100, 1);
        double[] tenths = [.. Enumerable.Repeat(0.1, 100)];
        HdbscanOptions options = new() { MinClusterSize = 5, MinSampleCount = 2 };
        HdbscanResult result = HdbscanClustering.Fit(rows, tenths, options).Result;
        Assert.Equal(2, result.Persistences.Length);
        Assert.Equal(2, HdbscanClustering.Fit(rows, tenths, options with { CutDistance = 1 }).Result.Persistences.Length);
        HdbscanResult few = HdbscanClustering.Fit(
            CanonicalOrder.Apply(rows, [.. Enumerable.Range(0, 60)]), tenths[..60], options with { MinSampleCount = 5 }).Result;
        Assert.DoesNotContain(few.Warnings, warning => warning.Id == "MinSampleCountCut");
    }

    [Fact]
    public void A_far_group_of_next_to_no_weight_has_core_distances_too()
    {
        // Its rows have to look beyond the whole group for enough rows, by a tree and over all pairs.
        RowMatrix random = TestRows.Random(3000, 2, seed: 56);
        float[] values = Array.ConvertAll(random.Values, value => value);
        double[] weights = [.. Enumerable.Repeat(1.0, 3000)];
        for (int row = 0; row < 40; row++)
        {
            values[row * 2] += 100;
            weights[row] = 1e-3;
        }

        RowMatrix rows = new(values, 3000, 2);
        HdbscanOptions options = new() { MinClusterSize = 5, MinSampleCount = 5 };
        HdbscanFit fit = HdbscanClustering.Fit(rows, weights, options);
        HdbscanPoints points = fit.Stages.Points;
        double[] allPairs = HdbscanStages.Search(points.Space, SearchName.AllPairs, points.Weights).Measure(5).Distances;
        double[] blocks = HdbscanStages.Search(points.Space, SearchName.Blocks, points.Weights).Measure(5).Distances;
        Assert.Equal(allPairs, fit.Stages.CoreDistances);
        Assert.Equal(allPairs, blocks);
        Assert.True(fit.Stages.CoreDistances[points.PointOfRow[0]] > 90);
        Assert.Equal(fit.Result.Labels, HdbscanModel.Of(fit).Predict(rows).Result.Labels);
    }

    [Fact]
    public void Noise_counts_by_its_weight_for_the_warning()
    {
        RowMatrix rows = new([0, 0.1f, 0.2f, 9, 9.1f, 9.2f, 20, 40, 60, 80, 100, 120], 12, 1);
        HdbscanOptions options = new() { MinClusterSize = 3, MinSampleCount = 1, CutDistance = 1 };
        Assert.Contains(HdbscanClustering.Compute(rows, options).Warnings, warning => warning.Id == "MostlyNoise");
        Assert.Empty(HdbscanClustering.Fit(rows, [9, 9, 9, 9, 9, 9, 1, 1, 1, 1, 1, 1], options).Result.Warnings);
        EngineWarning warning = Assert.Single(HdbscanClustering.Fit(rows, [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2], options).Result.Warnings);
        Assert.Contains("6 of 12 rows are noise, 67 % by their weights.", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_not_finite_take_their_weight_along()
    {
        (RowMatrix rows, double[] weights, _) = Repeated(100, 2);
        RowMatrix holed = new([.. rows.Values, float.NaN, 1], 101, 2);
        HdbscanResult expected = HdbscanClustering.Fit(rows, weights, new HdbscanOptions()).Result;
        HdbscanResult found = HdbscanClustering.Fit(holed, [.. weights, 1e9], new HdbscanOptions()).Result;
        Assert.Equal([.. expected.Labels, -1], found.Labels);
        Assert.Equal([.. expected.Probabilities, 0], found.Probabilities);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_none_is_refused(double weight)
    {
        EngineException refused = Assert.Throws<EngineException>(
            () => HdbscanClustering.Fit(TestRows.Random(3, 2, seed: 1), [1, weight, 1], new HdbscanOptions()));
        Assert.Equal("WeightsInvalid", refused.ErrorId);
        Assert.Contains("row 2", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Weights that add up to 1 are a habit of other libraries; here all rows would be noise.</summary>
    [Fact]
    public void Weights_too_little_for_any_cluster_are_refused()
    {
        RowMatrix rows = TestRows.Random(50, 2, seed: 57);
        EngineException refused
            = Assert.Throws<EngineException>(() => HdbscanClustering.Fit(rows, [.. Enumerable.Repeat(1 / 50.0, 50)], new HdbscanOptions()));
        Assert.Equal("WeightsInvalid", refused.ErrorId);
        Assert.Contains("multiply", refused.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(
            [-1, -1, -1], HdbscanClustering.Fit(TestRows.Random(3, 2, seed: 57), [0.5, 0.5, 0.5], new HdbscanOptions()).Result.Labels);
    }

    [Fact]
    public void What_becomes_of_a_new_row_does_not_depend_on_how_far_others_have_to_look()
    {
        List<float> values = [0.9f, 0, -0.9f, 0, 0, 0.9f, 0, -0.9f, 0.672f, 0.672f, 1.2f, 1.2f, 1.3f, 1.2f, 1.7f, 1.7f];
        List<double> weights = [1, 1, 1, 1, 1, 1, 1, 1];
        for (int i = 0; i < 60; i++)
        {
            values.AddRange([100 + (0.01f * i), 0]);
            weights.Add(0.1);
        }

        values.AddRange([-500, 0]);
        weights.Add(100);
        HdbscanOptions options = new() { MinClusterSize = 3, MinSampleCount = 2, CutDistance = 1 };
        HdbscanModel model = HdbscanModel.Of(HdbscanClustering.Fit(new RowMatrix([.. values], 69, 2), [.. weights], options));
        int alone = model.Predict(new RowMatrix([0, 0], 1, 2)).Result.Labels[0];
        Assert.Equal(alone, model.Predict(new RowMatrix([0, 0, 100.3f, 0], 2, 2)).Result.Labels[0]);
    }

    [Fact]
    public void Other_than_one_weight_for_each_row_is_refused()
        => Assert.Equal(
            "WeightsInvalid",
            Assert.Throws<EngineException>(
                () => HdbscanClustering.Fit(TestRows.Random(3, 2, seed: 1), [1, 1], new HdbscanOptions())).ErrorId);

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    public void New_rows_are_put_where_a_fit_of_repeated_rows_puts_them(int columns)
    {
        (RowMatrix rows, double[] weights, RowMatrix repeated) = Repeated(300, columns);
        HdbscanOptions options = new() { MinClusterSize = 8, MinSampleCount = 6 };
        HdbscanFit fit = HdbscanClustering.Fit(rows, weights, options);
        HdbscanModel model = HdbscanModel.Of(fit);
        Assert.Equal(fit.Result.Labels, model.Predict(rows).Result.Labels);
        Assert.Equal(fit.Result.Probabilities, model.Predict(rows).Result.Probabilities);

        RowMatrix fresh = TestRows.Random(200, columns, seed: 55);
        HdbscanPrediction expected = HdbscanModel.Of(HdbscanClustering.Fit(repeated, options)).Predict(fresh, withMemberships: true);
        HdbscanPrediction found = model.Predict(fresh, withMemberships: true);
        AssertSame(expected.Result, found.Result, 200);
        HdbscanGoldens.AssertNear(expected.Memberships!.Values, found.Memberships!.Values, Rounding, Rounding);
        HdbscanGoldens.AssertNear(
            HdbscanClustering.Fit(repeated, options).Memberships().Values[..(300 * model.ClusterCount)],
            fit.Memberships().Values,
            Rounding,
            Rounding);
    }

    private static (RowMatrix Rows, double[] Weights, RowMatrix Repeated) Repeated(int n, int columns)
    {
        RowMatrix random = TestRows.Random(n, columns, seed: 54);
        float[] values = (float[])random.Values.Clone();
        for (int row = 0; row < n; row++)
        {
            values[row * columns] += row % 3 * 5;
        }

        // Some rows are there twice even before they have weights.
        Array.Copy(values, 0, values, (n - 10) * columns, 10 * columns);
        RowMatrix rows = new(values, n, columns);
        double[] weights = [.. Enumerable.Range(0, n).Select(row => 1.0 + (row * 7919 % 23 / 5) + (row % 50 == 7 ? 9 : 0))];
        int[] copies = [.. Enumerable.Range(0, n).SelectMany(row => Enumerable.Repeat(row, (int)weights[row] - 1))];
        return (rows, weights, CanonicalOrder.Apply(rows, [.. Enumerable.Range(0, n), .. copies]));
    }

    private static void AssertSame(HdbscanResult expected, HdbscanResult found, int rows)
    {
        Assert.Equal(expected.Labels[..rows], found.Labels);
        HdbscanGoldens.AssertNear(expected.Probabilities[..rows], found.Probabilities, Rounding);
        HdbscanGoldens.AssertNear(expected.OutlierScores[..rows], found.OutlierScores, Rounding, Rounding);
        HdbscanGoldens.AssertNear(expected.Persistences, found.Persistences, Rounding);
    }
}
