using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The parameters of UMAP. Names of umap-learn are given in brackets; the defaults are umap-learn's, but for the seed, which is fixed.
/// </summary>
public sealed record UmapOptions
{
    /// <summary>The most repelling rows for each attraction.</summary>
    public const int LargestNegativeSampleRate = 10_000;

    /// <summary>The most dimensions of a layout.</summary>
    public const int LargestComponentCount = 100;

    /// <summary>The most epochs of a layout.</summary>
    public const int LargestEpochCount = 1_000_000;

    /// <summary>The epochs that densMAP adds to the default (umap_.py, simplicial_set_embedding).</summary>
    private const int DensmapEpochs = 200;

    // Bounds within which no step of a layout can overflow. Values beyond them are of no use.
    private const double Smallest = 1e-6;
    private const double Largest = 1e6;

    /// <summary>
    /// Gets the number of neighbours of each row, itself included, 2 or more; 15 by default (n_neighbors). Larger values favour the global
    /// structure of the data and take more time, smaller ones favour local detail. It is lowered, with a warning, where there are too few
    /// rows.
    /// </summary>
    public int NeighborCount { get; init; } = 15;

    /// <summary>
    /// Gets the number of dimensions of the layout, from 1 to 100; 2 by default (n_components). Larger values keep more of the structure,
    /// for clustering say, but cannot be drawn.
    /// </summary>
    public int ComponentCount { get; init; } = 2;

    /// <summary>
    /// Gets how close points may come in the layout, from 0 to <see cref="Spread"/>; 0.1 by default (min_dist). Larger values spread the
    /// points of a group out evenly, smaller ones pack them tightly. It is ignored where <see cref="A"/> and <see cref="B"/> are given.
    /// </summary>
    public double MinDistance { get; init; } = 0.1;

    /// <summary>
    /// Gets the scale of the layout, from 1e-6 to 1e6; 1 by default (spread). Larger values push groups farther apart, in relation to
    /// <see cref="MinDistance"/>. It is ignored, but for the bound of <see cref="MinDistance"/>, where <see cref="A"/> and <see cref="B"/>
    /// are given.
    /// </summary>
    public double Spread { get; init; } = 1.0;

    /// <summary>
    /// Gets the factor a of the layout's curve 1 / (1 + a d^(2b)), above 0 and at most 1e23; null, the default, finds it from
    /// <see cref="MinDistance"/> and <see cref="Spread"/> (a). Larger values let similarity fall at smaller distances, so the layout is
    /// smaller. It is given together with <see cref="B"/> or not at all.
    /// </summary>
    public double? A { get; init; }

    /// <summary>
    /// Gets the exponent b of the layout's curve, above 0 and at most 100; null, the default, finds it like <see cref="A"/> (b). Larger
    /// values let similarity fall more steeply from 1 to 0.
    /// </summary>
    public double? B { get; init; }

    /// <summary>Gets the metric of the rows; Euclidean by default (metric).</summary>
    public Metric Metric { get; init; } = Metric.Euclidean;

    /// <summary>
    /// Gets a value indicating whether the mean of all rows is taken off each of them first; false by default. It helps where all rows
    /// share a large part that says nothing, as the vectors of one language model do, and the metric is cosine or correlation, whose
    /// distances it changes. Those of Euclidean and other metrics of differences it changes by rounding alone. It cannot be used with
    /// precomputed distances or neighbours.
    /// </summary>
    public bool Center { get; init; }

    /// <summary>
    /// Gets the power p of the Minkowski metric, from 1 to infinity; 2 by default (metric_kwds, p). Larger values give more weight to the
    /// largest difference of two rows, and infinity counts that one alone. It is ignored by all other metrics.
    /// </summary>
    public double MinkowskiPower { get; init; } = 2;

    /// <summary>
    /// Gets the distance at and beyond which rows are no neighbours, above 0; null, the default, is the metric's own: 2 for cosine and
    /// correlation, 1 for Jaccard and Dice, none for the others (disconnection_distance). Larger values keep more edges, smaller ones leave
    /// more rows without any.
    /// </summary>
    public double? DisconnectionDistance { get; init; }

    /// <summary>
    /// Gets a value indicating whether equal rows are laid out once, at one place for all; false by default (unique). It cannot be used
    /// with precomputed distances.
    /// </summary>
    public bool UniqueRows { get; init; }

    /// <summary>
    /// Gets the number of epochs, from 0 to 1,000,000; null, the default, is 500 up to 10,000 rows and 200 beyond, and 200 more for densMAP
    /// (n_epochs). Larger values give a more settled layout, in proportionally more time; 0 leaves the layout at its start.
    /// </summary>
    public int? EpochCount { get; init; }

    /// <summary>
    /// Gets the learning rate of the first epoch, from 0 to 1e6; 1 by default (learning_rate). It falls to 0 over the epochs. Larger values
    /// move the points farther in each step, which leaves the start sooner but settles less finely.
    /// </summary>
    public double LearningRate { get; init; } = 1.0;

    /// <summary>Gets where the layout starts; from the graph's spectrum by default (init). It is ignored where a start is given.</summary>
    public UmapInitialization Initialization { get; init; } = UmapInitialization.Spectral;

