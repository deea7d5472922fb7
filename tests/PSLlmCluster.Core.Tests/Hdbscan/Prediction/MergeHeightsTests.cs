using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Prediction;

namespace PSLlmCluster.Core.Tests.Hdbscan.Prediction;

public class MergeHeightsTests
{
    /// <summary>Root 0 parts into 1, 2, 3 at 1; 1 into 4, 5 at 2; 3 into 6, 7 at 3; 4 into 8, 9 at 4.</summary>
    private static readonly int[] _parents = [-1, 0, 0, 0, 1, 1, 3, 3, 4, 4];
    private static readonly double[] _births = [0, 1, 1, 1, 2, 2, 3, 3, 4, 4];

    [Fact]
    public void Heights_are_where_clusters_part()
    {
        // Selected are 5, 2, 4 and 6, as numbers 0 to 3; 7 is no part of any.
        int[] selected = [5, 2, 4, 6];
        double[][] expected =
        [
            [9, 9, 9, 9], [9, 1, 9, 1], [1, 9, 1, 1], [1, 1, 1, 9], [2, 1, 9, 1], [9, 1, 2, 1], [1, 1, 1, 9],
            [1, 1, 1, 3], [2, 1, 9, 1], [2, 1, 9, 1],
        ];
        MergeHeights heights = new(Clusters(selected));
        double[] found = new double[4];
        for (int cluster = 0; cluster < _parents.Length; cluster++)
        {
            heights.Fill(cluster, 9, found);
            Assert.Equal(expected[cluster], found);
        }
    }

    [Fact]
    public void Heights_are_those_of_climbing_for_each_pair()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            (int[] parents, double[] births) = RandomTree(seed);
            int[] selected = RandomSelection(parents, seed);
            MergeHeights heights = new(
                new PredictionData(parents, births, ClusterLambdas.Create(parents, new double[parents.Length]), selected, [], []));
            double[] found = new double[selected.Length];
            for (int cluster = 0; cluster < parents.Length; cluster++)
            {
                heights.Fill(cluster, 1000, found);
                Assert.Equal(selected.Select(other => Height(parents, births, cluster, other)), found);
            }
        }
    }

    [Fact]
    public void The_root_alone_holds_all()
    {
        MergeHeights heights = new(Clusters([0]));
        double[] found = new double[1];
        heights.Fill(8, 7, found);

        Assert.Equal([7], found);
    }

    private static PredictionData Clusters(int[] selected)
        => new(_parents, _births, ClusterLambdas.Create(_parents, new double[_parents.Length]), selected, [], []);

    private static double Height(int[] parents, double[] births, int a, int b)
    {
        List<int> lineOfA = Line(parents, a);
        List<int> lineOfB = Line(parents, b);
        return lineOfA.Contains(b) || lineOfB.Contains(a) ? 1000 : births[lineOfA.Last(cluster => !lineOfB.Contains(cluster))];
    }

    private static List<int> Line(int[] parents, int cluster)
    {
        List<int> line = [];
        for (; cluster >= 0; cluster = parents[cluster])
        {
            line.Add(cluster);
        }

        return line;
    }

    private static (int[] Parents, double[] Births) RandomTree(int seed)
    {
        int[] draws = TestRows.Shuffle(40, seed);
        List<int> parents = [-1];
        List<double> births = [0];
        for (int cluster = 0; cluster < parents.Count && parents.Count < 25; cluster++)
        {
            int children = draws[cluster] % 4;
            for (int i = 0; children >= 2 && i < children; i++)
            {
                parents.Add(cluster);
                births.Add(births[cluster] + 1 + draws[cluster]);
            }
        }

        return ([.. parents], [.. births]);
    }

    private static int[] RandomSelection(int[] parents, int seed)
    {
        List<int> selected = [];
        foreach (int cluster in TestRows.Shuffle(parents.Length, seed + 1000))
        {
            if (
                selected.Count < 6 && !selected.Any(
                    other => Line(parents, cluster).Contains(other) || Line(parents, other).Contains(cluster)))
            {
                selected.Add(cluster);
            }
        }

        return [.. selected];
    }
}
