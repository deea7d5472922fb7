using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Finds clusters of rows with HDBSCAN, however many there are, and the rows that belong to none.</summary>
/// <remarks>
/// <para>
/// Invoke-Hdbscan takes in points, usually those of Invoke-Umap, and writes for each the cluster that it belongs to: a number from 0 (the largest cluster), or -1 for noise.
/// Neither the number nor the shape of the clusters is given beforehand: a cluster is where rows lie denser than around it. It waits for the last row before it starts.
/// </para>
/// <para>
/// Rows are the coordinates of what Invoke-Umap writes, the vectors of what Get-TextEmbedding writes, arrays of numbers, or objects of any kind whose properties are named with
/// -Property. What comes in rides along: Index, Text, Source, Vector and Coordinates of a point; of any other object, its position, its property Text where it has one, and
/// the object itself.
/// </para>
/// <para>
/// The algorithm is that of Python's hdbscan, with its parameters and defaults; each parameter has the Python name as an alias. Edges of equal weight are taken
/// away together, as the paper has it, so that the order of input changes nothing; where Python's own answer does not hang on that order, this is the same.
/// </para>
/// <para>
/// A row of another length than the first, and an object that is no row, are errors that do not end the work: they are left out, and the rest goes on. A row with
/// a number that is not finite is noise, and one error says which; among precomputed distances such a number ends the work, but for infinity, which is no way.
/// </para>
/// </remarks>
/// <example>
/// <title>Clusters of texts</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap | Invoke-Hdbscan | Sort-Object Cluster | Format-Table -GroupBy Cluster Text, Probability
/// </code>
/// <para>Shows the texts of each cluster; -1 are those of none.</para>
/// </example>
/// <example>
/// <title>A Python line, retyped</title>
/// <code>
/// $points | Invoke-Hdbscan -min_cluster_size 2 -metric euclidean -cluster_selection_epsilon 0.1
/// </code>
/// <para>The parameters of Python's hdbscan work as they are.</para>
/// </example>
/// <example>
/// <title>What kinds of messages are in a log</title>
/// <code>
/// Get-Content app.log | Where-Object { $_ -match ' ERROR ' } | ForEach-Object { $_ -replace '^\S+ \S+ ' } | Sort-Object -Unique |
///     Get-TextEmbedding | Invoke-Umap | Invoke-Hdbscan -MinClusterSize 10 | Group-Object Cluster | Sort-Object Count -Descending
/// </code>
/// <para>Each group is a kind of error, the largest first. The date and the time at the beginning are cut off, since they are not part of the message.</para>
/// </example>
/// <example>
/// <title>The odd ones of a table</title>
/// <code>
/// Import-Csv requests.csv | Invoke-Hdbscan -Property Duration, Size | Where-Object OutlierScore -gt 0.9 | ForEach-Object { $_.Source }
/// </code>
/// <para>Writes the rows of the table that lie outside of what is usual in their surroundings.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.UmapPoint">Its coordinates are the row.</type>
/// <type name="PSLlmCluster.TextEmbedding">Its vector is the row.</type>
/// <type name="System.Single[]">An array of numbers of any kind is a row.</type>
/// <type name="System.Management.Automation.PSObject">Any object: the properties named with -Property are the row; without it, its property Coordinates or Vector.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.ClusterAssignment">One for each row, in the order of input: Index, Text, Source, Vector, Coordinates, X, Y, Cluster, Probability, OutlierScore, Persistence, NearestCluster and NearestStrength.</type>
/// </outputs>
/// <seealso cref="InvokeUmapCommand"/>
/// <seealso cref="ExportClusterPlotCommand"/>
/// <seealso href="https://doi.org/10.1007/978-3-642-37456-2_14">Density-Based Clustering Based on Hierarchical Density Estimates</seealso>
[Cmdlet(VerbsLifecycle.Invoke, "Hdbscan")]
[OutputType(typeof(ClusterAssignment))]
public sealed class InvokeHdbscanCommand : RowCmdlet
{
    private const int ActivityId = 724_103;
    private HdbscanOptions _options = new();

