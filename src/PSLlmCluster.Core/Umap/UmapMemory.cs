using System.Globalization;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// How much memory a run takes at its peak, estimated before any work, so that one that cannot fit is refused with figures and does not end
/// the process later.
/// </summary>
/// <remarks>
/// What is alive at once: the rows twice, as the caller's own vectors and as the matrix made of them, which is brought into canonical order
/// in place (or, where the caller keeps the matrix, as that and its canonical copy); then, stage by stage, the search (the lists, and a
/// copy for products of rows that are not large), the graph (both directions sorted, the edges before and after pruning), the start (the
/// basis of Lanczos' method in double precision) and the optimiser (the edges in the order of colour classes). All stages count, as the
/// garbage collector returns the large arrays of one only some time later. Measured peaks of the process, of a caller that keeps the
/// matrix, lie between 0.77 and 1.17 times the estimate for 1,797 x 64, 10,000 x 50 and 784, 20,000 x 384 and 100,000 x 50.
/// </remarks>
internal static class UmapMemory
{
    /// <summary>The runtime, its compiled code and small things.</summary>
    private const double Fixed = 60e6;
    private const double EdgesPerNeighbor = 1.35; // edges of a union per entry of the lists; 2 where no neighbour is mutual
    private const double SampledRows = 8192; // PrincipalStart
    private const double Gibi = 1L << 30;

    /// <summary>Returns the estimated bytes at the peak.</summary>
    /// <param name="rowCount">Number n of rows.</param>
    /// <param name="columnCount">Numbers of a row.</param>
    /// <param name="options">The neighbours, dimensions, metric and start.</param>
    /// <param name="hasNumericTarget">Whether numbers supervise the layout, whose neighbours are then joined to those of the rows.</param>
    /// <param name="isDouble">Whether the rows come in double precision, which stand beside the single ones that are worked on.</param>
    public static double Estimate(
        int rowCount, int columnCount, UmapOptions options, bool hasNumericTarget = false, bool isDouble = false)
    {
        double n = rowCount;
        double numbers = n * columnCount;
        double dim = options.ComponentCount;
        double entries = n * Math.Min(n, options.NeighborCount);
        double edges = EdgesPerNeighbor * entries;
        bool isAngular = options.Metric is Metric.Cosine or Metric.Correlation;
        bool keepsVectors = (options.Metric == Metric.Euclidean || isAngular) && !FreedMemory.IsLarge((long)(4 * numbers));
        double copy = keepsVectors ? 4 * numbers : 0;
        double centred = options.Metric == Metric.Correlation ? 8 * numbers : 0;
        double withoutMean = options.Center ? 8 * numbers : 0;

        double search = copy + centred + withoutMean + (12 * entries) + (64 * n);
        double graph = (32 * entries) + (16 * edges);
        double basis = options.Initialization == UmapInitialization.Spectral ? 8 * n * (1.5 * Math.Max((2 * dim) + 20, 40)) : 0;
        double start = basis + (Math.Min(n, SampledRows) * columnCount * 4) + (24 * n * dim);
        double optimiser = (24 * edges) + (16 * n * dim) + (64 * n);
        double target = 32.0 * n * TargetNeighbors(rowCount, options, hasNumericTarget);
        return Fixed + target + ((isDouble ? 16 : 8) * numbers) + search + graph + start + optimiser;
    }

    /// <summary>Refuses a run that does not fit.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="columnCount">Numbers of a row.</param>
    /// <param name="options">The parameters.</param>
    /// <param name="availableBytes">The memory that the process may use in all; null to ask the runtime, which knows the limits of
    /// containers.</param>
    /// <param name="hasNumericTarget">Whether numbers supervise the layout.</param>
    /// <param name="isDouble">Whether the rows come in double precision.</param>
    /// <exception cref="EngineException">The estimate is above what is available (NotEnoughMemory), or one array would be too long
    /// (TooManyNumbers).</exception>
    public static void Require(
        int rowCount, int columnCount, UmapOptions options, long? availableBytes =
            null, bool hasNumericTarget = false, bool isDouble = false)
    {
        int neighbors = Math.Min(rowCount, options.NeighborCount);
        if ((long)rowCount * options.ComponentCount > Array.MaxLength)
        {
            throw new EngineException(
                EngineErrorIds.TooManyNumbers,
                FailureKind.ResourceUnavailable,
                $"A layout of {rowCount} rows in {options.ComponentCount} dimensions is more than one array can hold.",
                "Ask for fewer components.");
        }

        // The graph holds up to two entries for each row and neighbour.
        if (2L * rowCount * neighbors > Array.MaxLength)
        {
            throw new EngineException(
                EngineErrorIds.TooManyNumbers,
                FailureKind.ResourceUnavailable,
                $"{neighbors} neighbours of {rowCount} rows are more than one array can hold.",
                "Ask for fewer neighbours.");
        }

        // The neighbours of the target, and what they make of the graph.
        int targets = TargetNeighbors(rowCount, options, hasNumericTarget);
        if (((2L * neighbors) + targets) * rowCount > Array.MaxLength)
        {
            throw new EngineException(
                EngineErrorIds.TooManyNumbers,
                FailureKind.ResourceUnavailable,
                $"{targets} neighbours of {rowCount} targets are more than one array can hold.",
                "Ask for fewer neighbours of the target.");
        }

        double needed = Estimate(rowCount, columnCount, options, hasNumericTarget, isDouble);
        double available = availableBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new EngineException(
                EngineErrorIds.NotEnoughMemory,
                FailureKind.ResourceUnavailable,
                $"UMAP needs about {Text(needed)} GiB of memory for {rowCount} rows of {columnCount} numbers and {neighbors} "
                    + $"neighbours; {Text(available)} GiB are available.",
                "Use fewer rows, a smaller NeighborCount, rows of fewer numbers (by principal components, say), or a machine with "
                    + "more memory.");
        }
    }

    private static int TargetNeighbors(int rowCount, UmapOptions options, bool hasNumericTarget)
        => hasNumericTarget ? Math.Min(rowCount, options.TargetNeighborCount ?? options.NeighborCount) : 0;

    private static string Text(double bytes) => (bytes / Gibi).ToString("0.##", CultureInfo.InvariantCulture);
}
