namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>
/// Where the points of a page lie, in 16 bits for each direction. They span all points, unless a few stray so far that the rest would
/// have too few of the 65,536 steps: those lie at the border then. The page opens on the middle 99.5 % of the points and all names.
/// </summary>
internal sealed class PagePlaces
{
    private const int Steps = 65535;
    private const int SmallestForStrays = 400;
    private const double Outer = 0.0025;

    /// <summary>How many times the middle all points may span, so that the middle has some 4,000 steps at least.</summary>
    private const double MostSpan = 16;

    /// <summary>Up to this ratio of its sides a map is drawn with equal units in both directions, as distances of UMAP ask for.</summary>
    private const double MostRatio = 4;

    private const double WideHeight = 0.7;
    private readonly PlotRange _x;
    private readonly PlotRange _y;
    private readonly PlotRange _z;

    private PagePlaces(PlotRange x, PlotRange y, PlotRange frameX, PlotRange frameY)
    {
        (_x, _y) = (x, y);
        bool isEqual = Math.Max(frameX.Span / frameY.Span, frameY.Span / frameX.Span) <= MostRatio;
        double unitX = isEqual ? Math.Max(frameX.Span, frameY.Span) : frameX.Span;
        double unitY = isEqual ? unitX : frameY.Span / WideHeight;
        Width = x.Span / unitX;
        Height = y.Span / unitY;
        Frame =
        [
            (frameX.Low - x.Low) / unitX, (frameY.Low - y.Low) / unitY, (frameX.High - x.Low) / unitX, (frameY.High - y.Low) / unitY,
        ];
    }

    private PagePlaces(PlotRange x, PlotRange y, PlotRange z, double unit)
    {
        (_x, _y, _z) = (x, y, z);
        IsSpatial = true;
        Width = x.Span / unit;
        Height = Width;
        Frame = [(Width - 1) / 2, (Width - 1) / 2, (Width + 1) / 2, (Width + 1) / 2];
    }

    /// <summary>Gets a value indicating whether the points have three dimensions, with equal units in all of them.</summary>
    public bool IsSpatial { get; }

    /// <summary>Gets the width of all places; the part that the page opens on is about 1 wide or high.</summary>
    public double Width { get; }

    /// <summary>Gets the height of all places, in the unit of the width.</summary>
    public double Height { get; }

    /// <summary>Gets what the page opens on, in the same unit: left, bottom, right, top.</summary>
    public double[] Frame { get; }

    /// <summary>Finds the places.</summary>
    /// <param name="content">The points, all finite, and the clusters, whose names have places too.</param>
    /// <returns>The places.</returns>
    public static PagePlaces Of(PageContent content)
        => content.IsSpatial
            ? InSpace(content.Points)
            : InPlane(content.Points, content.Clusters.Select(cluster => (cluster.X, cluster.Y)));

    /// <summary>Returns the place from left to right.</summary>
    /// <param name="value">X of a point.</param>
    /// <returns>The place, at the border for a stray.</returns>
    public ushort X(double value) => Step(_x, value);

    /// <summary>Returns the place from bottom to top.</summary>
    /// <param name="value">Y of a point.</param>
    /// <returns>The place, at the border for a stray.</returns>
    public ushort Y(double value) => Step(_y, value);

    /// <summary>Returns the place from far to near.</summary>
    /// <param name="value">Z of a point, or 0 in the plane.</param>
    /// <returns>The place, at the border for a stray.</returns>
    public ushort Z(double value) => IsSpatial ? Step(_z, value) : (ushort)0;

    /// <summary>Says whether a point lies beyond the places, so that it is drawn at the border.</summary>
    /// <param name="point">The point.</param>
    /// <returns>True for a stray.</returns>
    public bool IsBeyond(PlotPoint point)
        => IsOut(_x, point.X) || IsOut(_y, point.Y) || (IsSpatial && IsOut(_z, point.Z ?? 0));

