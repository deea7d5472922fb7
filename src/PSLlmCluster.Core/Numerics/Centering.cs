namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Takes the mean of rows off each of them, column by column: what all rows have in common goes, and the angles between them are those of
/// their differences. Vectors of one language model share such a part.
/// </summary>
/// <remarks>
/// Sums run over the rows in canonical order, one after the other in double precision, so that neither the order of input nor threads
/// change a bit of the mean. What is left has more digits than single precision holds, so it stays in double precision.
/// </remarks>
internal static class Centering
{
    /// <summary>Neither a mean nor what is left of a row lies farther from 0 than this.</summary>
    public const double LargestNumber = 2 * RowMatrix.LargestNumber;

    private const int RowsPerBlock = 1024;

    /// <summary>Returns the mean of rows, a number for each column.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">The rows to count, one or more, all finite, in canonical order.</param>
    /// <param name="weights">For each place of the order how many rows it counts for; empty where each is one.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static double[] MeanOf(RowMatrix rows, ReadOnlySpan<int> order, ReadOnlySpan<double> weights, CancellationToken token)
    {
        double[] mean = new double[rows.ColumnCount];
        AddMeanDifference(rows, order, weights, mean, token);

        // The second time takes up what rounding left, so that a column of equal numbers comes to exactly 0.
        AddMeanDifference(rows, order, weights, mean, token);
        return mean;
    }

    /// <summary>Takes a mean off rows.</summary>
    /// <param name="rows">The rows, of either precision; numbers that are not finite stay so.</param>
    /// <param name="mean">A number for each column.</param>
    /// <param name="work">The threads to use, and the token.</param>
    /// <returns>A new matrix in double precision. What comes as near to 0 as no number does that is read in is 0.</returns>
    public static RowMatrix Subtract(RowMatrix rows, double[] mean, WorkContext work)
    {
        int width = rows.ColumnCount;
        double[] values = new double[rows.RowCount * width];
        ParallelBlocks.For(rows.RowCount, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    double value = rows[row, column] - mean[column];
                    values[(row * width) + column] = Math.Abs(value) < RowCollector.SmallestNumber ? 0 : value;
                }
            }
        });
        return RowMatrix.OfDoubles(values, rows.RowCount, width);
    }

    private static void AddMeanDifference(
        RowMatrix rows, ReadOnlySpan<int> order, ReadOnlySpan<double> weights, double[] mean, CancellationToken token)
    {
        double[] sums = new double[mean.Length];
        double total = 0;
        for (int place = 0; place < order.Length; place++)
        {
            if (place % RowsPerBlock == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            double weight = weights.IsEmpty ? 1 : weights[place];
            total += weight;
            for (int column = 0; column < sums.Length; column++)
            {
                sums[column] += weight * (rows[order[place], column] - mean[column]);
            }
        }

        for (int column = 0; column < sums.Length; column++)
        {
            mean[column] += sums[column] / total;
        }
    }
}
