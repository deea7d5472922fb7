using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Prediction;

public class SoftMembershipTests
{
    public static TheoryData<string> GoldenCases
        => [.. GoldenSet.Hdbscan.CaseIds().Where(id => ApproximatePredictionTests.HasArray(id, "membership"))];

    public static TheoryData<string> CasesWithExemplars
        => [.. ((IEnumerable<object[]>)HdbscanGoldens.CasesLikeHdbscan).Select(entry => (string)entry[0]).Where(HasStableExemplars)];

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void Fitted_rows_belong_as_far_as_in_hdbscan(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        AssertNear(golden.Doubles("all_points_membership"), fit.Memberships(), golden.Ints("all_points_membership_certain"));
    }

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void New_rows_belong_as_far_as_in_hdbscan(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = HdbscanGoldens.Rows(golden);
        RowMatrix newRows = HdbscanGoldens.Data(golden.Json.GetProperty("predict_dataset").GetString()!);
        HdbscanFit fit = HdbscanClustering.Fit(rows, HdbscanGoldens.Options(golden));
        MembershipVectors vectors = HdbscanModel.Of(fit).Predict(newRows, withMemberships: true).Memberships!;

        // A row that equals a fitted one has that one's vector here.
        int[] compared = golden.Ints("membership_certain");
        for (int row = 0; row < compared.Length; row++)
        {
            compared[row] = Enumerable.Range(0, rows.RowCount).Any(other => rows.Row(other).SequenceEqual(newRows.Row(row)))
                ? 0
                : compared[row];
        }

        AssertNear(golden.Doubles("membership"), vectors, compared);
    }

    [Theory]
    [MemberData(nameof(CasesWithExemplars))]
    public void Exemplars_are_those_of_hdbscan(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        int[][] expected = [
            .. golden.Json.GetProperty("exemplars").EnumerateArray().Select(
                list => list.EnumerateArray().Select(row => row.GetInt32()).ToArray())];

        Assert.Equal(expected, fit.Exemplars());
    }

    [Theory]
    [MemberData(nameof(ApproximatePredictionTests.Selections), MemberType = typeof(ApproximatePredictionTests))]
    public void A_fitted_row_has_one_vector_and_no_more_than_a_whole(HdbscanOptions options)
    {
        options = options with { CutDistance = null };
        RowMatrix rows = HdbscanModelRows.Fitted();
        HdbscanFit fit = HdbscanClustering.Fit(rows, options);
        MembershipVectors vectors = fit.Memberships();

        Assert.Equal(vectors.Values, HdbscanModel.Of(fit).Predict(rows, withMemberships: true).Memberships!.Values);
        Assert.Equal(vectors.Values, HdbscanClustering.Fit(rows, options with { ThreadCount = 3 }).Memberships().Values);
        AssertShares(vectors);
        AssertShares(HdbscanModel.Of(fit).Predict(HdbscanModelRows.New(), withMemberships: true).Memberships!);
    }

    /// <summary>A cluster of many exemplars is looked through by a tree, where all are measured otherwise.</summary>
    [Fact]
    public void The_nearest_exemplar_is_that_of_measuring_all()
    {
        RowMatrix rows = TestRows.Random(500, 2, seed: 31, levels: 40);
        RowMatrix newRows = TestRows.Random(60, 2, seed: 32);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        MetricSpace foreign = space.CreateForeign(newRows);
        Exemplars exemplars = new([.. Enumerable.Range(0, 500)], [0, 400, 420, 500]);
        ExemplarDistances distances = new(exemplars, space, default);
        double[] found = new double[3];
        for (int row = 0; row < newRows.RowCount; row++)
        {
            distances.Measure(new NewRow(space, foreign, row), found, default);
            Assert.Equal(
                Enumerable.Range(0, 3).Select(
                    number => exemplars.PointsOf(number).ToArray().Min(point => space.DistanceFrom(foreign, row, point))),
                found);
        }
    }