    /// <summary>Initializes a new instance of the <see cref="InvokeHdbscanCommand"/> class.</summary>
    public InvokeHdbscanCommand()
        : base("Finding clusters with HDBSCAN", ActivityId, prefersCoordinates: true)
    {
    }

    /// <summary>The rows: points, embeddings, arrays of numbers, or objects with numbers in their properties. A list of them is a row for each of its elements.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>The fewest rows that make a cluster, from 2. Larger values give fewer clusters and more noise. It is 5 unless given; min_cluster_size in hdbscan.</summary>
    [Parameter]
    [Alias("min_cluster_size")]
    [ValidateRange(2, int.MaxValue)]
    public int MinClusterSize { get; set; } = 5;

    /// <summary>The number of other rows that have to be near for a row to count as lying densely, from 1. Larger values call more rows noise. It is MinClusterSize unless given; min_samples in hdbscan.</summary>
    [Parameter]
    [Alias("min_samples")]
    [ValidateRange(1, int.MaxValue)]
    public int? MinSampleCount { get; set; }

    /// <summary>The distance below which clusters are not split any further, 0 or more, in the units of the rows. It is 0 unless given; cluster_selection_epsilon in hdbscan.</summary>
    [Parameter]
    [Alias("cluster_selection_epsilon")]
    [ValidateRange(0.0, double.MaxValue)]
    public double ClusterSelectionEpsilon { get; set; }

    /// <summary>The largest distance at which a cluster may part from what it was part of, with Eom; larger ones give way to the clusters within. It is 0, for no limit, unless given; cluster_selection_epsilon_max in hdbscan.</summary>
    [Parameter]
    [Alias("cluster_selection_epsilon_max")]
    [ValidateRange(0.0, double.MaxValue)]
    public double ClusterSelectionEpsilonMax { get; set; }

    /// <summary>The distance to cut the tree at, above 0: clusters are then what hangs together by shorter steps than that, as with DBSCAN*. Unless given, the tree decides; cut_distance of dbscan_clustering in hdbscan.</summary>
    [Parameter]
    [Alias("cut_distance")]
    [ValidateRange(double.Epsilon, double.MaxValue)]
    public double? CutDistance { get; set; }

    /// <summary>Which nodes of the tree of clusters are taken: Eom, those of the largest total stability, or Leaf, the smallest ones. It is Eom unless given; cluster_selection_method in hdbscan.</summary>
    [Parameter]
    [Alias("cluster_selection_method")]
    public ClusterSelectionMethod ClusterSelectionMethod { get; set; } = ClusterSelectionMethod.Eom;

    /// <summary>The most rows of a cluster that Eom may choose; larger ones are split where they can be. It is 0, for no limit, unless given; max_cluster_size in hdbscan.</summary>
    [Parameter]
    [Alias("max_cluster_size")]
    [ValidateRange(0, int.MaxValue)]
    public int MaxClusterSize { get; set; }

    /// <summary>Allows all rows to be one cluster. Without it, rows that do not fall into two clusters at least are all noise; allow_single_cluster in hdbscan.</summary>
    [Parameter]
    [Alias("allow_single_cluster")]
    public SwitchParameter AllowSingleCluster { get; set; }

    /// <summary>A number that distances between rows are divided by, above 0, before they are compared with how dense the rows lie. It is 1 unless given; alpha in hdbscan.</summary>
    [Parameter]
    [ValidateRange(double.Epsilon, double.MaxValue)]
    public double Alpha { get; set; } = 1.0;

    /// <summary>How distances between rows are measured. It is Euclidean unless given. With Precomputed each row holds its distances to all rows, in their order. metric in hdbscan.</summary>
    [Parameter]
    public Metric Metric { get; set; } = Metric.Euclidean;

