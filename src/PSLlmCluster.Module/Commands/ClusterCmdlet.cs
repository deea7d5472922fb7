using System.Management.Automation;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>
/// A cmdlet that finds clusters of rows with HDBSCAN: the parameters that say which rows lie near one another, and which clusters there may
/// be at all.
/// </summary>
public abstract class ClusterCmdlet : RowCmdlet
{
    private static readonly HdbscanOptions _defaults = new();
    private static readonly NumberRule _weightRule = new(
        weight => weight is >= HdbscanClustering.SmallestWeight and <= HdbscanClustering.LargestWeight,
        "no number of rows",
        HdbscanClustering.WeightRecommendedAction);

    private RecordValues? _weights;

    /// <summary>Initializes a new instance of the <see cref="ClusterCmdlet"/> class.</summary>
    /// <param name="activity">The heading of the progress display.</param>
    /// <param name="activityId">The display's number.</param>
    private protected ClusterCmdlet(string activity, int activityId)
        : base(activity, activityId, prefersCoordinates: true)
    {
    }

    /// <summary>
    /// The largest distance at which a cluster chosen by Eom may split from its parent; one that splits at a larger distance is replaced by
    /// its sub-clusters. It is 0, for no limit, unless given; cluster_selection_epsilon_max in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("cluster_selection_epsilon_max")]
    [ValidateRange(0.0, double.MaxValue)]
    public double ClusterSelectionEpsilonMax { get; set; }

    /// <summary>
    /// How long a cluster has to live, as the difference between the densities (1 / distance, in the units of the rows) at which it comes
    /// into being and ends; splits that make shorter ones are undone. It is not the Persistence of the results, which is a share. It is 0,
    /// for any, unless given; cluster_selection_persistence in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("cluster_selection_persistence")]
    [ValidateRange(0.0, double.MaxValue)]
    public double ClusterSelectionPersistence { get; set; }

    /// <summary>
    /// The most rows of a cluster that Eom may choose; larger ones are split where they can be. It is 0, for no limit, unless given;
    /// max_cluster_size in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("max_cluster_size")]
    [ValidateRange(0, int.MaxValue)]
    public int MaxClusterSize { get; set; }

    /// <summary>
    /// Allows all rows to be one cluster. Without it, rows that do not fall into two clusters at least are all noise; allow_single_cluster
    /// in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("allow_single_cluster")]
    public SwitchParameter AllowSingleCluster { get; set; }

    /// <summary>
    /// A number from 1e-100 to 1e100 that distances between rows are divided by, but not core distances. Larger values let density count
    /// for
    /// more. It is 1 unless given; alpha in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateAboveZero]
    public double Alpha { get; set; } = _defaults.Alpha;

    /// <summary>
    /// How many rows each row stands for, in the order of the rows: 3 is as the same row three times. Fractions are allowed. Each is 1
    /// unless given; sample_weight, as scikit-learn calls it.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("sample_weight")]
    [ValidateNotNull]
    public object? Weight { get; set; }

    /// <summary>
    /// The property of the objects that holds the weight, in place of -Weight: its name, or a script block. It is Count for what
    /// Group-Object writes.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateNotNullOrEmpty]
    [ValidateProperty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public object? WeightProperty { get; set; }

    /// <summary>
    /// Finds layers: several resolutions from one tree, each the leaves at one MinClusterSize, from -MinClusterSize up. A layer is a size
    /// at which clusters persist longest, by the total over all of them of how many sizes they are leaves at. Up to six are taken, those of
    /// the highest total whose numbers of clusters differ by a factor of 1.5 or more. A cluster of a finer layer lies in one cluster of a
    /// coarser one, or in none. It cannot be used with -ClusterSelectionPersistence, and parameters that select clusters change no layer.
    /// </summary>
    [Parameter]
    public SwitchParameter Layer { get; set; }

    /// <summary>
    /// The most layers to find, from 1, in place of six: those of the highest total persistence. There may be fewer. It means -Layer too.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? LayerCount { get; set; }

    /// <summary>Gets the most layers to find, or null where none are asked for.</summary>
    private protected int? MostLayers => LayerCount ?? (Layer ? HdbscanLayer.UsualCount : null);

    /// <inheritdoc/>
    private protected override bool TakesNotFinite => true;

    /// <inheritdoc/>
    private protected override RecordValues? ValuesOfRows => _weights;

    /// <inheritdoc/>
    private protected override string? ValuesProperty => WeightProperty is null ? null : nameof(WeightProperty);

    /// <summary>Gets the weights of the rows that were taken, or null where none were given.</summary>
    private protected double[]? Weights => _weights is { HasValues: true } ? _weights.Numbers() : null;

    /// <summary>Gets the options that the parameters of all such cmdlets are.</summary>
    private protected HdbscanOptions CommonOptions() => new()
    {
        ClusterSelectionEpsilonMax = ClusterSelectionEpsilonMax,
        ClusterSelectionPersistence = ClusterSelectionPersistence,
        MaxClusterSize = MaxClusterSize,
        AllowSingleCluster = AllowSingleCluster,
        Alpha = Alpha,
        Metric = Metric,
        Center = Center,
        MinkowskiPower = MinkowskiPower,
        ThreadCount = ThreadLimit,
    };

    /// <summary>Makes the weights ready to be read.</summary>
    /// <exception cref="Core.EngineException">They are given in two ways.</exception>
    private protected void TakeWeights()
    {
        ThrowIfBothGiven(Weight is not null && WeightProperty is not null, nameof(Weight), nameof(WeightProperty));
        _weights = new RecordValues(nameof(Weight), Weight, WeightProperty, _weightRule);
    }

    /// <summary>
    /// Rows that are not finite are noise, and one error says which: a pile of records with a few holes is clustered all the same.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="origins">What is passed on with each.</param>
    private protected void WriteNotFiniteError(IReadOnlyList<int> rows, IReadOnlyList<InputRow> origins)
    {
        const int Named = 5;
        if (rows.Count == 0)
        {
            return;
        }

        string first = string.Join(", ", rows.Take(Named).Select(row => origins[row].Index)) + (rows.Count > Named ? ", …" : string.Empty);
        Core.EngineException fault = new(
            ErrorIds.RowsNotFinite,
            Core.FailureKind.InvalidData,
            rows.Count == 1
                ? $"The row with index {first} holds a number that is not finite; it is noise."
                : $"{rows.Count} rows hold numbers that are not finite, and are noise. Their indices: {first}.",
            "Leave such rows out, or put numbers in those places.");
        WriteError(ErrorRecords.From(fault, origins[rows[0]].Source));
    }
}
