namespace PSLlmCluster.Core.Numerics;

/// <summary>A square matrix of distances that were measured elsewhere: what it has to be, and its canonical form, in which the order of its rows and columns changes nothing.</summary>
public static class PrecomputedDistances
{
    private const int RowsPerBlock = 64;

    // What rounding may do to a matrix in single precision: of both entries of a pair, and of entries near 0, whose error is that of the largest.
    private const float RelativeTolerance = 1e-5f;
    private const float AbsoluteTolerance = 1e-6f;

    /// <summary>Checks that a matrix holds distances: square, none negative or NaN, symmetric and 0 on the diagonal but for rounding. Infinite ones are allowed: there is no way.</summary>
    /// <param name="distances">The matrix.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">Ends the work.</param>
    /// <exception cref="EngineException">It does not (PrecomputedNotSquare, PrecomputedNotDistance, PrecomputedDiagonalNotZero, PrecomputedNotSymmetric); the message names the first entry, counted from 1.</exception>
    public static void Require(RowMatrix distances, int threadCount = 0, CancellationToken token = default)
    {
        int n = RequireSquare(distances);
        float largest = RequireNumbers(distances, token);
        float slack = AbsoluteTolerance * largest;
        for (int row = 0; row < n; row++)
        {
            if (!(Math.Abs(distances.Row(row)[row]) <= slack))
            {
                throw new EngineException("PrecomputedDiagonalNotZero", FailureKind.InvalidData, $"Row {row + 1} of the precomputed distances is at {distances.Row(row)[row]} from itself.", "Give distances, which are 0 on the diagonal. Similarities, which are largest there, have to be turned around first.");
            }
        }

        int[] unequal = new int[n];
        ParallelBlocks.For(n, RowsPerBlock, threadCount, token, (start, end) =>
        {
            for (int other = start; other < n; other += RowsPerBlock)
            {
                token.ThrowIfCancellationRequested();
                for (int row = start; row < end; row++)
                {
                    int last = Math.Min(n, other + RowsPerBlock);
                    for (int column = Math.Max(row + 1, other); column < last && unequal[row] == 0; column++)
                    {
                        float there = distances.Values[(row * n) + column];
                        float back = distances.Values[(column * n) + row];
                        if (there != back && !(Math.Abs(there - back) <= slack + (RelativeTolerance * Math.Max(there, back))))
                        {
                            unequal[row] = column;
                        }
                    }
                }
            }
        });
        int first = Array.FindIndex(unequal, column => column > 0);
        if (first >= 0)
        {
            int column = unequal[first];
            throw new EngineException("PrecomputedNotSymmetric", FailureKind.InvalidData, $"The precomputed distance from row {first + 1} to row {column + 1} is {distances.Row(first)[column]}, and back it is {distances.Row(column)[first]}.", "Give distances that are the same in both directions, such as the larger or the mean of both.");
        }
    }

    /// <summary>Checks that rows hold distances to other rows: none negative or NaN.</summary>
    /// <param name="distances">For each new row its distances to the rows of a fit.</param>
    /// <exception cref="EngineException">One is (PrecomputedNotDistance); the message names it, counted from 1.</exception>
    /// <param name="token">Ends the work.</param>
    internal static void RequireDistances(RowMatrix distances, CancellationToken token)
    {
        for (int row = 0; row < distances.RowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<float> values = distances.Row(row);
            for (int column = 0; column < values.Length; column++)
            {
                if (!(values[column] >= 0))
                {
                    throw NotDistance(row, column, values[column]);
                }
            }
        }
    }

    /// <summary>Returns the order of the rows that depends on the distances alone.</summary>
    /// <remarks>
    /// Each row's colour is a hash of its distances and of the colours at their ends, in any order, again and again until no more rows are told apart (Weisfeiler and Leman 1968). Rows that could change
    /// places without changing the matrix keep the order of input; where others still look alike, as in a regular grid, one of them is marked and the colours are spread again, 64 times at the most.
    /// </remarks>
    /// <param name="distances">The matrix, valid.</param>
    /// <param name="colours">What else tells rows apart, a number for each; or empty.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each canonical place the index of the row that stands there.</returns>
    public static int[] Order(RowMatrix distances, ReadOnlySpan<ulong> colours = default, int threadCount = 0, CancellationToken token = default)
    {
        int n = RequireSquare(distances);
        ulong[] own = colours.IsEmpty ? new ulong[n] : colours.ToArray();
        return new ColorRefinement(distances, own, threadCount, token).Order();
    }

    /// <summary>Puts rows and columns into another order. Of the two directions of a pair, which differ by rounding at the most, the larger is kept; the diagonal becomes 0.</summary>
    /// <param name="distances">The matrix, valid.</param>
    /// <param name="order">For each place the row, and the column, that comes there.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>A new matrix, symmetric to the bit, in which minus zero has become zero.</returns>
    public static RowMatrix Apply(RowMatrix distances, int[] order, int threadCount = 0, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        int n = RequireSquare(distances);
        float[] values = new float[distances.Values.Length];
        ParallelBlocks.For(n, RowsPerBlock, threadCount, token, (start, end) =>
        {
            for (int other = 0; other < n; other += RowsPerBlock)
            {
                token.ThrowIfCancellationRequested();
                int last = Math.Min(n, other + RowsPerBlock);
                for (int place = start; place < end; place++)
                {
                    for (int column = other; column < last; column++)
                    {
                        values[(place * n) + column] = Between(distances.Values, n, order[place], order[column]);
                    }
                }
            }
        });
        return new RowMatrix(values, n, n);
    }

    /// <summary>Returns the number of rows of a matrix that is square.</summary>
    /// <param name="distances">The matrix.</param>
    /// <exception cref="EngineException">It is not (PrecomputedNotSquare).</exception>
    internal static int RequireSquare(RowMatrix distances)
    {
        ArgumentNullException.ThrowIfNull(distances);
        if (distances.RowCount > 0 && distances.RowCount != distances.ColumnCount)
        {
            throw new EngineException("PrecomputedNotSquare", FailureKind.InvalidData, $"The precomputed distances are {distances.RowCount} rows of {distances.ColumnCount} numbers, which is no square.", "Give for each row its distances to all rows, in the same order.");
        }

        return distances.RowCount;
    }

    /// <summary>Returns the distance of two rows, the same in both directions.</summary>
    internal static float Between(float[] values, int n, int row, int column)
        => row == column ? 0 : Math.Max(values[(row * n) + column], values[(column * n) + row]) + 0f;

    private static float RequireNumbers(RowMatrix distances, CancellationToken token)
    {
        float largest = 0;
        for (int row = 0; row < distances.RowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<float> values = distances.Row(row);
            for (int column = 0; column < values.Length; column++)
            {
                float value = values[column];
                if (float.IsNaN(value) || (value < 0 && column != row))
                {
                    throw NotDistance(row, column, value);
                }

                largest = float.IsFinite(value) ? Math.Max(largest, value) : largest;
            }
        }

        return largest;
    }

    private static EngineException NotDistance(int row, int column, float value)
        => new("PrecomputedNotDistance", FailureKind.InvalidData, $"The precomputed distance from row {row + 1} to row {column + 1} is {(float.IsNaN(value) ? "not a number (NaN)" : "negative")}.", "Give distances of 0 or more; infinity where there is no way. Small negative ones that come from rounding are 0.");
}
