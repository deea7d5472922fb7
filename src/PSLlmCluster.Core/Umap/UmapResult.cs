using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>A layout.</summary>
/// <param name="Layout">One row of coordinates for each input row, in the order of input.</param>
/// <param name="Warnings">What the user should know, each thing once.</param>
public sealed record UmapResult(RowMatrix Layout, IReadOnlyList<EngineWarning> Warnings)
{
    /// <summary>
    /// Gets the logarithm of each row's local radius among the rows, or null if <see cref="UmapOptions.OutputDensity"/> was not asked for
    /// (rad_orig).
    /// </summary>
    public IReadOnlyList<float>? OriginalRadii { get; init; }

    /// <summary>
    /// Gets the logarithm of each row's local radius in the layout, or null if <see cref="UmapOptions.OutputDensity"/> was not asked for
    /// (rad_emb).
    /// </summary>
    public IReadOnlyList<float>? LayoutRadii { get; init; }

    /// <summary>
    /// Gets for each input row its place in the matrix that came in, which was handed over and brought into another order
    /// (<see cref="UmapFitData.TakesRows"/>); null where the matrix is as it was.
    /// </summary>
    public IReadOnlyList<int>? PlacesOfRows { get; init; }
}
