namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>One cluster of a map.</summary>
/// <param name="Number">The number of the cluster, 0 or more.</param>
/// <param name="Count">How many points it has, at least 1.</param>
/// <param name="X">The median of its points from left to right, in the points' units.</param>
/// <param name="Y">The median of its points from bottom to top.</param>
/// <param name="Name">What the map calls it: of one line, not empty, and no other cluster's name.</param>
/// <param name="IsGiven">Whether the points carried the name; else it was made of their words.</param>
internal readonly record struct MapCluster(int Number, int Count, double X, double Y, string Name, bool IsGiven = false)
{
    /// <summary>Gets the middle of its points from far to near; 0 in the plane.</summary>
    public double Z { get; init; }
}
