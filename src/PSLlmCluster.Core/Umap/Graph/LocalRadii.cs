using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// The logarithm of each row's local radius, ln(1e-8 + sum of w d^2 / sum of w) over its edges, d the larger distance of both directions
/// (Narayan, Berger and Cho 2021, equation 3; umap_.py, simplicial_set_embedding with densmap or output_dens).
/// </summary>
/// <remarks>
/// The radii of a layout are measured in a new neighbour graph of it, and with d in place of d^2, as in the reference: compare
/// correlations, not values. Departure: a row without edges has the mean radius of the others, and 0 where none has edges; theirs is NaN.
/// </remarks>
internal static class LocalRadii
{
    private const double Epsilon = 1e-8;
    private const int RowsPerBlock = 256;

    /// <summary>Computes the radii of rows.</summary>
    /// <param name="graph">The graph after pruning.</param>
    /// <param name="neighbors">The neighbours that it was made from, for the distances.</param>
    /// <param name="disconnection">Neighbours at this distance or beyond were dropped.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static float[] OfRows(WeightedGraph graph, NeighborLists neighbors, float disconnection, WorkContext work)
        => Compute(graph, neighbors, disconnection, squared: true, work);

    /// <summary>Computes the radii of a layout.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="neighborCount">Number of neighbours of each row, itself included.</param>
    /// <param name="options">The seed and the number of threads.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static float[] OfLayout(RowMatrix layout, int neighborCount, UmapOptions options, WorkContext work)
    {
        NeighborLists neighbors = NeighborSearch.Find(
            MetricSpace.Create(layout, Metric.Euclidean), neighborCount, options.Seed, work with { Progress = default });
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, 1, float.PositiveInfinity, work);
        float[] strengths = FuzzyGraph.Memberships(neighbors, smoothed, float.PositiveInfinity, work);
        WeightedGraph graph = FuzzyGraph.Join(neighbors, strengths, 1, work);
        return Compute(graph, neighbors, float.PositiveInfinity, squared: false, work);
    }

    /// <summary>Brings radii to a mean of 0 and a standard deviation of 1 (of n); to 0 where all are the same.</summary>
    public static float[] Standardize(float[] radii)
    {
        double mean = Mean(radii);
        double variance = 0;
        foreach (float radius in radii)
        {
            variance += (radius - mean) * (radius - mean);
        }

        // Radii that differ by the rounding of single precision at the most say nothing.
        double deviation = Math.Sqrt(variance / radii.Length);
        return Array.ConvertAll(radii, radius => deviation > 1e-6 * (1 + Math.Abs(mean)) ? (float)((radius - mean) / deviation) : 0);
    }

    private static float[] Compute(WeightedGraph graph, NeighborLists neighbors, float disconnection, bool squared, WorkContext work)
    {
        int n = graph.RowCount;
        int k = neighbors.NeighborCount;
        int[] ends = (int[])neighbors.Indices.Clone();
        float[] distances = Array.ConvertAll(neighbors.Distances, distance => (float)distance < disconnection ? (float)distance : 0);
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                Array.Sort(ends, distances, row * k, k);
            }
        });

        float[] radii = new float[n];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                radii[row] = Radius(graph, ends, distances, k, row, squared);
            }
        });
        FillRowsWithoutEdges(radii);
        return radii;
    }

    private static float Radius(WeightedGraph graph, int[] ends, float[] distances, int k, int row, bool squared)
    {
        ReadOnlySpan<int> columns = graph.ColumnsOf(row);
        ReadOnlySpan<float> weights = graph.WeightsOf(row);
        double sum = 0;
        double weightSum = 0;
        for (int e = 0; e < columns.Length; e++)
        {
            double distance = Math.Max(DistanceTo(ends, distances, k, row, columns[e]), DistanceTo(ends, distances, k, columns[e], row));
            sum += weights[e] * (squared ? distance * distance : distance);
            weightSum += weights[e];
        }

        return weightSum > 0 ? (float)DeterministicMath.Log(Epsilon + (sum / weightSum)) : float.NaN;
    }

    /// <summary>Returns the distance from a row to one in its list; 0 if it is not there, as where a target alone made the edge.</summary>
    private static float DistanceTo(int[] ends, float[] distances, int k, int row, int other)
    {
        int place = Array.BinarySearch(ends, row * k, k, other);
        return place >= 0 ? distances[place] : 0;
    }

    private static void FillRowsWithoutEdges(float[] radii)
    {
        double sum = 0;
        int count = 0;
        foreach (float radius in radii)
        {
            if (!float.IsNaN(radius))
            {
                sum += radius;
                count++;
            }
        }

        float mean = count > 0 ? (float)(sum / count) : 0;
        for (int row = 0; row < radii.Length && count < radii.Length; row++)
        {
            radii[row] = float.IsNaN(radii[row]) ? mean : radii[row];
        }
    }

    private static double Mean(float[] radii)
    {
        double sum = 0;
        foreach (float radius in radii)
        {
            sum += radius;
        }

        return sum / radii.Length;
    }
}
