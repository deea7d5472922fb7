using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// A layout of more rows than there is memory or patience for: a sample of them is fitted, and the rest put into its map, each by itself.
/// </summary>
/// <remarks>
/// <para>Each row draws a random number that depends on its content and the seed, and those of the smallest numbers are the sample. So it
/// is the same in any order of input, and one more row changes it by one row at most. Of equal rows each copy draws for itself, so that the
/// sample has as large a share of copies as the whole; copies that are left out come to lie where the others do.</para>
/// <para>Landmarks, as in the Nyström method; here, rows are drawn uniformly, so that dense places stay dense. Where the rest lies, now and
/// whenever new rows come to the model, <see cref="NearPlacement"/> says.</para>
/// </remarks>
public static class SampledReduction
{
    private const int RowsPerBlock = 1024;

    // The fractions of the whole that are done when a stage ends.
    private const double DrawEnd = 0.02;
    private const double LeastFitShare = 0.2;

    /// <summary>What placing a row takes beside fitting one.</summary>
    private const double PlacingCost = 0.5;

    /// <summary>Refuses what makes no sense with a sample, so that it can be said before the work.</summary>
    /// <param name="options">The parameters, valid by themselves.</param>
    /// <param name="hasNeighbors">Whether the neighbours of all rows are given.</param>
    /// <exception cref="EngineException">They ask for densMAP (UmapModelNotPossible), radii, or distances or neighbours that are given
    /// (UmapOptionInvalid).</exception>
    public static void Require(UmapOptions options, bool hasNeighbors)
    {
        ArgumentNullException.ThrowIfNull(options);
        UmapModel.Require(options);
        (string Reason, string Cure)? refusal =
            options.OutputDensity ? ("Rows that are put into a map have no radii, so there are none with a sample.", "the radii")
            : options.Metric == Metric.Precomputed
                ? ("A sample of precomputed distances saves nothing, as all of them are there.", "the sample")
            : hasNeighbors ? ("Precomputed neighbours are those of all rows, and not of a sample.", "the neighbours")
            : null;
        if (refusal is { } found)
        {
            throw new EngineException(
                EngineErrorIds.UmapOptionInvalid,
                FailureKind.InvalidArgument,
                found.Reason,
                $"Leave out {found.Cure}{(found.Cure == "the sample" ? "." : ", or the sample.")}");
        }
    }

    /// <summary>Computes the layout of rows by way of a sample, and the sample's model.</summary>
    /// <param name="rows">The rows in any order, all finite.</param>
    /// <param name="options">The parameters; the seed draws the sample too.</param>
    /// <param name="sampleCount">How many rows to fit, 1 or more. Larger values take more time and memory, and follow the rows more
    /// closely; from the number of rows on, the layout is that of <see cref="UmapReduction"/>, to the byte.</param>
    /// <param name="data">What comes with all rows, or null.</param>
    /// <param name="progress">Receives how far the work is, from several threads; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layout in the order of the rows, with what the user should know, and the model.</returns>
    /// <exception cref="EngineException">An option is out of its range or makes no sense with a sample, a row is not finite, or the data
    /// does not fit the rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static UmapFit Fit(
        RowMatrix rows,
        UmapOptions options,
        int sampleCount,
        UmapFitData? data = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        options.Validate();
        data ??= new UmapFitData();
        Require(options, data.Neighbors is not null);
        if (sampleCount >= rows.RowCount)
        {
            return UmapReduction.Fit(rows, options, data, progress, token);
        }

        data.Validate(rows.RowCount, options);
        rows.RequireFinite();
        WorkContext work = WorkContext.Create(options.ThreadCount, progress, token);
        WorkContext draw = work.Stage("Drawing the sample", 0, DrawEnd);
        draw.Progress.Report(0);
        bool[] isDrawn = Draw(rows, data, sampleCount, options.Seed, draw);
        int[] sample = Where(isDrawn, true, sampleCount);
        int[] rest = Where(isDrawn, false, rows.RowCount - sampleCount);
        double cost = PlacingCost * rest.Length / (sample.Length + (PlacingCost * rest.Length));
        double fitEnd = Math.Max(LeastFitShare, 1 - cost);

        // Rows that were handed over are not copied: the sample comes to stand before the rest.
        int[]? order = data.TakesRows && !rows.IsDouble ? [.. sample, .. rest] : null;
        RowMatrix fitted;
        int[] placedRows = rest;
        if (order is null)
        {
            fitted = CanonicalOrder.Apply(rows, sample, work);
        }
        else
        {
            InPlaceOrder.Apply(rows.Values, rows.ColumnCount, order, token);
            fitted = rows.First(sampleCount);
            placedRows = [.. Enumerable.Range(sampleCount, rest.Length)];
        }

