namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>One cluster of a map.</summary>
/// <param name="Number">The number of the cluster, 0 or more.</param>
/// <param name="Count">How many points it has, at least 1.</param>
/// <param name="X">Its middle from left to right, in the points' units (<see cref="ClusterMiddle"/>).</param>
/// <param name="Y">Its middle from bottom to top.</param>
/// <param name="Name">What the map calls it: of one line, not empty, and no other cluster's name.</param>
/// <param name="IsGiven">Whether the points carried the name; else it was made of their words.</param>
internal sealed record MapCluster(int Number, int Count, double X, double Y, string Name, bool IsGiven = false)
{
    /// <summary>Gets its middle from far to near; 0 in the plane.</summary>
    public double Z { get; init; }
}
