using System.Management.Automation;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Compares parameters of Invoke-Hdbscan: what each choice makes of the same rows.</summary>
/// <remarks>
/// <para>
/// Measure-Clustering takes in the rows that Invoke-Hdbscan would, and writes a line for every combination of -MinClusterSize,
/// -MinSampleCount, -ClusterSelectionEpsilon and -ClusterSelectionMethod: how many clusters there are, which share of the rows is noise,
/// which share is in the largest cluster, the relative validity, and the mean persistence. Neighbours are searched once, and the tree that
/// clusters are taken from is built once for each number of samples, so that a table of many lines takes no longer than a few calls of
/// Invoke-Hdbscan.
/// </para>
/// <para>
/// The relative validity is DBCV along the spanning tree, from -1 to 1: how dense clusters are within against how far they are apart,
/// weighted by their share of all rows. It compares parameters over the same rows, and no more than that: look at the clusters too. A
/// cluster that leads to others only through noise counts as twice as far from them as anything is, so that the validity may jump from one
/// line to the next.
/// </para>
/// <para>
/// With -Layer there is a line for each layer that Invoke-Hdbscan -Layer finds, the finest first: what the leaves at that MinClusterSize
/// are, and LayerPersistence, by which layers were chosen.
/// </para>
/// </remarks>
/// <example>
/// <title>Which parameters?</title>
/// <code>
/// $points | Measure-Clustering | Sort-Object RelativeValidity -Descending | Select-Object -First 5
/// </code>
/// <para>Tries usual sizes, and shows the best by relative validity.</para>
/// </example>
/// <example>
/// <title>The best parameters, used at once</title>
/// <code>
/// $best = $points | Measure-Clustering -MinClusterSize 5, 10, 20, 40 -MinSampleCount 1, 5, 10 |
///     Where-Object NoiseShare -lt 0.3 | Sort-Object RelativeValidity | Select-Object -Last 1
/// $points | Invoke-Hdbscan -MinClusterSize $best.MinClusterSize -MinSampleCount $best.MinSampleCount `
///     -ClusterSelectionEpsilon $best.ClusterSelectionEpsilon -ClusterSelectionMethod $best.ClusterSelectionMethod
/// </code>
/// <para>A script picks the parameters that leave less than a third of the rows as noise and are the most valid of those.</para>
/// </example>
/// <example>
/// <title>How far to split</title>
/// <code>
/// $points | Measure-Clustering -MinClusterSize 5 -ClusterSelectionEpsilon 0, 0.1, 0.2, 0.5, 1 |
///     Format-Table ClusterSelectionEpsilon, ClusterCount, NoiseShare, LargestShare
/// </code>
/// <para>Shows how clusters grow together as the distance below which they are not split grows.</para>
/// </example>
/// <example>
/// <title>Which sizes the rows themselves suggest</title>
/// <code>
/// $points | Measure-Clustering -Layer -MinClusterSize 3 | Format-Table MinClusterSize, ClusterCount, NoiseShare, LayerPersistence
/// </code>
/// <para>Lists the layers of Invoke-Hdbscan -Layer: the sizes at which clusters persist longest, from fine to coarse.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.UmapPoint">Its coordinates are the row.</type>
/// <type name="PSLlmCluster.TextEmbedding">Its vector is the row.</type>
/// <type name="System.Single[]">An array of numbers of any kind is a row.</type>
/// <type name="System.Management.Automation.PSObject">Any object: the properties named with -Property are the row; without it, its property
/// Coordinates or Vector.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.ClusteringMeasurement">One for each combination: MinClusterSize, MinSampleCount, ClusterSelectionEpsilon,
/// ClusterSelectionMethod, ClusterCount, NoiseShare, LargestShare, RelativeValidity and Persistence.</type>
/// <type name="PSLlmCluster.LayerMeasurement">With -Layer one for each layer: the same, and LayerPersistence.</type>
/// </outputs>
/// <seealso cref="InvokeHdbscanCommand"/>
/// <seealso href="https://doi.org/10.1137/1.9781611973440.96">Density-Based Clustering Validation</seealso>
[Cmdlet(VerbsDiagnostic.Measure, "Clustering", DefaultParameterSetName = FitSet)]
[OutputType(typeof(ClusteringMeasurement), typeof(LayerMeasurement))]
public sealed class MeasureClusteringCommand : ClusterCmdlet
{
    private static readonly HdbscanOptions _defaults = new();
    private const int ActivityId = 724_105;

