using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Tests.Umap.Start;

public class LayoutStartTests
{
    /// <summary>Cases whose reference starts at eigenvectors, or principal components, of which none are nearly equal.</summary>
    public static TheoryData<string> Cases =>
        [
            .. UmapGolden.Ids("start").Where(
                id => UmapGolden.Load(id) is { RowCount: >= 10 } golden
                    && golden.Options.Initialization is UmapInitialization.Spectral or UmapInitialization.Pca
                    && IsOneWellDefinedComponent(golden))
        ];

    /// <summary>
    /// Up to the signs of the axes and the noise of 1e-4 over a length of 20 (here ten standard deviations of two of them), the start is
    /// the reference's.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_start_equals_the_reference_s(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        int dim = golden.Options.ComponentCount;
        List<EngineWarning> warnings = [];
        float[] found = LayoutStart.Compute(golden.Rows(), golden.PrunedGraph(), golden.Options, warnings, Work.On(0));
        float[] expected = golden.File.Floats("start");
        Assert.Empty(warnings);
        for (int d = 0; d < dim; d++)
        {
            double same = 0;
            double mirrored = 0;
            for (int i = d; i < expected.Length; i += dim)
            {
                same = Math.Max(same, Math.Abs(expected[i] - found[i]));
                mirrored = Math.Max(mirrored, Math.Abs(10 - expected[i] - found[i]));
            }

            Assert.InRange(Math.Min(same, mirrored), 0, 0.01);
        }
    }

    [Theory]
    [InlineData(300, 8)]
    [InlineData(40, 200)]
    [InlineData(250, 300)]
    public void Principal_components_have_the_variance_of_the_first_and_no_correlation(int n, int columns)
    {
        RowMatrix rows = TestRows.Random(n, columns, seed: 1);
        for (int row = 0; row < n; row++)
        {
            rows.Row(row)[3] = (10 * rows.Row(row)[3]) + 5;
            rows.Row(row)[5] *= 6;
        }

        double[] places = PrincipalStart.Compute(rows, 2, Work.On(1))!;
        double first = 0;
        double second = 0;
        double product = 0;
        double along = 0;
        double total = 0;
        double mean = Enumerable.Range(0, n).Average(row => (double)rows.Row(row)[3]);
        for (int row = 0; row < n; row++)
        {
            first += places[2 * row] * places[2 * row];
            second += places[(2 * row) + 1] * places[(2 * row) + 1];
            product += places[2 * row] * places[(2 * row) + 1];
            along += places[2 * row] * (rows.Row(row)[3] - mean);
            total += (rows.Row(row)[3] - mean) * (rows.Row(row)[3] - mean);
        }

        Assert.True(first > second);
        Assert.True(first >= total);
        Assert.InRange(Math.Abs(along) / Math.Sqrt(first * total), 0.97, 1);
        Assert.InRange(Math.Abs(product) / Math.Sqrt(first * second), 0, 1e-8);
    }

    [Fact]
    public void Every_axis_spans_0_to_10_and_one_without_extent_is_0()
    {
        float[] start = [1, 7, -3, 7, 2, 7];
        LayoutStart.Rescale(start, 2);
        Assert.Equal([8, 0, 0, 0, 10, 0], start);
    }

    private static bool IsOneWellDefinedComponent(UmapGolden golden)
        => golden.Options.Initialization == UmapInitialization.Pca
            || (golden.Json.TryGetProperty("near_equal_eigenvalues", out System.Text.Json.JsonElement near) && near.GetArrayLength() == 0);
}
