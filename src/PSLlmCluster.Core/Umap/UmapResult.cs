using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>A layout.</summary>
/// <param name="Layout">One row of coordinates for each input row, in the order of input.</param>
/// <param name="Warnings">What the user should know, each thing once.</param>
public sealed record UmapResult(RowMatrix Layout, IReadOnlyList<EngineWarning> Warnings);
