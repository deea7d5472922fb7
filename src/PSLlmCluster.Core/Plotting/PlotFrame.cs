namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Where the parts of the figure lie, in pixels: plotly's margins (80 left and below, 100 above), and the legend at the right, beside the
/// points and never upon them. Small figures have smaller margins.
/// </summary>
internal sealed record PlotFrame
{
    /// <summary>The size of the texts above the points, as in the notebook.</summary>
    public const double TextSize = 8;

    /// <summary>The diameter of a point, as in the notebook.</summary>
    public const double MarkerSize = 10;

    /// <summary>The size of ticks and legend, as in plotly.</summary>
    public const double SmallSize = 12;

    /// <summary>The size of the axis titles, as in plotly.</summary>
    public const double AxisTitleSize = 14;

    /// <summary>The size of the title, as in plotly.</summary>
    public const double TitleSize = 17;

    /// <summary>The height of a line of the legend, as in plotly.</summary>
    public const double LegendLine = 19;

    /// <summary>The room of a symbol in the legend, before its name.</summary>
    public const double LegendSymbol = 40;

    /// <summary>The distance of an axis from its numbers.</summary>
    public const double TickGap = 5;

    private const double LegendGap = 20;
    private const double RightMargin = 20;

    /// <summary>Gets the width of the figure.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the height of the figure.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the left end of the points' area.</summary>
    public required double Left { get; init; }

    /// <summary>Gets the upper end of the points' area.</summary>
    public required double Top { get; init; }

    /// <summary>Gets the right end of the points' area.</summary>
    public required double Right { get; init; }

    /// <summary>Gets the lower end of the points' area.</summary>
    public required double Bottom { get; init; }

    /// <summary>Gets the left end of the legend.</summary>
    public double LegendLeft => Right + LegendGap;

    /// <summary>Gets the width of a column of the legend.</summary>
    public required double LegendColumnWidth { get; init; }

    /// <summary>Gets the number of lines in a column of the legend.</summary>
    public required int LegendRows { get; init; }

    /// <summary>Gets the number of names that the legend has room for.</summary>
    public required int LegendRoom { get; init; }

    /// <summary>Lays out a figure.</summary>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="names">The names in the legend.</param>
    /// <returns>The layout.</returns>
    public static PlotFrame Create(int width, int height, IReadOnlyList<string> names)
    {
        double left = Math.Min(80, width / 6.0);
        double top = Math.Min(100, height / 6.0);
        double bottom = height - Math.Min(80, height / 5.0);
        double widest = 0;
        foreach (string name in names)
        {
            widest = Math.Max(widest, PlotText.EstimateWidth(name, SmallSize));
        }

        int rows = Math.Max(1, (int)((bottom - top) / LegendLine));
        double columnWidth = LegendSymbol + widest;
        int mostColumns = Math.Max(1, (int)(width / 3.0 / columnWidth));
        int columns = Math.Min(mostColumns, (names.Count + rows - 1) / rows);
        return new PlotFrame
        {
            Width = width,
            Height = height,
            Left = left,
            Top = top,
            Bottom = bottom,
            Right = width - RightMargin - (columns * columnWidth) - (columns > 0 ? LegendGap : 0),
            LegendColumnWidth = columnWidth,
            LegendRows = rows,
            LegendRoom = columns * rows,
        };
    }

    /// <summary>Makes room at the left for the numbers of the vertical axis and, beside them, its title.</summary>
    /// <param name="width">The width of the widest number.</param>
    /// <returns>The layout, whose margin grows to a third of the figure at most.</returns>
    public PlotFrame WithTickLabels(double width)
        => this with { Left = Math.Max(Left, Math.Min(Width / 3.0, width + TickGap + (2 * AxisTitleSize))) };
}
