using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Umap;

public class UmapMemoryTests
{
    private const double Mebi = 1 << 20;

    [Fact]
    public void A_run_that_does_not_fit_into_memory_is_refused_with_the_figures()
    {
        EngineException failure = Assert.Throws<EngineException>(() => UmapMemory.Require(1_000_000, 384, new UmapOptions(), 2L << 30));
        Assert.Equal("NotEnoughMemory", failure.ErrorId);
        Assert.Equal(FailureKind.ResourceUnavailable, failure.Kind);
        Assert.Matches(
            @"^UMAP needs about \d+(\.\d+)? GiB of memory for 1000000 rows of 384 numbers and 15 neighbours; 2 GiB are available\.$",
            failure.Message);
        Assert.NotEmpty(failure.RecommendedAction);
    }

    [Fact]
    public void A_run_that_fits_into_memory_is_accepted()
    {
        UmapMemory.Require(1_000_000, 50, new UmapOptions(), 8L << 30);
        UmapMemory.Require(1797, 64, new UmapOptions());
        UmapMemory.Require(0, 0, new UmapOptions());
    }

    [Fact]
    public void Arrays_that_no_array_can_hold_are_refused_whatever_the_memory()
    {
        EngineException components = Assert.Throws<EngineException>(
            () => UmapMemory.Require(50_000_000, 4, new UmapOptions { ComponentCount = 50 }, long.MaxValue));
        EngineException neighbors = Assert.Throws<EngineException>(
            () => UmapMemory.Require(50_000_000, 4, new UmapOptions { NeighborCount = 50 }, long.MaxValue));
        Assert.Equal("TooManyNumbers", components.ErrorId);
        Assert.Equal("TooManyNumbers", neighbors.ErrorId);
    }

    [Fact]
    public void Memory_grows_with_the_rows_not_with_their_square()
    {
        UmapOptions options = new();
        double small = UmapMemory.Estimate(1_000_000, 50, options) - UmapMemory.Estimate(0, 50, options);
        double large = UmapMemory.Estimate(10_000_000, 50, options) - UmapMemory.Estimate(0, 50, options);
        Assert.InRange(large / small, 9, 11);
    }

    /// <summary>Vectors for products stand beside the rows where these are no large part of the memory.</summary>
    [Theory]
    [InlineData(80_000, 12)]
    [InlineData(90_000, 8)]
    public void Large_rows_have_no_copy_for_products(int rowCount, int bytesOfNumber)
        => Assert.Equal(
            (double)bytesOfNumber * rowCount * 384,
            UmapMemory.Estimate(rowCount, 384, new UmapOptions()) - UmapMemory.Estimate(rowCount, 0, new UmapOptions())
                - (4 * 8192 * 384),
            1.0);

    [Fact]
    public void Rows_without_their_mean_stand_beside_the_others_in_double_precision()
        => Assert.Equal(
            8.0 * 1000 * 384,
            UmapMemory.Estimate(1000, 384, new UmapOptions { Center = true }) - UmapMemory.Estimate(1000, 384, new UmapOptions()));

    [Fact]
    public void Rows_in_double_precision_stand_beside_those_that_are_worked_on()
        => Assert.Equal(
            8.0 * 1000 * 384,
            UmapMemory.Estimate(1000, 384, new UmapOptions(), isDouble: true) - UmapMemory.Estimate(1000, 384, new UmapOptions()),
            1e-6);

    [Fact]
    public void More_neighbours_dimensions_columns_and_a_centred_copy_cost_more()
    {
        UmapOptions options = new();
        double estimate = UmapMemory.Estimate(100_000, 50, options);
        Assert.True(UmapMemory.Estimate(100_000, 50, options with { NeighborCount = 50 }) > estimate + (35 * 100_000 * 12));
        Assert.True(UmapMemory.Estimate(100_000, 50, options with { ComponentCount = 100 }) > estimate);
        Assert.True(UmapMemory.Estimate(100_000, 100, options) > estimate + (8 * 50 * 100_000));
        Assert.True(UmapMemory.Estimate(100_000, 50, options with { Metric = Metric.Correlation }) > estimate);
        Assert.True(UmapMemory.Estimate(100_000, 50, options with { Metric = Metric.Manhattan }) < estimate);
    }

    [Fact]
    public void Neighbours_among_the_numbers_of_a_target_count_too()
    {
        UmapOptions options = new() { TargetNeighborCount = 20_000 };
        Assert.Equal(UmapMemory.Estimate(50_000, 5, options), UmapMemory.Estimate(50_000, 5, new UmapOptions()));
        Assert.True(UmapMemory.Estimate(50_000, 5, options, hasNumericTarget: true) > 20e9);
        Assert.Equal(
            "NotEnoughMemory",
            Assert.Throws<EngineException>(() => UmapMemory.Require(50_000, 5, options, 8L << 30, hasNumericTarget: true)).ErrorId);
        Assert.Equal(
            "TooManyNumbers",
            Assert.Throws<EngineException>(
                () => UmapMemory.Require(
                    50_000, 5, options with { TargetNeighborCount = 50_000 }, long.MaxValue, hasNumericTarget: true)).ErrorId);
        UmapMemory.Require(50_000, 5, options, 8L << 30);
    }
}