        FreedMemory.Return(rows.ByteCount);
        UmapFit fit = UmapReduction.Fit(
            fitted,
            options,
            Of(data, sample, data.KeptBytes + rows.ByteCount - (order is null ? 0 : fitted.ByteCount), work),
            new PartProgress(work.Part(DrawEnd, fitEnd).Progress),
            token);
        fit.Model.Reaches = NearPlacement.Reaches(fit.Model.Layout, options.Seed, work);
        FreedMemory.Return(rows.ByteCount);
        UmapResult placed = UmapTransform.Compute(fit.Model, rows, placedRows, null, work.Part(fitEnd, 1));
        int dim = options.ComponentCount;
        float[] layout = new float[checked(rows.RowCount * dim)];
        Put(fit.Result.Layout, sample, layout);
        Put(placed.Layout, rest, layout);
        return new UmapFit(
            new UmapResult(new RowMatrix(layout, rows.RowCount, dim), [.. fit.Result.Warnings, .. placed.Warnings])
            {
                PlacesOfRows = order is null ? null : PlacesOf(order, fit.Result.PlacesOfRows),
            },
            fit.Model);
    }

    /// <summary>Fits rows that are a sample already, and all of them: new rows are put beside the nearest one.</summary>
    /// <param name="rows">The rows in any order, all finite.</param>
    /// <param name="options">The parameters.</param>
    /// <param name="data">What comes with the rows, or null.</param>
    /// <param name="progress">Receives how far the work is, from several threads; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layout in the order of the rows, with what the user should know, and the model.</returns>
    /// <exception cref="EngineException">An option is out of its range or makes no sense with a sample, a row is not finite, or the data
    /// does not fit the rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static UmapFit FitAll(
        RowMatrix rows,
        UmapOptions options,
        UmapFitData? data = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Require(options, data?.Neighbors is not null);
        UmapFit fit = UmapReduction.Fit(rows, options, data, progress, token);
        WorkContext work = WorkContext.Create(options.ThreadCount, null, token);
        fit.Model.Reaches = NearPlacement.Reaches(fit.Model.Layout, options.Seed, work);
        return fit;
    }

    /// <summary>Returns for each row where it went: the sample, and then, as the fit says, by its own order.</summary>
    private static int[] PlacesOf(int[] order, IReadOnlyList<int>? placesOfSample)
    {
        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            places[order[place]] = placesOfSample is not null && place < placesOfSample.Count ? placesOfSample[place] : place;
        }

        return places;
    }

    /// <summary>Returns for each row whether it is in the sample.</summary>
    private static bool[] Draw(RowMatrix rows, UmapFitData data, int sampleCount, int seed, WorkContext work)
    {
        int n = rows.RowCount;
        int[] order = UmapInput.OrderOf(rows, data, work.Token);
        int[] copies = new int[n];
        for (int start = 0, end; start < n; start = end)
        {
            end = CanonicalOrder.EndOfEqual(rows, order, start);
            for (int place = start; place < end; place++)
            {
                copies[place] = place - start;
            }
        }

        CounterRandom random = new(seed, RandomPurpose.FittedSample);
        (ulong Key, int Place)[] drawn = new (ulong, int)[n];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int place = start; place < end; place++)
            {
                ulong hash = ContentHash(rows, order[place]);
                (uint high, uint low, _, _) = random.Block((uint)hash, (uint)(hash >> 32), (uint)copies[place]);
                drawn[place] = (((ulong)high << 32) | low, place);
            }
        });
        Array.Sort(drawn);
        bool[] isDrawn = new bool[n];
        foreach ((_, int place) in drawn.AsSpan(0, sampleCount))
        {
            isDrawn[order[place]] = true;
        }

        return isDrawn;
    }

    /// <summary>
    /// The FNV-1a hash of a row's numbers (Fowler, Noll and Vo 1991), word by word, in double precision, so that a row is the same in a
    /// matrix of either; minus zero counts as zero.
    /// </summary>
    private static ulong ContentHash(RowMatrix rows, int row)
    {
        ulong hash = 14695981039346656037;
        for (int column = 0; column < rows.ColumnCount; column++)
        {
            hash = unchecked((hash ^ BitConverter.DoubleToUInt64Bits(rows[row, column] + 0.0)) * 1099511628211);

            // A word's upper bits would only reach the hash's own upper ones.
            hash ^= hash >> 32;
        }

        return hash;
    }

    private static int[] Where(bool[] isDrawn, bool wanted, int count)
    {
        int[] found = new int[count];
        int next = 0;
        for (int row = 0; row < isDrawn.Length; row++)
        {
            if (isDrawn[row] == wanted)
            {
                found[next++] = row;
            }
        }

        return found;
    }

    private static UmapFitData Of(UmapFitData data, int[] rows, long keptBytes, WorkContext work) => new()
    {
        TakesRows = true,
        KeptBytes = keptBytes,
        Target = data.Target is null ? null
            : data.Target.Labels is { } labels ? UmapTarget.OfLabels(Array.ConvertAll(rows, row => labels[row]))
            : UmapTarget.OfNumbers(Array.ConvertAll(rows, row => data.Target.Numbers![row])),
        InitialCoordinates = data.InitialCoordinates is { } start ? CanonicalOrder.Apply(start, rows, work) : null,
    };

    private static void Put(RowMatrix places, int[] rows, float[] layout)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            places.Row(i).CopyTo(layout.AsSpan(rows[i] * places.ColumnCount, places.ColumnCount));
        }
    }
}
