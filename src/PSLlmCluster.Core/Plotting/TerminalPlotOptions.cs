using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting;

/// <summary>How a map in the terminal looks.</summary>
public sealed record TerminalPlotOptions
{
    /// <summary>The smallest width, in columns.</summary>
    public const int SmallestWidth = 20;

    /// <summary>The largest width, in columns.</summary>
    public const int LargestWidth = 1000;

    /// <summary>The smallest height, in lines.</summary>
    public const int SmallestHeight = 8;

    /// <summary>The largest height, in lines.</summary>
    public const int LargestHeight = 500;

    /// <summary>The most texts that are listed for a cluster.</summary>
    public const int MostExamples = 100;

    /// <summary>Gets the width of all lines in columns, from 20 to 1,000; 80 by default. Larger values show more detail.</summary>
    public int Width { get; init; } = 80;

    /// <summary>
    /// Gets the height in lines, from 8 to 500, of the heading, the map and its legend; 24 by default. The list of clusters follows below.
    /// </summary>
    public int Height { get; init; } = 24;

    /// <summary>Gets the characters of the map; by default braille where there are colours and Unicode, else ASCII.</summary>
    public TerminalPlotStyle Style { get; init; } = TerminalPlotStyle.Auto;

    /// <summary>Gets the ground of the terminal, which the colours have to stand out from; dark unless it is Light.</summary>
    public PlotTheme Theme { get; init; } = PlotTheme.Auto;

    /// <summary>Gets the colours that are written, as escape sequences; none by default.</summary>
    public TerminalColors Colors { get; init; }

    /// <summary>
    /// Gets the colours of the clusters, as <see cref="ClusterPlotOptions.Palette"/> has them: a palette's name, or colours of one's own.
    /// </summary>
    public IReadOnlyList<string> Palette { get; init; } = [];

    /// <summary>Gets a value indicating whether the terminal writes Unicode; it does by default.</summary>
    public bool IsUnicode { get; init; } = true;

    /// <summary>Gets a value indicating whether clusters are called by their numbers alone.</summary>
    public bool HideName { get; init; }

    /// <summary>
    /// Gets how many texts are listed for each cluster, from 0 to 100, those nearest to its middle; 3 by default. With 0 there is no list.
    /// </summary>
    public int ExampleCount { get; init; } = 3;

    /// <summary>Checks the options before any work.</summary>
    /// <exception cref="EngineException">
    /// The width, the height or the number of texts is out of its range, or a colour is unknown.
    /// </exception>
    public void Validate()
    {
        Check(nameof(Width), Width, SmallestWidth, LargestWidth);
        Check(nameof(Height), Height, SmallestHeight, LargestHeight);
        Check(nameof(ExampleCount), ExampleCount, 0, MostExamples);
        _ = MapPalette.Read(Palette);
    }

    private static void Check(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new EngineException(
                EngineErrorIds.PlotSizeOutOfRange,
                FailureKind.InvalidArgument,
                FormattableString.Invariant($"{name} is {value}."),
                FormattableString.Invariant($"Choose a number from {least} to {most}."));
        }
    }
}
