using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Layers;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>The parameters that <see cref="ParameterSweep"/> compares: every combination.</summary>
/// <param name="MinClusterSizes">The fewest rows of a cluster.</param>
/// <param name="MinSampleCounts">
/// The numbers of other rows that a core distance reaches; none for the fewest rows of a cluster, whatever they are.
/// </param>
/// <param name="Epsilons">The distances below which clusters are not split.</param>
/// <param name="Methods">Which nodes of the tree become clusters.</param>
public sealed record ParameterGrid(
    IReadOnlyList<int> MinClusterSizes,
    IReadOnlyList<int> MinSampleCounts,
    IReadOnlyList<double> Epsilons,
    IReadOnlyList<ClusterSelectionMethod> Methods)
{
    private static readonly int[] _usualSizes = [2, 3, 5, 10, 15, 20, 30, 50, 100];

    /// <summary>
    /// Gets how many layers to measure of each tree, 1 or more, in place of the epsilons and methods: the leaves at the size of each; null
    /// for none. There is one fewest rows of a cluster then, from which the sizes of layers go up.
    /// </summary>
    public int? LayerCount { get; init; }

    /// <summary>
    /// Returns sizes that are worth a try: of some usual ones, those that half of the rows are enough for and that no largest size forbids,
    /// and always the smallest.
    /// </summary>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="maxClusterSize">The most rows of a cluster; 0 for no limit.</param>
    /// <returns>The sizes, ascending.</returns>
    public static IReadOnlyList<int> UsualSizes(int rowCount, int maxClusterSize = 0)
    {
        int largest = Math.Min(rowCount / 2, maxClusterSize > 0 ? maxClusterSize : int.MaxValue);
        return Array.FindAll(_usualSizes, size => size == _usualSizes[0] || size <= largest);
    }
}

/// <summary>What a comparison found.</summary>
/// <param name="Measurements">
/// One measurement for each combination that differs, by ascending minimum size, sample count, epsilon and method.
/// </param>
/// <param name="NotFiniteRows">The rows that hold numbers that are not finite, ascending. They are noise.</param>
/// <param name="Warnings">What the user should know.</param>
public sealed record SweepResult(
    IReadOnlyList<ClusteringMeasurement> Measurements, IReadOnlyList<int> NotFiniteRows, IReadOnlyList<EngineWarning> Warnings);

/// <summary>
/// What many choices of parameters make of the same rows. The neighbours are looked for once, for all; there is one spanning tree for each
/// number of samples; and each choice costs a walk through its single linkage tree, which is little against that.
/// </summary>
public static class ParameterSweep
{
    /// <summary>Measures every combination.</summary>
    /// <param name="rows">
    /// The rows, of which those with numbers that are not finite are noise; for <see cref="Metric.Precomputed"/> the matrix of their
    /// distances.
    /// </param>
    /// <param name="weights">How many rows each counts for; null where each is one.</param>
    /// <param name="options">What all have in common; what the grid says, ClusterCount and CutDistance are left out of account.</param>
    /// <param name="grid">The parameters to compare.</param>
    /// <param name="progress">Receives the fraction of the work that is done, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each combination what <see cref="HdbscanClustering"/> gives for it.</returns>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid), or weights or precomputed distances are.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SweepResult Compute(
        RowMatrix rows,
        double[]? weights,
        HdbscanOptions options,
        ParameterGrid grid,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(grid);
        List<HdbscanOptions> choices = Choices(options, grid);
        RowWeights.Require(weights, rows.RowCount);
        token.ThrowIfCancellationRequested();
        WorkContext work = WorkContext.Create(options.ThreadCount, progress, token);
        HdbscanPoints points = HdbscanPoints.Create(rows, weights, options, work);
        points.RequireEnoughWeight(grid.MinClusterSizes.DefaultIfEmpty().Min());
        List<ClusteringMeasurement> found = [];
        IGrouping<int, HdbscanOptions>[] bySamples
            = [.. choices.GroupBy(choice => choice.UsedSampleCount(points.TotalWeight)).OrderBy(group => group.Key)];
        int[] sampleCounts = Array.ConvertAll(bySamples, group => group.Key);
        if (rows.RowCount == 0 || choices.Count == 0)
        {
            return new SweepResult([], points.NotFiniteRows, []);
        }

