using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>
/// What part of the plane a picture shows: the middle 99.5 % of the points along each axis with some room, all clusters' middles, and all
/// points where none lies far outside of that. No axis is drawn at more than twice the scale of the
/// other, since the distances of a layout mean something.
/// </summary>
internal sealed class MapFrame
{
    private const double CutAtEachEnd = 0.0025;

    // How much further than the middle's span the outermost point may lie before it is a stray.
    private const double NearlyInside = 0.12;
    private const double MostStretch = 2;
    private readonly double _xMiddle;
    private readonly double _yMiddle;
    private readonly double _xScale;
    private readonly double _yScale;
    private readonly (double Low, double High) _x;
    private readonly (double Low, double High) _y;

    /// <summary>Initializes a new instance of the <see cref="MapFrame"/> class.</summary>
    /// <param name="points">The points; those that cannot be drawn are passed over.</param>
    /// <param name="clusters">The clusters, whose middles are shown in any case.</param>
    /// <param name="area">Where the marks may lie, in pixels.</param>
    public MapFrame(IReadOnlyList<PlotPoint> points, IReadOnlyList<MapCluster> clusters, Box area)
    {
        Area = area;
        _x = Range(points, clusters, isX: true);
        _y = Range(points, clusters, isX: false);
        _xMiddle = (_x.Low / 2) + (_x.High / 2);
        _yMiddle = (_y.Low / 2) + (_y.High / 2);
        _xScale = area.Width / (_x.High - _x.Low);
        _yScale = area.Height / (_y.High - _y.Low);
        _xScale = Math.Min(_xScale, _yScale * MostStretch);
        _yScale = Math.Min(_yScale, _xScale * MostStretch);
    }

    /// <summary>Gets where the marks may lie, in pixels.</summary>
    public Box Area { get; }

    /// <summary>Says whether a point lies in the frame.</summary>
    /// <param name="point">The point.</param>
    /// <returns>False for a stray, and for what cannot be drawn.</returns>
    public bool Holds(PlotPoint point)
        => point.CanBeDrawn && point.X >= _x.Low && point.X <= _x.High && point.Y >= _y.Low && point.Y <= _y.High;

    /// <summary>Gets what the frame takes of the area: all of it along one axis at least.</summary>
    public Box Shown => new(X(_x.Low), Y(_y.High), X(_x.High), Y(_y.Low));

    /// <summary>Says on which side of the frame a point lies.</summary>
    /// <param name="point">The point.</param>
    /// <returns>-1 to the left or below, 1 to the right or above, 0 neither.</returns>
    public (int Across, int Up) Side(PlotPoint point) => (
        point.X < _x.Low ? -1 : point.X > _x.High ? 1 : 0,
        point.Y < _y.Low ? -1 : point.Y > _y.High ? 1 : 0);

    /// <summary>Returns a place from the left.</summary>
    /// <param name="x">The number.</param>
    /// <returns>The pixel.</returns>
    public double X(double x) => ((Area.Left + Area.Right) / 2) + ((Math.Clamp(x, _x.Low, _x.High) - _xMiddle) * _xScale);

    /// <summary>Returns a place from the top.</summary>
    /// <param name="y">The number, which grows upwards.</param>
    /// <returns>The pixel.</returns>
    public double Y(double y) => ((Area.Top + Area.Bottom) / 2) - ((Math.Clamp(y, _y.Low, _y.High) - _yMiddle) * _yScale);

    private static (double Low, double High) Range(IReadOnlyList<PlotPoint> points, IReadOnlyList<MapCluster> clusters, bool isX)
    {
        double[] values = new double[points.Count];
        int count = 0;
        for (int i = 0; i < points.Count; i++)
        {
            if (points[i].CanBeDrawn)
            {
                values[count++] = isX ? points[i].X : points[i].Y;
            }
        }

        if (count == 0)
        {
            return (-1, 1);
        }

        Array.Sort(values, 0, count);
        int cut = (int)(count * CutAtEachEnd);
        (double low, double high) = (values[cut], values[count - 1 - cut]);
        foreach (MapCluster cluster in clusters)
        {
            low = Math.Min(low, isX ? cluster.X : cluster.Y);
            high = Math.Max(high, isX ? cluster.X : cluster.Y);
        }

        // Halves, so that the span of the largest numbers is finite.
        double room = ((high / 2) - (low / 2)) * 2 * NearlyInside;
        low = values[0] >= low - room ? Math.Min(low, values[0]) : low - (room / 2);
        high = values[count - 1] <= high + room ? Math.Max(high, values[count - 1]) : high + (room / 2);

        // Where all are the same, or so near each other that no number lies between.
        double least = Math.Max(Math.Abs(low), Math.Abs(high)) * 1e-12;
        double middle = (low / 2) + (high / 2);
        return high - low <= least ? (middle - Math.Max(1, least), middle + Math.Max(1, least)) : (low, high);
    }
}
