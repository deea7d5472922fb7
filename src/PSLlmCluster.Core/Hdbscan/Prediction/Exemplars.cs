namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The points that stand for a cluster: of each leaf of the tree that it is or that lies below it, those that leave last (hdbscan's
/// <c>exemplars_</c> and <c>PredictionData</c>).
/// </summary>
internal sealed class Exemplars
{
    /// <summary>Initializes a new instance of the <see cref="Exemplars"/> class.</summary>
    /// <param name="points">The points, cluster after cluster, ascending in each.</param>
    /// <param name="starts">Where the points of each cluster start, and where the last one's end.</param>
    public Exemplars(int[] points, int[] starts)
    {
        Points = points;
        Starts = starts;
    }

    /// <summary>Gets the points, cluster after cluster.</summary>
    public int[] Points { get; }

    /// <summary>Gets where the points of each cluster start, and where the last one's end.</summary>
    public int[] Starts { get; }

    /// <summary>Gets the number of clusters.</summary>
    public int ClusterCount => Starts.Length - 1;

    /// <summary>Finds the exemplars of each cluster.</summary>
    /// <param name="clusters">The clusters, and where each point leaves them.</param>
    public static Exemplars Find(PredictionData clusters)
    {
        int count = clusters.ClusterOfNumber.Length;
        int[] starts = new int[count + 1];
        for (int point = 0; point < clusters.PointClusters.Length; point++)
        {
            if (OwnerOf(clusters, point) is >= 0 and int owner)
            {
                starts[owner + 1]++;
            }
        }

        for (int number = 0; number < count; number++)
        {
            starts[number + 1] += starts[number];
        }

        int[] points = new int[starts[count]];
        int[] next = starts[..count];
        for (int point = 0; point < clusters.PointClusters.Length; point++)
        {
            if (OwnerOf(clusters, point) is >= 0 and int owner)
            {
                points[next[owner]++] = point;
            }
        }

        return new Exemplars(points, starts);
    }

    /// <summary>Returns the points of one cluster, ascending.</summary>
    public ReadOnlySpan<int> PointsOf(int number) => Points.AsSpan(Starts[number], Starts[number + 1] - Starts[number]);

    /// <summary>Returns for each point whether it stands for the cluster that it is in.</summary>
    /// <param name="labels">
    /// For each point its cluster by number, or -1: where clusters were refined, or joined by an epsilon, it need not be the one that the
    /// point stands for in the tree.
    /// </param>
    public bool[] Mask(ReadOnlySpan<int> labels)
    {
        bool[] mask = new bool[labels.Length];
        for (int number = 0; number < ClusterCount; number++)
        {
            foreach (int point in PointsOf(number))
            {
                mask[point] = labels[point] == number;
            }
        }

        return mask;
    }

    /// <summary>Returns the number of the cluster whose exemplar a point is, or -1.</summary>
    private static int OwnerOf(PredictionData clusters, int point)
    {
        int cluster = clusters.PointClusters[point];
        return clusters.IsLeaf[cluster] && clusters.PointLambdas[point] == clusters.Lambdas.Own[cluster] ? clusters.Owners[cluster] : -1;
    }
}
