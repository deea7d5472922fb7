using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap.Graph;

public class LocalRadiiTests
{
    public static TheoryData<string> Cases => [.. UmapGolden.Ids("rad_orig", "graph_vals")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Radii_of_the_rows_equal_the_reference_s(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        float[] expected = golden.File.Floats("rad_orig");
        float[] found = LocalRadii.OfRows(
            golden.PrunedGraph(),
            golden.File.Has("knn_dists") ? golden.Neighbors() : ExactNeighbors.Find(golden.Space(), golden.NeighborCount),
            golden.Disconnection,
            Work.On(1));

        for (int row = 0; row < expected.Length; row++)
        {
            Assert.Equal((double)expected[row], found[row], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dense_rows_stay_dense_as_in_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        double theirs = golden.Json.GetProperty("density_correlation_seed42").GetDouble();
        UmapResult result = UmapReduction.Compute(golden.InputRows(), golden.Options with { OutputDensity = true }, golden.FitData());
        double ours = Correlation(result.OriginalRadii!, result.LayoutRadii!);

        Assert.True(
            golden.Options.Densmap ? ours >= theirs - 0.05 : Math.Abs(ours - theirs) <= 0.2,
            $"the correlation is {ours:0.000}, the reference's {theirs:0.000}");
    }

    [Fact]
    public void Standard_radii_have_a_mean_of_0_and_a_deviation_of_1()
    {
        float[] radii = LocalRadii.Standardize([1, 2, 3, 6]);

        Assert.Equal(0, radii.Average(), 1e-6);
        Assert.Equal(1, radii.Average(radius => radius * radius), 1e-5);
        Assert.All(LocalRadii.Standardize([2, 2, 2]), radius => Assert.Equal(0, radius));
    }

    private static double Correlation(IReadOnlyList<float> a, IReadOnlyList<float> b)
    {
        double meanA = a.Average();
        double meanB = b.Average();
        double product = a.Zip(b).Sum(pair => (pair.First - meanA) * (pair.Second - meanB));
        return product / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
