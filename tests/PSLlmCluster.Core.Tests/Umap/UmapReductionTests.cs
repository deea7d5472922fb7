using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap;

public class UmapReductionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void No_rows_give_none_and_one_row_lies_at_the_origin(int n)
    {
        UmapResult result = UmapReduction.Compute(TestRows.Random(n, 4, seed: 1), new UmapOptions { ComponentCount = 3 });
        Assert.Equal(n, result.Layout.RowCount);
        Assert.Equal(3, result.Layout.ColumnCount);
        Assert.All(result.Layout.Values, value => Assert.Equal(0, value));
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData(2, 2, 4)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 5, 3)]
    [InlineData(3, 2, 4)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 10, 2)]
    [InlineData(4, 2, 4)]
    [InlineData(4, 1, 4)]
    [InlineData(5, 7, 4)]
    [InlineData(14, 2, 3)]
    [InlineData(15, 2, 3)]
    public void Few_rows_have_different_places(int n, int dim, int columns)
    {
        UmapResult result = UmapReduction.Compute(TestRows.Random(n, columns, seed: n), new UmapOptions { ComponentCount = dim });
        AssertSound(result.Layout, n, dim);
        Assert.Equal(n, DistinctRows(result.Layout));
        EngineWarning clamped = Assert.Single(result.Warnings, warning => warning.Id == "NeighborCountClamped");
        Assert.Contains("15", clamped.Message, StringComparison.Ordinal);
        Assert.Equal(n <= dim + 1, result.Warnings.Any(warning => warning.Id == "SpectralStartFailed"));
        Assert.Equal(result.Warnings.Count, result.Warnings.DistinctBy(warning => warning.Id).Count());
    }

    [Theory]
    [InlineData(UmapInitialization.Spectral)]
    [InlineData(UmapInitialization.Pca)]
    [InlineData(UmapInitialization.Random)]
    public void Rows_that_are_all_equal_lie_at_one_place_with_one_warning(UmapInitialization start)
    {
        foreach (int n in new[] { 2, 3, 20, 150 })
        {
            foreach (Metric metric in TestRows.Metrics)
            {
                RowMatrix rows = new([.. Enumerable.Repeat(0.25f, n * 3)], n, 3);
                UmapOptions options = new() { Metric = metric, Initialization = start, NeighborCount = 5, EpochCount = 20 };
                foreach (bool unique in new[] { false, true })
                {
                    UmapResult result = UmapReduction.Compute(rows, options with { UniqueRows = unique });
                    Assert.All(result.Layout.Values, value => Assert.Equal(0, value));
                    Assert.Equal("AllRowsEqual", Assert.Single(result.Warnings).Id);
                }
            }
        }
    }

    [Fact]
    public void Zero_rows_and_duplicates_among_others_have_finite_places_under_every_metric()
    {
        RowMatrix rows = TestRows.Random(60, 4, seed: 2, levels: 2);
        foreach (Metric metric in TestRows.Metrics)
        {
            AssertSound(UmapReduction.Compute(rows, new UmapOptions { Metric = metric, NeighborCount = 6, EpochCount = 50 }).Layout, 60, 2);
        }
    }

    [Fact]
    public void Opposite_vectors_are_no_neighbours_under_cosine()
    {
        // Eight rows on one ray and their opposites: all distances are 0 or 2, and those of 2 are dropped.
        float[] values = [.. Enumerable.Range(0, 16).SelectMany(i => new[] { i < 8 ? 1f : -1f, i < 8 ? 2f : -2f })];
        UmapResult result = UmapReduction.Compute(
            new RowMatrix(values, 16, 2), new UmapOptions { Metric = Metric.Cosine, NeighborCount = 12 });
        AssertSound(result.Layout, 16, 2);
    }

    [Fact]
    public void Rows_that_lose_all_their_edges_are_placed_with_a_warning()
    {
        // With the intersection alone a row far from all others, which is nobody's neighbour, has no edge.
        RowMatrix rows = TestRows.Random(50, 2, seed: 3);
        rows.Row(7)[0] = 1000;
        UmapResult result = UmapReduction.Compute(rows, new UmapOptions { NeighborCount = 5, SetOperationMixRatio = 0 });
        AssertSound(result.Layout, 50, 2);
        Assert.Contains(result.Warnings, warning => warning.Id == "RowsWithoutEdges");
    }

    [Theory]
    [InlineData(1e-20f)]
    [InlineData(1e20f)]
    [InlineData(1e37f)]
    public void Very_small_and_very_large_numbers_give_finite_places(float scale)
    {
        RowMatrix rows = TestRows.Random(40, 3, seed: 4);
        for (int i = 0; i < rows.Values.Length; i++)
        {
            rows.Values[i] *= scale;
        }

        foreach (Metric metric in TestRows.Metrics)
        {
            foreach (UmapInitialization start in new[] { UmapInitialization.Spectral, UmapInitialization.Pca, UmapInitialization.Random })
            {
                AssertSound(
                    UmapReduction.Compute(
                        rows, new UmapOptions { Metric = metric, Initialization = start, NeighborCount = 6, EpochCount = 20 }).Layout,
                    40,
                    2);
            }
        }
    }

    /// <summary>A power of two rounds nothing.</summary>
    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Chebyshev)]
    [InlineData(Metric.Minkowski)]
    public void Rows_scaled_by_a_large_or_a_small_power_of_two_have_the_same_layout(Metric metric)
    {
        RowMatrix rows = TestRows.Random(120, 5, seed: 15);
        UmapOptions options = new() { Metric = metric, MinkowskiPower = 3, NeighborCount = 8, EpochCount = 40, DisconnectionDistance = 4 };
        foreach (bool dense in new[] { false, true })
        {
            UmapOptions plain = options with { Densmap = dense };
            float[] layout = UmapReduction.Compute(rows, plain).Layout.Values;
            foreach (int exponent in new[] { 83, 60, -60, -83 })
            {
                double factor = Math.ScaleB(1, exponent);
                UmapResult scaled = UmapReduction.Compute(Scaled(rows, factor), plain with { DisconnectionDistance = 4 * factor });
                if (!dense)
                {
                    Assert.Equal(layout, scaled.Layout.Values);
                }

                AssertSound(scaled.Layout, 120, 2);
            }
        }
    }

    [Theory]
    [InlineData(1e25)]
    [InlineData(1e-25)]
    public void Rows_of_any_size_have_a_layout_as_good(double factor)
    {
        RowMatrix rows = TestRows.Random(200, 3, seed: 16);
        RowMatrix scaled = Scaled(rows, factor);
        LayoutQuality quality = new(MetricSpace.Create(rows, Metric.Euclidean), null, null, null, CurveParameters.For(new UmapOptions()));
        UmapFit fit = UmapReduction.Fit(rows, new UmapOptions());
        UmapFit other = UmapReduction.Fit(scaled, new UmapOptions());
        double plain = quality.Measure(fit.Result.Layout, 10, 10).Trustworthiness;
        Assert.InRange(quality.Measure(other.Result.Layout, 10, 10).Trustworthiness, plain - 0.01, 1);

        // New rows as well: moved a little, they lie near those that they come from.
        RowMatrix moved = TestRows.Random(200, 3, seed: 16);
        for (int i = 0; i < moved.Values.Length; i++)
        {
            moved.Values[i] *= 1.001f;
        }

        double trust = quality.Measure(other.Model.Transform(Scaled(moved, factor)).Layout, 10, 10).Trustworthiness;
        Assert.InRange(trust, quality.Measure(fit.Model.Transform(moved).Layout, 10, 10).Trustworthiness - 0.01, 1);
    }

    [Fact]
    public void Extreme_parameters_give_finite_places()
    {
        RowMatrix rows = TestRows.Random(40, 3, seed: 5);
        UmapOptions[] extremes =
        [
            new() { LearningRate = 1e6 }, new() { LearningRate = 0 }, new()
            {
                RepulsionStrength = 1e6,
            }, new() { RepulsionStrength = 0 }, new() { NegativeSampleRate = 0 },
            new() { NegativeSampleRate = 200 }, new() { Spread = 1e-6, MinDistance = 0 }, new()
            {
                Spread = 1e6,
                MinDistance = 1e6,
            }, new() { A = 1e15, B = 100 }, new() { A = 1e-9, B = 1e-9 },
            new() { LocalConnectivity = 0 }, new()
            {
                LocalConnectivity = 1e9,
            }, new() { EpochCount = 0 }, new() { EpochCount = 1 }, new() { MinDistance = 1 }, new()
            {
                NeighborCount = int.MaxValue,
            },
        ];
        foreach (UmapOptions options in extremes)
        {
            AssertSound(UmapReduction.Compute(rows, options with { EpochCount = options.EpochCount ?? 30 }).Layout, 40, 2);
        }
    }

    [Fact]
    public void A_start_that_fails_is_replaced_with_one_warning()
    {
        UmapResult toPca = UmapReduction.Compute(TestRows.Random(3, 4, seed: 6), new UmapOptions { NeighborCount = 2 });
        Assert.Contains("principal components", Assert.Single(toPca.Warnings).Message, StringComparison.Ordinal);
        UmapResult toRandom = UmapReduction.Compute(TestRows.Random(3, 1, seed: 6), new UmapOptions { NeighborCount = 2 });
        Assert.Contains("random places", Assert.Single(toRandom.Warnings).Message, StringComparison.Ordinal);
        UmapResult pca = UmapReduction.Compute(
            TestRows.Random(20, 1, seed: 6), new UmapOptions { NeighborCount = 5, Initialization = UmapInitialization.Pca });
        Assert.Equal("PcaStartFailed", Assert.Single(pca.Warnings).Id);
    }

    [Fact]
    public void A_row_that_is_not_finite_is_named()
    {
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            RowMatrix rows = TestRows.Random(20, 3, seed: 7);
            rows.Row(12)[1] = bad;
            EngineException failure = Assert.Throws<EngineException>(() => UmapReduction.Compute(rows, new UmapOptions()));
            Assert.Equal("RowNotFinite", failure.ErrorId);
            Assert.Equal(FailureKind.InvalidData, failure.Kind);
            Assert.Contains("13", failure.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Moving all rows by whole numbers that single precision adds without rounding changes no distance, so no bit but by the order of
    /// rows, which stays too.
    /// </summary>
    [Fact]
    public void Moved_rows_give_the_same_layout()
    {
        RowMatrix rows = TestRows.Random(80, 3, seed: 8, levels: 1000);
        RowMatrix moved = new([.. rows.Values.Select(value => value + 4096)], 80, 3);
        foreach (Metric metric in new[] { Metric.Euclidean, Metric.Manhattan, Metric.Chebyshev })
        {
            UmapOptions options = new() { Metric = metric, NeighborCount = 10, EpochCount = 30 };
            Assert.Equal(UmapReduction.Compute(rows, options).Layout.Values, UmapReduction.Compute(moved, options).Layout.Values);
        }
    }

    [Fact]
    public void Another_seed_gives_another_layout()
    {
        RowMatrix rows = TestRows.Random(50, 5, seed: 9);
        Assert.NotEqual(
            UmapReduction.Compute(rows, new UmapOptions()).Layout.Values,
            UmapReduction.Compute(rows, new UmapOptions { Seed = 43 }).Layout.Values);
    }

    [Fact]
    public void Progress_rises_from_stage_to_stage_and_ends_at_1()
    {
        List<StageProgress> reports = [];
        UmapReduction.Compute(TestRows.Random(100, 5, seed: 10), new UmapOptions { ThreadCount = 1 }, new Recorder(reports));
        Assert.Equal(reports.Select(value => value.Fraction).Order(), reports.Select(value => value.Fraction));
        Assert.Equal(1, reports[^1].Fraction, 1e-12);
        Assert.Equal(
            ["Finding neighbours", "Building the graph", "Finding a start", "Optimising the layout"],
            reports.Select(value => value.Stage).Distinct());
    }

    [Fact]
    public void A_token_that_is_cancelled_in_any_stage_stops_the_run()
    {
        foreach (string stage in new[] { "Finding neighbours", "Building the graph", "Finding a start", "Optimising the layout" })
        {
            using CancellationTokenSource source = new();
            CancelAt cancel = new(stage, source);
            Assert.ThrowsAny<OperationCanceledException>(
                () => UmapReduction.Compute(TestRows.Random(300, 5, seed: 11), new UmapOptions(), cancel, source.Token));
        }
    }

    private static RowMatrix Scaled(RowMatrix rows, double factor)
        => new(Array.ConvertAll(rows.Values, value => (float)(value * factor)), rows.RowCount, rows.ColumnCount);

    private static void AssertSound(RowMatrix layout, int n, int dim)
    {
        Assert.Equal(n, layout.RowCount);
        Assert.Equal(dim, layout.ColumnCount);
        Assert.All(layout.Values, value => Assert.True(float.IsFinite(value)));
        Assert.True(DistinctRows(layout) > 1);
    }

    private static int DistinctRows(RowMatrix layout)
        => Enumerable.Range(0, layout.RowCount).Select(row => string.Join(' ', layout.Row(row).ToArray())).Distinct().Count();

    private sealed class Recorder(List<StageProgress> reports) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => reports.Add(value);
    }

    private sealed class CancelAt(string stage, CancellationTokenSource source) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            if (value.Stage == stage)
            {
                source.Cancel();
            }
        }
    }
}
