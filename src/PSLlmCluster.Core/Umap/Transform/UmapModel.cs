using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// A fitted layout, into which new rows can be put later (umap_.py, UMAP.transform). It can be written to a file and read back.
/// </summary>
/// <remarks>
/// Rows and layout are in canonical order, so that the file has the same bytes whatever the order of the fitted rows; only the columns of
/// precomputed distances follow the order of input.
/// </remarks>
public sealed class UmapModel
{
    private readonly Lock _lock = new();
    private MetricSpace? _space;
    private CellIndex? _index;
    private CellParts? _cells;
    private bool _hasNoCells;

    internal UmapModel(
        UmapOptions options, CurveParameters curve, int neighborCount, int columnCount, RowMatrix? rows, RowMatrix layout, int[]? columns)
    {
        Options = options;
        Curve = curve;
        NeighborCount = neighborCount;
        ColumnCount = columnCount;
        Rows = rows;
        Layout = layout;
        Columns = columns;
    }

    /// <summary>Gets the number of rows that were fitted; equal ones count once if they were made one.</summary>
    public int RowCount => Layout.RowCount;

    /// <summary>
    /// Gets the number of columns that a new row must have: that of the fitted rows, or for precomputed distances their number.
    /// </summary>
    public int ColumnCount { get; }

    /// <summary>Gets the number of dimensions of the layout.</summary>
    public int ComponentCount => Layout.ColumnCount;

    /// <summary>Gets a value indicating whether a new row is its distances to the fitted rows, and not numbers to measure.</summary>
    public bool TakesDistances => Rows is null;

    /// <summary>
    /// Gets or sets which engine made the vectors of the fitted rows, Managed or Llama; null where they are no vectors of texts, or it is
    /// not known. It is kept in the file, and changes nothing in the results.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to Auto.</exception>
    public EmbeddingEngine? Engine
    {
        get;
        set => field = EngineSetting.Require(value);
    }

    /// <summary>Gets the options of the fit.</summary>
    internal UmapOptions Options { get; }

    /// <summary>Gets the curve of the fit.</summary>
    internal CurveParameters Curve { get; }

    /// <summary>Gets the number of neighbours that the fit used.</summary>
    internal int NeighborCount { get; }

    /// <summary>Gets the fitted rows; null for precomputed distances.</summary>
    internal RowMatrix? Rows { get; }

    /// <summary>Gets the fitted rows and their metric.</summary>
    internal MetricSpace Space
    {
        get
        {
            lock (_lock)
            {
                return _space ??= MetricSpace.Create(Rows!, Options.Metric, Options.MinkowskiPower);
            }
        }
    }

    /// <summary>Gets the mean of the fitted rows, which is taken off new ones first; null where the fit took none off.</summary>
    internal double[]? Center { get; init; }

    /// <summary>Gets what is taken off each column before a row is rounded to single precision; null where nothing is.</summary>
    internal double[]? Offset { get; init; }

    /// <summary>
    /// Gets or sets how far from each fitted point new rows may lie, in the map of a sample; null in that of all rows, where new ones are
    /// moved by the forces of the layout.
    /// </summary>
    internal float[]? Reaches { get; set; }

    /// <summary>Gets the place of each fitted row.</summary>
    internal RowMatrix Layout { get; }

    /// <summary>
    /// Gets for each fitted point its first row in the order of input, which is the order of a new row's distances; null but for
    /// precomputed distances.
    /// </summary>
    internal int[]? Columns { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">The file is not there, cannot be read, is no model of UMAP, is of a newer version, or is
    /// damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static UmapModel Load(string path, CancellationToken token = default) => UmapModelFile.Read(path, token);

    /// <summary>Refuses options whose layouts take no new rows, so that it can be said before the work.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="EngineException">They ask for densMAP (UmapModelNotPossible).</exception>
    public static void Require(UmapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Densmap)
        {
            throw new EngineException(
                EngineErrorIds.UmapModelNotPossible,
                FailureKind.InvalidArgument,
                "A layout with densMAP takes no new rows, so it makes no model.",
                "Leave out densMAP, or the model.");
        }
    }

    /// <summary>Writes the model, whole or not at all.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Save(ModelFileTarget target, CancellationToken token = default) => Save(target, Options.ThreadCount, null, token);

