using System.Globalization;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// How much memory a run takes at its peak, estimated before any work, so that one that cannot fit is refused with figures and does not end
/// the process later.
/// </summary>
/// <remarks>
/// <para>An upper bound, for the whole process with PowerShell. All the time there are the process itself, the rows, once where they were
/// handed over and can be brought into canonical order in place, and what the caller keeps beside them. Then come, one after the other,
/// the cells of the search; its lists; the graph; the start; and the edges in the order of colour classes. Of large rows
/// (<see cref="FreedMemory.IsLarge"/>) each stage's memory is given back before the next, so that the largest of them counts; of others the
/// garbage collector may come for it only after the last, and all count. On Linux what a stage makes of something grows as that is given
/// back, and elsewhere both stand until the stage ends.</para>
/// <para>What depends on the data counts at its most: no row is among the neighbours of its own neighbours, each row probes as many cells
/// as it may, and the graph is in one piece, so that the start is made of eigenvectors. Fits of a million and of 200,000 rows of 384
/// numbers, in many pieces, took 0.7 to 0.8 of it. Rows of which many are copies take less, as they are fewer points.</para>
/// </remarks>
internal static class UmapMemory
{
    /// <summary>PowerShell and the runtime (125 to 130 MB), their heap, and what threads work in.</summary>
    private const double Fixed = 152e6;

    /// <summary>What goes with a row: its text and key as they are read from files, and its place.</summary>
    private const double BytesPerRow = 90;

    // Per entry of the lists, and per entry of the graph, which holds each edge twice.
    private const double ListBytes = sizeof(int) + sizeof(double);
    private const double DirectedBytes = sizeof(int) + sizeof(float);
    private const double ColoredBytes = sizeof(ushort) + sizeof(int) + sizeof(uint);
    private const double ColorBytes = 1; // of an entry, and of the bits of a row's used colours

    private const double ProbeBytes = sizeof(ushort) + (sizeof(int) / 8.0); // InvertedLists, an eighth of the cells at a time
    private const double SampledRows = 8192; // PrincipalStart
    private const double Gibi = 1L << 30;

    /// <summary>Returns the most bytes that there may be at the peak.</summary>
    /// <param name="rowCount">Number n of rows.</param>
    /// <param name="columnCount">Numbers of a row.</param>
    /// <param name="options">The neighbours, dimensions, metric and start.</param>
    /// <param name="data">What comes with the rows, or null: whether they are handed over, what the caller keeps beside them, and whether
    /// numbers supervise the layout, whose neighbours are then joined to those of the rows.</param>
    /// <param name="isDouble">Whether the rows come in double precision, which stand beside the single ones that are worked on.</param>
    public static double Estimate(int rowCount, int columnCount, UmapOptions options, UmapFitData? data = null, bool isDouble = false)
    {
        double n = rowCount;
        double numbers = n * columnCount;
        double dim = options.ComponentCount;
        double k = Math.Min(n, options.NeighborCount);
        double lists = ListBytes * n * k;
        double entries = 2 * n * Math.Max(0, k - 1);
        bool isLarge = FreedMemory.IsLarge((long)(sizeof(float) * numbers));
        bool givesBack = isLarge && OperatingSystem.IsLinux();
        bool needsLists = options.Densmap || options.OutputDensity;

        bool hasCells = rowCount > NeighborSearch.AlwaysExactRows && options.Metric != Metric.Precomputed;
        double cellCount = hasCells ? InvertedFileSearch.CellsFor(rowCount) : 0;
        double means = sizeof(float) * columnCount * cellCount;
        double training = Math.Min(n, InvertedFileSearch.TrainingRowsPerCell * cellCount);
        double cells = means + (sizeof(float) * columnCount * training) + (16 * n);
        double sample = sizeof(float) * InvertedFileSearch.SampleSize * cellCount;
        double probes = ProbeBytes * n * Math.Min(InvertedFileSearch.MostProbes, cellCount / 4);
        double search = SearchCopies(numbers, options, isLarge) + means + sample + lists + probes + (40 * n);

        double graph = (32 * n) + (givesBack && !needsLists
            ? Math.Max(lists, DirectedBytes * entries)
            : lists + (DirectedBytes * 4 * entries));
        double start = (DirectedBytes * entries) + SpectralVectors(n, options) + (sizeof(float) * Math.Min(n, SampledRows) * columnCount)
            + (24 * n * dim);
        double layout = ((ColoredBytes + ColorBytes) * entries) + (64 * n) + (16 * n * dim)
            + (givesBack && !options.Densmap ? 0 : (DirectedBytes + ColorBytes) * entries);

        // Radii of the layout are made of lists and a graph of its own.
        double radii = needsLists ? (2 * lists) + (DirectedBytes * 2 * entries) : 0;
        double stages = isLarge
            ? Math.Max(Math.Max(cells, search), Math.Max(graph, Math.Max(start, layout)))
            : cells + search + graph + start + layout;
        double target = 32 * n * TargetNeighbors(rowCount, options, data);
        double kept = (data?.KeptBytes ?? 0) + (ListBytes * n * (data?.Neighbors?.NeighborCount ?? 0));
        return Fixed + (BytesPerRow * n) + kept + Rows(numbers, options, data, isDouble) + target + radii + stages;
    }

