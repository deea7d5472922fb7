using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// The start at given coordinates. Where places repeat, normal noise of 0.001 times the mean distance to the nearest other place parts
/// them; then, as for every start, each axis is brought to [0, 10] (umap_.py, simplicial_set_embedding, init as an array).
/// </summary>
/// <remarks>
/// Departure: where that mean is 0, as all places repeat, the noise is 0.0001 times the largest coordinate, or 0.0001 where all are 0;
/// theirs is none.
/// </remarks>
internal static class GivenStart
{
    private const double NoiseShare = 0.001;
    private const double SmallestNoise = 1e-4;

    /// <summary>Computes the start.</summary>
    /// <param name="coordinates">The coordinates, all finite.</param>
    /// <param name="options">The seed and the number of threads.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>n x dim, row after row.</returns>
    public static float[] Compute(RowMatrix coordinates, UmapOptions options, WorkContext work)
    {
        float[] start = (float[])coordinates.Values.Clone();
        if (HasRepeats(coordinates))
        {
            double noise = Noise(coordinates, options, work);
            int dim = coordinates.ColumnCount;
            CounterRandom random = new(options.Seed, RandomPurpose.StartNoise);
            for (int i = 0; i < start.Length; i++)
            {
                start[i] += (float)(noise * random.Normal((uint)(i / dim), 0, (uint)(i % dim)));
            }
        }

        LayoutStart.Rescale(start, coordinates.ColumnCount);
        return start;
    }

    private static bool HasRepeats(RowMatrix coordinates)
    {
        int[] order = CanonicalOrder.Of(coordinates);
        for (int i = 1; i < order.Length; i++)
        {
            bool differ = false;
            for (int d = 0; d < coordinates.ColumnCount; d++)
            {
                differ |= coordinates.Row(order[i])[d] != coordinates.Row(order[i - 1])[d];
            }

            if (!differ)
            {
                return true;
            }
        }

        return false;
    }

    private static double Noise(RowMatrix coordinates, UmapOptions options, WorkContext work)
    {
        NeighborLists nearest = NeighborSearch.Find(
            MetricSpace.Create(coordinates, Metric.Euclidean), 2, options.Seed, work with { Progress = default });
        double sum = 0;
        for (int row = 0; row < nearest.RowCount; row++)
        {
            sum += nearest.DistancesOf(row)[1];
        }

        if (sum > 0)
        {
            return NoiseShare * sum / nearest.RowCount;
        }

        float largest = 0;
        foreach (float coordinate in coordinates.Values)
        {
            largest = Math.Max(largest, Math.Abs(coordinate));
        }

        return largest > 0 ? SmallestNoise * largest : SmallestNoise;
    }
}