    /// <summary>Writes the model, whole or not at all.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="threadCount">The most threads to use for what finds the fitted rows nearest to new ones, which takes a while to make
    /// where there are many and no new row has been placed; 0 for as many as there are cores.</param>
    /// <param name="progress">Receives how far that is; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Save(ModelFileTarget target, int threadCount, IProgress<StageProgress>? progress, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        UmapModelFile.Write(this, target, WorkContext.Create(threadCount, progress, token));
    }

    /// <summary>Puts new rows into the layout, each independently: what a row's place is does not depend on what comes with it.</summary>
    /// <param name="newRows">The rows, as wide as the fitted ones, all finite; for precomputed distances those to the fitted rows, in the
    /// order in which they were fitted.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Receives the fraction of rows that are done; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The places of the new rows, in their order.</returns>
    /// <exception cref="EngineException">The rows have another width (RowLengthMismatch), or hold a number that is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public UmapResult Transform(
        RowMatrix newRows, int threadCount = 0, IProgress<StageProgress>? progress = null, CancellationToken token = default)
        => Transform(newRows, null, threadCount, progress, token);

    /// <summary>Puts new rows into the layout, and says how far each is from those that were fitted.</summary>
    /// <param name="newRows">The rows, as above.</param>
    /// <param name="distances">How far; null where nobody wants to know.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Receives the fraction of rows that are done; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The places of the new rows, in their order.</returns>
    internal UmapResult Transform(
        RowMatrix newRows, FittedDistances? distances, int threadCount, IProgress<StageProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(newRows);
        if (newRows.RowCount > 0 && newRows.ColumnCount != ColumnCount)
        {
            throw new EngineException(
                EngineErrorIds.RowLengthMismatch,
                FailureKind.InvalidData,
                $"The new rows have {newRows.ColumnCount} numbers, and those of the model {ColumnCount}.",
                Rows is null
                    ? "Give for each new row its distances to all rows of the fit, in their order."
                    : "Give rows from the same model or the same columns as those of the fit.");
        }

        if (Rows is null)
        {
            newRows = newRows.ToSingle();
            PrecomputedDistances.RequireDistances(newRows, token);
        }
        else
        {
            newRows.RequireFinite();
        }

        return UmapTransform.Compute(this, newRows, null, distances, WorkContext.Create(threadCount, progress, token));
    }

    /// <summary>Returns whether the fitted rows nearest to new ones are found by what is kept in the file.</summary>
    internal bool KeepsCells()
    {
        lock (_lock)
        {
            return NeedsCells();
        }
    }

    /// <summary>Returns what the search by cells is made of, which takes a while the first time; null where all are measured.</summary>
    /// <param name="work">The threads to use, the progress and the token.</param>
    internal CellParts? Cells(WorkContext work)
    {
        lock (_lock)
        {
            if (_cells is null && !_hasNoCells && NeedsCells())
            {
                _index = CellIndex.Create(Space, NeighborCount, Options.Seed, work);
                _cells = _index?.Parts;
                _hasNoCells = _index is null;
            }

            return _cells;
        }
    }

    /// <summary>Takes what the search is made of out of a file.</summary>
    /// <param name="cells">The parts; null where all rows are measured.</param>
    internal void TakeCells(CellParts? cells)
    {
        _cells = cells;
        _hasNoCells = cells is null;
    }

    /// <summary>Prepares the search for the fitted rows that are nearest to new ones.</summary>
    /// <param name="queryCount">How many new rows there are.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    internal NeighborQueries Queries(int queryCount, WorkContext work)
    {
        lock (_lock)
        {
            if (Cells(work) is not { } cells)
            {
                return NeighborQueries.Exact(Space, queryCount, work);
            }

            _index ??= CellIndex.Of(Space, cells, work);
            return NeighborQueries.ByCells(Space, _index);
        }
    }

    private bool NeedsCells() => _cells is not null || _hasNoCells || (Rows is not null && NeighborQueries.ForCells(Space));
}

/// <summary>A layout and the model that takes new rows.</summary>
/// <param name="Result">The layout.</param>
/// <param name="Model">The model.</param>
public sealed record UmapFit(UmapResult Result, UmapModel Model)
{
    /// <summary>
    /// Gets for each point of the model the distance to one of its nearest others; null where it was not asked for, or there are too few.
    /// </summary>
    internal double[]? RankDistances { get; init; }
}
