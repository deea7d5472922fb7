namespace PSLlmCluster.Core.Numerics;

/// <summary>A square matrix of distances that were measured elsewhere: what it has to be, and its canonical form, in which the order of its rows and columns changes nothing.</summary>
public static class PrecomputedDistances
{
    private const int RowsPerBlock = 64;

    // What rounding may do to a matrix in single precision: of both entries of a pair, and of entries near 0, whose error is that of the largest.
    private const float RelativeTolerance = 1e-5f;
    private const float AbsoluteTolerance = 1e-6f;

    /// <summary>Checks that a matrix holds distances: square, none NaN, none negative,
    /// symmetric and 0 on the diagonal but for rounding. Infinite ones are allowed: such rows are not connected.</summary>
    /// <param name="distances">The matrix.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">Ends the work.</param>
    /// <exception cref="EngineException">It does not (PrecomputedNotSquare, PrecomputedNotDistance, PrecomputedDiagonalNotZero, PrecomputedNotSymmetric); the message names the first entry, counted from 1.</exception>
    public static void Require(RowMatrix distances, int threadCount = 0, CancellationToken token = default)
    {
        int n = RequireSquare(distances);
        float slack = RequireNumbers(distances, hasDiagonal: true, token);
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

    /// <summary>Checks that rows hold distances to other rows: none NaN, and none negative but for rounding.</summary>
    /// <param name="distances">For each new row its distances to the rows of a fit.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">One is (PrecomputedNotDistance); the message names it, counted from 1.</exception>
    internal static void RequireDistances(RowMatrix distances, CancellationToken token) => RequireNumbers(distances, hasDiagonal: false, token);

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
    /// <param name="order">For each place the row, and the column, that comes there; rows may be left out.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>A new matrix, symmetric to the bit, in which minus zero has become zero.</returns>
    public static RowMatrix Apply(RowMatrix distances, int[] order, int threadCount = 0, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        int n = RequireSquare(distances);
        int count = order.Length;
        float[] values = new float[count * count];
        ParallelBlocks.For(count, RowsPerBlock, threadCount, token, (start, end) =>
        {
            for (int other = 0; other < count; other += RowsPerBlock)
            {
                token.ThrowIfCancellationRequested();
                int last = Math.Min(count, other + RowsPerBlock);
                for (int place = start; place < end; place++)
                {
                    for (int column = other; column < last; column++)
                    {
                        values[(place * count) + column] = Between(distances.Values, n, order[place], order[column]);
                    }
                }
            }
        });
        return new RowMatrix(values, count, count);
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

    /// <summary>Returns the distance of two rows, the same in both directions; 0 where rounding made it negative.</summary>
    internal static float Between(float[] values, int n, int row, int column)
        => row == column ? 0 : Math.Max(0f, Math.Max(values[(row * n) + column], values[(column * n) + row]));

    /// <summary>Returns whether two rows can change places without changing the matrix.</summary>
    /// <param name="distances">The matrix, valid.</param>
    /// <param name="first">A row.</param>
    /// <param name="second">Another row.</param>
    internal static bool AreTwins(RowMatrix distances, int first, int second)
    {
        int n = distances.RowCount;
        for (int column = 0; column < n; column++)
        {
            if (column != first && column != second && Between(distances.Values, n, first, column) != Between(distances.Values, n, second, column))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Refuses what is not a number, and what is too far below 0 for rounding; returns how far rounding may go.</summary>
    private static float RequireNumbers(RowMatrix distances, bool hasDiagonal, CancellationToken token)
    {
        float largest = 0;
        float least = 0;
        for (int row = 0; row < distances.RowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<float> values = distances.Row(row);
            for (int column = 0; column < values.Length; column++)
            {
                float value = values[column];
                if (float.IsNaN(value))
                {
                    throw NotDistance(row, column, value);
                }

                largest = float.IsFinite(value) ? Math.Max(largest, value) : largest;
                least = hasDiagonal && column == row ? least : Math.Min(least, value);
            }
        }

        float slack = AbsoluteTolerance * largest;
        if (least < -slack)
        {
            ThrowForNegative(distances, hasDiagonal, slack);
        }

        return slack;
    }

    private static void ThrowForNegative(RowMatrix distances, bool hasDiagonal, float slack)
    {
        for (int row = 0; row < distances.RowCount; row++)
        {
            ReadOnlySpan<float> values = distances.Row(row);
            for (int column = 0; column < values.Length; column++)
            {
                if (values[column] < -slack && !(hasDiagonal && column == row))
                {
                    throw NotDistance(row, column, values[column]);
                }
            }
        }
    }

    private static EngineException NotDistance(int row, int column, float value)
        => new(
            "PrecomputedNotDistance",
            FailureKind.InvalidData,
            $"The precomputed distance from row {row + 1} to row {column + 1} is {(float.IsNaN(value) ? "not a number (NaN)" : $"{value}, which is negative")}.",
            "Give distances of 0 or more; infinity for rows that are not connected.");
}
