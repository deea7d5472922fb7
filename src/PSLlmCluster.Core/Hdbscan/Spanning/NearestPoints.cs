namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>Some nearest other points of each point, nearest first, ties by row: what Boruvka's rounds begin with.</summary>
/// <param name="pointCount">The number of points.</param>
/// <param name="width">How many others there are for each, at most.</param>
internal sealed class NearestPoints(int pointCount, int width)
{
    private readonly int[] _points = new int[checked(pointCount * width)];

    /// <summary>Gets how many others there are for each point, at most.</summary>
    public int Width => width;

    /// <summary>Returns a point's others; the places after the last one hold -1.</summary>
    public ReadOnlySpan<int> Of(int point) => _points.AsSpan(point * width, width);

    /// <summary>Returns the same by other numbers.</summary>
    /// <param name="rowOfPoint">The row of each point.</param>
    /// <param name="newPointOfRow">The new number of the point of each row.</param>
    public NearestPoints Renumber(int[] rowOfPoint, int[] newPointOfRow)
    {
        NearestPoints renumbered = new(pointCount, width);
        for (int point = 0; point < pointCount; point++)
        {
            Span<int> target = renumbered._points.AsSpan(newPointOfRow[rowOfPoint[point]] * width, width);
            ReadOnlySpan<int> own = Of(point);
            for (int i = 0; i < width; i++)
            {
                target[i] = own[i] < 0 ? own[i] : newPointOfRow[rowOfPoint[own[i]]];
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
        Span<int> target = _points.AsSpan(point * width, width);
        int kept = 0;
        int last = point;
        for (int i = 0; i < nearest.Length && kept < width; i++)
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
