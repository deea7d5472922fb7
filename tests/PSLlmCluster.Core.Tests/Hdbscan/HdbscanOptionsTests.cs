using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

public class HdbscanOptionsTests
{
    [Fact]
    public void Defaults_are_those_of_hdbscan()
    {
        HdbscanOptions options = new();
        options.Validate();
        Assert.Equal(5, options.MinClusterSize);
        Assert.Null(options.MinSampleCount);
        Assert.Equal(0, options.ClusterSelectionEpsilon);
        Assert.Equal(ClusterSelectionMethod.Eom, options.ClusterSelectionMethod);
        Assert.Equal(0, options.MaxClusterSize);
        Assert.False(options.AllowSingleCluster);
        Assert.Equal(1, options.Alpha);
        Assert.Equal(Metric.Euclidean, options.Metric);
    }

    [Fact]
    public void A_minimum_size_of_1_is_refused() => AssertRefused(new HdbscanOptions { MinClusterSize = 1 }, "MinClusterSize is 1,");

    [Fact]
    public void A_sample_count_of_0_is_refused() => AssertRefused(new HdbscanOptions { MinSampleCount = 0 }, "MinSampleCount is 0,");

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_persistence_that_is_none_is_refused(double persistence)
        => AssertRefused(new HdbscanOptions { ClusterSelectionPersistence = persistence }, "ClusterSelectionPersistence is");

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_epsilon_that_is_no_distance_is_refused(double epsilon)
        => AssertRefused(new HdbscanOptions { ClusterSelectionEpsilon = epsilon }, "ClusterSelectionEpsilon is");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_alpha_that_is_not_above_0_is_refused(double alpha) => AssertRefused(new HdbscanOptions { Alpha = alpha }, "Alpha is");

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_largest_size_below_the_smallest_is_refused(int size)
        => AssertRefused(new HdbscanOptions { MaxClusterSize = size }, "MaxClusterSize is");

    [Fact]
    public void Values_outside_an_enumeration_are_refused()
    {
        AssertRefused(new HdbscanOptions { Metric = (Metric)99 }, "Metric is 99,");
        AssertRefused(new HdbscanOptions { ClusterSelectionMethod = (ClusterSelectionMethod)99 }, "ClusterSelectionMethod is 99,");
    }

    [Fact]
    public void A_negative_number_of_threads_is_refused() => AssertRefused(new HdbscanOptions { ThreadCount = -1 }, "ThreadCount is -1,");

    [Fact]
    public void Bad_options_are_refused_before_any_work()
        => Assert.Equal(
            "HdbscanOptionInvalid",
            Assert.Throws<EngineException>(
                () => HdbscanClustering.Compute(new RowMatrix([float.NaN], 1, 1), new HdbscanOptions { MinClusterSize = 1 })).ErrorId);

    private static void AssertRefused(HdbscanOptions options, string message)
    {
        EngineException failure = Assert.Throws<EngineException>(options.Validate);
        Assert.Equal("HdbscanOptionInvalid", failure.ErrorId);
        Assert.Equal(FailureKind.InvalidArgument, failure.Kind);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.RecommendedAction);
    }
}
