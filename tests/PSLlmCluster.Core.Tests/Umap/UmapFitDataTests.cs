using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap;

public class UmapFitDataTests
{
    private static readonly RowMatrix _rows = TestRows.Random(40, 4, seed: 3);

    public static TheoryData<string> Cases => [.. UmapGolden.Ids()];

    /// <summary>Also where the reference fails or gives NaN.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_case_of_the_reference_has_a_finite_layout(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        RowMatrix rows = golden.InputRows();
        UmapResult result = UmapReduction.Compute(
            rows, golden.Options with { EpochCount = Math.Min(golden.Options.EpochsFor(rows.RowCount), 30) }, golden.FitData());

        Assert.Equal(rows.RowCount * golden.Options.ComponentCount, result.Layout.Values.Length);
        Assert.All(result.Layout.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void The_cases_are_fits_and_transforms_and_nothing_else()
        => Assert.Equal(GoldenSet.Umap.CaseIds(), UmapGolden.Ids().Concat(Transform.UmapTransformTests.Ids).Order(StringComparer.Ordinal));

    [Fact]
    public void The_order_of_rows_with_targets_changes_nothing()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => (i % 3) - 1)];
        int[] shuffle = TestRows.Shuffle(40, seed: 5);
        UmapOptions options = new() { EpochCount = 40 };
        float[] layout = UmapReduction.Compute(_rows, options, new UmapFitData { Target = UmapTarget.OfLabels(labels) }).Layout.Values;
        float[] shuffled = UmapReduction.Compute(
            CanonicalOrder.Apply(_rows, shuffle),
            options,
            new UmapFitData { Target = UmapTarget.OfLabels(Array.ConvertAll(shuffle, i => labels[i])) }).Layout.Values;

        for (int row = 0; row < 40; row++)
        {
            Assert.Equal(layout.AsSpan(2 * shuffle[row], 2).ToArray(), shuffled.AsSpan(2 * row, 2).ToArray());
        }
    }

    [Fact]
    public void Neighbours_that_were_found_before_give_the_same_layout()
    {
        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(_rows, Metric.Euclidean), 15);
        UmapOptions options = new() { EpochCount = 40 };

        Assert.Equal(
            UmapReduction.Compute(_rows, options).Layout.Values,
            UmapReduction.Compute(_rows, options, new UmapFitData { Neighbors = neighbors }).Layout.Values);
    }

    [Fact]
    public void Precomputed_distances_may_come_in_any_order()
    {
        MetricSpace space = MetricSpace.Create(_rows, Metric.Manhattan);
        int[] shuffle = TestRows.Shuffle(40, seed: 6);
        float[] distances = new float[1600];
        float[] shuffled = new float[1600];
        for (int i = 0; i < 1600; i++)
        {
            distances[i] = (float)space.Distance(i / 40, i % 40);
            shuffled[i] = (float)space.Distance(shuffle[i / 40], shuffle[i % 40]);
        }

        UmapOptions options = new() { Metric = Metric.Precomputed, EpochCount = 40 };
        float[] layout = UmapReduction.Compute(new RowMatrix(distances, 40, 40), options).Layout.Values;
        float[] other = UmapReduction.Compute(new RowMatrix(shuffled, 40, 40), options).Layout.Values;
        for (int row = 0; row < 40; row++)
        {
            Assert.Equal(layout.AsSpan(2 * shuffle[row], 2).ToArray(), other.AsSpan(2 * row, 2).ToArray());
        }
    }

    [Theory]
    [InlineData("PrecomputedNotSquare", 2, new float[] { 0, 1, 2, 1, 0, 1 }, 3)]
    [InlineData("PrecomputedNotDistance", 2, new float[] { 0, -1, -1, 0 }, 2)]
    [InlineData("PrecomputedNotDistance", 3, new[] { 0, 1, -1e-5f, 1, 0, 1, -1e-5f, 1, 0 }, 3)]
    [InlineData("PrecomputedNotDistance", 2, new[] { 0, float.NaN, 1, 0 }, 2)]
    [InlineData("PrecomputedDiagonalNotZero", 2, new float[] { 1, 0.5f, 0.5f, 1 }, 2)]
    [InlineData("PrecomputedNotSymmetric", 2, new float[] { 0, 1, 2, 0 }, 2)]
    public void Values_that_are_not_distances_are_refused(string id, int rows, float[] values, int columns)
        => Assert.Equal(id, Refusal(new RowMatrix(values, rows, columns), new UmapOptions { Metric = Metric.Precomputed }, null).ErrorId);

    /// <summary>1 - 1.00000001, as the cosine of nearly parallel rows gives it.</summary>
    [Fact]
    public void Distances_that_rounding_made_negative_are_0()
    {
        float[] distances = Distances(_rows);
        float[] rounded = (float[])distances.Clone();
        distances[1] = distances[40] = 0;
        rounded[1] = -1e-8f;
        rounded[40] = 0;
        UmapOptions options = new() { Metric = Metric.Precomputed, EpochCount = 20 };

        UmapFit fit = UmapReduction.Fit(new RowMatrix(distances, 40, 40), options);
        UmapFit other = UmapReduction.Fit(new RowMatrix(rounded, 40, 40), options);
        Assert.Equal(fit.Result.Layout.Values, other.Result.Layout.Values);
        Assert.Equal(
            fit.Model.Transform(new RowMatrix(distances, 40, 40)).Layout.Values[..80],
            other.Model.Transform(new RowMatrix(rounded, 40, 40)).Layout.Values[..80]);
    }

    /// <summary>
    /// Twenty-four rows at twelve places: rows at distance 0 from one another are set apart by nothing but what comes with them.
    /// </summary>
    [Theory]
    [InlineData("labels")]
    [InlineData("numbers")]
    [InlineData("start")]
    [InlineData("labels and start")]
    [InlineData("nothing")]
    public void Twins_among_precomputed_distances_may_come_in_any_order(string with)
    {
        // Where nothing comes with them, no place may be another's mirror image.
        RowMatrix places = with == "nothing"
            ? CanonicalOrder.Apply(TestRows.Random(12, 2, seed: 9), [.. Enumerable.Range(0, 24).Select(i => i / 2)])
            : new([.. Enumerable.Range(0, 24).SelectMany(i => new float[] { i / 2 % 4, i / 8 })], 24, 2);
        RowMatrix starts = TestRows.Random(24, 2, seed: 7);
        int[] shuffle = TestRows.Shuffle(24, seed: 8);
        int[] same = [.. Enumerable.Range(0, 24)];
        float[] layout = Layout(same);
        float[] other = Layout(shuffle);
        for (int row = 0; row < 24; row++)
        {
            Assert.Equal(layout.AsSpan(2 * shuffle[row], 2).ToArray(), other.AsSpan(2 * row, 2).ToArray());
        }

        float[] Layout(int[] order)
        {
            bool isGiven = with.Contains("start", StringComparison.Ordinal);
            UmapFitData data = new()
            {
                Target = with.StartsWith("labels", StringComparison.Ordinal)
                    ? UmapTarget.OfLabels(order)
                    : with == "numbers"
                    ? UmapTarget.OfNumbers(Array.ConvertAll(order, row => (double)row))
                    : null,
                InitialCoordinates = isGiven ? CanonicalOrder.Apply(starts, order) : null,
            };
            UmapOptions options = new()
            {
                Metric = Metric.Precomputed,
                NeighborCount = 6,
                EpochCount = 20,
                Initialization = isGiven ? UmapInitialization.Given : UmapInitialization.Spectral,
            };
            return UmapReduction.Compute(
                new RowMatrix(Distances(CanonicalOrder.Apply(places, order)), 24, 24), options, data).Layout.Values;
        }
    }

    private static float[] Distances(RowMatrix rows)
    {
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        int n = rows.RowCount;
        float[] distances = new float[n * n];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = (float)space.Distance(i / n, i % n);
        }

        return distances;
    }

    [Fact]
    public void Rows_at_infinite_distances_are_not_connected()
    {
        float[] distances = new float[400];
        for (int i = 0; i < 400; i++)
        {
            (int a, int b) = (i / 20, i % 20);
            distances[i] = a / 10 == b / 10 ? Math.Abs(a - b) : float.PositiveInfinity;
        }

        UmapResult result = UmapReduction.Compute(
            new RowMatrix(distances, 20, 20), new UmapOptions { Metric = Metric.Precomputed, NeighborCount = 5, EpochCount = 30 });

        Assert.All(result.Layout.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_supplement_that_does_not_fit_is_refused()
    {
        UmapOptions options = new();
        Assert.Equal("TargetInvalid", Refusal(_rows, options, new UmapFitData { Target = UmapTarget.OfLabels([1, 2]) }).ErrorId);
        Assert.Equal(
            "TargetInvalid",
            Refusal(_rows, options, new UmapFitData { Target = UmapTarget.OfNumbers([.. Enumerable.Repeat(double.NaN, 40)]) }).ErrorId);
        Assert.Equal("InitialCoordinatesInvalid", Refusal(_rows, options with { Initialization = UmapInitialization.Given }, null).ErrorId);
        Assert.Equal(
            "InitialCoordinatesInvalid",
            Refusal(_rows, options, new UmapFitData { InitialCoordinates = new RowMatrix(new float[80], 40, 2) }).ErrorId);
        Assert.Equal(
            "InitialCoordinatesInvalid",
            Refusal(
                _rows,
                options with { Initialization = UmapInitialization.Given },
                new UmapFitData { InitialCoordinates = new RowMatrix(new float[120], 40, 3) }).ErrorId);
        Assert.Equal(
            "PrecomputedNeighborsInvalid",
            Refusal(_rows, options, new UmapFitData { Neighbors = new NeighborLists(40, 1, new int[40], new double[40]) }).ErrorId);
        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(_rows, Metric.Euclidean), 15);
        neighbors.Indices[3] = 40;
        Assert.Equal("PrecomputedNeighborsInvalid", Refusal(_rows, options, new UmapFitData { Neighbors = neighbors }).ErrorId);
    }

    [Fact]
    public void Classes_are_drawn_apart()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 2)];
        UmapOptions options = new() { NeighborCount = 10, EpochCount = 200, TargetWeight = 0.95 };

        Assert.True(
            Separation(UmapReduction.Compute(_rows, options, new UmapFitData { Target = UmapTarget.OfLabels(labels) }).Layout, labels)
            > 2 * Separation(UmapReduction.Compute(_rows, options).Layout, labels));
    }

    [Fact]
    public void UniqueRows_counts_equal_rows_once()
    {
        RowMatrix twice = new([.. _rows.Values, .. _rows.Values], 80, 4);
        UmapOptions options = new() { UniqueRows = true, EpochCount = 40 };
        float[] layout = UmapReduction.Compute(twice, options).Layout.Values;

        Assert.Equal(layout[..80], layout[80..]);
        Assert.Equal(UmapReduction.Compute(_rows, options).Layout.Values, layout[..80]);
        RowMatrix same = new([.. Enumerable.Repeat(1f, 20)], 10, 2);
        Assert.Single(UmapReduction.Compute(same, options).Layout.Values.Chunk(2).Select(place => (place[0], place[1])).Distinct());
    }

    private static EngineException Refusal(RowMatrix rows, UmapOptions options, UmapFitData? data)
        => Assert.Throws<EngineException>(() => UmapReduction.Compute(rows, options, data));

    /// <summary>The distance of the classes' centres against the mean distance of a row from its centre.</summary>
    private static double Separation(RowMatrix layout, int[] labels)
    {
        double[] centres = new double[4];
        for (int row = 0; row < labels.Length; row++)
        {
            centres[2 * labels[row]] += layout.Row(row)[0] / 20.0;
            centres[(2 * labels[row]) + 1] += layout.Row(row)[1] / 20.0;
        }

        double spread = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            spread += Math.Sqrt(
                Math.Pow(layout.Row(row)[0] - centres[2 * labels[row]], 2) + Math.Pow(
                    layout.Row(row)[1] - centres[(2 * labels[row]) + 1], 2)) / labels.Length;
        }

        return Math.Sqrt(Math.Pow(centres[0] - centres[2], 2) + Math.Pow(centres[1] - centres[3], 2)) / spread;
    }
}
