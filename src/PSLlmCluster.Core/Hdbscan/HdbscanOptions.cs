namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What HDBSCAN is asked for. The defaults are hdbscan's own.</summary>
public sealed record HdbscanOptions
{
    /// <summary>
    /// The smallest <see cref="Alpha"/>: with it and the largest one, no distance of single precision over- or underflows.
    /// </summary>
    private const double SmallestAlpha = 1e-100;

    /// <summary>The largest <see cref="Alpha"/>.</summary>
    private const double LargestAlpha = 1e100;

    /// <summary>The most passes of <see cref="RefinementCount"/>.</summary>
    private const int LargestRefinementCount = 1000;

    /// <summary>
    /// Gets the fewest rows that make a cluster, 2 or more (<c>min_cluster_size</c>). Larger values find fewer and larger clusters, and
    /// leave small groups to the noise.
    /// </summary>
    public int MinClusterSize { get; init; } = 5;

    /// <summary>
    /// Gets the number of other rows that a row's core distance reaches, 1 or more; the row itself does not count (<c>min_samples</c>).
    /// Larger values demand denser places: more rows are noise, and clusters that are joined by a few rows part. Null for
    /// <see cref="MinClusterSize"/>; more than there are other rows is cut to them.
    /// </summary>
    public int? MinSampleCount { get; init; }

    /// <summary>
    /// Gets the distance below which clusters are not split any more; 0 to split at any (<c>cluster_selection_epsilon</c>). Larger values
    /// join more of the small clusters of dense places. It has no effect on clusters that part at larger distances, nor with
    /// <see cref="CutDistance"/>.
    /// </summary>
    public double ClusterSelectionEpsilon { get; init; }

    /// <summary>
    /// Gets the largest distance at which a cluster that excess of mass may choose parts from its parent; 0 or infinity for no limit
    /// (<c>cluster_selection_epsilon_max</c>). Larger values allow wider clusters; one born above the limit gives way to its children. It
    /// has no effect on leaves.
    /// </summary>
    public double ClusterSelectionEpsilonMax { get; init; }

    /// <summary>
    /// Gets how long a cluster lives at least, as the difference of the lambdas (1 / distance) of its birth and its end; 0 for any
    /// (<c>cluster_selection_persistence</c>). The splits that make shorter ones are undone before clusters are selected: larger values
    /// leave fewer and larger clusters.
    /// </summary>
    public double ClusterSelectionPersistence { get; init; }

    /// <summary>
    /// Gets the distance, above 0, at which the tree is cut flat; null to select clusters from the tree (DBSCAN*; hdbscan's
    /// <c>dbscan_clustering</c>). Clusters are then the rows that are connected by edges shorter than it, if there are
    /// <see cref="MinClusterSize"/> or more. Larger values give wider clusters and less noise. The options that select clusters have no
    /// effect with it.
    /// </summary>
    public double? CutDistance { get; init; }

    /// <summary>
    /// Gets how many clusters there are to be, 1 or more; null to leave it to the rows (hdbscan's <c>HDBSCAN_flat</c> with
    /// <c>n_clusters</c>). Epsilon is chosen so that there are as nearly as many as possible, from the clusters of
    /// <see cref="ClusterSelectionMethod"/> or, where those are too few, from the leaves of the tree. Larger values give smaller clusters,
    /// at most as many as the tree has leaves.
    /// </summary>
    public int? ClusterCount { get; init; }

    /// <summary>
    /// Gets which nodes of the tree become clusters (<c>cluster_selection_method</c>). Eom takes the most stable ones, of any size; Leaf
    /// the smallest, which are more, and more alike in density.
    /// </summary>
    public ClusterSelectionMethod ClusterSelectionMethod { get; init; } = ClusterSelectionMethod.Eom;

    /// <summary>
    /// Gets the most rows of a cluster that excess of mass may choose; 0 for no limit (<c>max_cluster_size</c>). Larger values allow larger
    /// clusters; one above the limit gives way to its children. It has no effect on leaves.
    /// </summary>
    public int MaxClusterSize { get; init; }

    /// <summary>
    /// Gets a value indicating whether all rows may be one cluster (<c>allow_single_cluster</c>). It has no effect on leaves, unless an
    /// epsilon joins them all.
    /// </summary>
    public bool AllowSingleCluster { get; init; }