    [Fact]
    public void The_unit_of_distances_changes_nothing()
    {
        RowMatrix rows = HdbscanModelRows.Fitted();
        RowMatrix newRows = HdbscanModelRows.New();
        MembershipVectors small = Predict(1);

        HdbscanGoldens.AssertNear(small.Values, Predict(1 << 30).Values, relative: 0, absolute: 0);

        MembershipVectors Predict(float unit)
            => HdbscanModel.Of(
                HdbscanClustering.Fit(Scaled(rows, unit), new HdbscanOptions())).Predict(
                    Scaled(newRows, unit), withMemberships: true).Memberships!;

        static RowMatrix Scaled(RowMatrix matrix, float unit) => new(
            Array.ConvertAll(matrix.Values, value => value * unit), matrix.RowCount, matrix.ColumnCount);
    }

    [Fact]
    public void Permuting_the_rows_permutes_the_vectors()
    {
        RowMatrix rows = HdbscanModelRows.Fitted();
        int[] order = TestRows.Shuffle(rows.RowCount, seed: 8);
        MembershipVectors vectors = HdbscanClustering.Fit(rows, new HdbscanOptions { MinClusterSize = 6 }).Memberships();
        MembershipVectors shuffled
            = HdbscanClustering.Fit(CanonicalOrder.Apply(rows, order), new HdbscanOptions { MinClusterSize = 6 }).Memberships();
        for (int row = 0; row < order.Length; row++)
        {
            Assert.Equal(vectors.Row(order[row]).ToArray().Order(), shuffled.Row(row).ToArray().Order());
        }
    }

    [Fact]
    public void A_flat_cut_has_no_memberships()
    {
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanModelRows.Fitted(), new HdbscanOptions { CutDistance = 0.5 });

        Assert.Equal("MembershipNotPossible", Assert.Throws<EngineException>(() => fit.Memberships()).ErrorId);
        Assert.Equal(
            "MembershipNotPossible",
            Assert.Throws<EngineException>(() => HdbscanModel.Of(fit).Predict(HdbscanModelRows.New(), withMemberships: true)).ErrorId);
        Assert.All(fit.Exemplars(), Assert.Empty);
    }

    [Fact]
    public void Rows_that_are_not_finite_belong_to_nothing()
    {
        RowMatrix rows = HdbscanModelRows.Fitted();
        RowMatrix with = new([float.NaN, 0, 0, .. rows.Values], rows.RowCount + 1, 3);
        MembershipVectors vectors = HdbscanClustering.Fit(with, new HdbscanOptions()).Memberships();

        Assert.All(vectors.Row(0).ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(HdbscanClustering.Fit(rows, new HdbscanOptions()).Memberships().Values, vectors.Values[vectors.ClusterCount..]);
    }

    [Fact]
    public void More_numbers_than_an_array_holds_are_refused()
        => Assert.Equal("MembershipTooLarge", Assert.Throws<EngineException>(() => new MembershipVectors(1 << 20, 1 << 12)).ErrorId);

    private static bool HasStableExemplars(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        return golden.Json.TryGetProperty("exemplars", out JsonElement exemplars)
            && exemplars.ValueKind == JsonValueKind.Array
            && golden.Ints("stable").All(stable => stable == 1);
    }

    private static void AssertShares(MembershipVectors vectors)
    {
        for (int row = 0; row < vectors.RowCount; row++)
        {
            Assert.All(vectors.Row(row).ToArray(), value => Assert.InRange(value, 0, 1));
            Assert.InRange(vectors.Row(row).ToArray().Sum(), 0, 1 + 1e-12);
        }
    }

    private static void AssertNear(double[] expected, MembershipVectors vectors, int[] certain)
    {
        Assert.Equal(expected.Length, vectors.Values.Length);
        int count = vectors.ClusterCount;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                certain[i / count] == 0 || Math.Abs(expected[i] - vectors.Values[i]) <= 1e-6,
                $"row {i / count}, cluster {i % count}: {vectors.Values[i]:R} is not {expected[i]:R}");
        }
    }

    private readonly struct NewRow(MetricSpace space, MetricSpace foreign, int row) : ExemplarDistances.IDistances
    {
        public RowMatrix Rows => foreign.Rows;

        public int Row => row;

        public double To(int point) => space.DistanceFrom(foreign, row, point);
    }
}