    /// <summary>The power p of the metric Minkowski, from 1: 1 is Manhattan, 2 is Euclidean. It is 2 unless given; p in hdbscan.</summary>
    [Parameter]
    [Alias("p")]
    [ValidateRange(1.0, double.MaxValue)]
    public double MinkowskiPower { get; set; } = 2.0;

    /// <summary>What becomes of noise: Keep leaves it -1, Nearest puts each row into the cluster that it would join first, with the strength of that as its probability. It is Keep unless given.</summary>
    [Parameter]
    public NoiseHandling NoiseHandling { get; set; } = NoiseHandling.Keep;

    /// <summary>The most threads to use; 0 or -1 for as many as there are cores. It changes the speed, never the result. It is 0 unless given; core_dist_n_jobs in hdbscan.</summary>
    [Parameter]
    [Alias("core_dist_n_jobs")]
    [ValidateRange(-1, int.MaxValue)]
    public int ThreadCount { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Collect(InputObject);

    /// <inheritdoc/>
    private protected override bool TakesNotFinite => true;

    /// <inheritdoc/>
    private protected override void ValidateOptions()
    {
        _options = new HdbscanOptions
        {
            MinClusterSize = MinClusterSize,
            MinSampleCount = MinSampleCount,
            ClusterSelectionEpsilon = ClusterSelectionEpsilon,
            ClusterSelectionEpsilonMax = ClusterSelectionEpsilonMax,
            CutDistance = CutDistance,
            ClusterSelectionMethod = ClusterSelectionMethod,
            MaxClusterSize = MaxClusterSize,
            AllowSingleCluster = AllowSingleCluster,
            Alpha = Alpha,
            Metric = Metric,
            MinkowskiPower = MinkowskiPower,
            ThreadCount = Threads(ThreadCount),
        };
        _options.Validate();
    }

    /// <inheritdoc/>
    private protected override void WriteResults(RowMatrix rows, IReadOnlyList<InputRow> origins)
    {
        HdbscanResult result = RunEngine(() => HdbscanClustering.Compute(rows, _options, Progress, Token), null);
        WriteWarnings(result.Warnings);
        TellNotFinite(result, origins);
        result = NoiseHandling == NoiseHandling.Nearest ? result.WithNoiseInNearest() : result;
        for (int i = 0; i < origins.Count; i++)
        {
            InputRow origin = origins[i];
            int cluster = result.Labels[i];
            WriteObject(new ClusterAssignment
            {
                Index = origin.Index,
                Text = origin.Text,
                Source = origin.Source,
                Vector = origin.Vector,
                Coordinates = origin.Coordinates,
                Cluster = cluster,
                Probability = result.Probabilities[i],
                OutlierScore = result.OutlierScores[i],
                Persistence = cluster == ClusterAssignment.Noise ? 0 : result.Persistences[cluster],
                NearestCluster = result.NearestClusters[i],
                NearestStrength = result.NearestStrengths[i],
            });
        }
    }

    /// <summary>Rows that are not finite are noise, and one error says which: a pile of records with a few holes is clustered all the same.</summary>
    private void TellNotFinite(HdbscanResult result, IReadOnlyList<InputRow> origins)
    {
        const int Named = 5;
        int[] rows = result.NotFiniteRows;
        if (rows.Length == 0)
        {
            return;
        }

        string first = string.Join(", ", rows.Take(Named).Select(row => origins[row].Index)) + (rows.Length > Named ? ", …" : string.Empty);
        EngineException fault = new(
            ErrorIds.RowsNotFinite,
            FailureKind.InvalidData,
            rows.Length == 1 ? $"The row with index {first} holds a number that is not finite; it is noise." : $"{rows.Length} rows hold numbers that are not finite, and are noise. Their indices: {first}.",
            "Leave such rows out, or put numbers in those places.");
        WriteError(ErrorRecords.From(fault, origins[rows[0]].Source));
    }
}
