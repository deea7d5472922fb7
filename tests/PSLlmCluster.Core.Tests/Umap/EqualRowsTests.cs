using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>Sets in which copies dominate: equal rows come to lie at one place, and count as often as there are.</summary>
public sealed class EqualRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(6, 8)]
    [InlineData(6, 6)]
    [InlineData(4, 20)]
    [InlineData(2, 50)]
    [InlineData(30, 7)]
    [InlineData(50, 100)]
    public void Piles_lie_at_one_place_each_and_are_clusters(int piles, int copies)
    {
        int[] pileOf = [.. Enumerable.Range(0, piles * copies).Select(row => row % piles)];
        RowMatrix rows = CanonicalOrder.Apply(TestRows.Random(piles, 12, seed: piles), pileOf);
        RowMatrix layout = UmapReduction.Compute(rows, new UmapOptions()).Layout;
        AssertPiles(layout, pileOf);

        int[] labels = HdbscanClustering.Compute(layout, new HdbscanOptions()).Labels;
        Assert.Equal(piles, labels.Where(label => label >= 0).Distinct().Count());
        Assert.DoesNotContain(-1, labels);
        Assert.All(pileOf.Zip(labels).GroupBy(row => row.First), pile => Assert.Single(pile.Select(row => row.Second).Distinct()));
    }

    [Fact]
    public void A_pile_among_rows_that_differ_lies_at_one_place_and_the_others_stay_as_true()
    {
        RowMatrix single = TestRows.Random(300, 6, seed: 4);
        RowMatrix rows = new([.. single.Values, .. Enumerable.Repeat(single.Row(17).ToArray(), 200).SelectMany(row => row)], 500, 6);
        int[] pileOf = [.. Enumerable.Range(0, 500).Select(row => row < 300 ? row : 17)];
        RowMatrix layout = UmapReduction.Compute(rows, new UmapOptions()).Layout;
        AssertPiles(layout, pileOf);

        LayoutQuality quality = new(MetricSpace.Create(single, Metric.Euclidean), null, null, null, CurveParameters.For(new UmapOptions()));
        double alone = quality.Measure(UmapReduction.Compute(single, new UmapOptions()).Layout, 10, 10).Trustworthiness;
        Assert.InRange(quality.Measure(new RowMatrix(layout.Values[..600], 300, 2), 10, 10).Trustworthiness, alone - 0.03, 1);
    }

    [Fact]
    public void A_few_copies_are_laid_out_as_separate_rows()
    {
        RowMatrix rows = FewCopies();
        RowMatrix layout = UmapReduction.Compute(rows, new UmapOptions { EpochCount = 60 }).Layout;
        Assert.Equal(220, Places(layout).Distinct().Count());
    }

    /// <summary>A pile repels as much as its rows would: rows beside it are pushed farther away than by one row.</summary>
    [Fact]
    public void A_pile_counts_as_often_as_it_has_rows()
    {
        RowMatrix single = TestRows.Random(40, 4, seed: 6);
        int[] pileOf = [.. Enumerable.Range(0, 40), .. Enumerable.Repeat(5, 400)];
        RowMatrix rows = CanonicalOrder.Apply(single, pileOf);
        UmapOptions options = new() { NeighborCount = 10 };
        Assert.True(
            RoomOf(UmapReduction.Compute(rows, options).Layout) > 1.2 * RoomOf(
                UmapReduction.Compute(rows, options with { UniqueRows = true }).Layout));

        static double RoomOf(RowMatrix layout)
        {
            MetricSpace space = MetricSpace.Create(new RowMatrix(layout.Values[..80], 40, 2), Metric.Euclidean);
            return Enumerable.Range(0, 40)
                .Where(row => row != 5)
                .Average(row => space.Distance(5, row)) / Enumerable.Range(0, 40)
                .Average(row => space.Distance((row + 1) % 40, row));
        }
    }

    [Fact]
    public void Classes_set_equal_rows_apart_and_one_class_does_not()
    {
        int[] pileOf = [.. Enumerable.Range(0, 60).Select(row => row % 3)];
        RowMatrix rows = CanonicalOrder.Apply(TestRows.Random(3, 4, seed: 7), pileOf);
        AssertPiles(
            UmapReduction.Compute(rows, new UmapOptions(), new UmapFitData { Target = UmapTarget.OfLabels(pileOf) }).Layout, pileOf);
        AssertPiles(
            UmapReduction.Compute(
                rows,
                new UmapOptions(),
                new UmapFitData { Target = UmapTarget.OfNumbers(Array.ConvertAll(pileOf, pile => pile + 0.5)) }).Layout,
            pileOf);

        int[] halves = [.. Enumerable.Range(0, 60).Select(row => row / 30)];
        int[] six = [.. Enumerable.Range(0, 60).Select(row => pileOf[row] + (3 * halves[row]))];
        AssertPiles(UmapReduction.Compute(rows, new UmapOptions(), new UmapFitData { Target = UmapTarget.OfLabels(halves) }).Layout, six);
    }

    [Fact]
    public void A_pile_starts_at_the_mean_of_its_rows_whichever_starts_where()
    {
        int[] pileOf = [.. Enumerable.Range(0, 60).Select(row => row % 5)];
        RowMatrix rows = CanonicalOrder.Apply(TestRows.Random(5, 4, seed: 8), pileOf);
        RowMatrix starts = TestRows.Random(60, 2, seed: 9);

        // Rows 0 and 5 are equal; so are 1 and 6.
        RowMatrix swapped = CanonicalOrder.Apply(starts, [5, 6, 2, 3, 4, 0, 1, .. Enumerable.Range(7, 53)]);
        UmapOptions options = new() { Initialization = UmapInitialization.Given, EpochCount = 40 };
        RowMatrix layout = UmapReduction.Compute(rows, options, new UmapFitData { InitialCoordinates = starts }).Layout;
        AssertPiles(layout, pileOf);
        Assert.Equal(layout.Values, UmapReduction.Compute(rows, options, new UmapFitData { InitialCoordinates = swapped }).Layout.Values);
    }

    [Fact]
    public void Densities_are_those_of_the_piles()
    {
        int[] pileOf = [.. Enumerable.Range(0, 200).Select(row => row % 20)];
        RowMatrix rows = CanonicalOrder.Apply(TestRows.Random(20, 4, seed: 10), pileOf);
        UmapResult result = UmapReduction.Compute(rows, new UmapOptions { Densmap = true, OutputDensity = true, EpochCount = 60 });
        AssertPiles(result.Layout, pileOf);
        Assert.All(
            result.OriginalRadii!.Zip(pileOf).GroupBy(row => row.Second), pile => Assert.Single(pile.Select(row => row.First).Distinct()));
        Assert.All(result.LayoutRadii!, radius => Assert.True(float.IsFinite(radius)));
    }

    [Fact]
    public void A_new_row_that_is_equal_to_a_pile_lands_on_it()
    {
        int[] pileOf = [.. Enumerable.Range(0, 80).Select(row => row % 8)];
        RowMatrix piles = TestRows.Random(8, 4, seed: 11);
        UmapFit fit = UmapReduction.Fit(CanonicalOrder.Apply(piles, pileOf), new UmapOptions { EpochCount = 60 });
        Assert.Equal(8, fit.Model.RowCount);
        UmapModel read = Reread(fit.Model);
        Assert.Equal(fit.Result.Layout.Values[..16], read.Transform(piles).Layout.Values);
    }

    [Fact]
    public void Rows_at_precomputed_distance_0_from_one_another_lie_at_one_place()
    {
        int[] pileOf = [.. Enumerable.Range(0, 48).Select(row => row % 6)];
        MetricSpace space = MetricSpace.Create(TestRows.Random(6, 4, seed: 12), Metric.Manhattan);
        RowMatrix distances = new(
            [.. Enumerable.Range(0, 48 * 48).Select(i => (float)space.Distance(pileOf[i / 48], pileOf[i % 48]))], 48, 48);
        UmapFit fit = UmapReduction.Fit(distances, new UmapOptions { Metric = Metric.Precomputed, EpochCount = 60 });
        AssertPiles(fit.Result.Layout, pileOf);

        UmapModel read = Reread(fit.Model);
        Assert.Equal(48, read.ColumnCount);
        Assert.Equal(fit.Result.Layout.Values, read.Transform(distances).Layout.Values);
    }

    [Fact]
    public void Neighbours_that_are_given_are_those_of_rows_so_each_row_has_a_place()
    {
        int[] pileOf = [.. Enumerable.Range(0, 48).Select(row => row % 6)];
        RowMatrix rows = CanonicalOrder.Apply(TestRows.Random(6, 4, seed: 13), pileOf);
        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(rows, Metric.Euclidean), 15);
        Assert.Equal(
            48,
            Places(UmapReduction.Compute(rows, new UmapOptions { EpochCount = 60 }, new UmapFitData { Neighbors = neighbors }).Layout)
                .Distinct()
                .Count());
    }

    [Fact]
    public void Warnings_count_the_rows_that_differ()
    {
        int[] pileOf = [.. Enumerable.Range(0, 48).Select(row => row % 6)];
        RowMatrix rows = CanonicalOrder.Apply(TestRows.Random(6, 4, seed: 14), pileOf);
        EngineWarning warning = Assert.Single(UmapReduction.Compute(rows, new UmapOptions()).Warnings);
        Assert.Equal("NeighborCount was cut from 15 to 5: there are only 6 different rows.", warning.Message);
    }

    [Fact]
    public void Rows_that_differ_in_their_targets_only_are_warned_about_as_equal()
    {
        RowMatrix rows = new([.. Enumerable.Repeat(0.5f, 120)], 60, 2);
        UmapResult result = UmapReduction.Compute(
            rows, new UmapOptions(), new UmapFitData { Target = UmapTarget.OfLabels([.. Enumerable.Range(0, 60).Select(row => row % 3)]) });
        Assert.Contains(
            result.Warnings,
            warning => warning.Id == "AllRowsEqual" && warning.Message.StartsWith("All 60 rows are equal:", StringComparison.Ordinal));
        Assert.Equal(3, Places(result.Layout).Distinct().Count());
    }

    /// <summary>Two hundred rows, twenty of them twice.</summary>
    internal static RowMatrix FewCopies()
    {
        RowMatrix rows = TestRows.Random(200, 8, seed: 21);
        return new RowMatrix([.. rows.Values, .. rows.Values.AsSpan(0, 160)], 220, 8);
    }

    /// <summary>Piles of 1 to 60 rows, so that copies dominate.</summary>
    internal static RowMatrix Piles()
        => CanonicalOrder.Apply(
            TestRows.Random(60, 8, seed: 22), [.. Enumerable.Range(0, 60).SelectMany(pile => Enumerable.Repeat(pile, 60 / (pile + 1)))]);

    private static IEnumerable<(float X, float Y)> Places(RowMatrix layout) => layout.Values.Chunk(2).Select(place => (place[0], place[1]));

    private static void AssertPiles(RowMatrix layout, int[] pileOf)
    {
        Assert.All(layout.Values, value => Assert.True(float.IsFinite(value)));
        Assert.All(Places(layout).Zip(pileOf).GroupBy(row => row.Second), pile => Assert.Single(pile.Select(row => row.First).Distinct()));
        Assert.Equal(pileOf.Distinct().Count(), Places(layout).Distinct().Count());
    }

    private UmapModel Reread(UmapModel model)
    {
        string path = _folder.File("map.umap");
        model.Save(ModelFileTarget.At(path));
        return UmapModel.Load(path);
    }
}
