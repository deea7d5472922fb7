using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Transform;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Lays rows of numbers out in few dimensions with UMAP, so that near rows stay near.</summary>
/// <remarks>
/// <para>
/// Invoke-Umap takes in vectors, usually those of Get-TextEmbedding, and writes a point for each: its place in a layout of two dimensions
/// (or as many as -ComponentCount says), in which rows that are near to one another come to lie near to one another. It waits for the last
/// row before it starts.
/// </para>
/// <para>
/// Rows are what Get-TextEmbedding writes, arrays of numbers, or objects of any kind whose properties are named with -Property. What comes
/// in is passed on: Index, Text and Source of an embedding; of any other object, its position, its property Text where it has one, and the
/// object itself.
/// </para>
/// <para>
/// The algorithm is that of umap-learn, with its parameters and defaults; each parameter has the Python name as an alias. The same rows,
/// parameters and seed give the same result to the last bit, in any order of input, with any number of threads, on any machine. Python's
/// own layout for the same seed differs, and is no better or worse.
/// </para>
/// <para>
/// Where copies dominate, equal rows are laid out as one point that counts as often as it has rows. Numbers of double precision are rounded
/// after a column's median is taken off, where rounding alone would lose its differences; a warning names columns that lose them all the
/// same.
/// </para>
/// <para>
/// A row of another length than the first, or than those of the model, one with a number that is not finite, and an object that is no row
/// are errors that do not end the work: they are left out, and the rest goes on.
/// </para>
/// </remarks>
/// <example>
/// <title>From texts to points</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap
/// </code>
/// <para>Each line of the file becomes a point of the plane, with its text.</para>
/// </example>
/// <example>
/// <title>A Python line, retyped</title>
/// <code>
/// $embeddings | Invoke-Umap -n_neighbors 5 -min_dist 0.1 -n_components 2 -random_state 42
/// </code>
/// <para>The parameters of umap-learn work as they are. $embeddings holds what Get-TextEmbedding wrote, so that several settings can be
/// tried without running the model again.</para>
/// </example>
/// <example>
/// <title>Columns of a table</title>
/// <code>
/// Import-Csv servers.csv | Invoke-Umap -Property Cpu, Memory, DiskQueue, Latency -Metric Correlation |
///     Select-Object @{ n = 'Server'; e = { $_.Source.Name } }, X, Y
/// </code>
/// <para>Servers with similar load profiles end up close together. Source is the row of the table that a point came from.</para>
/// </example>
/// <example>
/// <title>Fewer dimensions before clustering</title>
/// <code>
/// $tickets | Get-TextEmbedding -Property Subject | Invoke-Umap -ComponentCount 5 -MinDistance 0 | Invoke-Hdbscan
/// </code>
/// <para>For clusters alone, without a picture, some more dimensions and no least distance separate better.</para>
/// </example>
/// <example>
/// <title>What is particular to each text</title>
/// <code>
/// $embeddings | Invoke-Umap -Metric Cosine -Center
/// </code>
/// <para>The vectors of one language model have a large part in common, the mean of all, which hides the angles between them; -Center takes
/// it off first.</para>
/// </example>
/// <example>
/// <title>Arrays</title>
/// <code>
/// $rows = @( , @(1, 2, 3) ) + @( , @(4, 5, 6) ) + @( , @(7, 8, 10) )
/// Invoke-Umap -InputObject $rows -NeighborCount 2
/// </code>
/// <para>A list of arrays, given with -InputObject, is a row for each array. In a pipeline PowerShell takes a single array apart, so that
/// it has to be written as <c>, $array</c>.</para>
/// </example>
/// <example>
/// <title>New rows in an old map</title>
/// <code>
/// $old | Get-TextEmbedding | Invoke-Umap -SaveModel map.umap
/// $new | Get-TextEmbedding | Invoke-Umap -Model map.umap
/// </code>
/// <para>The first line fits a map and keeps it; the second puts new rows into it. Each is placed by itself, and nothing of the map moves,
/// so that a map of tickets can be drawn once and used every day.</para>
/// </example>
/// <example>
/// <title>More rows than there is patience for</title>
/// <code>
/// $embeddings | Invoke-Umap -SampleCount 50000 -Seed 1 -SaveModel map.umap
/// </code>
/// <para>50,000 of the rows are fitted, and each of the others is put beside the one that is nearest to it; the map is kept for rows to
/// come. With fewer rows than that, all are fitted.</para>
/// </example>
/// <example>
/// <title>What is known of the rows</title>
/// <code>
/// Import-Csv measured.csv | Invoke-Umap -Property Length, Width, Height -TargetProperty Species -TargetWeight 0.3
/// </code>
/// <para>Rows of one species are drawn together, a little. A row whose species is empty is placed by its numbers alone.</para>
/// </example>
/// <example>
/// <title>Rows of files</title>
/// <code>
/// Invoke-Umap -Path part-*.shard -NeighborCount 3
/// </code>
/// <para>Lays out the embeddings that Export-TextEmbedding wrote, in the order of their keys, without an object for each in memory.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.TextEmbedding">Its vector is the row.</type>
/// <type name="System.Single[]">An array of numbers of any kind is a row.</type>
/// <type name="System.Management.Automation.PSObject">Any object: the properties named with -Property are the row; without it, its property
/// Vector.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.UmapPoint">One for each row, in the order of input: Index, Text, Source, Vector, Coordinates, X and Y.</type>
/// </outputs>
/// <seealso cref="GetTextEmbeddingCommand"/>
/// <seealso cref="InvokeHdbscanCommand"/>
/// <seealso cref="ExportClusterPlotCommand"/>
/// <seealso href="https://arxiv.org/abs/1802.03426">UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction</seealso>
[Cmdlet(VerbsLifecycle.Invoke, "Umap", DefaultParameterSetName = FitSet, SupportsShouldProcess = true)]
[OutputType(typeof(UmapPoint))]
public sealed class InvokeUmapCommand : RowCmdlet
{
    private static readonly UmapOptions _defaults = new();
    private const int ActivityId = 724_102;
    private static readonly NumberRule _targetRule = new(double.IsFinite, "no finite number", "Give a number for each row.");
    private UmapOptions _options = new();
    private RecordValues? _targets;
    private UmapModel? _model;
    private ModelFileTarget? _modelFile;

