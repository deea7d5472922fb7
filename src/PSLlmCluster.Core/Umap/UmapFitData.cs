using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>What a layout can be given besides the rows, each in their order of input.</summary>
public sealed record UmapFitData
{
    /// <summary>
    /// Gets a value indicating whether the caller hands the rows over and does not use them any more: they are then brought into another
    /// order in place, which saves a copy of them.
    /// </summary>
    public bool TakesRows { get; init; }

    /// <summary>
    /// Gets how many bytes the caller keeps beside the rows that it gives, such as vectors of its own that the rows were copied from. A run
    /// needs memory for them too.
    /// </summary>
    public long KeptBytes { get; init; }

    /// <summary>Gets the classes or numbers that supervise the layout, or null (y).</summary>
    public UmapTarget? Target { get; init; }

    /// <summary>
    /// Gets where each row starts, n x components, in single precision, or null; for <see cref="UmapInitialization.Given"/> (init).
    /// </summary>
    public RowMatrix? InitialCoordinates
    {
        get;
        init => field = value?.ToSingle();
    }

    /// <summary>
    /// Gets the nearest rows of each row, or null to find them: in rising order of distance, the row itself first, -1 at an infinite
    /// distance where there are too few. What is beyond <see cref="UmapOptions.NeighborCount"/> is left out (precomputed_knn).
    /// </summary>
    public NeighborLists? Neighbors { get; init; }

    /// <summary>
    /// Gets which of a point's nearest other points it is whose distance is kept in <see cref="Transform.UmapFit.RankDistances"/>, from 1
    /// for the nearest; null, the default, keeps none.
    /// </summary>
    internal int? DistanceRank { get; init; }

    /// <summary>Refuses options that do not go with precomputed neighbours, so that it can be said before there are rows.</summary>
    /// <param name="options">The options, valid by themselves.</param>
    /// <exception cref="EngineException">They ask for unique or centred rows (UmapOptionInvalid).</exception>
    public static void RequireForNeighbors(UmapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.UniqueRows)
        {
            throw new EngineException(
                EngineErrorIds.UmapOptionInvalid,
                FailureKind.InvalidArgument,
                "UniqueRows makes no sense with precomputed neighbours, which are those of all rows.",
                "Leave out UniqueRows, or let the neighbours be found.");
        }

