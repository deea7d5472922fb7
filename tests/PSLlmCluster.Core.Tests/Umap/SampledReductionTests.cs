using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Neighbors;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap;

public class SampledReductionTests
{
    private static readonly UmapOptions _options = new() { EpochCount = 60, NeighborCount = 8, Seed = 5 };

    [Fact]
    public void The_order_of_rows_and_the_number_of_threads_change_nothing()
    {
        RowMatrix rows = NeighborSets.Mixture(500, 6, 5, seed: 1);
        rows.Row(3).CopyTo(rows.Row(90));
        rows.Row(3).CopyTo(rows.Row(400));
        UmapFit fit = SampledReduction.Fit(rows, _options with { ThreadCount = 1 }, 120);
        int[] shuffle = TestRows.Shuffle(500, seed: 2);
        UmapFit other = SampledReduction.Fit(CanonicalOrder.Apply(rows, shuffle), _options with { ThreadCount = 3 }, 120);

        Assert.Equal(120, fit.Model.RowCount);
        Assert.Equal(fit.Model.Layout.Values, other.Model.Layout.Values);
        for (int row = 0; row < 500; row++)
        {
            Assert.Equal(fit.Result.Layout.Row(shuffle[row]).ToArray(), other.Result.Layout.Row(row).ToArray());
        }
    }

    [Fact]
    public void A_matrix_of_double_precision_has_the_sample_of_one_of_single_precision()
    {
        RowMatrix rows = NeighborSets.Mixture(300, 6, 5, seed: 1);
        Assert.Equal(
            SampledReduction.Fit(rows, _options, 80).Result.Layout.Values,
            SampledReduction.Fit(rows.ToDouble(), _options, 80).Result.Layout.Values);
    }

