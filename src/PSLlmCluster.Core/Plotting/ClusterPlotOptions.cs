namespace PSLlmCluster.Core.Plotting;

/// <summary>How a cluster map looks.</summary>
public sealed record ClusterPlotOptions
{
    /// <summary>The title where none is given, which is the notebook's.</summary>
    public const string DefaultTitle = "UMAP + HDBSCAN Clustering";

    /// <summary>The smallest width and height of a picture, in pixels.</summary>
    public const int SmallestSide = 300;

    /// <summary>The largest width and height of a picture, in pixels.</summary>
    public const int LargestSide = 10_000;

    /// <summary>Gets the title; an empty one leaves the title out.</summary>
    public string Title { get; init; } = DefaultTitle;

    /// <summary>Gets what is written below the horizontal axis.</summary>
    public string XAxisTitle { get; init; } = "UMAP Component 1";

    /// <summary>Gets what is written beside the vertical axis.</summary>
    public string YAxisTitle { get; init; } = "UMAP Component 2";

    /// <summary>
    /// Gets the width in pixels, from 300 to 10,000; 1200 by default. Larger values leave more room for texts and make a larger file. It is
    /// ignored by an HTML page, which fills its window.
    /// </summary>
    public int Width { get; init; } = 1200;

    /// <summary>
    /// Gets the height in pixels, from 300 to 10,000; 800 by default. Larger values leave more room for texts and make a larger file. It is
    /// ignored by an HTML page, which fills its window.
    /// </summary>
    public int Height { get; init; } = 800;

    /// <summary>
    /// Gets a value indicating whether no text is written above the points. In an HTML page they still show when the pointer is on the
    /// point.
    /// </summary>
    public bool HideText { get; init; }

    /// <summary>Checks the options before any work.</summary>
    /// <exception cref="EngineException">The width or the height is out of its range.</exception>
    public void Validate()
    {
        Check(nameof(Width), Width);
        Check(nameof(Height), Height);
    }

    private static void Check(string name, int value)
    {
        if (value is < SmallestSide or > LargestSide)
        {
            throw new EngineException(
                EngineErrorIds.PlotSizeOutOfRange,
                FailureKind.InvalidArgument,
                $"{name} is {value} pixels.",
                $"Choose a {name.ToLowerInvariant()} from {SmallestSide} to {LargestSide} pixels.");
        }
    }
}
