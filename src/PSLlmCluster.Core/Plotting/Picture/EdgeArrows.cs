using System.Globalization;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>An arrow at the border, for points that lie beyond it.</summary>
/// <param name="X">Its tip from the left, in pixels.</param>
/// <param name="Y">Its tip from the top, in pixels.</param>
/// <param name="DirectionX">Where it points: -1 left, 1 right, 0 neither.</param>
/// <param name="DirectionY">Where it points: -1 up, 1 down, 0 neither.</param>
/// <param name="Count">For how many points it stands.</param>
internal sealed record EdgeArrow(double X, double Y, int DirectionX, int DirectionY, int Count);

/// <summary>
/// The points beyond the frame: one arrow for those of a stretch of the border, with their number where there is more than one. The
/// stretches are longer where there are many.
/// </summary>
/// <param name="Arrows">The arrows.</param>
/// <param name="Counts">The numbers beside them.</param>
/// <param name="Strays">How many points lie beyond the frame.</param>
internal sealed record EdgeArrows(IReadOnlyList<EdgeArrow> Arrows, IReadOnlyList<MapLabel> Counts, int Strays)
{
    private const double CountSize = 11;
    private const double Reach = 9;
    private const double Spacing = 26;
    private const int Most = 24;

    // From the frame to the tip.
    private const double Away = 6;

    /// <summary>Finds the strays and places their arrows.</summary>
    /// <param name="points">The points.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="placed">Takes the places of arrows and numbers.</param>
    /// <param name="texts">Measures texts.</param>
    /// <returns>The arrows.</returns>
    public static EdgeArrows Of(IReadOnlyList<PlotPoint> points, MapFrame frame, PlacedLabels placed, MapTexts texts)
    {
        List<PlotPoint> strays = [];
        foreach (PlotPoint point in points)
        {
            if (!frame.Holds(point) && point.CanBeDrawn)
            {
                strays.Add(point);
            }
        }

        double spacing = Spacing;
        SortedDictionary<(int Place, int X, int Y), int> stretches = Stretches(strays, frame, spacing);
        while (stretches.Count > Most)
        {
            spacing *= 2;
            stretches = Stretches(strays, frame, spacing);
        }

        List<EdgeArrow> arrows = [];
        List<MapLabel> counts = [];
        Box shown = frame.Shown;
        foreach (((int stretch, int across, int down), int count) in stretches)
        {
            double along = (stretch + 0.5) * spacing;
            double x = across == 0 ? Math.Min(along, shown.Right) : across < 0 ? shown.Left - Away : shown.Right + Away;
            double y = down == 0 ? Math.Min(along, shown.Bottom) : down < 0 ? shown.Top - Away : shown.Bottom + Away;
            Box box = new Box(x, y, x, y).Grow(Reach);
            arrows.Add(new EdgeArrow(x, y, across, down, count));
            placed.Add(box, null);
            if (count > 1)
            {
                TextBlock block = texts.Measure([count.ToString("N0", CultureInfo.InvariantCulture)], CountSize, isBold: false);
                double left = across > 0 ? box.Left - block.Width - 3 : box.Right + 3;
                Box place = new(left, y - (block.Height / 2), left + block.Width, y + (block.Height / 2));
                if (placed.HasRoom(place, null))
                {
                    placed.Add(place, null);
                    counts.Add(new MapLabel(LabelKind.Note, block, place));
                }
            }
        }

        return new EdgeArrows(arrows, counts, strays.Count);
    }

    // What lies beyond a corner counts to the left or the right.
    private static SortedDictionary<(int Place, int X, int Y), int> Stretches(List<PlotPoint> strays, MapFrame frame, double spacing)
    {
        SortedDictionary<(int Place, int X, int Y), int> stretches = [];
        foreach (PlotPoint point in strays)
        {
            (int across, int up) = frame.Side(point);
            int place = (int)((across == 0 ? frame.X(point.X) : frame.Y(point.Y)) / spacing);
            (int Place, int X, int Y) key = (place, across, across == 0 ? -up : 0);
            stretches[key] = stretches.GetValueOrDefault(key) + 1;
        }

        return stretches;
    }
}