    private static PagePlaces InPlane(IReadOnlyList<PlotPoint> points, IEnumerable<(double X, double Y)> names)
    {
        double[] xs = new double[points.Count];
        double[] ys = new double[points.Count];
        for (int i = 0; i < points.Count; i++)
        {
            xs[i] = points[i].X;
            ys[i] = points[i].Y;
        }

        (double X, double Y)[] places = [.. names];
        (PlotRange x, PlotRange frameX) = Ranges(xs, [.. places.Select(place => place.X)]);
        (PlotRange y, PlotRange frameY) = Ranges(ys, [.. places.Select(place => place.Y)]);
        return new PagePlaces(x, y, frameX, frameY);
    }

    // All points lie in a ball around the middle, which no turn leads out of: its box is all that is shown.
    private static PagePlaces InSpace(IReadOnlyList<PlotPoint> points)
    {
        double[][] values = [new double[points.Count], new double[points.Count], new double[points.Count]];
        for (int i = 0; i < points.Count; i++)
        {
            (values[0][i], values[1][i], values[2][i]) = (points[i].X, points[i].Y, points[i].Z ?? 0);
        }

        double[] middle = [.. values.Select(axis => Ranges([.. axis], []).Frame).Select(frame => (frame.Low / 2) + (frame.High / 2))];
        double[] distances = new double[points.Count];
        for (int i = 0; i < points.Count; i++)
        {
            distances[i] = Length(values[0][i] - middle[0], values[1][i] - middle[1], values[2][i] - middle[2]);
        }

        Array.Sort(distances);
        int outer = points.Count < SmallestForStrays ? 0 : (int)(2 * points.Count * Outer);
        double radius = distances[^(outer + 1)] > 0 ? distances[^(outer + 1)] : Math.Max(1, 0.1 * middle.Max(Math.Abs));
        double reach = Math.Clamp(distances[^1], radius, radius * MostSpan / 2);
        PlotRange[] ranges = [.. middle.Select(place => new PlotRange(place - reach, place + reach))];
        return new PagePlaces(ranges[0], ranges[1], ranges[2], 2 * radius);
    }

    // Squares of large numbers are infinite, so the largest part is taken out.
    private static double Length(double x, double y, double z)
    {
        double largest = Math.Max(Math.Abs(x), Math.Max(Math.Abs(y), Math.Abs(z)));
        return largest == 0
            ? 0
            : largest * Math.Sqrt((x / largest * (x / largest)) + (y / largest * (y / largest)) + (z / largest * (z / largest)));
    }

    private static bool IsOut(PlotRange range, double value) => value < range.Low || value > range.High;

    private static ushort Step(PlotRange range, double value)
        => (ushort)Math.Round(Math.Clamp(range.FractionOf(value), 0, 1) * Steps, MidpointRounding.AwayFromZero);

    private static (PlotRange All, PlotRange Frame) Ranges(double[] values, double[] names)
    {
        if (values.Length == 0)
        {
            return (new PlotRange(-1, 1), new PlotRange(-1, 1));
        }

        Array.Sort(values);
        int outer = values.Length < SmallestForStrays ? 0 : (int)(values.Length * Outer);
        double low = Math.Min(values[outer], names.DefaultIfEmpty(double.MaxValue).Min());
        double high = Math.Max(values[^(outer + 1)], names.DefaultIfEmpty(double.MinValue).Max());
        PlotRange frame = Wide(low, high);
        PlotRange all = Wide(Math.Min(values[0], frame.Low), Math.Max(values[^1], frame.High));
        if (all.Span > MostSpan * frame.Span)
        {
            all = new PlotRange(
                Math.Max(all.Low, frame.Low - (frame.Span * MostSpan / 4)), Math.Min(all.High, frame.High + (frame.Span * MostSpan / 4)));
        }

        return (all, frame);
    }

    // Equal numbers get one unit to each side, or more where a unit is nothing beside the number.
    private static PlotRange Wide(double low, double high)
    {
        double size = Math.Max(Math.Abs(low), Math.Abs(high));
        double margin = high - low > size * 1e-12 ? 0 : Math.Max(1, size * 0.1);
        return new PlotRange(low - margin, high + margin);
    }
}
