using System.Globalization;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Finds clusters of rows with HDBSCAN, however many there are, and the rows that belong to none.</summary>
/// <remarks>
/// <para>
/// Invoke-Hdbscan takes in points, usually those of Invoke-Umap, and writes for each the cluster that it belongs to: a number from 0 (the
/// largest cluster), or -1 for noise. Neither the number nor the shape of the clusters is given beforehand: a cluster is where rows lie
/// denser than around it. It waits for the last row before it starts.
/// </para>
/// <para>
/// Rows are the coordinates of what Invoke-Umap writes, the vectors of what Get-TextEmbedding writes, arrays of numbers, or objects of any
/// kind whose properties are named with -Property. What comes in is passed on: Index, Text, Source, Vector and Coordinates of a point; of
/// any other object, its position, its property Text where it has one, and the object itself.
/// </para>
/// <para>
/// The algorithm is that of Python's hdbscan, with its parameters and defaults; each parameter has the Python name as an alias. Edges of
/// equal weight are taken away together, as the paper has it, so that the order of input changes nothing; where Python's own answer does
/// not depend on that order, this is the same.
/// </para>
/// <para>
/// -SaveModel keeps what was found, and -Model assigns new rows to those clusters, each independently of the others. A row of the fit gets
/// what it had there. Measure-Clustering compares parameters.
/// </para>
/// <para>
/// Each row has: Cluster; Probability, how strongly it belongs to it, from 0 (noise) to 1 (its core); OutlierScore, how far outside its
/// surroundings it lies (GLOSH), from 0 to 1; Persistence, how distinct the row's cluster is, as its share of all density, from 0, and 0
/// for clusters of -CutDistance; NearestCluster, for noise the cluster that it would join first by the shortest steps, -1 where there is
/// none; NearestStrength, how strongly it would belong to that; IsExemplar, whether it is one of those that stand for its cluster.
/// Membership looks at distances to exemplars as well, so that its largest need not be NearestCluster.
/// </para>
/// <para>
/// -Layer finds several resolutions at once, from one tree: LayerClusters holds the row's cluster in each layer, the finest first, and
/// LayerSizes the MinClusterSize of each, and LayerPersistences the persistence of each of the row's clusters. Cluster stays what it is
/// without. Measure-Clustering -Layer lists the layers, and with -PassTree Layers says which cluster of the next coarser layer each one
/// lies in. With -NoiseHandling Nearest, rows in no cluster of a layer get the one that they would join first. A model that was saved with
/// layers gives new rows their LayerClusters, asked for or not; with -Layer, a model without them is an error.
/// </para>
/// <para>
/// A row of another length than the first, or than those of the model, and an object that is no row, are errors that do not end the work:
/// they are left out, and the rest goes on. A row with a number that is not finite is noise, and one error says which; among precomputed
/// distances such a number ends the work, except infinity, which means not connected.
/// </para>
/// </remarks>
/// <example>
/// <title>Clusters of texts</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap | Invoke-Hdbscan |
///     Sort-Object Cluster | Format-Table -GroupBy Cluster Text, Probability
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
/// <para>Each group is a kind of error, the largest first. The date and the time at the beginning are cut off, since they are not part of
/// the message.</para>
/// </example>
/// <example>
/// <title>New rows in old clusters</title>
/// <code>
/// $old | Get-TextEmbedding | Invoke-Umap -SaveModel map.umap | Invoke-Hdbscan -SaveModel clusters.hdbscan
/// $new | Get-TextEmbedding | Invoke-Umap -Model map.umap | Invoke-Hdbscan -Model clusters.hdbscan -Membership
/// </code>
/// <para>The first line keeps the map and its clusters; the second says to which of those clusters each new text belongs, and how strongly
/// to each, without finding them again.</para>
/// </example>
/// <example>
/// <title>The texts that stand for each cluster</title>
/// <code>
/// $points | Invoke-Hdbscan | Where-Object IsExemplar |
///     Group-Object Cluster | ForEach-Object { $_.Group | Select-Object -First 3 Cluster, Text }
/// </code>
/// <para>Exemplars lie in the densest parts of their cluster, so they show what it is about.</para>
/// </example>
/// <example>
/// <title>Clusters without a map</title>
/// <code>
/// $embeddings | Invoke-Hdbscan -Metric Cosine -Center -MinClusterSize 3
/// </code>
/// <para>Clusters the vectors themselves. -Center takes off what all vectors of the language model have in common, so that the angles
/// between them say how their texts differ.</para>
/// </example>
/// <example>
/// <title>Rows that stand for many</title>
/// <code>
/// Import-Csv requests.csv | Group-Object Duration, Size | Invoke-Hdbscan -Property Values -WeightProperty Count
/// </code>
/// <para>Equal records come in once, with their number: the clusters are those of all records. Values holds the two numbers of each
/// group.</para>
/// </example>
/// <example>
/// <title>The tree that the clusters come from</title>
/// <code>
/// $tree = $points | Invoke-Hdbscan -PassTree
/// $tree.CondensedTree | Where-Object ChildSize -gt 1 | Format-Table
/// $tree.Assignments | Export-ClusterPlot map.html
/// </code>
/// <para>With -PassTree one object holds the rows, the merges in the form of SciPy's linkage matrix, and the tree of clusters.</para>
/// </example>
/// <example>
/// <title>The odd ones of a table</title>
/// <code>
/// Import-Csv requests.csv | Invoke-Hdbscan -Property Duration, Size | Where-Object OutlierScore -gt 0.9 | ForEach-Object { $_.Source }
/// </code>
/// <para>Writes the rows of the table that lie outside of what is usual in their surroundings.</para>
/// </example>
/// <example>
/// <title>Fine and coarse groups at once</title>
/// <code>
/// $points | Invoke-Hdbscan -MinClusterSize 3 -Layer -NoiseHandling Nearest |
///     Select-Object Text, @{ Name = 'Fine'; Expression = { $_.LayerClusters[0] } },
///         @{ Name = 'Coarse'; Expression = { $_.LayerClusters[-1] } }
/// </code>
/// <para>Writes for each text its cluster in the finest and in the coarsest layer. Every fine cluster lies in one coarse cluster.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.UmapPoint">Its coordinates are the row.</type>
/// <type name="PSLlmCluster.TextEmbedding">Its vector is the row.</type>
/// <type name="System.Single[]">An array of numbers of any kind is a row.</type>
/// <type name="System.Management.Automation.PSObject">Any object: the properties named with -Property are the row; without it, its property
/// Coordinates or Vector.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.ClusterAssignment">One for each row, in the order of input: Index, Text, Source, Vector, Coordinates, X, Y,
/// Cluster, Probability, OutlierScore, Persistence, NearestCluster, NearestStrength, IsExemplar and, with -Membership, Membership, and with
/// -Layer LayerClusters, LayerSizes and LayerPersistences.</type>
/// <type name="PSLlmCluster.ClusterHierarchy">With -PassTree one object in their place: Assignments, SingleLinkage, CondensedTree,
/// ClusterNodes, Persistences, RelativeValidity and, with -Layer, Layers: of each MinClusterSize, ClusterCount, Persistence, Parents and
/// ClusterNodes.</type>
/// </outputs>
/// <seealso cref="MeasureClusteringCommand"/>
/// <seealso cref="InvokeUmapCommand"/>
/// <seealso cref="ExportClusterPlotCommand"/>
/// <seealso href="https://doi.org/10.1007/978-3-642-37456-2_14">Density-Based Clustering Based on Hierarchical Density Estimates</seealso>
[Cmdlet(VerbsLifecycle.Invoke, "Hdbscan", DefaultParameterSetName = FitSet, SupportsShouldProcess = true)]
[OutputType(typeof(ClusterAssignment), typeof(ClusterHierarchy))]
public sealed class InvokeHdbscanCommand : ClusterCmdlet
{
    private static readonly HdbscanOptions _defaults = new();
    private const int ActivityId = 724_103;
    private HdbscanOptions _options = new();
    private HdbscanModel? _model;
    private ModelFileTarget? _modelFile;

