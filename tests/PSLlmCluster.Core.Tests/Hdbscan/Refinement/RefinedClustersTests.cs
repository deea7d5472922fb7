using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Core.Tests.Hdbscan.Refinement;

/// <summary>Clusters whose rows are moved to the nearest mean, against plain loops.</summary>
public sealed class RefinedClustersTests : IDisposable
{
    private static readonly HdbscanOptions _options = new() { MinClusterSize = 3, MinSampleCount = 2 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(10, true)]
    [InlineData(1000, false)]
    public void Rows_go_to_the_nearest_mean_as_often_as_is_asked_for(int passes, bool isWeighted)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            RowMatrix rows = TestRows.Random(90, 3, seed);
            double[]? weights = isWeighted ? [.. Enumerable.Range(0, 90).Select(row => 1.0 + (row % 3))] : null;
            HdbscanFit before = HdbscanClustering.Fit(rows, weights, _options);
            HdbscanFit fit = HdbscanClustering.Fit(rows, weights, _options with { RefinementCount = passes });
            (int[] labels, double[] clearness) = Plain(rows, weights, before.Result.NearestClusters, passes, _options.MinClusterSize);

            AssertSameGroups(labels, fit.Result.Labels);
            for (int row = 0; row < rows.RowCount; row++)
            {
                Assert.Equal(clearness[row], fit.Result.Probabilities[row], 1e-9);
            }

            Assert.Equal(fit.Result.Labels, fit.Result.NearestClusters);
            Assert.Equal(fit.Result.Probabilities, fit.Result.NearestStrengths);
            Assert.Equal(before.Result.OutlierScores, fit.Result.OutlierScores);
            double[] sizes = new double[fit.Result.Persistences.Length];
            for (int row = 0; row < rows.RowCount; row++)
            {
                sizes[fit.Result.Labels[row]] += weights is null ? 1 : weights[row];
            }