        if (options.Center)
        {
            throw new EngineException(
                EngineErrorIds.UmapOptionInvalid,
                FailureKind.InvalidArgument,
                "Center makes no sense with precomputed neighbours, whose distances were measured already.",
                "Leave out Center and centre the rows before their neighbours are found, or let the neighbours be found.");
        }
    }

    /// <summary>Refuses what does not fit the rows or the options.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="options">The options, valid by themselves.</param>
    /// <exception cref="EngineException">Sizes differ, a number is not finite, or an index is none of a row.</exception>
    internal void Validate(int rowCount, UmapOptions options)
    {
        ValidateTarget(rowCount);
        ValidateCoordinates(rowCount, options);
        if (Neighbors is not null)
        {
            RequireForNeighbors(options);
            ValidateNeighbors(Neighbors, rowCount, options.NeighborCount);
        }
    }

    private static EngineException NeighborsInvalid(string message)
        => new(
            EngineErrorIds.PrecomputedNeighborsInvalid,
            FailureKind.InvalidData,
            message,
            "Give for each row its nearest rows in rising order of distance, the row itself first, at distance 0, as many for each.");

    private static void ValidateNeighbors(NeighborLists neighbors, int rowCount, int neighborCount)
    {
        int k = neighbors.NeighborCount;
        if (
            neighbors.RowCount != rowCount
                || neighbors.Indices.LongLength != (long)rowCount * k
                || neighbors.Distances.LongLength != (long)rowCount * k)
        {
            throw NeighborsInvalid(
                $"The precomputed neighbours are {neighbors.Indices.LongLength} indices and {neighbors.Distances.LongLength} "
                    + $"distances for {neighbors.RowCount} rows with {k} each, but there are {rowCount} rows.");
        }

        if (k < UsedNeighbors(rowCount, neighborCount))
        {
            throw NeighborsInvalid($"There are {k} precomputed neighbours for each row, but NeighborCount is {neighborCount}.");
        }

        for (int row = 0; row < rowCount; row++)
        {
            ReadOnlySpan<int> indices = neighbors.IndicesOf(row);
            ReadOnlySpan<double> distances = neighbors.DistancesOf(row);
            double before = 0;
            for (int place = 0; place < k; place++)
            {
                if (indices[place] < -1 || indices[place] >= rowCount)
                {
                    throw NeighborsInvalid(
                        $"Neighbour {place + 1} of row {row + 1} is row {indices[place]} counted from 0, which is none of the "
                            + $"{rowCount} rows.");
                }

                if (!(distances[place] >= before))
                {
                    throw NeighborsInvalid(
                        $"The distance to neighbour {place + 1} of row {row + 1} is not a number, is negative, or is smaller than "
                            + "the one before it.");
                }

                if (indices[place] == -1 && double.IsFinite(distances[place]))
                {
                    throw NeighborsInvalid($"Neighbour {place + 1} of row {row + 1} is missing (-1) but its distance is not infinite.");
                }

                before = distances[place];
            }

            if (k > 0 && distances[0] != 0)
            {
                throw NeighborsInvalid($"The first neighbour of row {row + 1} is not the row itself at distance 0.");
            }
        }
    }

    /// <summary>
    /// Returns how many neighbours are used: as in the reference one less than there are rows where there are too few, but never fewer than
    /// two.
    /// </summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="neighborCount">The number asked for.</param>
    internal static int UsedNeighbors(int rowCount, int neighborCount)
        => neighborCount < rowCount ? neighborCount : Math.Min(rowCount, Math.Max(2, rowCount - 1));

    private void ValidateTarget(int rowCount)
    {
        if (Target is null)
        {
            return;
        }

        if (Target.RowCount != rowCount)
        {
            throw new EngineException(
                EngineErrorIds.TargetInvalid,
                FailureKind.InvalidData,
                $"There are {Target.RowCount} targets for {rowCount} rows.",
                "Give one class or number for each row; -1 for a class that is not known.");
        }

        for (int row = 0; row < rowCount && Target.Numbers is not null; row++)
        {
            if (!double.IsFinite(Target.Numbers[row]))
            {
                throw new EngineException(
                    EngineErrorIds.TargetInvalid,
                    FailureKind.InvalidData,
                    $"The target of row {row + 1} of {rowCount} is "
                        + $"{(double.IsNaN(Target.Numbers[row]) ? "not a number (NaN)" : "infinite")}.",
                    "Leave such rows out, or give them a number.");
            }
        }
    }

    private void ValidateCoordinates(int rowCount, UmapOptions options)
    {
        if (InitialCoordinates is null != (options.Initialization != UmapInitialization.Given))
        {
            throw InitialCoordinates is null
                ? new EngineException(
                    EngineErrorIds.InitialCoordinatesInvalid,
                    FailureKind.InvalidArgument,
                    "Initialization is Given, but no initial coordinates are.",
                    "Give coordinates for each row, or choose another start.")
                : new EngineException(
                    EngineErrorIds.InitialCoordinatesInvalid,
                    FailureKind.InvalidArgument,
                    $"Initial coordinates are given, but Initialization is {options.Initialization}.",
                    "Set Initialization to Given, or leave the coordinates out.");
        }

        if (InitialCoordinates is null)
        {
            return;
        }

        if (InitialCoordinates.RowCount != rowCount || InitialCoordinates.ColumnCount != options.ComponentCount)
        {
            throw new EngineException(
                EngineErrorIds.InitialCoordinatesInvalid,
                FailureKind.InvalidData,
                $"The initial coordinates are {InitialCoordinates.RowCount} x {InitialCoordinates.ColumnCount} numbers, but the "
                    + $"layout has {rowCount} rows of {options.ComponentCount}.",
                "Give as many coordinates for each row as there are components.");
        }

        int wrong = RowMatrix.IndexOfNotFinite(InitialCoordinates.Values);
        if (wrong >= 0)
        {
            throw new EngineException(
                EngineErrorIds.InitialCoordinatesInvalid,
                FailureKind.InvalidData,
                $"The initial coordinates of row {(wrong / options.ComponentCount) + 1} are not all finite.",
                "Give every row finite coordinates.");
        }
    }
}
