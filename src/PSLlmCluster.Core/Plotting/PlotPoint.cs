namespace PSLlmCluster.Core.Plotting;

/// <summary>One point of a cluster map.</summary>
/// <param name="X">Where it lies from left to right.</param>
/// <param name="Y">Where it lies from bottom to top.</param>
/// <param name="Cluster">The number of its cluster; below 0 is noise.</param>
/// <param name="Text">What is written above it; null or empty writes nothing.</param>
/// <param name="ClusterName">What its cluster is called; null or empty lets the map find a name.</param>
public readonly record struct PlotPoint(double X, double Y, int Cluster, string? Text, string? ClusterName = null)
{
    /// <summary>The cluster of points that were never clustered: the map draws them in one colour, and counts no noise.</summary>
    public const int Unclustered = int.MinValue;

    /// <summary>Of more points the map names clusters without their vectors, so that those need not be kept.</summary>
    public const int MostWithVectors = 50_000;

    /// <summary>
    /// Gets the point's cluster in each layer, the finest first; below 0 is none. Null, the default, where there are no layers. A page
    /// shows the names of coarse layers far out and those of finer ones near by; a picture has no layers.
    /// </summary>
    public int[]? LayerClusters { get; init; }

    /// <summary>
    /// Gets what its cluster in each layer is called, in the order of <see cref="LayerClusters"/>; null, or an empty name, lets the map
    /// find one.
    /// </summary>
    public string?[]? LayerNames { get; init; }

    /// <summary>
    /// Gets where it lies from far to near, or null, the default, in the plane. Where all points have it, a page can be turned; a picture
    /// shows X and Y.
    /// </summary>
    public double? Z { get; init; }

    /// <summary>
    /// Gets the vector that it was laid out from, as wide as those of the others; empty, the default, where that is not known. Where up to
    /// <see cref="MostWithVectors"/> points have them, the map finds the names of clusters by them, as lists of the clusters do.
    /// </summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Gets a value indicating whether the point can be drawn: not where X, Y or Z is NaN, infinite or beyond 1e300.</summary>
    public bool CanBeDrawn
        => Math.Abs(X) <= PlotRange.Largest && Math.Abs(Y) <= PlotRange.Largest && Math.Abs(Z ?? 0) <= PlotRange.Largest;
}
