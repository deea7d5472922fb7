using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Grouping;

/// <summary>Finds the middles of clusters in their rows.</summary>
internal static class RowCenters
{
    /// <summary>Returns the middles: of vectors where there are any, else of places.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="members">The rows of each cluster.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The middles; null where rows have neither.</returns>
    public static ClusterCenters? Of(ClusterRows rows, int[][] members, CancellationToken token)
    {
        foreach ((IReadOnlyList<float[]?>? given, bool isDirection) in new[] { (rows.Vectors, true), (rows.Places, false) })
        {
            if (given?.FirstOrDefault(row => row is { Length: > 0 }) is { } first)
            {
                return new ClusterCenters(given.Count, first.Length, Read, isDirection, rows.Weights, members, token);
            }

            bool Read(int row, Span<double> values) => ClusterCenters.TryCopy(given![row], values);
        }

        return null;
    }
}