    /// <summary>
    /// Gets how often rows are moved to the cluster whose mean they lie nearest to, from 0, which is the default, to 1,000 (Lloyd's
    /// algorithm for k-means, begun at the clusters of the tree). With 1 or more every row has a cluster, noise included, where there is
    /// any, and its probability is d2 / (d1 + d2) for its distances to the nearest mean and the next. Larger values move rows on until
    /// none moves. A cluster that is left with fewer than MinClusterSize rows is dissolved into the others. With ClusterCount no epsilon
    /// is looked for: clusters are merged by Ward's criterion until there are as many, and then moved. The metric is Euclidean then;
    /// layers stay those of the tree.
    /// </summary>
    public int RefinementCount { get; init; }

    /// <summary>
    /// Gets the number that distances, but not core distances, are divided by, above 0 (<c>alpha</c>). Larger values let core distances
    /// decide more of the tree, so that density counts for more against distance; 1 is usual.
    /// </summary>
    public double Alpha { get; init; } = 1.0;

    /// <summary>Gets how distances are measured (<c>metric</c>).</summary>
    public Metric Metric { get; init; } = Metric.Euclidean;

    /// <summary>
    /// Gets a value indicating whether the mean of all finite rows, by their weights, is taken off each row first. It helps where all rows
    /// share a large part that says nothing, as the vectors of one language model do, and the metric is cosine or correlation, whose
    /// distances it changes. Those of Euclidean and other metrics of differences it changes by rounding alone. It cannot be used with
    /// precomputed distances.
    /// </summary>
    public bool Center { get; init; }

    /// <summary>
    /// Gets the power of the Minkowski metric, 1 or more (<c>p</c>). Larger values let the columns with the largest differences decide. It
    /// has no effect on other metrics.
    /// </summary>
    public double MinkowskiPower { get; init; } = 2;

    /// <summary>
    /// Gets the most threads to use; 0 for as many as there are cores. Larger values take less time, up to the number of cores. It does not
    /// change the result.
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>Checks every option, and the options against one another.</summary>
    /// <exception cref="EngineException">An option has a value that makes no sense; its id is HdbscanOptionInvalid.</exception>
    public void Validate()
    {
        if (MinClusterSize < 2)
        {
            throw Invalid(
                FormattableString.Invariant($"MinClusterSize is {MinClusterSize}, and a cluster needs at least two rows."),
                "Give 2 or more, or leave it out for 5. Single rows stay noise.");
        }

        Require(MinSampleCount is null or >= 1, nameof(MinSampleCount), MinSampleCount,
            "Give 1 or more, or leave it out to use MinClusterSize.");
        Require(
            ClusterSelectionEpsilon >= 0 && double.IsFinite(ClusterSelectionEpsilon),
            nameof(ClusterSelectionEpsilon), ClusterSelectionEpsilon,
            "Give a distance of 0 or more.");
        Require(ClusterSelectionEpsilonMax >= 0, nameof(ClusterSelectionEpsilonMax), ClusterSelectionEpsilonMax,
            "Give a distance above 0, or 0 for no limit.");
        Require(
            ClusterSelectionPersistence >= 0 && double.IsFinite(ClusterSelectionPersistence),
            nameof(ClusterSelectionPersistence), ClusterSelectionPersistence,
            "Give a difference of lambdas (1 / distance) above 0, or 0 for any.");
        Require(CutDistance is null or > 0 and < double.PositiveInfinity, nameof(CutDistance), CutDistance,
            "Give a distance above 0, or leave it out.");
        Require(ClusterCount is null or >= 1, nameof(ClusterCount), ClusterCount, "Give 1 or more, or leave it out.");
        bool isLimited = ClusterSelectionEpsilon > 0 || ClusterSelectionEpsilonMax > 0 || MaxClusterSize > 0;
        if (ClusterCount is not null && (CutDistance is not null || isLimited))
        {
            throw Invalid(
                "ClusterCount says how many clusters there are to be, and a distance or a size that says it too is given.",
                "Leave out ClusterCount, or CutDistance, the epsilons and MaxClusterSize.");
        }

        if (CutDistance is not null && (ClusterSelectionPersistence > 0 || isLimited))
        {
            throw Invalid(
                "CutDistance says alone what the clusters are, and other options that select clusters are given.",
                "Leave out CutDistance, or the epsilons, the persistence and MaxClusterSize.");
        }

        Require(Enum.IsDefined(ClusterSelectionMethod), nameof(ClusterSelectionMethod), ClusterSelectionMethod, "Give Eom or Leaf.");
        Require(MaxClusterSize == 0 || MaxClusterSize >= MinClusterSize, nameof(MaxClusterSize), MaxClusterSize,
            "Give MinClusterSize or more, or 0 for no limit.");
        Require(Alpha is >= SmallestAlpha and <= LargestAlpha, nameof(Alpha), Alpha,
            "Give a number above 0, from 1e-100 to 1e100; 1 is usual.");
        Require(Enum.IsDefined(Metric), nameof(Metric), Metric, $"Give one of {string.Join(", ", Enum.GetNames<Metric>())}.");
        if (Center && Metric == Metric.Precomputed)
        {
            throw Invalid(
                "Center makes no sense with precomputed distances, as there are no rows to take a mean of.",
                "Leave out Center, or give the rows themselves.");
        }

        Require(RefinementCount is >= 0 and <= LargestRefinementCount, nameof(RefinementCount), RefinementCount,
            "Give a number of passes from 0 to 1,000; 10 is usual.");
        if (RefinementCount > 0 && Metric != Metric.Euclidean)
        {
            throw Invalid(
                $"RefinementCount moves rows to the nearest mean, which the metric {Metric} has none of.",
                "Leave out RefinementCount, or use the metric Euclidean, as on the points of Invoke-Umap.");
        }

        Require(MinkowskiPower >= 1, nameof(MinkowskiPower), MinkowskiPower, "Give 1 or more: less is no metric.");
        Require(ThreadCount >= 0, nameof(ThreadCount), ThreadCount, "Give 1 or more, or 0 for as many as there are cores.");
    }

