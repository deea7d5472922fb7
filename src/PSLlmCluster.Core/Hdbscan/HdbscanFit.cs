using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>A fitted clustering: the result, and every stage that led to it, from which all else about it follows.</summary>
public sealed class HdbscanFit
{
    private PredictionData? _clusters;

    /// <summary>Initializes a new instance of the <see cref="HdbscanFit"/> class: all stages after the spanning tree.</summary>
    /// <param name="options">What was asked for, valid.</param>
    /// <param name="points">The rows.</param>
    /// <param name="coreDistances">The core distance of each point.</param>
    /// <param name="nearerCores">The same with one neighbour fewer; 0 where there is none left.</param>
    /// <param name="spanningTree">The minimum spanning tree of mutual reachability.</param>
    /// <param name="token">Ends the work.</param>
    internal HdbscanFit(HdbscanOptions options, HdbscanPoints points, double[] coreDistances, double[] nearerCores, SpanningTree spanningTree, CancellationToken token)
    {
        Options = options;
        Points = points;
        CoreDistances = coreDistances;
        NearerCores = nearerCores;
        SpanningTree = spanningTree;
        Tree = Hierarchy.CondensedTree.Build(SingleLinkageTree.Build(spanningTree, token), options, token);
        Measures = ClusterStability.Of(Tree);
        ResolvedOptions = options.ClusterCount is null ? options : ClusterCountSearch.Resolve(Tree, Measures, options, token);
        FlatClusters clusters = FlatClusters.Of(ResolvedOptions, spanningTree, Tree, Measures, token);
        RelativeValidity = Selection.RelativeValidity.Of(spanningTree, clusters.Clusters, clusters.Sizes(points.Weights), points.TotalWeightOfAll);
        Result = InOrderOfInput(clusters, token);
    }

    /// <summary>Gets the clusters of the rows.</summary>
    public HdbscanResult Result { get; }

    /// <summary>Gets what was asked for.</summary>
    public HdbscanOptions Options { get; }

    /// <summary>Gets the options with what was found for a number of clusters in place of that: an epsilon, and perhaps another method.</summary>
    public HdbscanOptions ResolvedOptions { get; }

    /// <summary>Gets the relative validity of the clusters, from -1 to 1, or null where there is none: DBCV along the spanning tree. It compares parameters over the same rows.</summary>
    public double? RelativeValidity { get; }

    /// <summary>Gets for each cluster its node in <see cref="CondensedTree"/>; none for those of a flat cut.</summary>
    public IReadOnlyList<int> ClusterNodes => Options.CutDistance is null ? Array.ConvertAll(ClusterOfNumber, cluster => Points.PointOfRow.Length + cluster) : [];

    /// <summary>Lists the merges of the rows by rising distance, two at a time. Rows that are not finite join last, at infinity.</summary>
    /// <param name="token">Ends the work.</param>
    /// <returns>One merge less than there are rows; the i-th makes node n + i.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<SingleLinkageMerge> SingleLinkage(CancellationToken token = default) => HierarchyExport.Merges(Points, SingleLinkageTree.Build(SpanningTree, token), token);

    /// <summary>Lists what leaves each cluster of the tree. Clusters are numbered from the number of rows on, the root first.</summary>
    /// <returns>An edge for each row that is finite, and for each cluster but the root.</returns>
    public IReadOnlyList<CondensedTreeEdge> CondensedTree() => HierarchyExport.Edges(Points, Tree, Options.CutDistance is null ? ClusterOfNumber : []);

    /// <summary>Computes how far each row belongs to each cluster.</summary>
    /// <param name="progress">Told the share of rows that are done, from several threads, or null.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>The membership vectors, in the order of input; those of rows that are not finite hold zeros.</returns>
    /// <exception cref="EngineException">The clusters are those of a flat cut (MembershipNotPossible), or there are too many numbers to hold (MembershipTooLarge).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public MembershipVectors Memberships(IProgress<StageProgress>? progress = null, CancellationToken token = default) => SoftMembership.OfFit(this, progress, token);

    /// <summary>Returns the rows that stand for each cluster, those in its densest parts.</summary>
    /// <returns>For each cluster, by its number, some of its rows, rising; none for the clusters of a flat cut.</returns>
    public int[][] Exemplars()
    {
        bool[] areExemplars = AreExemplars();
        List<int>[] rows = Array.ConvertAll(Result.Persistences, _ => new List<int>());
        for (int row = 0; row < areExemplars.Length; row++)
        {
            if (areExemplars[row])
            {
                rows[Result.Labels[row]].Add(row);
            }
        }

        return Array.ConvertAll(rows, list => list.ToArray());
    }

