using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Tests.Umap.Start;

public class GivenStartTests
{
    public static TheoryData<string> Cases => [.. UmapGolden.Ids("init", "start")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_given_start_is_brought_to_the_reference_s_range(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        float[] expected = golden.File.Floats("start");
        float[] found = GivenStart.Compute(golden.FitData().InitialCoordinates!, golden.Options, default);

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal((double)expected[i], found[i], 1e-5);
        }
    }

    [Fact]
    public void Repeated_coordinates_are_separated_by_noise()
    {
        float[] start = GivenStart.Compute(
            new RowMatrix([0, 0, 0, 0, 10, 10], 3, 2), new UmapOptions { Initialization = UmapInitialization.Given }, default);

        Assert.False(start[0] == start[2] && start[1] == start[3]);
        Assert.All(start, value => Assert.InRange(value, 0, 10));
    }

    [Fact]
    public void The_layout_begins_at_the_given_start()
    {
        RowMatrix rows = TestRows.Random(30, 4, seed: 1);
        float[] given = UmapReduction.Compute(rows, new UmapOptions { EpochCount = 50 }).Layout.Values;
        UmapOptions options = new() { Initialization = UmapInitialization.Given, EpochCount = 0 };
        float[] start = UmapReduction.Compute(
            rows, options, new UmapFitData { InitialCoordinates = new RowMatrix(given, 30, 2) }).Layout.Values;

        for (int d = 0; d < 2; d++)
        {
            float[] axis = [.. given.Where((_, i) => i % 2 == d)];
            for (int row = 0; row < 30; row++)
            {
                Assert.Equal(10 * (axis[row] - axis.Min()) / (axis.Max() - axis.Min()), start[(2 * row) + d], 1e-4f);
            }
        }
    }
}
