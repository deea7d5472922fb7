using System.Diagnostics.CodeAnalysis;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting;

/// <summary>How a cluster map looks.</summary>
public sealed record ClusterPlotOptions
{
    /// <summary>The title of the notebook's figure where none is given.</summary>
    public const string DefaultTitle = "UMAP + HDBSCAN Clustering";

    /// <summary>What a map without a title is called where it has to be called something: in a browser's tab, by a screen reader.</summary>
    public const string Untitled = "Cluster map";

    /// <summary>The title below the horizontal axis where none is given; a map has no axis and leaves it out.</summary>
    public const string DefaultXAxisTitle = "UMAP Component 1";

    /// <summary>The title beside the vertical axis where none is given; a map has no axis and leaves it out.</summary>
    public const string DefaultYAxisTitle = "UMAP Component 2";

    /// <summary>The name of the palette in which near clusters differ.</summary>
    public const string DistinctPalette = MapPalette.Distinct;

    /// <summary>The name of the palette in which a cluster's direction is its hue.</summary>
    public const string PlacePalette = MapPalette.Place;

    /// <summary>The name of the notebook's palette.</summary>
    public const string NotebookPalette = MapPalette.Notebook;

    /// <summary>The largest scale.</summary>
    public const double LargestScale = 4;

    /// <summary>The smallest width and height of a picture, in pixels.</summary>
    public const int SmallestSide = 300;

    /// <summary>The largest width and height of a picture, in pixels.</summary>
    public const int LargestSide = 10_000;

    private readonly string? _title;

    /// <summary>Gets the properties that a page of a map carries, each with a value for each point; none by default.</summary>
    public IReadOnlyList<PlotProperty> Properties { get; init; } = [];

    /// <summary>Gets how many of the properties, from the first, show beside a point; 0 by default.</summary>
    public int HoverCount { get; init; }

    /// <summary>Gets the name of the property that a page opens coloured by; empty, the default, for the clusters.</summary>
    public string ColorBy { get; init; } = string.Empty;

    /// <summary>
    /// Gets the title; an empty one leaves the title out. Where none is given, a map has none, and the notebook's figure has
    /// <see cref="DefaultTitle"/>.
    /// </summary>
    [AllowNull]
    public string Title
    {
        get => _title ?? (Style == PlotStyle.Notebook ? DefaultTitle : string.Empty);
        init => _title = value;
    }

    /// <summary>Gets what is written below the horizontal axis.</summary>
    public string XAxisTitle { get; init; } = DefaultXAxisTitle;

    /// <summary>Gets what is written beside the vertical axis.</summary>
    public string YAxisTitle { get; init; } = DefaultYAxisTitle;

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

    /// <summary>Gets what the map looks like; <see cref="PlotStyle.Map"/> by default.</summary>
    public PlotStyle Style { get; init; } = PlotStyle.Map;

    /// <summary>
    /// Gets the ground of a map; by default a picture is light, and a page as the reader's system. The notebook's figure is white.
    /// </summary>
    public PlotTheme Theme { get; init; } = PlotTheme.Auto;

    /// <summary>
    /// Gets the colours of the clusters of a map: the name of a palette (Distinct, Place or Notebook), or colours as names of CSS or as
    /// #rrggbb. None is Distinct: near clusters differ for all kinds of sight.
    /// </summary>
    public IReadOnlyList<string> Palette { get; init; } = [];

    /// <summary>Gets a value indicating whether a map leaves out the names of the clusters.</summary>
    public bool HideName { get; init; }

    /// <summary>
    /// Gets how many pixels of a PNG file a pixel of the width and the height has on each side, from 1 to 4, and how much larger a drawing
    /// says that it is; 1 by default. Texts and marks grow with it.
    /// </summary>
    public double Scale { get; init; } = 1;

    /// <summary>Checks the options before any work.</summary>
    /// <exception cref="EngineException">The width, the height or the scale is out of its range, or a colour is none.</exception>
    public void Validate()
    {
        if (!(Scale >= 1 && Scale <= LargestScale) || Math.Max(Width, Height) * Scale > LargestSide * 2)
        {
            throw new EngineException(
                EngineErrorIds.PlotSizeOutOfRange,
                FailureKind.InvalidArgument,
                FormattableString.Invariant($"The scale is {Scale} for {Width} x {Height} pixels."),
                FormattableString.Invariant($"Choose a scale from 1 to {LargestScale}, and no side beyond {LargestSide * 2} with it."));
        }

        _ = MapPalette.Read(Palette);
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