    /// <summary>
    /// Gets the number of nearest neighbours that count as connected in full, 0 or more; 1 by default; a fraction interpolates between two
    /// neighbours (local_connectivity). Larger values connect rows of sparse regions better, and blur local differences of density.
    /// </summary>
    public double LocalConnectivity { get; init; } = 1.0;

    /// <summary>
    /// Gets the mixture of union (1) and intersection (0) of the two directions of an edge, from 0 to 1; 1 by default (set_op_mix_ratio).
    /// Larger values keep more edges that only one of the two rows has among its neighbours.
    /// </summary>
    public double SetOperationMixRatio { get; init; } = 1.0;

    /// <summary>
    /// Gets the weight of repulsion against attraction, from 0 to 1e6; 1 by default (repulsion_strength). Larger values push points that
    /// are not neighbours farther apart; 0 leaves attraction alone.
    /// </summary>
    public double RepulsionStrength { get; init; } = 1.0;

    /// <summary>
    /// Gets the number of repelling rows that are drawn for each attraction, from 0 to 10,000; 5 by default (negative_sample_rate). Larger
    /// values estimate the repulsion better and strengthen it, in more time; 0 means no repulsion.
    /// </summary>
    public int NegativeSampleRate { get; init; } = 5;

    /// <summary>
    /// Gets the weight of a target against the rows, from 0 to 1; 0.5 by default (target_weight). Larger values separate the classes, or
    /// arrange the layout by the target's numbers, more strongly. It is ignored without a target.
    /// </summary>
    public double TargetWeight { get; init; } = 0.5;

    /// <summary>
    /// Gets the number of neighbours of each row among the numbers of a target, itself included, 2 or more; null, the default, is as many
    /// as among the rows (target_n_neighbors). Larger values look at the target's numbers more globally. It is ignored without a target of
    /// numbers, and cut to the number of rows.
    /// </summary>
    public int? TargetNeighborCount { get; init; }

    /// <summary>Gets a value indicating whether dense rows stay dense in the layout, that is densMAP; false by default (densmap).</summary>
    public bool Densmap { get; init; }

    /// <summary>
    /// Gets the weight of the densities in densMAP, from 0 to 1e6; 2 by default (dens_lambda). Larger values keep the densities better, at
    /// the cost of the other structure. It is ignored without <see cref="Densmap"/>.
    /// </summary>
    public double DensityLambda { get; init; } = 2.0;

    /// <summary>
    /// Gets the fraction of the epochs, the last ones, in which densMAP looks at the densities, from 0 to 1; 0.3 by default (dens_frac).
    /// Larger values begin with the densities earlier, and take more time. It is ignored without <see cref="Densmap"/>.
    /// </summary>
    public double DensityFraction { get; init; } = 0.3;

    /// <summary>
    /// Gets what is added to the variance of the layout's radii, so that densMAP never divides by nearly nothing, from 0 to 1e6; 0.1 by
    /// default (dens_var_shift). Larger values damp the force of the densities. It is ignored without <see cref="Densmap"/>.
    /// </summary>
    public double DensityVarianceShift { get; init; } = 0.1;

    /// <summary>
    /// Gets a value indicating whether the local radii of rows and layout are returned, with densMAP or without; false by default
    /// (output_dens).
    /// </summary>
    public bool OutputDensity { get; init; }

