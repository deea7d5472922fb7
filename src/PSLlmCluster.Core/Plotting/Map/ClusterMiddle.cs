namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// Where a cluster is on a map: the median of its points along each axis. Of a cluster in two parts, or of a ring, that may be a place
/// where none of them lies, and far from all; then it is the point whose distances to the others have the smallest sum (the medoid), which
/// lies in the larger part.
/// </summary>
internal static class ClusterMiddle
{
    // A point lies near the median where it is a quarter as far from it as the middle one of all points, or nearer; in a heap many are.
    private const double Near = 0.25;

    // The points of which the medoid is one, evenly from all of them: the work grows with their square.
    private const int MostSampled = 256;

    /// <summary>Finds the middle.</summary>
    /// <param name="points">The points of the map.</param>
    /// <param name="rows">Those of the cluster, at least one, whose numbers are finite.</param>
    /// <returns>The place; Z is 0 for points of the plane.</returns>
    public static (double X, double Y, double Z) Of(IReadOnlyList<PlotPoint> points, int[] rows)
    {
        double[] values = new double[rows.Length];
        PlotPoint median = new(
            Median(points, rows, values, point => point.X), Median(points, rows, values, point => point.Y), 0, null)
        {
            Z = points[rows[0]].Z is null ? null : Median(points, rows, values, point => point.Z ?? 0),
        };
        double nearest = double.PositiveInfinity;
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = Distance(points[rows[i]], median);
            nearest = Math.Min(nearest, values[i]);
        }

        Array.Sort(values);
        PlotPoint middle = nearest > Near * values[values.Length / 2] ? Medoid(points, rows) : median;
        return (middle.X, middle.Y, middle.Z ?? 0);
    }

    private static PlotPoint Medoid(IReadOnlyList<PlotPoint> points, int[] rows)
    {
        int count = Math.Min(rows.Length, MostSampled);
        PlotPoint[] sample = new PlotPoint[count];
        for (int i = 0; i < count; i++)
        {
            sample[i] = points[rows[(int)((long)i * rows.Length / count)]];
        }

        PlotPoint best = sample[0];
        double least = double.PositiveInfinity;
        foreach (PlotPoint candidate in sample)
        {
            double sum = 0;
            for (int i = 0; i < count && sum < least; i++)
            {
                sum += Distance(candidate, sample[i]);
            }

            if (sum < least)
            {
                (best, least) = (candidate, sum);
            }
        }

        return best;
    }

    private static double Distance(PlotPoint first, PlotPoint second)
    {
        double x = first.X - second.X;
        double y = first.Y - second.Y;
        double z = (first.Z ?? 0) - (second.Z ?? 0);
        return Math.Sqrt((x * x) + (y * y) + (z * z));
    }

    private static double Median(IReadOnlyList<PlotPoint> points, int[] rows, double[] values, Func<PlotPoint, double> coordinate)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = coordinate(points[rows[i]]);
        }

        Array.Sort(values);
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] / 2) + (values[half] / 2);
    }
}
