using System.Collections.Concurrent;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// Puts new rows into a fitted layout: each is joined to its nearest fitted rows, starts at the mean of their places by the strengths, and
/// is moved by the forces of the layout while the fitted points stay.
/// </summary>
/// <remarks>
/// umap_.py, UMAP.transform and init_graph_transform. There the new rows are one batch; here each is placed alone, so that the same row
/// always comes to the same place. Departures that follow: the floor of sigma uses the mean of the row's own distances (theirs: of all new
/// rows); an edge is sampled by its strength against the row's strongest one (theirs: against the strongest of all); 100 epochs whatever
/// the number of rows (theirs: 30 from 10,000 on); random numbers are keyed by the row's content. A row at distance 0 from a fitted one
/// comes to lie exactly where that one is; theirs does only if the same rows come in as were fitted. A row whose neighbours are all at or
/// beyond the disconnection distance comes to lie at the nearest one's place, with a warning (theirs: NaN). In the map of a sample
/// <see cref="NearPlacement"/> says where a row lies, and nothing is moved.
/// </remarks>
internal static class UmapTransform
{
    private const int RowsPerTile = 256;
    private const int GivenRowsPerBlock = 16;

    /// <summary>What of the work is done when the search is prepared.</summary>
    private const double PreparedShare = 0.1;

    /// <summary>Computes the places of new rows.</summary>
    /// <param name="model">The fitted layout.</param>
    /// <param name="newRows">The rows, valid.</param>
    /// <param name="chosen">Which of them to place, rising; null for all.</param>
    /// <param name="distances">Receives how far each is from the fitted rows; null where nobody wants to know.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The places of those rows, in their order.</returns>
    public static UmapResult Compute(UmapModel model, RowMatrix newRows, int[]? chosen, FittedDistances? distances, WorkContext work)
    {
        int n = chosen?.Length ?? newRows.RowCount;
        int dim = model.ComponentCount;
        if ((long)n * dim > Array.MaxLength)
        {
            throw new EngineException(
                EngineErrorIds.TooManyNumbers,
                FailureKind.ResourceUnavailable,
                $"A layout of {n} rows in {dim} dimensions is more than one array can hold.",
                "Pipe in fewer rows at a time; each is placed by itself.");
        }

        float[] places = new float[n * dim];
        int[] alone = new int[n];
        if (n > 0)
        {
            TransformLayout layout = new(model);
            WorkContext placing = work.Stage("Placing new rows", model.Rows is null ? 0 : PreparedShare, 1);
            int done = 0;
            if (model.Rows is null)
            {
                ParallelBlocks.For(n, GivenRowsPerBlock, work, (start, end) => Place(start, end, newRows, start, (row, scratch)
                    => FindNearest(model, newRows.Row(start + row), scratch)));
            }
            else
            {
                NeighborQueries queries = model.Queries(n, work.Stage("Preparing the search", 0, PreparedShare));
                int blockSize = queries.BlockSize(n, model.NeighborCount, work);
                FreedMemory.Return(newRows.ByteCount);
                ConcurrentStack<(NeighborQueries.Finder Finder, RowMatrix? Room)> tools = [];
                WorkContext single = work with { ThreadCount = 1 };
                ParallelBlocks.For(n, blockSize, work, (start, end) =>
                {
                    // A block of the rows at a time, in the room of the block before, so that no second copy of all of them is made.
                    int[] numbers = chosen is null ? [.. Enumerable.Range(start, end - start)] : chosen[start..end];
                    (NeighborQueries.Finder finder, RowMatrix? room) = tools.TryPop(out (NeighborQueries.Finder, RowMatrix?) free)
                        ? free
                        : (queries.CreateFinder(model.NeighborCount, blockSize), RoomFor(newRows, blockSize));
                    RowMatrix block = room is null
                        ? CanonicalOrder.Apply(newRows, numbers, single)
                        : CanonicalOrder.ApplyTo(newRows, numbers, room);
                    block = SingleRows.Round(
                        model.Center is null ? block : Centering.Subtract(block, model.Center, single),
                        model.Offset,
                        numbers,
                        newRows.RowCount);
                    finder.Find(queries.Foreign(block), work.Token);
                    Place(start, end, block, 0, (row, scratch) =>
                    {
                        finder.IndicesOf(row).CopyTo(scratch.Neighbors);
                        finder.DistancesOf(row).CopyTo(scratch.Distances);
                    });
                    tools.Push((finder, room));
                });
            }

            void Place(int start, int end, RowMatrix rows, int firstRow, Action<int, TransformScratch> find)
            {
                int next = start;
                layout.CreateLanes(model).Run(TryTake, Put, work.Token);
                placing.Progress.Report((double)Interlocked.Add(ref done, end - start) / n);

                // Takes rows up to one that has to be moved.
                bool TryTake(TransformScratch scratch)
                {
                    while (next < end)
                    {
                        int row = next++;
                        find(row - start, scratch);
                        scratch.Row = row;
                        distances?.Set(row, scratch.Distances);
                        if (TryStart(model, scratch, out bool isJoined))
                        {
                            scratch.Key = ContentHash(rows.Row(firstRow + row - start), model.Columns);
                            return true;
                        }

                        alone[row] = isJoined ? 0 : 1;
                        Put(scratch);
                    }

                    return false;
                }
            }

            void Put(TransformScratch scratch)
            {
                for (int d = 0; d < dim; d++)
                {
                    places[(scratch.Row * dim) + d] = (float)scratch.Place[d];
                }
            }
        }

        List<EngineWarning> warnings = [];
        int count = alone.Sum();
        if (count > 0)
        {
            warnings.Add(
                new EngineWarning(
                    "RowsWithoutEdges",
                    $"{count} of {n} new rows are too far from all fitted ones, at or beyond the disconnection distance; each lies "
                        + "at the place of the nearest one, which says nothing."));
        }

        return new UmapResult(new RowMatrix(places, n, dim), warnings);
    }