    /// <summary>Initializes a new instance of the <see cref="InvokeHdbscanCommand"/> class.</summary>
    public InvokeHdbscanCommand()
        : base("Finding clusters with HDBSCAN", ActivityId)
    {
    }

    /// <summary>
    /// The fewest rows that make a cluster, from 2. Larger values give fewer clusters and more noise. It is 5 unless given;
    /// min_cluster_size in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("min_cluster_size")]
    public int MinClusterSize { get; set; } = _defaults.MinClusterSize;

    /// <summary>
    /// The number of other rows within a row's core distance, from 1. Larger values treat more rows as noise. It is MinClusterSize unless
    /// given; min_samples in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("min_samples")]
    [ValidateRange(1, int.MaxValue)]
    public int? MinSampleCount { get; set; }

    /// <summary>
    /// The distance below which clusters are not split any further, 0 or more, in the units of the rows. It is 0 unless given;
    /// cluster_selection_epsilon in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("cluster_selection_epsilon")]
    [ValidateRange(0.0, double.MaxValue)]
    public double ClusterSelectionEpsilon { get; set; }

    /// <summary>
    /// The distance to cut the tree at, above 0: clusters are then what is connected by shorter steps than that, as with DBSCAN*. Unless
    /// given, the tree decides; cut_distance of dbscan_clustering in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("cut_distance")]
    [ValidateAboveZero]
    public double? CutDistance { get; set; }

