using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap;

/// <summary>The parameters of UMAP. Names of umap-learn are given in brackets; the defaults are umap-learn's, but for the seed, which is fixed.</summary>
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

    // Bounds within which no step of a layout can overflow. Nothing of use lies beyond them.
    private const double Smallest = 1e-6;
    private const double Largest = 1e6;

    /// <summary>Gets the number of neighbours of each row, itself included (n_neighbors).</summary>
    public int NeighborCount { get; init; } = 15;

    /// <summary>Gets the number of dimensions of the layout, from 1 to 100 (n_components).</summary>
    public int ComponentCount { get; init; } = 2;

    /// <summary>Gets how close points may come in the layout (min_dist).</summary>
    public double MinDistance { get; init; } = 0.1;

    /// <summary>Gets the scale of the layout (spread).</summary>
    public double Spread { get; init; } = 1.0;

    /// <summary>Gets the factor of the layout's curve 1 / (1 + a d^(2b)), or null to find it from <see cref="MinDistance"/> and <see cref="Spread"/> (a).</summary>
    public double? A { get; init; }

    /// <summary>Gets the exponent of the layout's curve, or null like <see cref="A"/> (b).</summary>
    public double? B { get; init; }

    /// <summary>Gets the metric of the rows (metric).</summary>
    public Metric Metric { get; init; } = Metric.Euclidean;

    /// <summary>Gets the power p of the Minkowski metric, 1 or more; infinity is the largest difference. Other metrics have none (metric_kwds, p).</summary>
    public double MinkowskiPower { get; init; } = 2;

    /// <summary>Gets the distance at and beyond which rows are no neighbours, or null for the metric's own: 2 for cosine and correlation, 1 for Jaccard and Dice, none for the others (disconnection_distance).</summary>
    public double? DisconnectionDistance { get; init; }

    /// <summary>Gets a value indicating whether equal rows are laid out once, at one place for all (unique).</summary>
    public bool UniqueRows { get; init; }

    /// <summary>Gets the number of epochs, or null for 500 up to 10,000 rows and 200 beyond, and 200 more for densMAP (n_epochs).</summary>
    public int? EpochCount { get; init; }

    /// <summary>Gets the learning rate of the first epoch (learning_rate).</summary>
    public double LearningRate { get; init; } = 1.0;

    /// <summary>Gets where the layout starts (init).</summary>
    public UmapInitialization Initialization { get; init; } = UmapInitialization.Spectral;

    /// <summary>Gets the number of nearest neighbours that count as connected in full (local_connectivity).</summary>
    public double LocalConnectivity { get; init; } = 1.0;

    /// <summary>Gets the mixture of union (1) and intersection (0) of the two directions of an edge (set_op_mix_ratio).</summary>
    public double SetOperationMixRatio { get; init; } = 1.0;

    /// <summary>Gets the weight of repulsion against attraction (repulsion_strength).</summary>
    public double RepulsionStrength { get; init; } = 1.0;

    /// <summary>Gets the number of repelling rows that are drawn for each attraction, from 0 to 10,000 (negative_sample_rate).</summary>
    public int NegativeSampleRate { get; init; } = 5;

    /// <summary>Gets the weight of a target against the rows, from 0 to 1 (target_weight).</summary>
    public double TargetWeight { get; init; } = 0.5;

    /// <summary>Gets the number of neighbours of each row among the numbers of a target, itself included, or null for as many as among the rows (target_n_neighbors).</summary>
    public int? TargetNeighborCount { get; init; }

    /// <summary>Gets a value indicating whether dense rows shall stay dense in the layout: densMAP (densmap).</summary>
    public bool Densmap { get; init; }

    /// <summary>Gets the weight of the densities in densMAP (dens_lambda).</summary>
    public double DensityLambda { get; init; } = 2.0;

    /// <summary>Gets the share of the epochs, the last ones, in which densMAP looks at the densities (dens_frac).</summary>
    public double DensityFraction { get; init; } = 0.3;

    /// <summary>Gets what is added to the variance of the layout's radii, so that densMAP never divides by nearly nothing (dens_var_shift).</summary>
    public double DensityVarianceShift { get; init; } = 0.1;

    /// <summary>Gets a value indicating whether the local radii of rows and layout are returned (output_dens).</summary>
    public bool OutputDensity { get; init; }

    /// <summary>Gets the seed of all random numbers (random_state).</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Gets the most threads to use, 0 for as many as there are cores. It changes nothing in the result.</summary>
    public int ThreadCount { get; init; }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="EngineException">An option, or a combination of options, is out of its range.</exception>
    public void Validate()
    {
        Require(NeighborCount >= 2, nameof(NeighborCount), NeighborCount, "must be 2 or more, as a row is its own first neighbour");
        Require(ComponentCount is >= 1 and <= LargestComponentCount, nameof(ComponentCount), ComponentCount, "must be from 1 to 100");
        Require(Spread is >= Smallest and <= Largest, nameof(Spread), Spread, $"must lie between {Text(Smallest)} and {Text(Largest)}");
        Require(MinDistance >= 0 && MinDistance <= Spread, nameof(MinDistance), MinDistance, $"must lie between 0 and Spread, which is {Text(Spread)}");
        if (A is null != B is null)
        {
            throw Invalid($"Only {(A is null ? nameof(B) : nameof(A))} is given, and the curve needs both A and B.", "Give both, or neither: then they follow from MinDistance and Spread.");
        }

        Require(A is null or (> 0 and <= CurveParameters.LargestFactor), nameof(A), A ?? 0, $"must be above 0 and at most {Text(CurveParameters.LargestFactor)}");
        Require(B is null or (> 0 and <= CurveParameters.LargestExponent), nameof(B), B ?? 0, $"must be above 0 and at most {Text(CurveParameters.LargestExponent)}");
        Require(Enum.IsDefined(Metric), nameof(Metric), (int)Metric, "is none of the metrics");
        Require(MinkowskiPower >= 1, nameof(MinkowskiPower), MinkowskiPower, "must be 1 or more, as less is no metric");
        Require(DisconnectionDistance is null || (float)DisconnectionDistance > 0, nameof(DisconnectionDistance), DisconnectionDistance ?? 0, "must be above 0 in single precision");
        if (UniqueRows && Metric == Metric.Precomputed)
        {
            throw Invalid("UniqueRows makes no sense with precomputed distances, as there are no rows to compare.", "Leave out UniqueRows, or give the rows themselves.");
        }

        Require(EpochCount is null or (>= 0 and <= LargestEpochCount), nameof(EpochCount), EpochCount ?? 0, "must be from 0 to 1,000,000");
        Require(LearningRate is >= 0 and <= Largest, nameof(LearningRate), LearningRate, $"must lie between 0 and {Text(Largest)}");
        Require(Enum.IsDefined(Initialization), nameof(Initialization), (int)Initialization, "is none of the starts");
        Require(double.IsFinite(LocalConnectivity) && LocalConnectivity >= 0, nameof(LocalConnectivity), LocalConnectivity, "must be a number of 0 or more");
        Require(SetOperationMixRatio is >= 0 and <= 1, nameof(SetOperationMixRatio), SetOperationMixRatio, "must lie between 0 and 1");
        Require(RepulsionStrength is >= 0 and <= Largest, nameof(RepulsionStrength), RepulsionStrength, $"must lie between 0 and {Text(Largest)}");
        Require(NegativeSampleRate is >= 0 and <= LargestNegativeSampleRate, nameof(NegativeSampleRate), NegativeSampleRate, "must be from 0 to 10,000");
        Require(TargetWeight is >= 0 and <= 1, nameof(TargetWeight), TargetWeight, "must lie between 0 and 1");
        Require(TargetNeighborCount is null or >= 2, nameof(TargetNeighborCount), TargetNeighborCount ?? 0, "must be 2 or more, as a row is its own first neighbour");
        Require(DensityLambda is >= 0 and <= Largest, nameof(DensityLambda), DensityLambda, $"must lie between 0 and {Text(Largest)}");
        Require(DensityFraction is >= 0 and <= 1, nameof(DensityFraction), DensityFraction, "must lie between 0 and 1");
        Require(DensityVarianceShift is >= 0 and <= Largest, nameof(DensityVarianceShift), DensityVarianceShift, $"must lie between 0 and {Text(Largest)}");
        Require(ThreadCount >= 0, nameof(ThreadCount), ThreadCount, "must be 0 or more");
    }

    /// <summary>Returns the number of epochs that a layout is optimised for.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>The number asked for, or the default for so many rows.</returns>
    internal int EpochsFor(int rowCount) => EpochCount ?? DefaultEpochsFor(rowCount);

    /// <summary>Returns the default number of epochs for a number of rows, 200 more for densMAP.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>The number.</returns>
    internal int DefaultEpochsFor(int rowCount) => DefaultEpochs(rowCount) + (Densmap ? DensmapEpochs : 0);

    /// <summary>Returns the number of epochs that decides which edges are too weak: that of the layout, or the default where there are 10 or fewer (umap_.py, simplicial_set_embedding).</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>The number.</returns>
    internal int PruningEpochsFor(int rowCount) => EpochsFor(rowCount) is > 10 and int epochs ? epochs : DefaultEpochsFor(rowCount);

    /// <summary>Returns the distance from which on neighbours are dropped: the one asked for, or the metric's (umap_.py, DISCONNECTION_DISTANCES).</summary>
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

    private static EngineException Invalid(string message, string cure) => new("UmapOptionInvalid", FailureKind.InvalidArgument, message, cure);

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