    /// <summary>Computes the strengths of a row's edges to its neighbours.</summary>
    /// <param name="model">The fitted layout.</param>
    /// <param name="distances">The distances to its neighbours, rising.</param>
    /// <param name="strengths">Receives their strengths; 0 for those that are dropped.</param>
    /// <returns>The row's sigma and rho, of distances that are scaled where <see cref="DistanceScale"/> says so.</returns>
    internal static (float Sigma, float Rho) Strengths(UmapModel model, ReadOnlySpan<double> distances, Span<float> strengths)
    {
        int exponent = DistanceScale.ExponentFor(DistanceScale.FarthestFinite(distances));
        float disconnection = (float)Math.ScaleB(model.Options.Disconnection(), exponent);
        Span<float> kept = strengths;
        int count = 0;
        double sum = 0;
        foreach (double distance in distances)
        {
            float scaled = (float)Math.ScaleB(distance, exponent);
            if (scaled < disconnection)
            {
                kept[count++] = scaled;
                sum += scaled;
            }
        }

        double target = DeterministicMath.Log((double)model.NeighborCount) / DeterministicMath.Log(2.0);
        double connectivity = Math.Max(0, model.Options.LocalConnectivity - 1);
        (float sigma, float rho) = SmoothedDistances.Solve(kept[..count], target, connectivity, count == 0 ? 0 : sum / count);

        // Distances rise, so what was kept stands in the places where it was.
        for (int place = 0; place < strengths.Length; place++)
        {
            strengths[place] = place < count ? FuzzyGraph.Strength(strengths[place], sigma, rho) : 0;
        }

        return (sigma, rho);
    }

    /// <summary>
    /// Computes where a row starts: on the point of its first neighbour of strength 1, or at the mean of its neighbours' points by their
    /// strengths.
    /// </summary>
    /// <returns>Whether it has any neighbour.</returns>
    internal static bool Start(UmapModel model, ReadOnlySpan<int> neighbors, ReadOnlySpan<float> strengths, Span<double> place)
    {
        place.Clear();
        double sum = 0;
        for (int i = 0; i < strengths.Length; i++)
        {
            ReadOnlySpan<float> point = model.Layout.Row(neighbors[i]);
            if (strengths[i] == 1)
            {
                Assign(point, place);
                return true;
            }

            for (int d = 0; d < place.Length; d++)
            {
                place[d] += strengths[i] * (double)point[d];
            }

            sum += strengths[i];
        }

        if (sum == 0)
        {
            Assign(model.Layout.Row(neighbors[0]), place);
            return false;
        }

        for (int d = 0; d < place.Length; d++)
        {
            place[d] /= sum;
        }

        return true;
    }

    /// <summary>Puts a row where it starts.</summary>
    /// <param name="model">The fitted layout.</param>
    /// <param name="scratch">Its neighbours and their distances; receives the strengths and its place.</param>
    /// <param name="isJoined">Whether it has any neighbour.</param>
    /// <returns>Whether it has to be moved from there.</returns>
    private static bool TryStart(UmapModel model, TransformScratch scratch, out bool isJoined)
    {
        isJoined = true;
        if (scratch.Distances[0] == 0)
        {
            Assign(model.Layout.Row(scratch.Neighbors[0]), scratch.Place);
            return false;
        }

        Strengths(model, scratch.Distances, scratch.Strengths);
        if (model.Reaches is { } reaches && scratch.LargestStrength > 0)
        {
            NearPlacement.Put(model.Layout, reaches, scratch.Neighbors, scratch.Distances, scratch.Strengths, scratch.Place);
            return false;
        }

        isJoined = Start(model, scratch.Neighbors, scratch.Strengths, scratch.Place);
        return isJoined;
    }

    private static void Assign(ReadOnlySpan<float> point, Span<double> place)
    {
        for (int d = 0; d < place.Length; d++)
        {
            place[d] = point[d];
        }
    }

    // Rows in double precision are copied block by block.
    private static RowMatrix? RoomFor(RowMatrix rows, int rowCount)
        => rows.IsDouble ? null : new RowMatrix(new float[rowCount * rows.ColumnCount], rowCount, rows.ColumnCount);

    /// <summary>
    /// The FNV-1a hash of a row's numbers (Fowler, Noll and Vo 1991), word by word; minus zero counts as zero. Distances are taken in the
    /// order of the fitted rows, whatever that of input was.
    /// </summary>
    private static uint ContentHash(ReadOnlySpan<float> row, int[]? columns)
    {
        uint hash = 2166136261;
        for (int i = 0; i < row.Length; i++)
        {
            hash = unchecked((hash ^ BitConverter.SingleToUInt32Bits(row[columns is null ? i : columns[i]] + 0f)) * 16777619);
        }

        return hash;
    }

    /// <summary>Finds the nearest fitted rows of a new one, by (distance, place), where its distances to them are given.</summary>
    private static void FindNearest(UmapModel model, ReadOnlySpan<float> distances, TransformScratch scratch)
    {
        NearestHeap heap = new(scratch.Neighbors, scratch.Distances);
        Span<double> tile = stackalloc double[RowsPerTile];
        for (int start = 0; start < model.RowCount; start += RowsPerTile)
        {
            Span<double> given = tile[..Math.Min(RowsPerTile, model.RowCount - start)];
            for (int i = 0; i < given.Length; i++)
            {
                // Rounding may have made it negative.
                given[i] = Math.Max(0, distances[model.Columns![start + i]]);
            }

            heap.AddAscending(start, given);
        }

        heap.Sort();
    }
}
