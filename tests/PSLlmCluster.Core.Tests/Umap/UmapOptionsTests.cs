using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap;

public class UmapOptionsTests
{
    public static TheoryData<string, UmapOptions> Refused => new()
    {
        { "NeighborCount", new UmapOptions { NeighborCount = 1 } },
        { "ComponentCount", new UmapOptions { ComponentCount = 0 } },
        { "MinDistance", new UmapOptions { MinDistance = -0.1 } },
        { "MinDistance", new UmapOptions { MinDistance = 1.1 } },
        { "MinDistance", new UmapOptions { MinDistance = double.NaN } },
        { "Spread", new UmapOptions { Spread = 0 } },
        { "Spread", new UmapOptions { Spread = double.NaN } },
        { "Spread", new UmapOptions { Spread = double.PositiveInfinity } },
        { "Only A", new UmapOptions { A = 1 } },
        { "Only B", new UmapOptions { B = 1 } },
        { "A must", new UmapOptions { A = 0, B = 1 } },
        { "A must", new UmapOptions { A = double.NaN, B = 1 } },
        { "B must", new UmapOptions { A = 1, B = -1 } },
        { "B must", new UmapOptions { A = 1, B = double.PositiveInfinity } },
        { "Metric", new UmapOptions { Metric = (Metric)99 } },
        { "Initialization", new UmapOptions { Initialization = (UmapInitialization)(-1) } },
        { "DisconnectionDistance", new UmapOptions { DisconnectionDistance = 1e-46 } },
        { "EpochCount", new UmapOptions { EpochCount = -1 } },
        { "EpochCount", new UmapOptions { EpochCount = 100_000_000 } },
        { "A must", new UmapOptions { A = 1e308, B = 1 } },
        { "LearningRate", new UmapOptions { LearningRate = -1 } },
        { "LearningRate", new UmapOptions { LearningRate = double.NaN } },
        { "LocalConnectivity", new UmapOptions { LocalConnectivity = -0.5 } },
        { "LocalConnectivity", new UmapOptions { LocalConnectivity = double.NaN } },
        { "SetOperationMixRatio", new UmapOptions { SetOperationMixRatio = 1.01 } },
        { "SetOperationMixRatio", new UmapOptions { SetOperationMixRatio = double.NaN } },
        { "RepulsionStrength", new UmapOptions { RepulsionStrength = -1 } },
        { "NegativeSampleRate", new UmapOptions { NegativeSampleRate = -1 } },
        { "ThreadCount", new UmapOptions { ThreadCount = -1 } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Invalid_options_are_refused_by_name_before_any_work(string name, UmapOptions options)
    {
        EngineException failure = Assert.Throws<EngineException>(() => UmapReduction.Compute(TestRows.Random(5, 2, seed: 1), options));
        Assert.Equal("UmapOptionInvalid", failure.ErrorId);
        Assert.Equal(FailureKind.InvalidArgument, failure.Kind);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.RecommendedAction);
    }

    [Theory]
    [InlineData(1e-6, 1e-6)]
    [InlineData(1e6, 1e6)]
    [InlineData(0, 1e-6)]
    public void Every_curve_that_is_fitted_lies_within_the_bounds_of_those_that_are_given(double minDistance, double spread)
    {
        CurveParameters curve = CurveParameters.Fit(minDistance, spread);

        new UmapOptions { A = curve.A, B = curve.B }.Validate();
    }

    [Fact]
    public void The_defaults_are_umap_learn_s()
    {
        UmapOptions options = new();
        options.Validate();
        Assert.Equal((15, 2, 0.1, 1.0), (options.NeighborCount, options.ComponentCount, options.MinDistance, options.Spread));
        Assert.Equal(
            (1.0, 1.0, 1.0, 1.0, 5),
            (
                options.LearningRate,
                options.LocalConnectivity,
                options.SetOperationMixRatio,
                options.RepulsionStrength,
                options.NegativeSampleRate));
        Assert.Equal((Metric.Euclidean, UmapInitialization.Spectral, 42), (options.Metric, options.Initialization, options.Seed));
        Assert.Equal((500, 500, 200), (options.EpochsFor(30), options.EpochsFor(10_000), options.EpochsFor(10_001)));
        Assert.Equal(7, (options with { EpochCount = 7 }).EpochsFor(30));
    }
}