    /// <summary>Returns for each row whether it is one of those that stand for its cluster.</summary>
    /// <returns>One value for each row; all false for a flat cut.</returns>
    public bool[] AreExemplars()
    {
        bool[] ofPoints = Clusters.Exemplars.Mask(Points.Count);
        bool[] ofRows = new bool[Points.PointOfRow.Length];
        for (int row = 0; row < ofRows.Length; row++)
        {
            // Where all are one cluster by an epsilon, even the densest row of a part may be noise.
            ofRows[row] = Result.Labels[row] >= 0 && ofPoints[Points.PointOfRow[row]];
        }

        return ofRows;
    }

    /// <summary>Gets the rows as the stages see them. All that is "of a point" is in their order.</summary>
    internal HdbscanPoints Points { get; }

    /// <summary>Gets the core distance of each point.</summary>
    internal double[] CoreDistances { get; }

    /// <summary>Gets the distance of each point to its nearest others, one fewer than a core distance reaches.</summary>
    internal double[] NearerCores { get; }

    /// <summary>Gets the minimum spanning tree over the points.</summary>
    internal SpanningTree SpanningTree { get; }

    /// <summary>Gets the tree of clusters.</summary>
    internal CondensedTree Tree { get; }

    /// <summary>Gets what the tree measures of each cluster.</summary>
    internal ClusterStability Measures { get; }

    /// <summary>Gets what memberships, exemplars and a model need of the clusters.</summary>
    internal PredictionData Clusters => _clusters ??= PredictionData.Of(this);

    /// <summary>Gets for each number, by which users know a cluster, the cluster of the tree. For a flat cut, whose clusters are none of the tree, it means nothing.</summary>
    internal int[] ClusterOfNumber { get; private set; } = [];

    /// <summary>Gets the largest lambda within each cluster, by number.</summary>
    internal double[] LambdaOfNumber { get; private set; } = [];

    private HdbscanResult InOrderOfInput(FlatClusters points, CancellationToken token)
    {
        int n = Points.PointOfRow.Length;
        int[] byNumber = ClusterNumbers.BySize(points.Clusters, points.Persistences.Length, Points.RowOfPoint, Points.Weights);
        int[] numbers = new int[points.Persistences.Length];
        numbers.AsSpan().Fill(-1);
        for (int number = 0; number < byNumber.Length; number++)
        {
            numbers[byNumber[number]] = number;
        }

        ClusterOfNumber = byNumber;
        LambdaOfNumber = Array.ConvertAll(byNumber, cluster => points.LargestLambdas[cluster]);
        (int[] nearest, double[] strengths) = NearestClusters.Of(SpanningTree, points.Clusters, points.Probabilities, points.LargestLambdas, token);
        double[] scores = OutlierScores.Of(Tree, Measures);
        int[] labels = new int[n];
        int[] nearestOfRow = new int[n];
        double[] probabilities = new double[n];
        double[] strengthOfRow = new double[n];
        double[] outlierScores = new double[n];
        for (int row = 0; row < n; row++)
        {
            int point = Points.PointOfRow[row];
            if (point < 0)
            {
                // No number says where such a row lies: it belongs to nothing, and nothing lies further outside.
                (labels[row], nearestOfRow[row], outlierScores[row]) = (-1, -1, 1);
                continue;
            }

            labels[row] = points.Clusters[point] < 0 ? -1 : numbers[points.Clusters[point]];
            probabilities[row] = points.Probabilities[point];
            outlierScores[row] = scores[point];
            nearestOfRow[row] = nearest[point] < 0 ? -1 : numbers[nearest[point]];
            strengthOfRow[row] = strengths[point];
        }

        double[] persistences = Array.ConvertAll(byNumber, cluster => points.Persistences[cluster]);
        return new HdbscanResult(labels, probabilities, outlierScores, persistences, HdbscanWarnings.Of(labels, Points, persistences.Length, Options))
        {
            NearestClusters = nearestOfRow,
            NearestStrengths = strengthOfRow,
            NotFiniteRows = Points.NotFiniteRows,
        };
    }
}
