namespace PSLlmCluster.Core.Umap;

/// <summary>The parameters of UMAP. Names of umap-learn are given in brackets; the defaults are umap-learn's, but for the seed, which is fixed.</summary>
public sealed record UmapOptions
{
    /// <summary>The most repelling rows for each attraction.</summary>
    public const int LargestNegativeSampleRate = 10_000;

    // Bounds within which no step of a layout can overflow. Nothing of use lies beyond them.
    private const double Smallest = 1e-6;
    private const double Largest = 1e6;
    private const double LargestFactor = 1e15;
    private const double LargestExponent = 100;

    /// <summary>Gets the number of neighbours of each row, itself included (n_neighbors).</summary>
    public int NeighborCount { get; init; } = 15;

    /// <summary>Gets the number of dimensions of the layout (n_components).</summary>
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

    /// <summary>Gets the number of epochs, or null for 500 up to 10,000 rows and 200 beyond (n_epochs).</summary>
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

    /// <summary>Gets the seed of all random numbers (random_state).</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Gets the most threads to use, 0 for as many as there are cores. It changes nothing in the result.</summary>
    public int ThreadCount { get; init; }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="EngineException">An option, or a combination of options, is out of its range.</exception>
    public void Validate()
    {
        Require(NeighborCount >= 2, nameof(NeighborCount), NeighborCount, "must be 2 or more, as a row is its own first neighbour");
        Require(ComponentCount >= 1, nameof(ComponentCount), ComponentCount, "must be 1 or more");
        Require(Spread is >= Smallest and <= Largest, nameof(Spread), Spread, $"must lie between {Text(Smallest)} and {Text(Largest)}");
        Require(MinDistance >= 0 && MinDistance <= Spread, nameof(MinDistance), MinDistance, $"must lie between 0 and Spread, which is {Text(Spread)}");
        if (A is null != B is null)
        {
            throw Invalid($"Only {(A is null ? nameof(B) : nameof(A))} is given, and the curve needs both A and B.", "Give both, or neither: then they follow from MinDistance and Spread.");
        }

        Require(A is null or (> 0 and <= LargestFactor), nameof(A), A ?? 0, $"must be above 0 and at most {Text(LargestFactor)}");
        Require(B is null or (> 0 and <= LargestExponent), nameof(B), B ?? 0, $"must be above 0 and at most {Text(LargestExponent)}");
        Require(Enum.IsDefined(Metric), nameof(Metric), (int)Metric, "is none of the metrics");
        Require(EpochCount is null or >= 0, nameof(EpochCount), EpochCount ?? 0, "must be 0 or more");
        Require(LearningRate is >= 0 and <= Largest, nameof(LearningRate), LearningRate, $"must lie between 0 and {Text(Largest)}");
        Require(Enum.IsDefined(Initialization), nameof(Initialization), (int)Initialization, "is none of the starts");
        Require(double.IsFinite(LocalConnectivity) && LocalConnectivity >= 0, nameof(LocalConnectivity), LocalConnectivity, "must be a number of 0 or more");
        Require(SetOperationMixRatio is >= 0 and <= 1, nameof(SetOperationMixRatio), SetOperationMixRatio, "must lie between 0 and 1");
        Require(RepulsionStrength is >= 0 and <= Largest, nameof(RepulsionStrength), RepulsionStrength, $"must lie between 0 and {Text(Largest)}");
        Require(NegativeSampleRate is >= 0 and <= LargestNegativeSampleRate, nameof(NegativeSampleRate), NegativeSampleRate, "must be from 0 to 10,000");
        Require(ThreadCount >= 0, nameof(ThreadCount), ThreadCount, "must be 0 or more");
    }

    /// <summary>Returns the number of epochs that a layout is optimised for.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <returns>The number asked for, or the default for so many rows.</returns>
    internal int EpochsFor(int rowCount) => EpochCount ?? DefaultEpochs(rowCount);

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