    /// <summary>
    /// How many clusters there are to be, from 1. The distance below which clusters are not split is then chosen so that there are as many,
    /// or as nearly as many as can be, with a warning; -Verbose shows it. Where the clusters of -ClusterSelectionMethod Eom are fewer than
    /// that, they come from the leaves of the tree, as with Leaf. Unless given, the rows decide; n_clusters of HDBSCAN_flat in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("n_clusters")]
    [ValidateRange(1, int.MaxValue)]
    public int? ClusterCount { get; set; }

    /// <summary>
    /// How often rows are then moved to the cluster whose mean lies nearest to them, from 0 to 1,000; it is 0 unless given, and 10 is
    /// usual. The tree says how many clusters there are and where, and this draws the borders between them, as k-means does (Lloyd's
    /// algorithm); it ends early where no row moves any more. A cluster that is left with fewer than -MinClusterSize rows is dissolved
    /// into the others. With -ClusterCount clusters are first merged, by Ward's criterion, until there are as many. Noise gets a cluster
    /// too, where there is any, so -NoiseHandling has no effect on it. Probability is then d2 / (d1 + d2) for the distances to the nearest
    /// mean and the next: 1 at the mean, 0.5 halfway. It takes the metric Euclidean, and not -Membership; layers stay those of the tree.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateRange(0, 1000)]
    public int RefinementCount { get; set; }

    /// <summary>
    /// Which nodes of the tree of clusters are taken: Eom, those of the largest total stability, or Leaf, the smallest ones. It is Eom
    /// unless given; cluster_selection_method in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("cluster_selection_method")]
    public ClusterSelectionMethod ClusterSelectionMethod { get; set; } = _defaults.ClusterSelectionMethod;

    /// <summary>
    /// How noise is handled: Keep leaves it -1; Nearest assigns each row to the cluster that it would join first, with that strength as its
    /// probability. It is Keep unless given.
    /// </summary>
    [Parameter]
    public NoiseHandling NoiseHandling { get; set; } = NoiseHandling.Keep;

    /// <summary>
    /// Adds to each row how strongly it belongs to each cluster, as its Membership: a number from 0 to 1 for each, by the cluster's number,
    /// together at most 1; all_points_membership_vectors and membership_vector in hdbscan.
    /// </summary>
    [Parameter]
    public SwitchParameter Membership { get; set; }

    /// <summary>
    /// Writes one object in place of the rows. Assignments holds the rows; SingleLinkage the merges, two parts each, by rising distance;
    /// CondensedTree what leaves each cluster of the tree, at which lambda (1 / distance) and how many rows it is; ClusterNodes for each
    /// cluster its node in that tree. A node is the position of a row among the Assignments, or from their number on a merge, or a cluster
    /// of the condensed tree; single_linkage_tree_ and condensed_tree_ in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    public SwitchParameter PassTree { get; set; }

