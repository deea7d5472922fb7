using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap.Graph;

public class TargetIntersectionTests
{
    private const double Tolerance = 1e-6;
    private const double Negligible = 1e-30;

    public static TheoryData<string> ClassCases
        => [.. UmapGolden.Ids("y", "unsupervised_graph_vals").Where(id => UmapGolden.Load(id).FitData().Target!.Labels is not null)];

    public static TheoryData<string> NumberCases => [.. UmapGolden.Ids("y", "target_graph_vals")];

    [Theory]
    [MemberData(nameof(ClassCases))]
    public void The_intersection_with_classes_equals_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph graph = TargetIntersection.WithClasses(
            golden.RowGraph(), golden.FitData().Target!.Labels!, golden.Options.TargetWeight, default);

        AssertEqual(golden.Graph(), graph);
    }

    [Theory]
    [MemberData(nameof(NumberCases))]
    public void The_intersection_with_a_graph_of_numbers_equals_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph target = golden.Graph("target_graph");
        int k = Enumerable.Range(0, target.RowCount).Max(row => target.ColumnsOf(row).Length);
        int[] indices = new int[target.RowCount * k];
        float[] strengths = new float[indices.Length];
        indices.AsSpan().Fill(-1);
        for (int row = 0; row < target.RowCount; row++)
        {
            target.ColumnsOf(row).CopyTo(indices.AsSpan(row * k));
            target.WeightsOf(row).CopyTo(strengths.AsSpan(row * k));
        }

        NeighborLists near = new(target.RowCount, k, indices, new double[indices.Length]);

        AssertEqual(
            golden.Graph(), TargetIntersection.WithNumbers(golden.RowGraph(), near, strengths, golden.Options.TargetWeight, default));
    }

    [Fact]
    public void The_target_s_neighbours_are_those_of_smallest_difference()
    {
        double[] numbers = [3, 1, 2, 10, 2.5, 2];
        NeighborLists near = TargetNeighbors.Find(numbers, 3, Work.On(1));

        Assert.Equal([0, 4, 2], near.IndicesOf(0).ToArray());
        Assert.Equal([0, 0.5, 1], near.DistancesOf(0).ToArray());
        Assert.Equal([3, 0, 4], near.IndicesOf(3).ToArray());
        Assert.Equal([0, 0, 0.5], near.DistancesOf(2).ToArray());
    }

    private static void AssertEqual(WeightedGraph expected, WeightedGraph found)
    {
        for (int row = 0; row < expected.RowCount; row++)
        {
            Dictionary<int, float> weights = [];
            for (int i = 0; i < found.ColumnsOf(row).Length; i++)
            {
                weights.Add(found.ColumnsOf(row)[i], found.WeightsOf(row)[i]);
            }

            for (int i = 0; i < expected.ColumnsOf(row).Length; i++)
            {
                float weight = expected.WeightsOf(row)[i];
                Assert.Equal((double)weight, weights.GetValueOrDefault(expected.ColumnsOf(row)[i]), Tolerance);
                weights.Remove(expected.ColumnsOf(row)[i]);
            }

            Assert.All(weights.Values, weight => Assert.True(weight < Negligible));
        }
    }
}
