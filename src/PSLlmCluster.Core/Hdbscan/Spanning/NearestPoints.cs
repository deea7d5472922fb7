using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>Some nearest other points of each point, nearest first, ties by row: what Boruvka's rounds begin with.</summary>
internal sealed class NearestPoints
{
    /// <summary>Nearest points that are kept for Boruvka's rounds; more make the rounds no shorter.</summary>
    private const int MostKept = 16;

    private readonly DistinctRows _rows;
    private readonly int _width;
    private readonly int[] _points;

    private NearestPoints(DistinctRows rows, int width)
    {
        _rows = rows;
        _width = width;
        _points = new int[checked(rows.Count * width)];
    }

    /// <summary>Makes room for the nearest points of each point.</summary>
    /// <param name="rows">The points.</param>
    /// <param name="found">How many others are found of each.</param>
    public static NearestPoints Create(DistinctRows rows, int found) => new(rows, Math.Min(found, MostKept));

    /// <summary>Returns a point's others; the places after the last one hold -1.</summary>
    public ReadOnlySpan<int> Of(int point) => _points.AsSpan(point * _width, _width);

    /// <summary>Returns the same by other numbers of the points.</summary>
    /// <param name="rows">The same points in another order.</param>
    public NearestPoints Renumber(DistinctRows rows)
    {
        if (ReferenceEquals(rows, _rows))
        {
            return this;
        }

        int[] newPointOfRow = rows.PointsOfRows();
        int[] newPoints = Array.ConvertAll(_rows.FirstRows(), row => newPointOfRow[row]);
        NearestPoints renumbered = new(rows, _width);
        for (int point = 0; point < newPoints.Length; point++)
        {
            Span<int> target = renumbered._points.AsSpan(newPoints[point] * _width, _width);
            ReadOnlySpan<int> own = Of(point);
            for (int i = 0; i < _width; i++)
            {
                target[i] = own[i] < 0 ? own[i] : newPoints[own[i]];
            }
        }

        return renumbered;
    }

    /// <summary>Keeps the others of a point, each once.</summary>
    /// <param name="point">The point.</param>
    /// <param name="nearest">The nearest points or rows, those of one point together; the point itself among them.</param>
    /// <param name="pointOfRow">The point of each row, or null where they are points.</param>
    public void Keep(int point, ReadOnlySpan<int> nearest, int[]? pointOfRow = null)
    {
        Span<int> target = _points.AsSpan(point * _width, _width);
        int kept = 0;
        int last = point;
        for (int i = 0; i < nearest.Length && kept < _width; i++)
        {
            int other = pointOfRow is null ? nearest[i] : pointOfRow[nearest[i]];
            if (other != last && other != point)
            {
                target[kept++] = other;
                last = other;
            }
        }

        target[kept..].Fill(-1);
    }
}