    /// <summary>
    /// A file to write the clusters to, so that -Model can put new rows into them later. A saved model that is there is replaced; any other
    /// file only with -Force. With -WhatIf the rows come all the same, and no file is written. Where it cannot be written after the work,
    /// that is an error beside the rows. Where all rows are embeddings of one engine, the file says which.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateNotNullOrEmpty]
    public string? SaveModel { get; set; }

    /// <summary>
    /// Replaces a file that is there even where it is read-only, or no saved model, and makes folders of -SaveModel that are missing. What
    /// is no file, such as a device, is never replaced.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not replace an existing file, even with -Force; that is an error, found before the work.</summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>
    /// A file that -SaveModel wrote: the rows are put into its clusters, each by itself. They must have as many numbers as the rows that
    /// were clustered or, for precomputed distances, the distances to those. Where they are embeddings of another engine than the file
    /// says, a warning says so. approximate_predict in hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = ModelSet, Mandatory = true)]
    [Parameter(ParameterSetName = FitSet, DontShow = true)]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <inheritdoc/>
    private protected override int? RowLength => _model?.ColumnCount;

    /// <inheritdoc/>
    private protected override void ValidateOptions()
    {
        if (Model is not null)
        {
            ThrowIfFitParametersGiven(nameof(Model));
            string path = FilePaths.Resolve(this, Model!);
            _model = RunEngine(() => HdbscanModel.Load(path, Token), path);
            if (Membership)
            {
                _model.RequireMemberships();
            }

            if (Layer)
            {
                _model.RequireLayers();
            }

            return;
        }

        _options = CommonOptions() with
        {
            MinClusterSize = MinClusterSize,
            MinSampleCount = MinSampleCount,
            ClusterSelectionEpsilon = ClusterSelectionEpsilon,
            CutDistance = CutDistance,
            ClusterCount = ClusterCount,
            RefinementCount = RefinementCount,
            ClusterSelectionMethod = ClusterSelectionMethod,
        };
        _options.Validate();
        if (Membership)
        {
            _options.RequireMemberships();
        }

        if (MostLayers is not null)
        {
            _options.RequireLayers();
        }

        TakeWeights();
        if (SaveModel is not null)
        {
            _modelFile = OutputParameter.TakeModel(this, SaveModel, "Save the clusters", new OverwriteRule(Force, NoClobber));
        }
    }

    /// <inheritdoc/>
    private protected override void WriteResults(RowMatrix rows, IReadOnlyList<InputRow> origins)
    {
        if (_model is not null)
        {
            WarnOfOtherEngine("The clusters were found", _model.Engine, origins);
            HdbscanPrediction prediction = RunEngine(() => _model.Predict(rows, ThreadLimit, Membership, Progress, Token), null);
            WriteObject(
                Assignments(
                    AssignNoiseAndWarn(prediction.Result, origins),
                    prediction.Memberships,
                    prediction.AreExemplars,
                    JoinsNearest ? prediction.NearestLayerLabels : prediction.LayerLabels,
                    _model.Layers?.Select(layer => layer.MinClusterSize).ToArray(),
                    _model.Layers is null ? null : RunEngine(() => _model.LayerPersistences(Token), null),
                    origins),
                enumerateCollection: true);
            return;
        }

        double[]? weights = Weights;
        HdbscanFit fit = RunEngine(() => HdbscanClustering.Fit(rows, weights, _options, Progress, Token), null);
        IReadOnlyList<HdbscanLayer>? layers = MostLayers is int most ? RunEngine(() => fit.Layers(most, Token), null) : null;
        ErrorRecord? saveError
            = _modelFile is null ? null : TryRunEngine(() => Save(fit, layers, EngineOfRows.Common(origins)), SaveModel);
        WriteBeside(saveError, () => WriteFit(fit, layers, origins));
    }

    /// <summary>Gets a value indicating whether noise is put into the clusters that it is nearest to.</summary>
    private bool JoinsNearest => NoiseHandling == NoiseHandling.Nearest;

