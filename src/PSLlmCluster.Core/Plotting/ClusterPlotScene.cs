using System.Globalization;

namespace PSLlmCluster.Core.Plotting;

/// <summary>The points of one label.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Color">The colour of its points.</param>
/// <param name="X">Where the points lie from left to right, in the order of the input.</param>
/// <param name="Y">Where the points lie from bottom to top.</param>
/// <param name="Texts">What stands above the points; empty for nothing.</param>
internal sealed record PlotTrace(string Name, PlotColor Color, double[] X, double[] Y, string[] Texts);

/// <summary>
/// What the figure shows, before any renderer knows of it: one trace for each label in rising order, noise first, as in the notebook.
/// </summary>
internal sealed class ClusterPlotScene
{
    /// <summary>What a point needs around it: its marker and a little air.</summary>
    private const double MarkerRoom = 14;

    /// <summary>What a point needs above it for its text.</summary>
    private const double TextRoom = 28;

    private const double XTickGap = 90;
    private const double YTickGap = 60;

    private ClusterPlotScene(ClusterPlotOptions options, IReadOnlyList<PlotTrace> traces, PlotFrame frame)
    {
        Options = options;
        Traces = traces;
        double height = frame.Bottom - frame.Top;
        YRange = Range(trace => trace.Y, (_, room) => room, (text, room) => TextAbove(text) ? Math.Max(room, TextRoom) : room, height);
        YTicks = AxisTicks.Up(YRange, height, YTickGap);

        // What the vertical axis needs for its numbers is known only now.
        Frame = frame.WithTickLabels(AxisTicks.WidestLabel(YTicks));
        double width = Frame.Right - Frame.Left;
        XRange = Range(trace => trace.X, SideRoom, SideRoom, width);
        XTicks = AxisTicks.Across(XRange, width, XTickGap);
    }

    /// <summary>Gets the options of the figure: titles, size, and whether texts are written.</summary>
    public ClusterPlotOptions Options { get; }

    /// <summary>Gets the traces.</summary>
    public IReadOnlyList<PlotTrace> Traces { get; }

    /// <summary>Gets where the parts of the figure lie.</summary>
    public PlotFrame Frame { get; }

    /// <summary>Gets what the horizontal axis spans: all points with their texts, so that none is cut at the border.</summary>
    public PlotRange XRange { get; }

    /// <summary>Gets what the vertical axis spans.</summary>
    public PlotRange YRange { get; }

    /// <summary>Gets the marks of the horizontal axis in a picture.</summary>
    public IReadOnlyList<AxisTick> XTicks { get; }

    /// <summary>Gets the marks of the vertical axis in a picture.</summary>
    public IReadOnlyList<AxisTick> YTicks { get; }

    /// <summary>Builds the scene.</summary>
    /// <param name="points">The points, in any order.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="width">The width to lay it out for, in pixels.</param>
    /// <param name="height">The height to lay it out for, in pixels.</param>
    /// <param name="warnings">Takes a warning where points cannot be drawn.</param>
    /// <returns>The scene.</returns>
    public static ClusterPlotScene Create(
        IReadOnlyList<PlotPoint> points, ClusterPlotOptions options, int width, int height, ICollection<EngineWarning> warnings)
    {
        SortedDictionary<int, List<PlotPoint>> groups = [];
        int leftOut = 0;
        int first = -1;
        for (int i = 0; i < points.Count; i++)
        {
            PlotPoint point = points[i];
            if (!point.CanBeDrawn)
            {
                first = leftOut++ == 0 ? i : first;
                continue;
            }

            // All labels below 0 are noise.
            int cluster = Math.Max(-1, point.Cluster);
            if (!groups.TryGetValue(cluster, out List<PlotPoint>? group))
            {
                groups.Add(cluster, group = []);
            }

            group.Add(point);
        }

        if (leftOut > 0)
        {
            warnings.Add(NotFinite(leftOut, points.Count, first));
        }

        PlotTrace[] traces = [.. groups.Select(group => Trace(group.Key, group.Value))];
        return new ClusterPlotScene(options, traces, PlotFrame.Create(width, height, [.. traces.Select(trace => trace.Name)]));
    }

    /// <summary>Warns of points that cannot be drawn.</summary>
    /// <param name="leftOut">How many there are.</param>
    /// <param name="all">Of how many.</param>
    /// <param name="first">The index of the first.</param>
    /// <returns>The warning.</returns>
    public static EngineWarning NotFinite(int leftOut, int all, int first) => new(
        "PointsNotFinite",
        $"{leftOut} of {all} {(all == 1 ? "point" : "points")} {(leftOut == 1 ? "is" : "are")} left out of the plot, "
            + "because X or Y is not a finite number (or is beyond 1e300, where nothing can be drawn); "
            + $"the first is at index {first}, counted from 0.");

    /// <summary>Says in one sentence what the figure shows, for those who cannot see it.</summary>
    /// <returns>The sentence.</returns>
    public string Describe()
    {
        int points = Traces.Sum(trace => trace.X.Length);
        string groups = string.Join(
            ", ", Traces.Select(trace => string.Create(CultureInfo.InvariantCulture, $"{trace.Name} ({trace.X.Length})")));
        return string.Create(CultureInfo.InvariantCulture, $"{Options.Title}: {points} {(points == 1 ? "point" : "points")}. {groups}")
            .TrimStart(':', ' ')
            .TrimEnd('.', ' ') + ".";
    }

    private static PlotTrace Trace(int cluster, List<PlotPoint> points) => new(
        cluster < 0 ? "Noise" : string.Create(CultureInfo.InvariantCulture, $"Cluster {cluster}"),
        PlotColor.Of(cluster),
        [.. points.Select(point => point.X)],
        [.. points.Select(point => point.Y)],
        [.. points.Select(point => point.Text ?? string.Empty)]);

    private bool TextAbove(string text) => !Options.HideText && text.Length > 0;

    private double SideRoom(string text, double room)
        => TextAbove(text) ? Math.Max(room, PlotText.EstimateWidth(text, PlotFrame.TextSize) / 2) : room;

    private PlotRange Range(
        Func<PlotTrace, double[]> values, Func<string, double, double> before, Func<string, double, double> after, double pixels)
    {
        double most = pixels / 4;
        double room = Math.Min(MarkerRoom, most);
        List<double> numbers = [];
        List<double> below = [];
        List<double> above = [];
        foreach (PlotTrace trace in Traces)
        {
            numbers.AddRange(values(trace));
            below.AddRange(trace.Texts.Select(text => Math.Min(most, before(text, room))));
            above.AddRange(trace.Texts.Select(text => Math.Min(most, after(text, room))));
        }

        return PlotRange.Around([.. numbers], [.. below], [.. above], pixels);
    }
}
