using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// Where new rows lie in the map of a sample: beside the fitted row that is nearest to each, within that one's own part of the map, on the
/// side of its other neighbours.
/// </summary>
/// <remarks>
/// Neighbours in a sample are farther apart than in the whole, and forces between a row and all of them draw it away from the nearest one,
/// among rows that are less like it. So where most rows are new, a map keeps more neighbours in this way (decision 21). The part of a
/// fitted point is a ball that holds one point where as many lie about as within the distance to its fifth.
/// </remarks>
internal static class NearPlacement
{
    private const int Others = 5;

    /// <summary>Returns how far from each fitted point new ones may lie.</summary>
    /// <param name="layout">The fitted points.</param>
    /// <param name="seed">The seed of the search, where it makes random choices.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static float[] Reaches(RowMatrix layout, int seed, WorkContext work)
    {
        int n = layout.RowCount;
        float[] reaches = new float[n];
        int others = Math.Min(Others, n - 1);
        if (others < 1)
        {
            return reaches;
        }

        double share = DeterministicMath.Pow(others, -1.0 / layout.ColumnCount);
        NeighborLists found = NeighborSearch.Find(
            MetricSpace.Create(layout, Metric.Euclidean), others + 1, seed, work with { Progress = default });
        for (int row = 0; row < n; row++)
        {
            reaches[row] = (float)(share * found.DistancesOf(row)[others]);
        }

        return reaches;
    }

    /// <summary>
    /// Computes a row's place: from its nearest fitted point towards the mean of its neighbours' points by their strengths, as far as that
    /// point reaches, times how near it is beside the farthest neighbour.
    /// </summary>
    /// <param name="layout">The fitted points.</param>
    /// <param name="reaches">How far each of them reaches.</param>
    /// <param name="neighbors">The nearest fitted rows.</param>
    /// <param name="distances">The distances to them, rising, the last above 0.</param>
    /// <param name="strengths">The strengths of the edges to them, not all 0.</param>
    /// <param name="place">Receives the place.</param>
    public static void Put(
        RowMatrix layout,
        float[] reaches,
        ReadOnlySpan<int> neighbors,
        ReadOnlySpan<double> distances,
        ReadOnlySpan<float> strengths,
        Span<double> place)
    {
        place.Clear();
        double sum = 0;
        for (int i = 0; i < strengths.Length; i++)
        {
            ReadOnlySpan<float> point = layout.Row(neighbors[i]);
            for (int d = 0; d < place.Length; d++)
            {
                place[d] += strengths[i] * (double)point[d];
            }

            sum += strengths[i];
        }

        ReadOnlySpan<float> nearest = layout.Row(neighbors[0]);
        double squared = 0;
        for (int d = 0; d < place.Length; d++)
        {
            place[d] = (place[d] / sum) - nearest[d];
            squared += place[d] * place[d];
        }

        double length = Math.Sqrt(squared);
        double most = reaches[neighbors[0]] * (distances[0] / distances[^1]);
        double share = length > most ? most / length : 1;
        for (int d = 0; d < place.Length; d++)
        {
            place[d] = nearest[d] + (share * place[d]);
        }
    }
}
