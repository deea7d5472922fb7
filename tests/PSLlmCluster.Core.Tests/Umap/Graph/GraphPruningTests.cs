using System.Text.Json;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap.Graph;

public class GraphPruningTests
{
    public static TheoryData<string> Cases => [.. UmapGolden.Ids("graph_vals", "pruned_entries")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_entries_left_out_are_the_reference_s(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph graph = golden.Graph();
        HashSet<int> dropped = [.. golden.File.Ints("pruned_entries")];
        int[] keptColumns = [
            .. Enumerable.Range(0, graph.EntryCount).Where(entry => !dropped.Contains(entry)).Select(entry => graph.Columns[entry])
        ];
        WeightedGraph pruned = GraphPruning.Prune(graph, golden.Options.PruningEpochsFor(golden.RowCount));
        Assert.Equal(keptColumns, pruned.Columns);
        Assert.Equal(golden.Json.GetProperty("pruned").GetProperty("kept").GetInt32(), pruned.EntryCount);
        Assert.Equal(pruned.EntryCount, pruned.Offsets[^1]);
    }

    [Fact]
    public void A_graph_that_is_taken_is_pruned_to_the_same_and_given_back()
    {
        const int N = 100_000;
        (NeighborLists neighbors, float[] strengths) = FuzzyGraphTests.RandomLists(N, 15, N);
        WeightedGraph graph = FuzzyGraph.Join(neighbors, strengths, 1, Work.On(2));
        WeightedGraph expected = GraphPruning.Prune(graph, 11, Work.On(1));
        WeightedGraph pruned = GraphPruning.Prune(graph, 11, Work.On(2), takesGraph: true);
        Assert.True(pruned.EntryCount < graph.EntryCount);
        Assert.Equal(expected.Offsets, pruned.Offsets);
        Assert.Equal(expected.Columns, pruned.Columns);
        Assert.Equal(expected.Weights, pruned.Weights);
        FuzzyGraphTests.AssertGivenBack(graph.Columns, N, GraphPruning.RowsPerBlock);
        FuzzyGraphTests.AssertGivenBack(graph.Weights, N, GraphPruning.RowsPerBlock);
    }

    [Fact]
    public void Thresholds_equal_the_reference_for_any_number_of_epochs()
    {
        foreach (JsonElement row in GoldenSet.Umap.Json("sampling.json").GetProperty("rows").EnumerateArray())
        {
            float[] weights = [.. row.GetProperty("weights").EnumerateArray().Select(value => (float)value.GetDouble())];
            int n = row.GetProperty("n").GetInt32();
            UmapOptions options = new()
            {
                EpochCount = row.GetProperty("n_epochs").ValueKind == JsonValueKind.Null ? null : row.GetProperty("n_epochs").GetInt32(),
                Densmap = row.GetProperty("densmap").GetBoolean(),
            };
            float threshold = GraphPruning.Threshold(weights.Max(), options.PruningEpochsFor(n), n);
            Assert.Equal((float)row.GetProperty("threshold").GetDouble(), threshold);
            Assert.Equal(
                row.GetProperty("kept").EnumerateArray().Select(value => value.GetInt32() == 1),
                weights.Select(weight => weight >= threshold));
        }
    }
}
