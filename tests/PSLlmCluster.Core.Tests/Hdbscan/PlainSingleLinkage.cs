using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>
/// A second, plain implementation: the weights of the minimum spanning tree of mutual reachabilities, from all pairs, one loop after the
/// other.
/// </summary>
internal static class PlainSingleLinkage
{
    /// <summary>Returns the weights, rising, for distances that a function measures.</summary>
    public static double[] Weights(int rowCount, int sampleCount, Func<int, int, double> distance)
    {
        double[] core = [.. Enumerable.Range(0, rowCount)
            .Select(
                row => Enumerable.Range(0, rowCount).Where(other => other != row).Select(
                    other => distance(row, other)).Order().ElementAt(sampleCount - 1))];
        bool[] isIn = new bool[rowCount];
        double[] nearest = new double[rowCount];
        Array.Fill(nearest, double.PositiveInfinity);
        List<double> weights = [];
        int current = 0;
        for (int joined = 1; joined < rowCount; joined++)
        {
            isIn[current] = true;
            int next = -1;
            for (int row = 0; row < rowCount; row++)
            {
                if (!isIn[row])
                {
                    nearest[row] = Math.Min(nearest[row], Math.Max(distance(current, row), Math.Max(core[current], core[row])));
                    next = next < 0 || nearest[row] < nearest[next] ? row : next;
                }
            }

            weights.Add(nearest[next]);
            current = next;
        }

        return [.. weights.Order()];
    }

    /// <summary>Returns a distance of two rows, coordinate after coordinate.</summary>
    public static double Distance(RowMatrix rows, Metric metric, int first, int second)
    {
        double sum = 0;
        for (int column = 0; column < rows.ColumnCount; column++)
        {
            double difference = Math.Abs(rows[first, column] - rows[second, column]);
            sum = metric switch
            {
                Metric.Euclidean => sum + (difference * difference),
                Metric.Manhattan => sum + difference,
                _ => Math.Max(sum, difference),
            };
        }

        return metric == Metric.Euclidean ? Math.Sqrt(sum) : sum;
    }
}
