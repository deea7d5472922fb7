namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What HDBSCAN is asked for. The defaults are hdbscan's own.</summary>
public sealed record HdbscanOptions
{
    /// <summary>The smallest <see cref="Alpha"/>: with it and the largest one, no distance of single precision over- or underflows.</summary>
    private const double SmallestAlpha = 1e-100;

    /// <summary>The largest <see cref="Alpha"/>.</summary>
    private const double LargestAlpha = 1e100;

    /// <summary>Gets the fewest rows that make a cluster, 2 or more (<c>min_cluster_size</c>).</summary>
    public int MinClusterSize { get; init; } = 5;

    /// <summary>
    /// Gets the number of other rows that a row's core distance reaches, 1 or more (<c>min_samples</c>). The row itself does not count.
    /// Null for <see cref="MinClusterSize"/>; more than there are other rows is cut to them.
    /// </summary>
    public int? MinSampleCount { get; init; }

    /// <summary>Gets the distance below which clusters are not split any more; 0 for none (<c>cluster_selection_epsilon</c>).</summary>
    public double ClusterSelectionEpsilon { get; init; }

    /// <summary>
    /// Gets the largest distance at which a cluster that excess of mass may choose parts from its parent; 0 or infinity for no limit
    /// (<c>cluster_selection_epsilon_max</c>). One born above it gives way to its children.
    /// </summary>
    public double ClusterSelectionEpsilonMax { get; init; }

    /// <summary>
    /// Gets how long a cluster lives at least, as the difference of the lambdas (1 / distance) of its birth and its end; 0 for any (<c>cluster_selection_persistence</c>).
    /// The splits that make shorter ones are undone before clusters are selected.
    /// </summary>
    public double ClusterSelectionPersistence { get; init; }

    /// <summary>
    /// Gets the distance, above 0, at which the tree is cut flat: clusters are then what hangs together by edges shorter than it and has
    /// <see cref="MinClusterSize"/> rows or more (DBSCAN*; hdbscan's <c>dbscan_clustering</c>), and how clusters are selected has no part in it. Null to select.
    /// </summary>
    public double? CutDistance { get; init; }

    /// <summary>
    /// Gets how many clusters there are to be, 1 or more: epsilon is then chosen so that there are as nearly as many as can be, from the clusters of <see cref="ClusterSelectionMethod"/> or, where those
    /// are too few, from the leaves of the tree (hdbscan's <c>HDBSCAN_flat</c> with <c>n_clusters</c>). Null to leave it to the rows.
    /// </summary>
    public int? ClusterCount { get; init; }

    /// <summary>Gets which nodes of the tree become clusters (<c>cluster_selection_method</c>).</summary>
    public ClusterSelectionMethod ClusterSelectionMethod { get; init; } = ClusterSelectionMethod.Eom;

    /// <summary>Gets the most rows of a cluster that excess of mass may choose; 0 for no limit (<c>max_cluster_size</c>).</summary>
    public int MaxClusterSize { get; init; }

    /// <summary>Gets a value indicating whether all rows may be one cluster (<c>allow_single_cluster</c>).</summary>
    public bool AllowSingleCluster { get; init; }

    /// <summary>Gets the number that distances, but not core distances, are divided by, above 0 (<c>alpha</c>).</summary>
    public double Alpha { get; init; } = 1.0;

    /// <summary>Gets how distances are measured (<c>metric</c>).</summary>
    public Metric Metric { get; init; } = Metric.Euclidean;

    /// <summary>Gets the power of the Minkowski metric, 1 or more (<c>p</c>). Other metrics have none.</summary>
    public double MinkowskiPower { get; init; } = 2;

    /// <summary>Gets the most threads to use; 0 for as many as there are cores. It changes nothing in the result.</summary>
    public int ThreadCount { get; init; }

