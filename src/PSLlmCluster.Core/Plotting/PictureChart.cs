using ScottPlot;
using ScottPlot.TickGenerators;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// The area of the points as a ScottPlot plot, without any text: grid, lines through 0, points. Its axes run from 0 to 1, since where a
/// number lies on its axis is the scene's business (<see cref="PlotRange"/>).
/// </summary>
internal static class PictureChart
{
    /// <summary>Builds the plot.</summary>
    /// <param name="scene">What to draw.</param>
    /// <returns>The plot, which the caller disposes of.</returns>
    public static Plot Create(ClusterPlotScene scene)
    {
        Plot plot = new();
        PlotFrame frame = scene.Frame;
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Layout.Fixed(
            new PixelPadding(
                (float)frame.Left, (float)(frame.Width - frame.Right), (float)(frame.Height - frame.Bottom), (float)frame.Top));
        plot.HideLegend();
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.Axes.Bottom.TickGenerator = Marks(scene.XTicks);
        plot.Axes.Left.TickGenerator = Marks(scene.YTicks);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.FrameLineStyle.IsVisible = false;
            axis.MajorTickStyle.Length = 0;
            axis.MinorTickStyle.Length = 0;
        }

        plot.Grid.MajorLineColor = ToScottPlot(PlotColor.Grid);
        plot.Grid.MajorLineWidth = 1;
        AddZeroLines(plot, scene);
        foreach (PlotTrace trace in scene.Traces)
        {
            Coordinates[] places = new Coordinates[trace.X.Length];
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = new Coordinates(scene.XRange.FractionOf(trace.X[i]), scene.YRange.FractionOf(trace.Y[i]));
            }

            plot.Add.Markers(places, MarkerShape.FilledCircle, (float)PlotFrame.MarkerSize, ToScottPlot(trace.Color));
        }

        return plot;
    }

    private static NumericManual Marks(IReadOnlyList<AxisTick> ticks)
        => new([.. ticks.Select(tick => tick.Fraction)], [.. ticks.Select(_ => string.Empty)]);

    private static void AddZeroLines(Plot plot, ClusterPlotScene scene)
    {
        Color ink = ToScottPlot(PlotColor.Ink);
        if (scene.XRange is { Low: < 0, High: > 0 })
        {
            plot.Add.VerticalLine(scene.XRange.FractionOf(0), 1, ink);
        }

        if (scene.YRange is { Low: < 0, High: > 0 })
        {
            plot.Add.HorizontalLine(scene.YRange.FractionOf(0), 1, ink);
        }
    }

    private static Color ToScottPlot(PlotColor color) => new(color.Red, color.Green, color.Blue, (byte)Math.Round(color.Opacity * 255));
}