    /// <summary>Refuses a run that does not fit.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="columnCount">Numbers of a row.</param>
    /// <param name="options">The parameters.</param>
    /// <param name="data">What comes with the rows, or null.</param>
    /// <param name="isDouble">Whether the rows come in double precision.</param>
    /// <param name="availableBytes">The memory that the process may use in all; null to ask the runtime, which knows the limits of
    /// containers.</param>
    /// <exception cref="EngineException">The estimate is above what is available (NotEnoughMemory), or one array would be too long
    /// (TooManyNumbers).</exception>
    public static void Require(
        int rowCount,
        int columnCount,
        UmapOptions options,
        UmapFitData? data = null,
        bool isDouble = false,
        long? availableBytes = null)
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
        int targets = TargetNeighbors(rowCount, options, data);
        if (((2L * neighbors) + targets) * rowCount > Array.MaxLength)
        {
            throw new EngineException(
                EngineErrorIds.TooManyNumbers,
                FailureKind.ResourceUnavailable,
                $"{targets} neighbours of {rowCount} targets are more than one array can hold.",
                "Ask for fewer neighbours of the target.");
        }

        double needed = Estimate(rowCount, columnCount, options, data, isDouble);
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

    /// <summary>Returns the bytes of the rows as they came, as they are worked on, and of what lies between.</summary>
    private static double Rows(double numbers, UmapOptions options, UmapFitData? data, bool isDouble)
    {
        double given = (isDouble ? sizeof(double) : sizeof(float)) * numbers;
        double centred = options.Center ? sizeof(double) * numbers : 0;
        bool areRounded = isDouble || options.Center;
        bool areMoved = (areRounded || data?.TakesRows == true) && options.Metric != Metric.Precomputed && !options.UniqueRows;
        return given + centred + (areRounded ? sizeof(float) * numbers : 0) + (areMoved ? 0 : sizeof(float) * numbers);
    }

    /// <summary>Returns the bytes of the vectors that rows are made into for products, and of rows without their means.</summary>
    private static double SearchCopies(double numbers, UmapOptions options, bool isLarge)
    {
        bool hasVectors = options.Metric is Metric.Euclidean or Metric.Cosine or Metric.Correlation;
        return (hasVectors && !isLarge ? sizeof(float) * numbers : 0)
            + (options.Metric == Metric.Correlation ? sizeof(double) * numbers : 0);
    }

    /// <summary>
    /// Returns the bytes of the vectors of a spectral start: Lanczos' basis, what a restart makes of it, and the operator's own, for as
    /// many rows as they are made of; and for more rows those of the rows, of their groups, and of the groups' groups.
    /// </summary>
    private static double SpectralVectors(double n, UmapOptions options)
    {
        const int own = 4;
        int count = options.ComponentCount;
        if (options.Initialization != UmapInitialization.Spectral)
        {
            return 0;
        }

        double basis = sizeof(double) * Math.Min(n, MultilevelVectors.FewRows)
            * (SymmetricEigen.BasisOf(count) + 1 + SymmetricEigen.KeptOf(count) + own);
        return basis + (n > MultilevelVectors.FewRows ? 2 * n * ((sizeof(double) * (count + own)) + sizeof(int)) : 0);
    }

    private static int TargetNeighbors(int rowCount, UmapOptions options, UmapFitData? data)
        => data?.Target?.Numbers is not null ? Math.Min(rowCount, options.TargetNeighborCount ?? options.NeighborCount) : 0;

    private static string Text(double bytes) => (bytes / Gibi).ToString("0.##", CultureInfo.InvariantCulture);
}
