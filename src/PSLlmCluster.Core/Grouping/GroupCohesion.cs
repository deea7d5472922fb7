using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// How much alike the rows of each group are: the mean resultant length of their directions (Mardia and Jupp 2000, Directional Statistics,
/// equation 9.2.3), which is the mean of the cosines between them and their mean direction. The mean of all rows is taken off first, as
/// what all vectors of one model have in common says nothing. Rows that lie at that mean have no direction: a group of theirs alone is as
/// alike as can be.
/// </summary>
internal static class GroupCohesion
{
    /// <summary>Measures the groups.</summary>
    /// <param name="rows">The vectors, in single precision.</param>
    /// <param name="labels">The group of each row, or below 0 for none.</param>
    /// <param name="groupCount">The number of groups.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each group a number from 0 to 1; 1 where its rows have one direction or none, 0 where it has no row.</returns>
    public static double[] Of(RowMatrix rows, ReadOnlySpan<int> labels, int groupCount, CancellationToken token)
    {
        // In canonical order, so that the order of input changes no bit.
        int[] order = CanonicalOrder.Of(rows, token);
        int width = rows.ColumnCount;
        double[] mean = new double[width];
        foreach (int row in order)
        {
            ReadOnlySpan<float> values = rows.Row(row);
            for (int column = 0; column < width; column++)
            {
                mean[column] += values[column];
            }
        }

        for (int column = 0; column < width; column++)
        {
            mean[column] /= rows.RowCount;
        }

        GroupDirections directions = GroupDirections.Of(rows, order, labels, groupCount, mean);
        return [.. Enumerable.Range(0, groupCount).Select(directions.Cohesion)];
    }
}