    /// <summary>Initializes a new instance of the <see cref="InvokeUmapCommand"/> class.</summary>
    public InvokeUmapCommand()
        : base("Laying out rows with UMAP", ActivityId, prefersCoordinates: false)
    {
    }

    /// <summary>
    /// The number of neighbours of each row, itself included, from 2. Smaller values favour local detail, larger ones the global structure,
    /// and take longer. More than there are
    /// rows is cut to them, with a warning. It is 15 unless given; n_neighbors in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("n_neighbors")]
    [ValidateRange(2, int.MaxValue)]
    public int NeighborCount { get; set; } = _defaults.NeighborCount;

    /// <summary>The number of dimensions of the layout, from 1 to 100. It is 2 unless given; n_components in umap-learn.</summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("n_components")]
    [ValidateRange(1, UmapOptions.LargestComponentCount)]
    public int ComponentCount { get; set; } = _defaults.ComponentCount;

    /// <summary>
    /// How near to one another points may come, from 0 to the spread. Small values pack clusters densely, large ones spread points evenly.
    /// It is 0.1 unless given; min_dist in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("min_dist")]
    [ValidateRange(0.0, double.MaxValue)]
    public double MinDistance { get; set; } = _defaults.MinDistance;

    /// <summary>
    /// The scale of the layout, from 1e-6 to 1e6. Larger values push groups farther apart, relative to MinDistance. It is 1 unless given;
    /// spread in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateAboveZero]
    public double Spread { get; set; } = _defaults.Spread;

    /// <summary>
    /// The factor a of the curve 1 / (1 + a d^(2b)) that turns distances of the layout into nearness, above 0, at most 1e23. It follows
    /// from MinDistance
    /// and Spread unless given, together with B; a in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateAboveZero]
    public double? A { get; set; }

    /// <summary>
    /// The exponent b of the curve 1 / (1 + a d^(2b)), above 0, at most 100. It follows from MinDistance and Spread unless given, together
    /// with A; b in
    /// umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateAboveZero]
    public double? B { get; set; }

    /// <summary>
    /// The distance from which on two rows are no neighbours, above 0. Unless given, it is what no two rows reach but those as far apart as
    /// the metric allows: 2 for Cosine and Correlation, 1 for Jaccard and Dice, none for the others; disconnection_distance in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("disconnection_distance")]
    [ValidateAboveZero]
    public double? DisconnectionDistance { get; set; }

    /// <summary>
    /// Lays equal rows out as one point that counts once; unique in umap-learn. Without it, equal rows share a point that counts as often
    /// as
    /// it has rows where copies dominate, and are separate points elsewhere.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("unique")]
    public SwitchParameter UniqueRows { get; set; }

