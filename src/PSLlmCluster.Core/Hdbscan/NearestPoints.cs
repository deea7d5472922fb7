namespace PSLlmCluster.Core.Hdbscan;

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
