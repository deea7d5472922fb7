namespace PSLlmCluster.Core.Plotting;

/// <summary>One point of a cluster map.</summary>
/// <param name="X">Where it lies from left to right.</param>
/// <param name="Y">Where it lies from bottom to top.</param>
/// <param name="Cluster">The number of its cluster; below 0 is noise.</param>
/// <param name="Text">What is written above it; null or empty writes nothing.</param>
public readonly record struct PlotPoint(double X, double Y, int Cluster, string? Text);