    /// <summary>Initializes a new instance of the <see cref="MeasureClusteringCommand"/> class.</summary>
    public MeasureClusteringCommand()
        : base("Comparing parameters of HDBSCAN", ActivityId)
    {
    }

    /// <summary>
    /// The fewest rows that make a cluster, each from 2. Unless given, those of 2, 3, 5, 10, 15, 20, 30, 50 and 100 are tried that half of
    /// the rows are enough for; min_cluster_size in hdbscan. With -Layer it is one size, 5 unless given.
    /// </summary>
    [Parameter]
    [Alias("min_cluster_size")]
    [ValidateNotNullOrEmpty]
    public int[]? MinClusterSize { get; set; }

    /// <summary>
    /// The numbers of other rows within a row's core distance, each from 1. Unless given, it is each MinClusterSize, as with
    /// Invoke-Hdbscan; min_samples in hdbscan.
    /// </summary>
    [Parameter]
    [Alias("min_samples")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, int.MaxValue)]
    public int[]? MinSampleCount { get; set; }

    /// <summary>
    /// The distances below which clusters are not split any further, each 0 or more. It is 0 unless given; cluster_selection_epsilon in
    /// hdbscan.
    /// </summary>
    [Parameter]
    [Alias("cluster_selection_epsilon")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(0.0, double.MaxValue)]
    public double[] ClusterSelectionEpsilon { get; set; } = [_defaults.ClusterSelectionEpsilon];

    /// <summary>
    /// Which nodes of the tree of clusters are taken: Eom, those of the largest total stability, or Leaf, the smallest ones. It is Eom
    /// unless given; cluster_selection_method in hdbscan.
    /// </summary>
    [Parameter]
    [Alias("cluster_selection_method")]
    [ValidateNotNullOrEmpty]
    public ClusterSelectionMethod[] ClusterSelectionMethod { get; set; } = [_defaults.ClusterSelectionMethod];

    /// <inheritdoc/>
    private protected override void ValidateOptions()
    {
        ThrowIfLayersAnd(nameof(ClusterSelectionEpsilon));
        ThrowIfLayersAnd(nameof(ClusterSelectionMethod));
        ParameterSweep.Validate(CommonOptions(), Grid(0));
        TakeWeights();
    }

    /// <inheritdoc/>
    private protected override void WriteResults(RowMatrix rows, IReadOnlyList<InputRow> origins)
    {
        double[]? weights = Weights;
        SweepResult found = RunEngine(
            () => ParameterSweep.Compute(rows, weights, CommonOptions(), Grid(rows.RowCount), Progress, Token), null);
        WriteWarnings(found.Warnings);
        WriteNotFiniteError(found.NotFiniteRows, origins);
        WriteObject(found.Measurements, enumerateCollection: true);
    }

    /// <summary>Refuses a parameter that selects clusters beside layers.</summary>
    private void ThrowIfLayersAnd(string parameter)
    {
        if (MostLayers is not null)
        {
            ParameterRules.Exclude(
                this,
                LayerCount is null ? nameof(Layer) : nameof(LayerCount),
                "Layers are the leaves of the tree, whatever selects clusters.",
                parameter);
        }
    }

    private ParameterGrid Grid(int rowCount)
        => new(
            MinClusterSize
                ?? (MostLayers is null ? ParameterGrid.UsualSizes(rowCount, MaxClusterSize) : [_defaults.MinClusterSize]),
            MinSampleCount ?? [],
            ClusterSelectionEpsilon,
            ClusterSelectionMethod)
        {
            LayerCount = MostLayers,
        };
}
