namespace PSLlmCluster.Core.Plotting;

/// <summary>Which part of a text lies at its place.</summary>
internal enum TextAnchor
{
    /// <summary>The left end.</summary>
    Start,

    /// <summary>The middle.</summary>
    Middle,

    /// <summary>The right end.</summary>
    End,
}

/// <summary>One text of a picture.</summary>
/// <param name="Text">The text, of one line.</param>
/// <param name="X">Its place from the left, in pixels.</param>
/// <param name="Y">The place of its base line from the top, in pixels.</param>
/// <param name="Size">The font's size in pixels.</param>
/// <param name="Anchor">Which part of it lies at the place.</param>
/// <param name="IsVertical">Whether it is turned to run from bottom to top.</param>
/// <param name="IsLabel">Whether it stands above a point; it is then cut at the border of the points' area.</param>
internal readonly record struct PictureText(string Text, double X, double Y, double Size, TextAnchor Anchor, bool IsVertical = false, bool IsLabel = false);

/// <summary>One filled circle of a picture.</summary>
/// <param name="X">Its middle from the left, in pixels.</param>
/// <param name="Y">Its middle from the top, in pixels.</param>
/// <param name="Color">Its colour.</param>
internal readonly record struct PictureSymbol(double X, double Y, PlotColor Color);

/// <summary>
/// All that is written in a picture, and the legend, with its place in pixels. ScottPlot draws the area of the points; texts are
/// ours, because ScottPlot takes one font for all of them, drops what that font lacks from an SVG, and has its fonts in static fields,
/// which two plots made at once would share.
/// </summary>
internal sealed class PictureLayout
{
    // From the middle of a line of text down to its base line, in parts of the font's size.
    private const double BaseLine = 0.35;

    private readonly List<PictureText> _texts = [];
    private readonly List<PictureSymbol> _symbols = [];

    /// <summary>Gets all texts, those of the points first.</summary>
    public IReadOnlyList<PictureText> Texts => _texts;

    /// <summary>Gets the circles of the legend.</summary>
    public IReadOnlyList<PictureSymbol> Symbols => _symbols;

    /// <summary>Lays out a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <returns>The layout.</returns>
    public static PictureLayout Create(ClusterPlotScene scene)
    {
        PictureLayout layout = new();
        if (!scene.Options.HideText)
        {
            layout.AddLabels(scene);
        }

        layout.AddTicks(scene);
        layout.AddTitles(scene);
        layout.AddLegend(scene);
        return layout;
    }

    private static double XPixel(PlotFrame frame, double fraction) => frame.Left + (fraction * (frame.Right - frame.Left));

    private static double YPixel(PlotFrame frame, double fraction) => frame.Bottom - (fraction * (frame.Bottom - frame.Top));

    private void AddLabels(ClusterPlotScene scene)
    {
        foreach (PlotTrace trace in scene.Traces)
        {
            for (int i = 0; i < trace.Texts.Length; i++)
            {
                double x = XPixel(scene.Frame, scene.XRange.FractionOf(trace.X[i]));
                double y = YPixel(scene.Frame, scene.YRange.FractionOf(trace.Y[i])) - (PlotFrame.MarkerSize / 2) - 3;
                Add(new PictureText(trace.Texts[i], x, y, PlotFrame.TextSize, TextAnchor.Middle, IsLabel: true));
            }
        }
    }

    private void AddTicks(ClusterPlotScene scene)
    {
        PlotFrame frame = scene.Frame;
        foreach (AxisTick tick in scene.XTicks)
        {
            Add(new PictureText(tick.Label, XPixel(frame, tick.Fraction), frame.Bottom + PlotFrame.TickGap + PlotFrame.SmallSize, PlotFrame.SmallSize, TextAnchor.Middle));
        }

        foreach (AxisTick tick in scene.YTicks)
        {
            Add(new PictureText(tick.Label, frame.Left - PlotFrame.TickGap, YPixel(frame, tick.Fraction) + (BaseLine * PlotFrame.SmallSize), PlotFrame.SmallSize, TextAnchor.End));
        }
    }

    private void AddTitles(ClusterPlotScene scene)
    {
        PlotFrame frame = scene.Frame;
        double middle = (frame.Left + frame.Right) / 2;
        Add(new PictureText(scene.Options.Title, frame.Width / 2.0, (frame.Top / 2) + (BaseLine * PlotFrame.TitleSize), PlotFrame.TitleSize, TextAnchor.Middle));
        Add(new PictureText(scene.Options.XAxisTitle, middle, frame.Bottom + ((frame.Height - frame.Bottom) * 0.5) + PlotFrame.AxisTitleSize, PlotFrame.AxisTitleSize, TextAnchor.Middle));
        Add(new PictureText(scene.Options.YAxisTitle, Math.Min(28, frame.Left * 0.3), (frame.Top + frame.Bottom) / 2, PlotFrame.AxisTitleSize, TextAnchor.Middle, IsVertical: true));
    }

    private void AddLegend(ClusterPlotScene scene)
    {
        PlotFrame frame = scene.Frame;
        int count = scene.Traces.Count;
        bool isCut = count > frame.LegendRoom;
        int shown = isCut ? frame.LegendRoom - 1 : count;
        for (int i = 0; i < shown; i++)
        {
            (double x, double y) = LegendPlace(frame, i);
            _symbols.Add(new PictureSymbol(x + (PlotFrame.LegendSymbol / 2), y, scene.Traces[i].Color));
            Add(new PictureText(scene.Traces[i].Name, x + PlotFrame.LegendSymbol, y + (BaseLine * PlotFrame.SmallSize), PlotFrame.SmallSize, TextAnchor.Start));
        }

        if (isCut)
        {
            (double x, double y) = LegendPlace(frame, shown);
            Add(new PictureText($"{count - shown} more", x + PlotFrame.LegendSymbol, y + (BaseLine * PlotFrame.SmallSize), PlotFrame.SmallSize, TextAnchor.Start));
        }
    }

    private static (double X, double Y) LegendPlace(PlotFrame frame, int index)
        => (frame.LegendLeft + (index / frame.LegendRows * frame.LegendColumnWidth), frame.Top + (((index % frame.LegendRows) + 0.5) * PlotFrame.LegendLine));

    private void Add(PictureText text)
    {
        string line = PlotText.OneLine(text.Text);
        if (!string.IsNullOrWhiteSpace(line))
        {
            _texts.Add(text with { Text = line });
        }
    }
}
