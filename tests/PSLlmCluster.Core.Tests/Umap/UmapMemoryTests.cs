using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Umap;

public class UmapMemoryTests
{
    private const double Mebi = 1 << 20;
    private static readonly UmapFitData _taken = new() { TakesRows = true };

    [Fact]
    public void A_run_that_does_not_fit_into_memory_is_refused_with_the_figures()
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => UmapMemory.Require(1_000_000, 384, new UmapOptions(), _taken, availableBytes: 2L << 30));
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
        UmapMemory.Require(1_000_000, 384, new UmapOptions(), _taken, availableBytes: 4L << 30);
        UmapMemory.Require(1_000_000, 50, new UmapOptions(), availableBytes: 4L << 30);
        UmapMemory.Require(1797, 64, new UmapOptions());
        UmapMemory.Require(0, 0, new UmapOptions());
    }

    [Fact]
    public void Arrays_that_no_array_can_hold_are_refused_whatever_the_memory()
    {
        EngineException components = Assert.Throws<EngineException>(
            () => UmapMemory.Require(50_000_000, 4, new UmapOptions { ComponentCount = 50 }, availableBytes: long.MaxValue));
        EngineException neighbors = Assert.Throws<EngineException>(
            () => UmapMemory.Require(50_000_000, 4, new UmapOptions { NeighborCount = 50 }, availableBytes: long.MaxValue));
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

    /// <summary>
    /// Peaks of the process of Invoke-Umap -Path with defaults, PowerShell and texts included (benchmarks/README.md): never above the
    /// estimate, and near enough that a run is not refused where it has half as much again.
    /// </summary>
    [Theory]
    [InlineData(1_000_000, 1896)]
    [InlineData(200_000, 486)]
    public void The_estimate_is_above_measured_peaks_and_by_no_more_than_half(int rowCount, int peak)
        => Assert.InRange(UmapMemory.Estimate(rowCount, 384, new UmapOptions(), _taken) / Mebi, peak, 1.5 * peak);

    /// <summary>Lanczos' basis of a graph in one piece, of a million rows, would take 440 MB, which is more than any other stage.</summary>
    [Fact]
    public void A_start_from_eigenvectors_counts_the_basis_of_few_rows_and_the_vectors_of_many()
    {
        UmapOptions options = new() { NeighborCount = 2, ComponentCount = 2 };
        Assert.InRange(Spectral(40_000), 8.0 * 40_000 * (41 + 14), 8.0 * 40_000 * (41 + 20));
        double most = Spectral(50_000);
        Assert.InRange(Spectral(80_000) - most, 8.0 * 80_000 * 5, 8.0 * 80_000 * 15);

        double Spectral(int rowCount) => UmapMemory.Estimate(rowCount, 10, options)
            - UmapMemory.Estimate(rowCount, 10, options with { Initialization = UmapInitialization.Random });
    }

    [Fact]
    public void Rows_that_are_handed_over_have_no_copy_and_what_the_caller_keeps_counts()
    {
        double taken = UmapMemory.Estimate(200_000, 384, new UmapOptions(), _taken);
        Assert.Equal(4.0 * 200_000 * 384, UmapMemory.Estimate(200_000, 384, new UmapOptions()) - taken, 1.0);
        Assert.Equal(5e9, UmapMemory.Estimate(200_000, 384, new UmapOptions(), _taken with { KeptBytes = 5_000_000_000 }) - taken, 1.0);
    }

    /// <summary>Rows that are compared with each other all have no cells.</summary>
    [Fact]
    public void Cells_count_from_the_rows_on_that_may_have_them()
    {
        UmapOptions options = new() { Metric = Metric.Manhattan };
        double exact = UmapMemory.Estimate(20_000, 1000, options);
        Assert.InRange(UmapMemory.Estimate(20_001, 1000, options) - exact, 4.0 * 16 * 500 * 1000, 4.0 * 20_000 * 1000);
    }

    [Fact]
    public void Neighbours_that_are_given_stand_beside_those_that_are_used()
    {
        NeighborLists neighbors = new(3, 2, [0, 1, 1, 0, 2, 1], [0, 1, 0, 1, 0, 1]);
        Assert.Equal(
            12.0 * 2 * 3,
            UmapMemory.Estimate(3, 2, new UmapOptions(), new UmapFitData { Neighbors = neighbors })
                - UmapMemory.Estimate(3, 2, new UmapOptions()),
            1e-3);
    }

    /// <summary>Points of equal rows, and matrices of distances, are never made in place.</summary>
    [Fact]
    public void Rows_that_are_handed_over_in_vain_have_a_copy()
    {
        foreach (UmapOptions options in new UmapOptions[] { new() { UniqueRows = true }, new() { Metric = Metric.Precomputed } })
        {
            Assert.Equal(UmapMemory.Estimate(3000, 3000, options), UmapMemory.Estimate(3000, 3000, options, _taken));
        }
    }

    /// <summary>The stages of large rows give back what they took, and a copy for products is not made of them.</summary>
    [Fact]
    public void Stages_of_large_rows_count_one_at_a_time()
    {
        UmapOptions options = new();
        double small = UmapMemory.Estimate(80_000, 384, options) - (8.0 * 80_000 * 384);
        double large = UmapMemory.Estimate(90_000, 384, options) - (8.0 * 90_000 * 384);
        Assert.True(large < small - (4.0 * 80_000 * 384));
    }

    [Fact]
    public void Rows_without_their_mean_stand_beside_the_others_in_double_precision()
        => Assert.Equal(
            8.0 * 1000 * 384,
            UmapMemory.Estimate(1000, 384, new UmapOptions { Center = true }) - UmapMemory.Estimate(1000, 384, new UmapOptions()));

    [Fact]
    public void Rows_in_double_precision_stand_beside_those_that_are_worked_on()
        => Assert.Equal(
            8.0 * 1000 * 384,
            UmapMemory.Estimate(1000, 384, new UmapOptions(), isDouble: true) - UmapMemory.Estimate(1000, 384, new UmapOptions(), _taken),
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
        UmapFitData data = new() { Target = UmapTarget.OfNumbers(new double[50_000]) };
        Assert.True(UmapMemory.Estimate(50_000, 5, options, data) > 20e9);
        Assert.Equal(
            "NotEnoughMemory",
            Assert.Throws<EngineException>(() => UmapMemory.Require(50_000, 5, options, data, availableBytes: 8L << 30)).ErrorId);
        Assert.Equal(
            "TooManyNumbers",
            Assert.Throws<EngineException>(
                () => UmapMemory.Require(
                    50_000, 5, options with { TargetNeighborCount = 50_000 }, data, availableBytes: long.MaxValue)).ErrorId);
        UmapMemory.Require(50_000, 5, options, availableBytes: 8L << 30);
    }
}
