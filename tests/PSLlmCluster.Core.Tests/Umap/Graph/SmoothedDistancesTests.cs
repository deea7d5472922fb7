using System.Text.Json;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap.Graph;

public class SmoothedDistancesTests
{
    private const double SigmaTolerance = 1e-4;
    private const double RhoTolerance = 1e-6;

    public static TheoryData<string> Cases => [.. UmapGolden.Ids("knn_dists", "sigmas", "rhos")];

    public static TheoryData<int, string> Tables
    {
        get
        {
            TheoryData<int, string> data = [];
            int place = 0;
            foreach (JsonElement row in GoldenSet.Umap.Json("smooth_knn.json").GetProperty("rows").EnumerateArray())
            {
                string what = row.GetProperty("what").GetString()!;

                // Infinite neighbours make the reference's sigma infinite; ours is another, on purpose, and has a test of its own.
                if (!what.Contains("infinite", StringComparison.Ordinal))
                {
                    data.Add(place, what);
                }

                place++;
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sigma_and_rho_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        SmoothedDistances found = SmoothedDistances.Compute(golden.Neighbors(), golden.Options.LocalConnectivity, golden.Disconnection);
        SmoothedDistances expected = golden.Smoothed();
        for (int row = 0; row < golden.RowCount; row++)
        {
            AssertClose(expected.Rhos[row], found.Rhos[row], RhoTolerance, $"rho of row {row}");
            if (float.IsPositiveInfinity(expected.Sigmas[row]))
            {
                // A dropped neighbour makes their sigma infinite, and all strengths of the row 1; ours follows from those that were kept.
                Assert.Contains(golden.Neighbors().DistancesOf(row).ToArray(), double.IsPositiveInfinity);
                Assert.True(found.Sigmas[row] > 0 && float.IsFinite(found.Sigmas[row]));
                continue;
            }

            AssertClose(expected.Sigmas[row], found.Sigmas[row], SigmaTolerance, $"sigma of row {row}");
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Edge_cases_equal_the_reference(int place, string what)
    {
        JsonElement entry = GoldenSet.Umap.Json("smooth_knn.json").GetProperty("rows")[place];
        float[][] rows = [
            .. entry.GetProperty("distances")
                .EnumerateArray()
                .Select(row => row.EnumerateArray().Select(value => (float)value.GetDouble()).ToArray())
        ];
        double mean = rows.SelectMany(row => row).Average(value => (double)value);
        double target = Math.Log2(entry.GetProperty("k").GetDouble()) * entry.GetProperty("bandwidth").GetDouble();
        for (int row = 0; row < rows.Length; row++)
        {
            (float sigma, float rho) = SmoothedDistances.Solve(
                rows[row], target, entry.GetProperty("local_connectivity").GetDouble(), mean);
            AssertClose((float)entry.GetProperty("rho")[row].GetDouble(), rho, RhoTolerance, $"{what}: rho");
            AssertClose((float)entry.GetProperty("sigma")[row].GetDouble(), sigma, SigmaTolerance, $"{what}: sigma");
        }
    }

    /// <summary>The sum is log2 k wherever it can be reached: fewer than log2 k neighbours at rho, and sigma above its floor.</summary>
    [Theory]
    [InlineData(200, 3, 15, 1.0)]
    [InlineData(300, 20, 5, 1.0)]
    [InlineData(150, 8, 30, 2.5)]
    public void The_strengths_of_a_row_add_up_to_log2_k(int n, int columns, int k, double localConnectivity)
    {
        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(TestRows.Random(n, columns, seed: n), Metric.Euclidean), k);
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, localConnectivity, float.PositiveInfinity);
        for (int row = 0; row < n; row++)
        {
            double sum = 0;
            foreach (double distance in neighbors.DistancesOf(row)[1..])
            {
                sum += Math.Exp(-Math.Max(0, (float)distance - smoothed.Rhos[row]) / smoothed.Sigmas[row]);
            }

            Assert.Equal(Math.Log2(k), sum, 2e-5);
        }
    }

    [Fact]
    public void Dropped_neighbours_count_neither_for_rho_nor_for_the_floor_of_sigma()
    {
        NeighborLists with = new(1, 5, [0, 1, 2, 3, 4], [0, 0.5, 1, 2, 2]);
        (float sigma, float rho) = SmoothedDistances.Solve([0, 0.5f, 1], Math.Log2(5), 1, 0.5);
        SmoothedDistances found = SmoothedDistances.Compute(with, 1, 2f);
        Assert.Equal(sigma, found.Sigmas[0]);
        Assert.Equal(rho, found.Rhos[0]);
        Assert.True(float.IsFinite(sigma));
    }

    [Fact]
    public void A_row_without_neighbours_has_finite_values()
    {
        SmoothedDistances found = SmoothedDistances.Compute(new NeighborLists(1, 3, [1, 2, 3], [2, 2, 2]), 1, 2f);
        Assert.True(float.IsFinite(found.Sigmas[0]));
        Assert.Equal(0, found.Rhos[0]);
    }

    private static void AssertClose(float expected, float actual, double tolerance, string what)
        => Assert.True(Math.Abs((double)expected - actual) <= tolerance * Math.Abs(expected), $"{what}: {actual:R} is not {expected:R}");
}
