using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Hierarchy;

public class CondensedTreeTests
{
    public static TheoryData<string> HandSizedTrees => HandSizedTree.Names;

    public static TheoryData<string> Cases => HdbscanGoldens.Cases;

    [Theory]
    [MemberData(nameof(HandSizedTrees))]
    public void Rows_and_clusters_leave_as_worked_out_by_hand(string name)
    {
        HandSizedTree tree = HandSizedTree.Read(name);
        int rowCount = tree.Merges.RowCount;
        int clusters = 1;
        foreach (JsonElement entry in tree.Expected.GetProperty("condensed").EnumerateArray())
        {
            string parent = tree.NameOfExpected(entry[0].GetInt32());
            int child = entry[1].GetInt32();
            if (child < rowCount)
            {
                Assert.Equal(parent, tree.NameOf(tree.Condensed.RowClusters[child]));
                Assert.Equal(entry[2].GetDouble(), tree.Condensed.RowLambdas[child]);
            }
            else
            {
                int cluster = Enumerable.Range(0, tree.Condensed.ClusterCount).Single(
                    cluster => tree.NameOf(cluster) == tree.NameOfExpected(child));
                Assert.Equal(parent, tree.NameOf(tree.Condensed.Parent(cluster)));
                Assert.Equal(entry[2].GetDouble(), tree.Condensed.Birth(cluster));
                Assert.Equal(entry[3].GetInt32(), tree.Condensed.Size(cluster));
                clusters++;
            }
        }

        Assert.Equal(clusters, tree.Condensed.ClusterCount);
    }

    /// <summary>
    /// Parent, birth, size and stability of every cluster of the canonical tree; its numbers are of the file only, so clusters are matched
    /// by these.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Clusters_of_the_tree_equal_the_canonical_ones(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        CondensedTree tree = HdbscanStages.Condensed(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        double[] stabilities = ClusterStability.Compute(tree).Stabilities;
        int[] parents = golden.Ints("canonical_tree_parent");
        double[] births = golden.Doubles("canonical_tree_birth");
        int[] sizes = golden.Ints("canonical_tree_size");
        double[] expectedStabilities = golden.Doubles("canonical_tree_stability");
        Assert.Equal(parents.Length, tree.ClusterCount);
        List<int> unmatched = [.. Enumerable.Range(0, tree.ClusterCount)];
        for (int expected = 0; expected < parents.Length; expected++)
        {
            int match = unmatched.FindIndex(cluster => SameCluster(expected, cluster) && SameParent(expected, cluster));
            Assert.True(
                match >= 0,
                $"no cluster of {sizes[expected]} rows, born at {births[expected]:R}, of stability {expectedStabilities[expected]:R}");
            unmatched.RemoveAt(match);
        }

        bool SameCluster(int expected, int cluster)
            => sizes[expected] == tree.Size(cluster) && Near(births[expected], tree.Birth(cluster)) && Near(
                expectedStabilities[expected], stabilities[cluster]);

        bool SameParent(int expected, int cluster)
            => parents[expected] < 0
                ? tree.Parent(cluster) < 0
                : tree.Parent(cluster) >= 0 && SameCluster(parents[expected], tree.Parent(cluster));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Sizes_add_up_and_children_follow_their_parents(int levels)
    {
        RowMatrix rows = TestRows.Random(400, 2, seed: 21, levels: levels);
        CondensedTree tree = HdbscanStages.Condensed(rows, new HdbscanOptions { MinClusterSize = 3 });
        int[] leaving = new int[tree.ClusterCount];
        for (int row = 0; row < rows.RowCount; row++)
        {
            leaving[tree.RowClusters[row]]++;
            Assert.True(tree.RowLambdas[row] >= tree.Birth(tree.RowClusters[row]));
        }

        for (int cluster = 0; cluster < tree.ClusterCount; cluster++)
        {
            double children = 0;
            for (int i = 0; i < tree.ChildCount(cluster); i++)
            {
                int child = tree.FirstChild(cluster) + i;
                Assert.Equal(cluster, tree.Parent(child));
                Assert.True(child > cluster && tree.Birth(child) > tree.Birth(cluster));
                children += tree.Size(child);
            }

            Assert.NotEqual(1, tree.ChildCount(cluster));
            Assert.Equal(tree.Size(cluster), children + leaving[cluster]);
        }
    }

    private static bool Near(double expected, double found) => Math.Abs(found - expected) <= (1e-6 * Math.Abs(expected)) + 1e-12;
}