    private void Save(HdbscanFit fit, IReadOnlyList<HdbscanLayer>? layers, EmbeddingEngine? engine)
    {
        HdbscanModel model = HdbscanModel.Of(fit, layers, Token);
        model.Engine = engine;
        model.Save(_modelFile!, Token);
    }

    private void WriteFit(HdbscanFit fit, IReadOnlyList<HdbscanLayer>? layers, IReadOnlyList<InputRow> origins)
    {
        MembershipVectors? memberships = Membership ? RunEngine(() => fit.Memberships(Progress, Token), null) : null;
        if (ClusterCount is not null && RefinementCount == 0)
        {
            WriteVerbose(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"-ClusterCount {ClusterCount} comes to -ClusterSelectionMethod {fit.ResolvedOptions.ClusterSelectionMethod} "
                        + $"-ClusterSelectionEpsilon {fit.ResolvedOptions.ClusterSelectionEpsilon}."));
        }

        IEnumerable<ClusterAssignment> assignments = Assignments(
            AssignNoiseAndWarn(fit.Result, origins),
            memberships,
            RunEngine(fit.AreExemplars, null),
            RunEngine(() => layers?.Select(layer => JoinsNearest ? layer.NearestClusters(Token) : layer.Labels).ToArray(), null),
            layers?.Select(layer => layer.MinClusterSize).ToArray(),
            layers is null ? null : RunEngine(() => fit.LayerPersistences(layers, Token), null),
            origins);
        if (PassTree)
        {
            // Lists of the compiler's own cannot be indexed in PowerShell; arrays can.
            WriteObject(
                RunEngine(
                    () => new ClusterHierarchy(
                        assignments.ToArray(),
                        fit.SingleLinkage(Token),
                        fit.CondensedTree(),
                        fit.ClusterNodes,
                        fit.Result.Persistences,
                        fit.RelativeValidity)
                    {
                        Layers = layers?.Select(PublicLayer).ToArray(),
                    },
                    null));
        }
        else
        {
            WriteObject(assignments, enumerateCollection: true);
        }
    }

    /// <summary>Writes the warnings of a result, and assigns noise as -NoiseHandling says.</summary>
    private HdbscanResult AssignNoiseAndWarn(HdbscanResult result, IReadOnlyList<InputRow> origins)
    {
        result = JoinsNearest ? result.WithNoiseInNearest() : result;
        WriteWarnings(result.Warnings);
        WriteNotFiniteError(result.NotFiniteRows, origins);
        return result;
    }

    private static ClusterLayer PublicLayer(HdbscanLayer layer)
        => new(layer.MinClusterSize, layer.ClusterCount, layer.Persistence, layer.Parents, layer.ClusterNodes);

    private static IEnumerable<ClusterAssignment> Assignments(
        HdbscanResult result,
        MembershipVectors? memberships,
        bool[] areExemplars,
        int[][]? layerClusters,
        int[]? layerSizes,
        IReadOnlyList<double>[]? layerPersistences,
        IReadOnlyList<InputRow> origins)
    {
        for (int i = 0; i < origins.Count; i++)
        {
            InputRow origin = origins[i];
            int cluster = result.Labels[i];
            yield return new ClusterAssignment
            {
                Index = origin.Index,
                Text = origin.Text,
                Source = origin.Source,
                Row = origin.Vector,
                Coordinates = origin.Coordinates,
                Cluster = cluster,
                Probability = result.Probabilities[i],
                OutlierScore = result.OutlierScores[i],
                Persistence = cluster == ClusterAssignment.Noise ? 0 : result.Persistences[cluster],
                NearestCluster = result.NearestClusters[i],
                NearestStrength = result.NearestStrengths[i],
                IsExemplar = areExemplars[i],
                Membership = memberships?.Row(i).ToArray(),
                LayerClusters = layerClusters is null ? null : Array.ConvertAll(layerClusters, ofRows => ofRows[i]),
                LayerSizes = layerSizes,
                PersistencesOfLayers = layerPersistences,
            };
        }
    }
}