    /// <summary>
    /// The number of passes over the graph, from 0, which leaves the points where they start, to 1,000,000. It is 500 for up to 10,000 rows
    /// and 200 for more unless given, and 200 more with -DensityMap; n_epochs in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("n_epochs")]
    [ValidateRange(0, UmapOptions.LargestEpochCount)]
    public int? EpochCount { get; set; }

    /// <summary>
    /// How far the first pass moves points, from 0 to 1e6; it falls to 0 with the last. Larger values leave the start sooner and settle
    /// less
    /// finely. It is 1 unless given; learning_rate in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("learning_rate")]
    [ValidateRange(0.0, double.MaxValue)]
    public double LearningRate { get; set; } = _defaults.LearningRate;

    /// <summary>
    /// Where points start: Spectral (from the graph), Pca (from the rows), Random, or Given (at -InitialCoordinate). It is Spectral unless
    /// given; init in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("init")]
    public UmapInitialization Initialization { get; set; } = _defaults.Initialization;

    /// <summary>
    /// Where points start: a list of coordinates for each row, in the order of the rows, or points of an earlier layout. Each axis is
    /// brought to the range from 0 to 10; init with an array in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateNotNull]
    public object? InitialCoordinate { get; set; }

    /// <summary>
    /// The number of nearest neighbours that count as connected in full, 0 or more, fractions allowed. It is 1 unless given;
    /// local_connectivity in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("local_connectivity")]
    [ValidateRange(0.0, double.MaxValue)]
    public double LocalConnectivity { get; set; } = _defaults.LocalConnectivity;

    /// <summary>
    /// How the two directions of an edge join: 1 for their union, 0 for their intersection, or between. It is 1 unless given;
    /// set_op_mix_ratio in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("set_op_mix_ratio")]
    [ValidateRange(0.0, 1.0)]
    public double SetOperationMixRatio { get; set; } = _defaults.SetOperationMixRatio;

    /// <summary>
    /// The weight of pushing points apart against pulling them together, from 0 to 1e6. Larger values push points
    /// that are not neighbours farther apart. It is 1 unless given; repulsion_strength in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("repulsion_strength")]
    [ValidateRange(0.0, double.MaxValue)]
    public double RepulsionStrength { get; set; } = _defaults.RepulsionStrength;

    /// <summary>
    /// The number of points that are drawn to be pushed away each time a point is pulled, from 0 to 10,000. It is 5 unless given;
    /// negative_sample_rate in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("negative_sample_rate")]
    [ValidateRange(0, UmapOptions.LargestNegativeSampleRate)]
    public int NegativeSampleRate { get; set; } = _defaults.NegativeSampleRate;

    /// <summary>
    /// What is known of the rows: a label (any text or number) or a number for each, in the order of the rows. Rows with like targets are
    /// drawn together. An empty label, or -1, is one that is not known; y in umap-learn's fit.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("y")]
    [ValidateNotNull]
    public object? Target { get; set; }