    /// <summary>
    /// Gets the seed of all random numbers; 42 by default (random_state). Any number will do; none is better than another.
    /// </summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// Gets the largest number of threads to use, 0 or more; 0, the default, is one per core (n_jobs). Larger values take less time, up to
    /// the number of cores. It does not change the result.
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>Checks every option and their combinations.</summary>
    /// <exception cref="EngineException">An option, or a combination of options, is out of its range.</exception>
    public void Validate()
    {
        Require(NeighborCount >= 2, nameof(NeighborCount), NeighborCount, "must be 2 or more, as a row is its own first neighbour");
        Require(ComponentCount is >= 1 and <= LargestComponentCount, nameof(ComponentCount), ComponentCount, "must be from 1 to 100");
        Require(Spread is >= Smallest and <= Largest, nameof(Spread), Spread, $"must lie between {Text(Smallest)} and {Text(Largest)}");
        Require(
            MinDistance >= 0 && MinDistance <= Spread,
            nameof(MinDistance),
            MinDistance,
            $"must lie between 0 and Spread, which is {Text(Spread)}");
        if (A is null != B is null)
        {
            throw Invalid(
                $"Only {(A is null ? nameof(B) : nameof(A))} is given, and the curve needs both A and B.",
                "Give both, or neither: then they follow from MinDistance and Spread.");
        }

        Require(
            A is null or (> 0 and <= CurveParameters.LargestFactor),
            nameof(A),
            A ?? 0,
            $"must be above 0 and at most {Text(CurveParameters.LargestFactor)}");
        Require(
            B is null or (> 0 and <= CurveParameters.LargestExponent),
            nameof(B),
            B ?? 0,
            $"must be above 0 and at most {Text(CurveParameters.LargestExponent)}");
        Require(Enum.IsDefined(Metric), nameof(Metric), (int)Metric, "is none of the metrics");
        Require(MinkowskiPower >= 1, nameof(MinkowskiPower), MinkowskiPower, "must be 1 or more, as less is no metric");
        Require(
            DisconnectionDistance is null || (float)DisconnectionDistance > 0,
            nameof(DisconnectionDistance),
            DisconnectionDistance ?? 0,
            "must be above 0 in single precision");
        if (UniqueRows && Metric == Metric.Precomputed)
        {
            throw Invalid(
                "UniqueRows makes no sense with precomputed distances, as there are no rows to compare.",
                "Leave out UniqueRows, or give the rows themselves.");
        }

        if (Center && Metric == Metric.Precomputed)
        {
            throw Invalid(
                "Center makes no sense with precomputed distances, as there are no rows to take a mean of.",
                "Leave out Center, or give the rows themselves.");
        }

        Require(EpochCount is null or (>= 0 and <= LargestEpochCount), nameof(EpochCount), EpochCount ?? 0, "must be from 0 to 1,000,000");
        Require(LearningRate is >= 0 and <= Largest, nameof(LearningRate), LearningRate, $"must lie between 0 and {Text(Largest)}");
        Require(Enum.IsDefined(Initialization), nameof(Initialization), (int)Initialization, "is none of the starts");
        Require(
            double.IsFinite(LocalConnectivity) && LocalConnectivity >= 0,
            nameof(LocalConnectivity),
            LocalConnectivity,
            "must be a number of 0 or more");
        Require(SetOperationMixRatio is >= 0 and <= 1, nameof(SetOperationMixRatio), SetOperationMixRatio, "must lie between 0 and 1");
        Require(
            RepulsionStrength is >= 0 and <= Largest,
            nameof(RepulsionStrength),
            RepulsionStrength,
            $"must lie between 0 and {Text(Largest)}");
        Require(
            NegativeSampleRate is >= 0 and <= LargestNegativeSampleRate,
            nameof(NegativeSampleRate),
            NegativeSampleRate,
            "must be from 0 to 10,000");
        Require(TargetWeight is >= 0 and <= 1, nameof(TargetWeight), TargetWeight, "must lie between 0 and 1");
        Require(
            TargetNeighborCount is null or >= 2,
            nameof(TargetNeighborCount),
            TargetNeighborCount ?? 0,
            "must be 2 or more, as a row is its own first neighbour");
        Require(DensityLambda is >= 0 and <= Largest, nameof(DensityLambda), DensityLambda, $"must lie between 0 and {Text(Largest)}");
        Require(DensityFraction is >= 0 and <= 1, nameof(DensityFraction), DensityFraction, "must lie between 0 and 1");
        Require(
            DensityVarianceShift is >= 0 and <= Largest,
            nameof(DensityVarianceShift),
            DensityVarianceShift,
            $"must lie between 0 and {Text(Largest)}");
        Require(ThreadCount >= 0, nameof(ThreadCount), ThreadCount, "must be 0 or more");
    }

    /// <summary>Returns the number of epochs that a layout is optimised for.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>The number asked for, or the default for that number of rows.</returns>
    internal int EpochsFor(int rowCount) => EpochCount ?? DefaultEpochsFor(rowCount);

    /// <summary>Returns the default number of epochs for a number of rows, 200 more for densMAP.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>The number.</returns>
    internal int DefaultEpochsFor(int rowCount) => DefaultEpochs(rowCount) + (Densmap ? DensmapEpochs : 0);

    /// <summary>
    /// Returns the number of epochs that decides which edges are too weak: that of the layout, or the default where there are 10 or fewer
    /// (umap_.py, simplicial_set_embedding).
    /// </summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>The number.</returns>
    internal int PruningEpochsFor(int rowCount) => EpochsFor(rowCount) is > 10 and int epochs ? epochs : DefaultEpochsFor(rowCount);

    /// <summary>
    /// Returns the distance from which on neighbours are dropped: the one asked for, or the metric's (umap_.py, DISCONNECTION_DISTANCES).
    /// </summary>
    /// <returns>The distance in single precision, in which it is compared; infinity for none.</returns>
    internal float Disconnection() => (float)(DisconnectionDistance ?? Metric switch
    {
        Metric.Cosine or Metric.Correlation => 2,
        Metric.Jaccard or Metric.Dice => 1,
        _ => double.PositiveInfinity,
    });

    /// <summary>Returns umap-learn's number of epochs for a number of rows.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>500 or 200.</returns>
    internal static int DefaultEpochs(int rowCount) => rowCount <= 10_000 ? 500 : 200;

    private static void Require(bool holds, string name, double value, string rule)
    {
        if (!holds)
        {
            throw Invalid($"{name} {rule}; it is {Text(value)}.", $"Choose another value for {name}, or leave it out for the default.");
        }
    }

    private static EngineException Invalid(string message, string recommendedAction)
        => new(EngineErrorIds.UmapOptionInvalid, FailureKind.InvalidArgument, message, recommendedAction);

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
