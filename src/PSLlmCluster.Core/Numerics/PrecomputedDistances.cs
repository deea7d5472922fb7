using System.Numerics;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// A square matrix of distances that were measured elsewhere: what it has to be, and its canonical form, in which the order of its rows and
/// columns changes nothing.
/// </summary>
internal static class PrecomputedDistances
{
    private const int RowsPerBlock = 64;

    // What rounding may do to a matrix that was computed in single precision, whichever precision it comes in: of both entries of a pair,
    // and
    // of entries near 0, whose error is that of the largest.
    private const double RelativeTolerance = 1e-5;
    private const double AbsoluteTolerance = 1e-6;

    /// <summary>Checks that a matrix holds distances: square, none NaN, none negative,
    /// symmetric and 0 on the diagonal but for rounding. Infinite ones are allowed: such rows are not connected.</summary>
    /// <param name="distances">The matrix.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <exception cref="EngineException">It does not (PrecomputedNotSquare, PrecomputedNotDistance, PrecomputedDiagonalNotZero,
    /// PrecomputedNotSymmetric); the message names the first entry, counted from 1.</exception>
    public static void Require(RowMatrix distances, WorkContext work = default)
    {
        int n = RequireSquare(distances);
        double slack = RequireNumbers(distances, hasDiagonal: true, work.Token);
        for (int row = 0; row < n; row++)
        {
            if (!(Math.Abs(distances[row, row]) <= slack))
            {
                throw new EngineException(
                    EngineErrorIds.PrecomputedDiagonalNotZero,
                    FailureKind.InvalidData,
                    $"Row {row + 1} of the precomputed distances is at {distances[row, row]} from itself.",
                    "Give distances, which are 0 on the diagonal. Similarities, which are largest there, have to be turned around first.");
            }
        }

        int[] unequal = new int[n];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int other = start; other < n; other += RowsPerBlock)
            {
                work.Token.ThrowIfCancellationRequested();
                for (int row = start; row < end; row++)
                {
                    int last = Math.Min(n, other + RowsPerBlock);
                    for (int column = Math.Max(row + 1, other); column < last && unequal[row] == 0; column++)
                    {
                        double there = distances[row, column];
                        double back = distances[column, row];
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
            throw new EngineException(
                EngineErrorIds.PrecomputedNotSymmetric,
                FailureKind.InvalidData,
                $"The precomputed distance from row {first + 1} to row {column + 1} is {distances[first, column]}, and back it is "
                    + $"{distances[column, first]}.",
                "Give distances that are the same in both directions, such as the larger or the mean of both.");
        }
    }

    /// <summary>Checks that rows hold distances to other rows: none NaN, and none negative but for rounding.</summary>
    /// <param name="distances">For each new row its distances to the rows of a fit.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">One is (PrecomputedNotDistance); the message names it, counted from 1.</exception>
    internal static void RequireDistances(RowMatrix distances, CancellationToken token)
        => RequireNumbers(distances, hasDiagonal: false, token);

    /// <summary>Returns the order of the rows that depends on the distances alone.</summary>
    /// <remarks>
    /// Each row's colour is a hash of its distances and of the colours at their ends, in any order, again and again until no more rows are
    /// distinguished (Weisfeiler and Leman 1968). Rows that could change places without changing the matrix keep the order of input; where
    /// others still look alike, as in a regular grid, one of them is marked and the colours are spread again, 64 times at the most.
    /// </remarks>
    /// <param name="distances">The matrix, valid.</param>
    /// <param name="colors">What else tells rows apart, a number for each; or empty.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>For each canonical place the index of the row that stands there.</returns>
    public static int[] Order(RowMatrix distances, ReadOnlySpan<ulong> colors = default, WorkContext work = default)
    {
        int n = RequireSquare(distances);
        ulong[] own = colors.IsEmpty ? new ulong[n] : colors.ToArray();
        return new ColorRefinement(distances, own, work).Order();
    }

    /// <summary>
    /// Puts rows and columns into another order. Of the two directions of a pair, which differ by rounding at the most, the larger is kept;
    /// the diagonal becomes 0.
    /// </summary>
    /// <param name="distances">The matrix, valid.</param>
    /// <param name="order">For each place the row, and the column, that comes there; rows may be left out.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>A new matrix, symmetric to the bit, in which minus zero has become zero.</returns>
    public static RowMatrix Apply(RowMatrix distances, int[] order, WorkContext work = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        RequireSquare(distances);
        return distances.IsDouble
            ? RowMatrix.OfDoubles(Apply<double>(distances, order, work), order.Length, order.Length)
            : new RowMatrix(Apply<float>(distances, order, work), order.Length, order.Length);
    }

    private static T[] Apply<T>(RowMatrix distances, int[] order, WorkContext work)
        where T : struct, INumber<T>
    {
        int n = distances.RowCount;
        int count = order.Length;
        T[] values = new T[count * count];
        ParallelBlocks.For(count, RowsPerBlock, work, (start, end) =>
        {
            for (int other = 0; other < count; other += RowsPerBlock)
            {
                work.Token.ThrowIfCancellationRequested();
                int last = Math.Min(count, other + RowsPerBlock);
                for (int place = start; place < end; place++)
                {
                    for (int column = other; column < last; column++)
                    {
                        values[(place * count) + column] = Between(distances.ValuesOf<T>(), n, order[place], order[column]);
                    }
                }
            }
        });
        return values;
    }

    /// <summary>Returns the number of rows of a matrix that is square.</summary>
    /// <param name="distances">The matrix.</param>
    /// <exception cref="EngineException">It is not (PrecomputedNotSquare).</exception>
    internal static int RequireSquare(RowMatrix distances)
    {
        ArgumentNullException.ThrowIfNull(distances);
        if (distances.RowCount > 0 && distances.RowCount != distances.ColumnCount)
        {
            throw new EngineException(
                EngineErrorIds.PrecomputedNotSquare,
                FailureKind.InvalidData,
                $"The precomputed distances are {distances.RowCount} rows of {distances.ColumnCount} numbers, which is no square.",
                "Give for each row its distances to all rows, in the same order.");
        }

        return distances.RowCount;
    }

    /// <summary>Returns the distance of two rows, the same in both directions; 0 where rounding made it negative.</summary>
    internal static T Between<T>(T[] values, int n, int row, int column)
        where T : struct, INumber<T>
        => row == column ? T.Zero : T.Max(T.Zero, T.Max(values[(row * n) + column], values[(column * n) + row]));

    /// <summary>Returns whether two rows can change places without changing the matrix.</summary>
    /// <param name="distances">The matrix, valid.</param>
    /// <param name="first">A row.</param>
    /// <param name="second">Another row.</param>
    internal static bool AreTwins(RowMatrix distances, int first, int second)
        => distances.IsDouble
            ? AreTwins(distances.DoubleValues, distances.RowCount, first, second)
            : AreTwins(distances.Values, distances.RowCount, first, second);

    private static bool AreTwins<T>(T[] values, int n, int first, int second)
        where T : struct, INumber<T>
    {
        for (int column = 0; column < n; column++)
        {
            if (column != first && column != second && Between(values, n, first, column) != Between(values, n, second, column))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Refuses what is not a number, and what is too far below 0 for rounding; returns how far rounding may go.</summary>
    private static double RequireNumbers(RowMatrix distances, bool hasDiagonal, CancellationToken token)
    {
        double largest = 0;
        double least = 0;
        for (int row = 0; row < distances.RowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            for (int column = 0; column < distances.ColumnCount; column++)
            {
                double value = distances[row, column];
                if (double.IsNaN(value))
                {
                    throw NotDistance(row, column, value);
                }

                largest = double.IsFinite(value) ? Math.Max(largest, value) : largest;
                least = hasDiagonal && column == row ? least : Math.Min(least, value);
            }
        }

        double slack = AbsoluteTolerance * largest;
        if (least < -slack)
        {
            ThrowForNegative(distances, hasDiagonal, slack);
        }

        return slack;
    }

    private static void ThrowForNegative(RowMatrix distances, bool hasDiagonal, double slack)
    {
        for (int row = 0; row < distances.RowCount; row++)
        {
            for (int column = 0; column < distances.ColumnCount; column++)
            {
                if (distances[row, column] < -slack && !(hasDiagonal && column == row))
                {
                    throw NotDistance(row, column, distances[row, column]);
                }
            }
        }
    }

    private static EngineException NotDistance(int row, int column, double value)
        => new(
            EngineErrorIds.PrecomputedNotDistance,
            FailureKind.InvalidData,
            $"The precomputed distance from row {row + 1} to row {column + 1} is "
                + $"{(double.IsNaN(value) ? "not a number (NaN)" : $"{value}, which is negative")}.",
            "Give distances of 0 or more; infinity for rows that are not connected.");
}
