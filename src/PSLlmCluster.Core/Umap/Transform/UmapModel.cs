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

    /// <summary>Gets the mean of the fitted rows, which is taken off new ones first; null where the fit took none off.</summary>
    internal double[]? Center { get; init; }

    /// <summary>Gets what is taken off each column before a row is rounded to single precision; null where nothing is.</summary>
    internal double[]? Offset { get; init; }

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
    public void Save(ModelFileTarget target, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        UmapModelFile.Write(this, target, token);
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

        WorkContext work = WorkContext.Create(threadCount, progress, token);
        if (Rows is null)
        {
            newRows = newRows.ToSingle();
            PrecomputedDistances.RequireDistances(newRows, token);
        }
        else
        {
            newRows.RequireFinite();
            newRows = SingleRows.Round(Center is null ? newRows : Centering.Subtract(newRows, Center, work), Offset);
        }

        return UmapTransform.Compute(this, newRows, work.Stage("Placing new rows", 0, 1));
    }
}

/// <summary>A layout and the model that takes new rows.</summary>
/// <param name="Result">The layout.</param>
/// <param name="Model">The model.</param>
public sealed record UmapFit(UmapResult Result, UmapModel Model);