    /// <summary>The property of the objects that holds the target, in place of -Target: its name, or a script block.</summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateNotNullOrEmpty]
    [ValidateProperty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public object? TargetProperty { get; set; }

    /// <summary>
    /// Whether targets are labels (Categorical), or numbers whose difference counts (Numeric). It is Categorical unless given;
    /// target_metric in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("target_metric")]
    public TargetKind TargetKind { get; set; } = TargetKind.Categorical;

    /// <summary>
    /// How much the targets count against the rows, from 0 (nothing) to 1 (all). It is 0.5 unless given; target_weight in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("target_weight")]
    [ValidateRange(0.0, 1.0)]
    public double TargetWeight { get; set; } = _defaults.TargetWeight;

    /// <summary>
    /// The number of neighbours among numeric targets, itself included, from 2. It is NeighborCount unless given; target_n_neighbors in
    /// umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("target_n_neighbors")]
    [ValidateRange(2, int.MaxValue)]
    public int? TargetNeighborCount { get; set; }

    /// <summary>Keeps dense places dense and sparse ones sparse (densMAP); densmap in umap-learn.</summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("densmap")]
    public SwitchParameter DensityMap { get; set; }

    /// <summary>
    /// How much density counts with -DensityMap, from 0 to 1e6. Larger values preserve density better, at the cost of other structure. It
    /// is 2
    /// unless given; dens_lambda in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("dens_lambda")]
    [ValidateRange(0.0, double.MaxValue)]
    public double DensityLambda { get; set; } = _defaults.DensityLambda;

    /// <summary>
    /// The share of the passes, the last ones, in which density counts with -DensityMap, from 0 to 1. It is 0.3 unless given; dens_frac in
    /// umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("dens_frac")]
    [ValidateRange(0.0, 1.0)]
    public double DensityFraction { get; set; } = _defaults.DensityFraction;

    /// <summary>
    /// What is added to the variance of the layout's densities, so that it does not come near 0; from 0 to 1e6. Larger values damp
    /// the effect of density. It is 0.1 unless given; dens_var_shift in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("dens_var_shift")]
    [ValidateRange(0.0, double.MaxValue)]
    public double DensityVarianceShift { get; set; } = _defaults.DensityVarianceShift;

    /// <summary>
    /// Adds the radius of each row's neighbourhood, before and after, as OriginalRadius and LayoutRadius of the points; output_dens in
    /// umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("output_dens")]
    public SwitchParameter OutputDensity { get; set; }

    /// <summary>
    /// Neighbours that are known already: for each row the list of its nearest rows, itself first, by their positions from 0; together with
    /// -NeighborDistance. precomputed_knn in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateNotNull]
    public object? NeighborIndex { get; set; }

    /// <summary>The distances that go with -NeighborIndex: for each row a list that rises.</summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateNotNull]
    public object? NeighborDistance { get; set; }

    /// <summary>
    /// The number of rows to fit, from 2, where all would take too long or too much memory; each of the others is put beside the fitted one
    /// that is nearest to it, and so are new rows that come to the saved map. Larger values take longer and show finer structure: groups
    /// of some times as few rows as come to a fitted one mean nothing. From the number of rows on, all are fitted. The sample is drawn by
    /// what the rows are and -Seed, and not by their order. All rows are fitted unless it is given.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [ValidateRange(2, int.MaxValue)]
    public int? SampleCount { get; set; }

    /// <summary>
    /// Says that the rows are a sample already, as Import-TextEmbedding -SampleCount reads one: all of them are fitted, and new rows that
    /// come to the saved map are put beside the nearest one, as with -SampleCount.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    public SwitchParameter AsSample { get; set; }

    /// <summary>
    /// A file to write the fitted map to, so that -Model can put new rows into it later. A saved model that is there is replaced; any other
    /// file only with -Force. With -WhatIf the points come all the same, and no file is written. Where it cannot be written after the work,
    /// that is an error beside the points. Where all rows are embeddings of one engine, the file says which.
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
    /// A file that -SaveModel wrote: the rows are put into that map, each by itself, and nothing of the map moves. A row comes to the same
    /// place whatever comes with it. The rows must have as many numbers as those of the map. Where they are embeddings of another engine
    /// than the file says, a warning says so.
    /// </summary>
    [Parameter(ParameterSetName = ModelSet, Mandatory = true)]
    [Parameter(ParameterSetName = FitSet, DontShow = true)]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>
    /// The seed of all random numbers. It is 42 unless given, so that two runs give the same layout; random_state in umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("random_state")]
    public int Seed { get; set; } = _defaults.Seed;

    /// <inheritdoc/>
    /// <remarks>Precomputed distances may be infinite: the rows are not connected.</remarks>
    private protected override bool TakesNotFinite => _model?.TakesDistances ?? Metric == Metric.Precomputed;

    /// <inheritdoc/>
    private protected override RecordValues? ValuesOfRows => _targets;

    /// <inheritdoc/>
    private protected override string? ValuesProperty => TargetProperty is null ? null : nameof(TargetProperty);

    /// <inheritdoc/>
    private protected override int? RowLength => _model?.ColumnCount;

    /// <inheritdoc/>
    private protected override void ValidateOptions()
    {
        if (Model is not null)
        {
            ThrowIfFitParametersGiven(nameof(Model));
            string path = FilePaths.Resolve(this, Model!);
            _model = RunEngine(() => UmapModel.Load(path, Token), path);
            return;
        }

        _options = Options();
        _options.Validate();
        ThrowIfBothGiven(Target is not null && TargetProperty is not null, nameof(Target), nameof(TargetProperty));
        if (NeighborIndex is null != NeighborDistance is null)
        {
            throw new EngineException(
                ErrorIds.ParameterMissing,
                FailureKind.InvalidArgument,
                $"-{(NeighborIndex is null ? nameof(NeighborDistance) : nameof(NeighborIndex))} needs "
                    + $"-{(NeighborIndex is null ? nameof(NeighborIndex) : nameof(NeighborDistance))} too.",
                "Give both, or neither: then the neighbours are found.");
        }

        if (NeighborIndex is not null)
        {
            UmapFitData.RequireForNeighbors(_options);
        }

        ThrowIfBothGiven(AsSample && SampleCount is not null, nameof(AsSample), nameof(SampleCount));
        if (AsSample && SaveModel is null)
        {
            throw new EngineException(
                ErrorIds.ParameterMissing,
                FailureKind.InvalidArgument,
                $"-{nameof(AsSample)} needs -{nameof(SaveModel)} too: it says how the saved map takes new rows.",
                $"Give both, or leave out -{nameof(AsSample)}.");
        }

        if (AsSample || SampleCount is not null)
        {
            SampledReduction.Require(_options, NeighborIndex is not null);
        }

        _targets = new RecordValues(nameof(Target), Target, TargetProperty, TargetKind == TargetKind.Numeric ? _targetRule : null);
        if (SaveModel is not null)
        {
            UmapModel.Require(_options);
            _modelFile = OutputParameter.TakeModel(this, SaveModel, "Save the map", new OverwriteRule(Force, NoClobber));
        }
    }

    /// <inheritdoc/>
    private protected override void WriteResults(RowMatrix rows, IReadOnlyList<InputRow> origins)
    {
        if (_model is not null)
        {
            WarnOfOtherEngine("The map was fitted", _model.Engine, origins);
            WritePoints(RunEngine(() => _model.Transform(rows, ThreadLimit, Progress, Token), null), origins);
            return;
        }

        UmapFitData data = new();
        Guard(() => data = FitData(origins is FileRows ? 0 : rows.ByteCount), null);
        if (_modelFile is null)
        {
            WritePoints(RunEngine(() => Fit(rows, data), null).Result, origins);
            return;
        }

        UmapFit fit = RunEngine(() => Fit(rows, data), null);
        fit.Model.Engine = EngineOfRows.Common(origins);
        WriteBeside(
            TryRunEngine(() => fit.Model.Save(_modelFile, ThreadLimit, Progress, Token), SaveModel),
            () => WritePoints(fit.Result, origins));
    }

    private UmapFit Fit(RowMatrix rows, UmapFitData data)
    {
        if (SampleCount is int count)
        {
            return SampledReduction.Fit(rows, _options, count, data, Progress, Token);
        }

        return AsSample
            ? SampledReduction.FitAll(rows, _options, data, Progress, Token)
            : UmapReduction.Fit(rows, _options, data, Progress, Token);
    }

    private void WritePoints(UmapResult result, IReadOnlyList<InputRow> origins)
    {
        WriteWarnings(result.Warnings);
        if (origins is FileRows files)
        {
            files.Places = result.PlacesOfRows;
        }

        for (int i = 0; i < origins.Count; i++)
        {
            InputRow origin = origins[i];
            WriteObject(new UmapPoint(origin.Index, origin.Text, origin.Source, origin.Vector!.Value, result.Layout.Row(i).ToArray())
            {
                OriginalRadius = result.OriginalRadii?[i],
                LayoutRadius = result.LayoutRadii?[i],
            });
        }
    }

    private UmapFitData FitData(long keptBytes) => new()
    {
        TakesRows = true,
        KeptBytes = keptBytes,
        Target = !_targets!.HasValues
            ? null
            : TargetKind == TargetKind.Numeric
            ? UmapTarget.OfNumbers(_targets.Numbers())
            : UmapTarget.OfLabels(_targets.Labels()),
        InitialCoordinates = InitialCoordinate is null ? null : OfTaken(RowsParameter.Read(nameof(InitialCoordinate), InitialCoordinate)),
        Neighbors = NeighborIndex is null
            ? null
            : RowsParameter.ReadNeighbors(nameof(NeighborIndex), NeighborIndex, nameof(NeighborDistance), NeighborDistance!),
    };

    private UmapOptions Options() => new()
    {
        NeighborCount = NeighborCount,
        ComponentCount = ComponentCount,
        MinDistance = MinDistance,
        Spread = Spread,
        A = A,
        B = B,
        Metric = Metric,
        Center = Center,
        MinkowskiPower = MinkowskiPower,
        DisconnectionDistance = DisconnectionDistance,
        UniqueRows = UniqueRows,
        EpochCount = EpochCount,
        LearningRate = LearningRate,
        Initialization = InitialCoordinate is null ? Initialization : UmapInitialization.Given,
        LocalConnectivity = LocalConnectivity,
        SetOperationMixRatio = SetOperationMixRatio,
        RepulsionStrength = RepulsionStrength,
        NegativeSampleRate = NegativeSampleRate,
        TargetWeight = TargetWeight,
        TargetNeighborCount = TargetNeighborCount,
        Densmap = DensityMap,
        DensityLambda = DensityLambda,
        DensityFraction = DensityFraction,
        DensityVarianceShift = DensityVarianceShift,
        OutputDensity = OutputDensity,
        Seed = Seed,
        ThreadCount = ThreadLimit,
    };
}
