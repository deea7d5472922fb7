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
/// beyond the disconnection distance comes to lie at the nearest one's place, with a warning (theirs: NaN).
/// </remarks>
internal static class UmapTransform
{
    private const int RowsPerBlock = 16;
    private const int RowsPerTile = 256;

    /// <summary>Computes the places of new rows.</summary>
    /// <param name="model">The fitted layout.</param>
    /// <param name="newRows">The rows, valid.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static UmapResult Compute(UmapModel model, RowMatrix newRows, WorkContext work)
    {
        int n = newRows.RowCount;
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
            FittedDistances distances = new(model, newRows);
            TransformLayout layout = new(model);
            int done = 0;
            ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
            {
                TransformScratch scratch = new(model);
                for (int row = start; row < end; row++)
                {
                    work.Token.ThrowIfCancellationRequested();
                    distances.FindNearest(row, scratch, work.Token);
                    alone[row] = Place(model, layout, newRows.Row(row), scratch, places.AsSpan(row * dim, dim)) ? 0 : 1;
                }

                work.Progress.Report((double)Interlocked.Add(ref done, end - start) / n);
            });
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

    private static bool Place(UmapModel model, TransformLayout layout, ReadOnlySpan<float> row, TransformScratch scratch, Span<float> place)
    {
        if (scratch.Distances[0] == 0)
        {
            model.Layout.Row(scratch.Neighbors[0]).CopyTo(place);
            return true;
        }

        Strengths(model, scratch.Distances, scratch.Strengths);
        bool isJoined = Start(model, scratch.Neighbors, scratch.Strengths, scratch.Place);
        if (isJoined)
        {
            layout.Move(ContentHash(row, model.Columns), scratch);
        }

        for (int d = 0; d < place.Length; d++)
        {
            place[d] = (float)scratch.Place[d];
        }

        return isJoined;
    }

    private static void Assign(ReadOnlySpan<float> point, Span<double> place)
    {
        for (int d = 0; d < place.Length; d++)
        {
            place[d] = point[d];
        }
    }

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

    /// <summary>Measures new rows against the fitted ones.</summary>
    private sealed class FittedDistances
    {
        private readonly UmapModel _model;
        private readonly RowMatrix _newRows;
        private readonly MetricSpace? _fitted;
        private readonly MetricSpace? _foreign;

        public FittedDistances(UmapModel model, RowMatrix newRows)
        {
            _model = model;
            _newRows = newRows;
            if (model.Rows is not null)
            {
                _fitted = MetricSpace.Create(model.Rows, model.Options.Metric, model.Options.MinkowskiPower);
                _foreign = _fitted.CreateForeign(newRows);
            }
        }

        /// <summary>Finds the nearest fitted rows of a new one, by (distance, place).</summary>
        public void FindNearest(int row, TransformScratch scratch, CancellationToken token)
        {
            NearestHeap heap = new(scratch.Neighbors, scratch.Distances);
            Span<double> tile = stackalloc double[RowsPerTile];
            for (int start = 0; start < _model.RowCount; start += RowsPerTile)
            {
                token.ThrowIfCancellationRequested();
                Span<double> measured = tile[..Math.Min(RowsPerTile, _model.RowCount - start)];
                Measure(row, start, measured);
                heap.AddAscending(start, measured);
            }

            heap.Sort();
        }

        private void Measure(int row, int start, Span<double> target)
        {
            if (_fitted is not null)
            {
                _fitted.DistancesFrom(_foreign!, row, start, target);
                return;
            }

            ReadOnlySpan<float> distances = _newRows.Row(row);
            for (int i = 0; i < target.Length; i++)
            {
                // Rounding may have made it negative.
                target[i] = Math.Max(0, distances[_model.Columns![start + i]]);
            }
        }
    }
}