    /// <summary>Checks every option, and the options against one another.</summary>
    /// <exception cref="EngineException">An option has a value that makes no sense; its id is HdbscanOptionInvalid.</exception>
    public void Validate()
    {
        if (MinClusterSize < 2)
        {
            throw new EngineException(
                "HdbscanOptionInvalid",
                FailureKind.InvalidArgument,
                FormattableString.Invariant($"MinClusterSize is {MinClusterSize}, and a cluster needs at least two rows."),
                "Give 2 or more, or leave it out for 5. Single rows stay noise.");
        }

        Require(MinSampleCount is null or >= 1, nameof(MinSampleCount), MinSampleCount, "Give 1 or more, or leave it out to use MinClusterSize.");
        Require(ClusterSelectionEpsilon >= 0 && double.IsFinite(ClusterSelectionEpsilon), nameof(ClusterSelectionEpsilon), ClusterSelectionEpsilon, "Give a distance of 0 or more.");
        Require(ClusterSelectionEpsilonMax >= 0, nameof(ClusterSelectionEpsilonMax), ClusterSelectionEpsilonMax, "Give a distance above 0, or 0 for no limit.");
        Require(ClusterSelectionPersistence >= 0 && double.IsFinite(ClusterSelectionPersistence), nameof(ClusterSelectionPersistence), ClusterSelectionPersistence, "Give a difference of lambdas (1 / distance) above 0, or 0 for any.");
        Require(CutDistance is null or > 0 and < double.PositiveInfinity, nameof(CutDistance), CutDistance, "Give a distance above 0, or leave it out.");
        Require(ClusterCount is null or >= 1, nameof(ClusterCount), ClusterCount, "Give 1 or more, or leave it out.");
        if (ClusterCount is not null && (CutDistance is not null || ClusterSelectionEpsilon > 0 || ClusterSelectionEpsilonMax > 0 || MaxClusterSize > 0))
        {
            throw new EngineException("HdbscanOptionInvalid", FailureKind.InvalidArgument, "ClusterCount says how many clusters there are to be, and a distance or a size that says it too is given.", "Leave out ClusterCount, or CutDistance, the epsilons and MaxClusterSize.");
        }

        if (CutDistance is not null && (ClusterSelectionEpsilon > 0 || ClusterSelectionEpsilonMax > 0 || ClusterSelectionPersistence > 0 || MaxClusterSize > 0))
        {
            throw new EngineException("HdbscanOptionInvalid", FailureKind.InvalidArgument, "CutDistance says alone what the clusters are, and other options that select clusters are given.", "Leave out CutDistance, or the epsilons, the persistence and MaxClusterSize.");
        }

        Require(Enum.IsDefined(ClusterSelectionMethod), nameof(ClusterSelectionMethod), ClusterSelectionMethod, "Give Eom or Leaf.");
        Require(MaxClusterSize == 0 || MaxClusterSize >= MinClusterSize, nameof(MaxClusterSize), MaxClusterSize, "Give MinClusterSize or more, or 0 for no limit.");
        Require(Alpha is >= SmallestAlpha and <= LargestAlpha, nameof(Alpha), Alpha, "Give a number above 0, from 1e-100 to 1e100; 1 is usual.");
        Require(Enum.IsDefined(Metric), nameof(Metric), Metric, $"Give one of {string.Join(", ", Enum.GetNames<Metric>())}.");
        Require(MinkowskiPower >= 1, nameof(MinkowskiPower), MinkowskiPower, "Give 1 or more: less is no metric.");
        Require(ThreadCount >= 0, nameof(ThreadCount), ThreadCount, "Give 1 or more, or 0 for as many as there are cores.");
    }

    /// <summary>Refuses options whose clusters have no memberships, so that it can be said before the work.</summary>
    /// <exception cref="EngineException">The clusters are those of a flat cut (MembershipNotPossible).</exception>
    public void RequireMemberships()
    {
        if (CutDistance is not null)
        {
            throw new EngineException("MembershipNotPossible", FailureKind.InvalidArgument, "The clusters of a flat cut at CutDistance have no memberships: rows belong to them wholly or not at all.", "Leave out CutDistance, or the memberships.");
        }
    }

    private static void Require(bool holds, string name, object? value, string cure)
    {
        if (!holds)
        {
            throw new EngineException("HdbscanOptionInvalid", FailureKind.InvalidArgument, FormattableString.Invariant($"{name} is {value}, which HDBSCAN cannot work with."), cure);
        }
    }
}