        List<EngineWarning> warnings = [];
        if (points.TotalWeight > 1 && grid.MinSampleCounts.Any(count => count > sampleCounts[^1]))
        {
            warnings.Add(HdbscanWarnings.SampleCountCut(grid.MinSampleCounts.Max(), sampleCounts[^1], points));
        }

        // Each tree costs about two thirds of what the search for neighbours does.
        double searchShare = 0.6 / (0.6 + (0.4 * sampleCounts.Length));
        double treeShare = (0.98 - searchShare) / sampleCounts.Length;
        ReachabilitySearch search = ReachabilitySearch.Choose(points.Space, points.Weights, work);
        CoreDistances[] cores = search.MeasureCores(sampleCounts, work.Stage("Measuring core distances", 0, searchShare));
        for (int i = 0; i < cores.Length; i++)
        {
            double start = searchShare + (treeShare * i);
            WorkContext spanning = work.Stage("Building spanning trees", start, start + treeShare);
            SpanningTree? spanningTree = search.Span(cores[i], options.Alpha, spanning);
            if (spanningTree is null)
            {
                // What takes too long for one sample count does so for the others too.
                BlockSearch blocks = new(points.Space, points.Weights);
                spanningTree = blocks.Span(cores[i], options.Alpha, spanning);
                search = blocks;
            }

            found.AddRange(
                grid.LayerCount is int most
                    ? MeasureLayers(bySamples[i].First(), bySamples[i].Key, most, points, spanningTree, token)
                    : Measure(bySamples[i], points, spanningTree, token));
        }

        work.Stage("Measuring", 0, 1).Progress.Report(1);
        ClusteringMeasurement[] inOrder = [.. found
            .DistinctBy(one => (one.MinClusterSize, one.MinSampleCount, one.ClusterSelectionEpsilon, one.ClusterSelectionMethod))
            .OrderBy(one => one.MinClusterSize)
            .ThenBy(one => one.MinSampleCount)
            .ThenBy(one => one.ClusterSelectionEpsilon)
            .ThenBy(one => one.ClusterSelectionMethod)];
        if (Array.TrueForAll(inOrder, one => one.ClusterCount == 0))
        {
            warnings.Add(HdbscanWarnings.NoClusters(choices.MinBy(choice => (choice.MinClusterSize, choice.MinSampleCount))!, points));
        }