    /// <summary>Refuses options whose clusters have no memberships, so that it can be said before the work.</summary>
    /// <exception cref="EngineException">The clusters are those of a flat cut, or refined (MembershipNotPossible).</exception>
    public void RequireMemberships()
    {
        if (CutDistance is not null)
        {
            throw new EngineException(
                EngineErrorIds.MembershipNotPossible,
                FailureKind.InvalidArgument,
                "The clusters of a flat cut at CutDistance have no memberships: rows belong to them wholly or not at all.",
                "Leave out CutDistance, or the memberships.");
        }

        if (RefinementCount > 0)
        {
            throw new EngineException(
                EngineErrorIds.MembershipNotPossible,
                FailureKind.InvalidArgument,
                "Memberships are those of the tree, and RefinementCount moves rows away from its clusters.",
                "Leave out RefinementCount, or the memberships.");
        }
    }

    /// <summary>Refuses options whose tree has no layers, so that it can be said before the work.</summary>
    /// <exception cref="EngineException">Splits are undone by ClusterSelectionPersistence (LayersNotPossible).</exception>
    public void RequireLayers()
    {
        if (ClusterSelectionPersistence > 0)
        {
            throw new EngineException(
                EngineErrorIds.LayersNotPossible,
                FailureKind.InvalidArgument,
                "Layers come from the whole tree, and ClusterSelectionPersistence undoes splits of it.",
                "Leave out ClusterSelectionPersistence, or the layers.");
        }
    }

    /// <summary>Returns the number of other rows that a core distance reaches: what was asked for, at most n - 1, at least 1.</summary>
    /// <param name="rowCount">The number of rows, n, or what they count for together.</param>
    internal int UsedSampleCount(double rowCount)
        => (int)Math.Max(1, Math.Min(RowWeights.Whole(rowCount - 1), MinSampleCount ?? MinClusterSize));

    /// <summary>Returns the options whose clusters are those of a layer.</summary>
    /// <param name="minClusterSize">The layer's size.</param>
    /// <param name="sampleCount">The number of other rows that the core distances reach.</param>
    internal HdbscanOptions ForLayer(int minClusterSize, int sampleCount) => this with
    {
        MinClusterSize = minClusterSize,
        MinSampleCount = sampleCount,
        ClusterSelectionMethod = ClusterSelectionMethod.Leaf,
        ClusterSelectionEpsilon = 0,
        ClusterSelectionEpsilonMax = 0,
        CutDistance = null,
        ClusterCount = null,
        MaxClusterSize = 0,
    };

    private static void Require(bool holds, string name, object? value, string recommendedAction)
    {
        if (!holds)
        {
            throw Invalid(FormattableString.Invariant($"{name} is {value}, which HDBSCAN cannot work with."), recommendedAction);
        }
    }

    private static EngineException Invalid(string message, string recommendedAction)
        => new(EngineErrorIds.HdbscanOptionInvalid, FailureKind.InvalidArgument, message, recommendedAction);
}