            Assert.Equal(sizes.OrderDescending(), sizes);
            Assert.All(sizes, size => Assert.InRange(size, _options.MinClusterSize, double.MaxValue));
        }
    }

    [Fact]
    public void Order_and_threads_change_nothing()
    {
        RowMatrix rows = TestRows.Random(300, 4, 7);
        int[] order = TestRows.Shuffle(300, 3);
        HdbscanOptions options = _options with { RefinementCount = 10 };
        HdbscanResult one = HdbscanClustering.Compute(rows, options with { ThreadCount = 1 });
        HdbscanResult other = HdbscanClustering.Compute(
            new RowMatrix([.. order.SelectMany(row => rows.Row(row).ToArray())], 300, 4), options with { ThreadCount = 5 });

        AssertSameGroups([.. order.Select(row => one.Labels[row])], other.Labels);
        Assert.Equal(order.Select(row => one.Probabilities[row]), other.Probabilities);
    }

    [Fact]
    public void Rows_in_piles_lie_nearest_to_the_mean_of_their_own_cluster_whatever_their_order()
    {
        RowMatrix rows = TestRows.Random(120, 2, 4, levels: 6);
        int[] order = TestRows.Shuffle(120, 1);
        RowMatrix shuffled = new([.. order.SelectMany(row => rows.Row(row).ToArray())], 120, 2);
        HdbscanFit fit = HdbscanClustering.Fit(rows, _options with { RefinementCount = 10 });
        HdbscanResult other = HdbscanClustering.Compute(shuffled, _options with { RefinementCount = 10 });
        for (int row = 0; row < 120; row++)
        {
            (_, double clearness) = fit.Stages.Means!.Nearest(rows, row);
            Assert.Equal(clearness, fit.Result.Probabilities[row]);
        }

        AssertSameGroups([.. order.Select(row => fit.Result.Labels[row])], other.Labels);
    }

    [Fact]
    public void Rows_without_any_cluster_stay_noise_and_rows_not_finite_too()
    {
        HdbscanOptions options = _options with { RefinementCount = 10 };
        Assert.All(HdbscanClustering.Compute(TestRows.Random(4, 2, 1), options).Labels, label => Assert.Equal(-1, label));
        Assert.Empty(HdbscanClustering.Compute(new RowMatrix([], 0, 2), options).Labels);
        RowMatrix rows = TestRows.Random(200, 2, 3);
        rows.Row(5)[1] = float.NaN;
        HdbscanResult result = HdbscanClustering.Compute(rows, options);
        Assert.Equal([5], Enumerable.Range(0, 200).Where(row => result.Labels[row] < 0));
        Assert.Equal([5], result.NotFiniteRows);
    }

    [Fact]
    public void Exemplars_are_rows_of_the_cluster_that_they_stand_for()
    {
        HdbscanFit fit = HdbscanClustering.Fit(TestRows.Random(300, 2, 9), _options with { RefinementCount = 10 });
        bool[] exemplars = fit.AreExemplars();
        int[] byTree = HdbscanClustering.Fit(TestRows.Random(300, 2, 9), _options).Result.Labels;
        IEnumerable<(int Refined, int InTree)> pairs
            = Enumerable.Range(0, 300).Where(row => exemplars[row]).Select(row => (fit.Result.Labels[row], byTree[row]));
        Assert.All(pairs.Distinct().GroupBy(pair => pair.Refined), cluster => Assert.Single(cluster));

        Assert.Contains(true, exemplars);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void New_rows_go_to_the_nearest_mean_through_a_file_too(bool isLayered)
    {
        string path = _folder.File("clusters.hdbscan");
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanModelRows.Fitted(), _options with { RefinementCount = 10 });
        HdbscanModel.Of(fit, isLayered ? fit.Layers() : null).Save(ModelFileTarget.At(path));
        HdbscanModel read = HdbscanModel.Load(path);

        HdbscanPrediction fitted = read.Predict(HdbscanModelRows.Fitted());
        Assert.Equal(fit.Result.Labels, fitted.Result.Labels);
        Assert.Equal(fit.Result.Probabilities, fitted.Result.Probabilities);
        Assert.Equal(fit.AreExemplars(), fitted.AreExemplars);
        Assert.Equal(isLayered, fitted.LayerLabels is not null);
        Assert.Equal(10, read.Options.RefinementCount);
        RowMatrix rows = HdbscanModelRows.New();
        HdbscanResult found = read.Predict(rows).Result;
        for (int row = 0; row < rows.RowCount; row++)
        {
            (int expected, double clearness) = fit.Stages.Means!.Nearest(rows, row);
            bool isFinite = !found.NotFiniteRows.Contains(row);
            Assert.Equal(isFinite ? expected : -1, found.Labels[row]);
            Assert.Equal(isFinite ? clearness : 0, found.Probabilities[row]);
        }
    }

    [Theory]
    [InlineData(-1, Metric.Euclidean)]
    [InlineData(1001, Metric.Euclidean)]
    [InlineData(1, Metric.Cosine)]
    public void What_makes_no_sense_is_refused(int passes, Metric metric)
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => (_options with { RefinementCount = passes, Metric = metric }).Validate());
        Assert.Equal(EngineErrorIds.HdbscanOptionInvalid, failure.ErrorId);
        Assert.Equal(
            EngineErrorIds.MembershipNotPossible,
            Assert.Throws<EngineException>(() => (_options with { RefinementCount = 1 }).RequireMemberships()).ErrorId);
    }

    /// <summary>Lloyd's passes as a textbook has them, and the clusters that are too small given up one after another.</summary>
    private static (int[] Labels, double[] Clearness) Plain(
        RowMatrix rows, double[]? weights, int[] start, int passes, int minClusterSize)
    {
        Dictionary<int, double[]> means = [];
        int[] labels = start;
        double[] clearness = [];
        for (int pass = 0; pass < passes; pass++)
        {
            means = Enumerable.Range(0, labels.Length).GroupBy(row => labels[row]).ToDictionary(
                cluster => cluster.Key,
                cluster => Enumerable.Range(0, rows.ColumnCount)
                    .Select(column => cluster.Sum(row => Weight(row) * rows[row, column]) / cluster.Sum(Weight))
                    .ToArray());
            int[] before = labels;
            (labels, clearness) = Nearest();
            if (labels.SequenceEqual(before))
            {
                break;
            }
        }

        while (means.Count > 1 && means.Keys.MinBy(Size) is int small && Size(small) < minClusterSize)
        {
            means.Remove(small);
            (labels, clearness) = Nearest();
        }

        return (labels, clearness);

        (int[] Labels, double[] Clearness) Nearest()
        {
            (double Distance, int Cluster)[][] near
                = [.. Enumerable.Range(0, start.Length).Select(PlaceOf)];
            return (
                Array.ConvertAll(near, row => row[0].Cluster),
                Array.ConvertAll(near, row => row.Length == 1 ? 1 : row[1].Distance / (row[0].Distance + row[1].Distance)));
        }

        (double Distance, int Cluster)[] PlaceOf(int row)
            => [.. means.Select(mean => (Distance(row, mean.Value), mean.Key)).Order()];

        double Size(int cluster) => Enumerable.Range(0, labels.Length).Where(row => labels[row] == cluster).Sum(Weight);

        double Weight(int row) => weights is null ? 1 : weights[row];

        double Distance(int row, double[] mean)
            => Math.Sqrt(mean.Select((value, column) => (rows[row, column] - value) * (rows[row, column] - value)).Sum());
    }

    private static void AssertSameGroups(int[] expected, int[] actual)
    {
        int[] pairs = [.. expected.Zip(actual).Distinct().Select(pair => pair.First)];
        Assert.Equal(expected.Distinct().Count(), pairs.Length);
        Assert.Equal(actual.Distinct().Count(), pairs.Length);
    }
}
