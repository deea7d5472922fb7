using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>The rows that differ, as a space of their own, so that a row that repeats is worked on once.</summary>
/// <param name="Space">The points and their metric.</param>
/// <param name="Rows">The rows of each point.</param>
internal sealed record BlockPoints(MetricSpace Space, DistinctRows Rows)
{
    /// <summary>Finds the points of a space.</summary>
    public static BlockPoints Of(MetricSpace space)
    {
        // In the order of their first rows, so that ties by point are ties by row.
        DistinctRows rows = DistinctRows.Of(space.Rows);
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        Array.Sort(rows.FirstRows(), order);
        rows = rows.Permute(order);
        return new BlockPoints(MetricSpace.Create(CanonicalOrder.Apply(space.Rows, rows.FirstRows()), space.Metric), rows);
    }
}
