namespace PSLlmCluster.Core.Hdbscan;

/// <summary>Some nearest other points of each point, nearest first, ties by row: what Boruvka's rounds begin with.</summary>
/// <param name="pointCount">The number of points.</param>
/// <param name="width">How many others there are for each, at most.</param>
internal sealed class NearestPoints(int pointCount, int width)
{
    private readonly int[] _points = new int[checked(pointCount * width)];

    /// <summary>Gets how many others there are for each point, at most.</summary>
    public int Width => width;

    /// <summary>Returns a point's others, to be written or read; the places after the last one hold -1.</summary>
    public Span<int> Of(int point) => _points.AsSpan(point * width, width);
}