        return new SweepResult(inOrder, points.NotFiniteRows, warnings);
    }

    /// <summary>Checks every combination, before there are rows.</summary>
    /// <param name="options">What all have in common.</param>
    /// <param name="grid">The parameters to compare.</param>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid).</exception>
    public static void Validate(HdbscanOptions options, ParameterGrid grid) => _ = Choices(options, grid);

    /// <summary>Returns every combination, each valid.</summary>
    private static List<HdbscanOptions> Choices(HdbscanOptions options, ParameterGrid grid)
    {
        if (grid.LayerCount is not null)
        {
            options.RequireLayers();
            RequireOneSize(grid);
        }

        List<HdbscanOptions> choices = [];
        int?[] sampleCounts = grid.MinSampleCounts.Count == 0 ? [null] : [.. grid.MinSampleCounts.Distinct()];
        foreach (int size in grid.MinClusterSizes.Distinct())
        {
            foreach (int? samples in sampleCounts)
            {
                foreach (double epsilon in grid.Epsilons.Distinct())
                {
                    foreach (ClusterSelectionMethod method in grid.Methods.Distinct())
                    {
                        HdbscanOptions choice = options with
                        {
                            MinClusterSize = size,
                            MinSampleCount = samples,
                            ClusterSelectionEpsilon = epsilon,
                            ClusterSelectionMethod = method,
                            ClusterCount = null,
                            CutDistance = null,
                        };
                        choice.Validate();
                        choices.Add(choice);
                    }
                }
            }
        }

        return choices;
    }

    private static void RequireOneSize(ParameterGrid grid)
    {
        if (grid.MinClusterSizes.Count != 1)
        {
            throw new EngineException(
                EngineErrorIds.HdbscanOptionInvalid,
                FailureKind.InvalidArgument,
                FormattableString.Invariant($"Layers go up from one MinClusterSize, and {grid.MinClusterSizes.Count} are given."),
                "Give the smallest of them.");
        }
    }

    /// <summary>Measures all choices of one sample count.</summary>
    private static IEnumerable<ClusteringMeasurement> Measure(
        IGrouping<int, HdbscanOptions> choices, HdbscanPoints points, SpanningTree spanningTree, CancellationToken token)
    {
        SingleLinkageTree linkage = SingleLinkageTree.Build(spanningTree, token);
        foreach (IGrouping<int, HdbscanOptions> ofSize in choices.GroupBy(choice => choice.MinClusterSize))
        {
            CondensedTree tree = CondensedTree.Build(linkage, ofSize.Key, token);
            double persistence = ofSize.First().ClusterSelectionPersistence;
            if (persistence > 0)
            {
                tree = HierarchySimplification.Simplify(tree, persistence, token);
            }

            ClusterStability stability = ClusterStability.Compute(tree);
            foreach (HdbscanOptions choice in ofSize)
            {
                token.ThrowIfCancellationRequested();
                FlatClusters clusters = FlatClusters.Compute(choice, spanningTree, tree, stability, token);
                yield return Measure(choice, choices.Key, points, spanningTree, clusters);
            }
        }
    }

    /// <summary>Measures the layers of one sample count: what leaf selection at the size of each gives.</summary>
    private static IEnumerable<ClusteringMeasurement> MeasureLayers(
        HdbscanOptions options, int sampleCount, int most, HdbscanPoints points, SpanningTree spanningTree, CancellationToken token)
    {
        SingleLinkageTree linkage = SingleLinkageTree.Build(spanningTree, token);
        CondensedTree smallest = CondensedTree.Build(linkage, options.MinClusterSize, token);
        LeafSpans spans = LeafSpans.Compute(smallest, options.MinClusterSize);
        foreach (PersistenceStep layer in LayerPeaks.Order(smallest, spans, options.MinClusterSize, token).Take(most))
        {
            HdbscanOptions choice = options.ForLayer(layer.First, sampleCount);
            CondensedTree tree = CondensedTree.Build(linkage, layer.First, token);
            FlatClusters clusters = FlatClusters.Compute(choice, spanningTree, tree, ClusterStability.Compute(tree), token);
            yield return new LayerMeasurement(Measure(choice, sampleCount, points, spanningTree, clusters), layer.Total);
        }
    }

    private static ClusteringMeasurement Measure(
        HdbscanOptions choice, int sampleCount, HdbscanPoints points, SpanningTree spanningTree, FlatClusters clusters)
    {
        double total = points.TotalWeightOfAll;
        double[] sizes = clusters.Sizes(points.Weights);
        int count = 0;
        double inClusters = 0;
        double persistence = 0;
        for (int cluster = 0; cluster < sizes.Length; cluster++)
        {
            if (sizes[cluster] > 0)
            {
                count++;
                inClusters += sizes[cluster];
                persistence += clusters.Persistences[cluster];
            }
        }

        return new ClusteringMeasurement
        {
            MinClusterSize = choice.MinClusterSize,
            MinSampleCount = sampleCount,
            ClusterSelectionEpsilon = choice.ClusterSelectionEpsilon,
            ClusterSelectionMethod = choice.ClusterSelectionMethod,
            ClusterCount = count,
            NoiseShare = Math.Clamp(1 - (inClusters / total), 0, 1),
            LargestShare = sizes.Length == 0 ? 0 : sizes.Max() / total,
            RelativeValidity = RelativeValidity.Compute(spanningTree, clusters.Labels, sizes, total),
            Persistence = count == 0 ? null : persistence / count,
        };
    }
}
