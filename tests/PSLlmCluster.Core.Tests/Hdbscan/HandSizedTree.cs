using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>
/// One of the trees of tree.json, worked out by hand: points in a row, whose gaps are the spanning tree's edges. What is expected is the
/// canonical way; hdbscan's where there is no other, as with persistence.
/// </summary>
internal sealed class HandSizedTree
{
    private readonly Dictionary<int, SortedSet<int>> _rowsOfCluster = [];

    private HandSizedTree(JsonElement json)
    {
        Expected = json.TryGetProperty("canonical", out JsonElement canonical) ? canonical : json.GetProperty("reference");
        Options = HdbscanGoldens.Options(json.GetProperty("params"));
        JsonElement[] edges = [.. json.GetProperty("edges").EnumerateArray()];
        Spanning = SpanningTree.FromEdges(
            [.. edges.Select(edge => edge[2].GetDouble())],
            [.. edges.Select(edge => edge[0].GetInt32())],
            [.. edges.Select(edge => edge[1].GetInt32())]);
        Merges = SingleLinkageTree.Build(Spanning, default);
        CondensedTree condensed = CondensedTree.Build(Merges, Options.MinClusterSize, default);
        Condensed = Options.ClusterSelectionPersistence > 0
            ? HierarchySimplification.Simplify(condensed, Options.ClusterSelectionPersistence, default)
            : condensed;
        Measures = ClusterStability.Compute(Condensed);
        FindRowsOfExpectedClusters(json.GetProperty("n").GetInt32());
    }

    /// <summary>Gets the names of the trees that are worked out the canonical way.</summary>
    public static TheoryData<string> Names { get; }
        = [.. All().Where(json => json.TryGetProperty("canonical", out _)).Select(json => json.GetProperty("name").GetString()!)];

    /// <summary>
    /// Gets the names of the trees that are worked out hdbscan's way only, those with persistence: their lambdas are rounded to single
    /// precision.
    /// </summary>
    public static TheoryData<string> NamesLikeHdbscan { get; }
        = [.. All().Where(json => !json.TryGetProperty("canonical", out _)).Select(json => json.GetProperty("name").GetString()!)];

    public JsonElement Expected { get; }

    public HdbscanOptions Options { get; }

    public SpanningTree Spanning { get; }

    public SingleLinkageTree Merges { get; }

    public CondensedTree Condensed { get; }

    public ClusterStability Measures { get; }

    public static HandSizedTree Read(string name) => new(All().Single(json => json.GetProperty("name").GetString() == name));

    /// <summary>Returns what names a cluster of tree.json: its rows and its birth.</summary>
    public string NameOfExpected(int id)
    {
        JsonElement cluster = Expected.GetProperty("clusters").EnumerateArray().Single(
            cluster => cluster.GetProperty("id").GetInt32() == id);
        return Name(_rowsOfCluster[id], cluster.GetProperty("birth").GetDouble());
    }

    /// <summary>Returns what names a cluster of ours.</summary>
    public string NameOf(int cluster) => Name(RowsOf(cluster), Condensed.Birth(cluster));

    public string[] NamesOf(bool[] selected)
        => [.. Enumerable.Range(0, selected.Length).Where(cluster => selected[cluster]).Select(NameOf).Order(StringComparer.Ordinal)];

    public string[] NamesOfExpected(string list)
        => [.. Expected.GetProperty(list).EnumerateArray().Select(id => NameOfExpected(id.GetInt32())).Order(StringComparer.Ordinal)];

    public double[] ExpectedNumbers(string list) => [.. Expected.GetProperty(list).EnumerateArray().Select(number => number.GetDouble())];

    private static JsonElement[] All() => [.. GoldenSet.Hdbscan.Json("tree.json").GetProperty("trees").EnumerateArray()];

    private static string Name(IEnumerable<int> rows, double birth)
        => FormattableString.Invariant($"{string.Join(' ', rows)} born at {birth:G9}");

    private List<int> RowsOf(int cluster)
    {
        List<int> rows = [];
        for (int row = 0; row < Condensed.RowClusters.Length; row++)
        {
            int above = Condensed.RowClusters[row];
            while (above > cluster)
            {
                above = Condensed.Parent(above);
            }

            if (above == cluster)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private void FindRowsOfExpectedClusters(int rowCount)
    {
        // Children come after their parents, so going back each cluster has all its rows before it hands them up.
        foreach (JsonElement entry in Expected.GetProperty("condensed").EnumerateArray().Reverse())
        {
            int child = entry[1].GetInt32();
            SortedSet<int> rows = _rowsOfCluster.TryGetValue(entry[0].GetInt32(), out SortedSet<int>? known)
                ? known
                : _rowsOfCluster[entry[0].GetInt32()] = [];
            rows.UnionWith(child < rowCount ? [child] : _rowsOfCluster[child]);
        }
    }
}
