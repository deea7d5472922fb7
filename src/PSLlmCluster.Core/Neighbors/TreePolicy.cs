using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Up to how many columns a k-d tree is worth building. Boxes rule the less out the more columns there are; from which number on another
/// way is faster depends on that other way, so there is a limit for each task. All are measured.
/// </summary>
internal static class TreePolicy
{
    /// <summary>
    /// Neighbours of all rows. The other way is approximate, and takes about the same time for any number of columns: walks have to be
    /// short for certain.
    /// </summary>
    private const int MostNeighborColumns = 12;

    /// <summary>
    /// The spanning tree. The other way is exact, and its time grows with the square of the rows: a tree is tried even where walks may be
    /// long, since trial walks and the rounds themselves show it where they are. With more columns, walks cost more than measuring every
    /// pair even where they leave out most of them.
    /// </summary>
    private const int MostSpanningColumns = 64;

    /// <summary>
    /// The nearest of some points to single rows. The other way measures all points one after another, at full speed; no trial walk is
    /// worth its time.
    /// </summary>
    private const int MostQueryColumns = 10;

    /// <summary>Returns whether a tree may be the way to the neighbours of all rows.</summary>
    public static bool ForNeighbors(MetricSpace space) => Allows(space, MostNeighborColumns);

    /// <summary>Returns whether a tree may be the way to a spanning tree.</summary>
    public static bool ForSpanning(MetricSpace space) => Allows(space, MostSpanningColumns);

    /// <summary>Returns whether a tree is the way to the points that are nearest to single rows.</summary>
    /// <param name="space">The points and their metric.</param>
    /// <param name="pointCount">The number of points that are looked through.</param>
    /// <param name="leastPoints">Fewer points than these are measured before a walk would have ended.</param>
    public static bool ForQueries(MetricSpace space, int pointCount, int leastPoints)
        => pointCount >= leastPoints && Allows(space, MostQueryColumns);

    private static bool Allows(MetricSpace space, int mostColumns) => KdTree.Supports(space) && space.Rows.ColumnCount <= mostColumns;
}