    [Fact]
    public void The_sample_is_fitted_and_the_rest_put_into_its_map()
    {
        RowMatrix rows = NeighborSets.Mixture(400, 6, 5, seed: 3);
        UmapFit fit = SampledReduction.Fit(rows, _options, 100);

        Assert.Equal(fit.Model.Transform(rows).Layout.Values, fit.Result.Layout.Values);
        Assert.Equal(UmapReduction.Compute(fit.Model.Rows!, _options).Layout.Values, fit.Model.Layout.Values);
        Assert.NotEqual(SampledReduction.Fit(rows, _options with { Seed = 6 }, 100).Model.Rows!.Values, fit.Model.Rows!.Values);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 380)]
    public void Rows_that_are_handed_over_are_moved_and_not_copied(bool center, int copies)
    {
        RowMatrix rows = NeighborSets.Mixture(400, 6, 5, seed: 3);
        for (int row = 0; row < copies; row++)
        {
            rows.Row(399).CopyTo(rows.Row(row));
        }

        UmapOptions options = _options with { Center = center };
        UmapFit kept = SampledReduction.Fit(rows, options, 100);
        RowMatrix given = new([.. rows.Values], 400, 6);
        UmapFit moved = SampledReduction.Fit(given, options, 100, new UmapFitData { TakesRows = true });

        Assert.Null(kept.Result.PlacesOfRows);
        Assert.Equal(kept.Result.Layout.Values, moved.Result.Layout.Values);
        Assert.Equal(kept.Model.Layout.Values, moved.Model.Layout.Values);
        Assert.Equal(kept.Model.Rows!.AllRows.ToArray(), moved.Model.Rows!.AllRows.ToArray());
        for (int row = 0; row < 400; row++)
        {
            Assert.Equal(rows.Row(row).ToArray(), given.Row(moved.Result.PlacesOfRows![row]).ToArray());
        }

        using TemporaryFolder folder = new();
        kept.Model.Save(ModelFileTarget.At(folder.File("kept.umap")));
        moved.Model.Save(ModelFileTarget.At(folder.File("moved.umap")));
        Assert.Equal(File.ReadAllBytes(folder.File("kept.umap")), File.ReadAllBytes(folder.File("moved.umap")));
    }

    [Fact]
    public void Rows_that_are_a_sample_already_take_the_others_as_the_sample_of_all_does()
    {
        RowMatrix rows = NeighborSets.Mixture(400, 6, 5, seed: 3);
        UmapFit whole = SampledReduction.Fit(rows, _options, 100);
        UmapFit sample = SampledReduction.FitAll(whole.Model.Rows!, _options);

        Assert.Equal(whole.Result.Layout.Values, sample.Model.Transform(rows).Layout.Values);
        Assert.NotEqual(
            UmapReduction.Fit(whole.Model.Rows!, _options).Model.Transform(rows).Layout.Values, sample.Model.Transform(rows).Layout.Values);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    public void A_sample_of_all_rows_is_a_plain_fit(int count)
    {
        RowMatrix rows = NeighborSets.Mixture(200, 6, 5, seed: 4);
        Assert.Equal(
            UmapReduction.Compute(rows, _options).Layout.Values, SampledReduction.Fit(rows, _options, count).Result.Layout.Values);
    }

    /// <summary>Each copy draws for itself, so that copies keep their share; those left out lie where the others do.</summary>
    [Fact]
    public void Copies_keep_their_share_and_lie_at_one_place()
    {
        RowMatrix rows = NeighborSets.Mixture(600, 6, 5, seed: 5);
        for (int row = 0; row < 300; row++)
        {
            rows.Row(0).CopyTo(rows.Row(row));
        }

        UmapFit fit = SampledReduction.Fit(rows, _options, 200);
        Assert.All(
            Enumerable.Range(0, 300),
            row => Assert.Equal(fit.Result.Layout.Row(0).ToArray(), fit.Result.Layout.Row(row).ToArray()));

        // Copies dominate, so they are one point of the model beside the other rows of the sample.
        Assert.InRange(fit.Model.RowCount, 70, 130);
    }

    [Fact]
    public void What_comes_with_the_rows_goes_with_the_sample()
    {
        RowMatrix rows = NeighborSets.Mixture(300, 6, 3, seed: 6);
        int[] labels = [.. Enumerable.Range(0, 300).Select(row => row % 3)];
        UmapFit plain = SampledReduction.Fit(rows, _options, 100);
        UmapFit fit = SampledReduction.Fit(rows, _options, 100, new UmapFitData { Target = UmapTarget.OfLabels(labels) });
        Assert.Equal(plain.Model.Rows!.Values, fit.Model.Rows!.Values);
        Assert.NotEqual(plain.Model.Layout.Values, fit.Model.Layout.Values);

        int[] shuffle = TestRows.Shuffle(300, seed: 7);
        UmapFit other = SampledReduction.Fit(
            CanonicalOrder.Apply(rows, shuffle),
            _options,
            100,
            new UmapFitData { Target = UmapTarget.OfLabels(Array.ConvertAll(shuffle, row => labels[row])) });
        Assert.Equal(fit.Model.Layout.Values, other.Model.Layout.Values);
    }

    [Fact]
    public void What_makes_no_sense_with_a_sample_is_refused()
    {
        Assert.Equal("UmapModelNotPossible", Refusal(_options with { Densmap = true }, false));
        Assert.Equal("UmapOptionInvalid", Refusal(_options with { OutputDensity = true }, false));
        Assert.Equal("UmapOptionInvalid", Refusal(_options with { Metric = Metric.Precomputed }, false));
        Assert.Equal("UmapOptionInvalid", Refusal(_options, true));
        SampledReduction.Require(_options, hasNeighbors: false);
        Assert.Equal(
            "RowNotFinite",
            Assert.Throws<EngineException>(
                () => SampledReduction.Fit(new RowMatrix([1, 2, float.NaN], 3, 1), _options, 2)).ErrorId);
        Assert.Throws<ArgumentOutOfRangeException>(() => SampledReduction.Fit(TestRows.Random(5, 2, seed: 1), _options, 0));
    }

    [Fact]
    public void A_cancelled_token_stops_the_work()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => SampledReduction.Fit(TestRows.Random(200, 4, seed: 1), _options, 50, token: new CancellationToken(true)));

    private static string Refusal(UmapOptions options, bool hasNeighbors)
        => Assert.Throws<EngineException>(() => SampledReduction.Require(options, hasNeighbors)).ErrorId;
}
