using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>
/// The marks of a picture: one for each point within the frame, those of no cluster first, then the clusters from the largest to the
/// smallest, so that what is drawn later lies above.
/// </summary>
internal sealed class MapMarks
{
    /// <summary>The radius of a mark of no cluster, in parts of that of a cluster's.</summary>
    public const double NoiseShare = 0.7;

    private const double ShareOfSpacing = 0.22;
    private const double LeastRadius = 0.7;
    private const double LargestRadius = 5.5;
    private const int Thin = 1_000;

    private MapMarks(int count, double radius, double opacity)
    {
        X = new float[count];
        Y = new float[count];
        Points = new int[count];
        Radius = radius;
        Opacity = opacity;
    }

    /// <summary>Gets the places from the left, in pixels.</summary>
    public float[] X { get; }

    /// <summary>Gets the places from the top, in pixels.</summary>
    public float[] Y { get; }

    /// <summary>Gets for each mark the index of its point.</summary>
    public int[] Points { get; }

    /// <summary>Gets the number of marks.</summary>
    public int Count => X.Length;

    /// <summary>Gets the radius of a cluster's mark: the smaller, the more there are.</summary>
    public double Radius { get; }

    /// <summary>Gets how opaque a cluster's mark is, from 0 to 1: the less, the more there are.</summary>
    public double Opacity { get; }

    /// <summary>Gets how many of the first marks belong to no cluster.</summary>
    public int NoiseCount { get; private set; }

    /// <summary>Gets the runs of one label, in the order of drawing: the label, and where its marks begin and end.</summary>
    public List<(int Cluster, int Start, int End)> Groups { get; } = [];

    /// <summary>Returns the radius of a mark.</summary>
    /// <param name="mark">The mark.</param>
    /// <returns>The radius in pixels.</returns>
    public double RadiusOf(int mark) => mark < NoiseCount ? Radius * NoiseShare : Radius;

    /// <summary>Places the marks.</summary>
    /// <param name="points">The points.</param>
    /// <param name="clusters">The clusters by size.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>The marks.</returns>
    public static MapMarks Create(IReadOnlyList<PlotPoint> points, IReadOnlyList<MapCluster> clusters, MapFrame frame)
    {
        // Noise, points that were never clustered, then the clusters.
        Dictionary<int, int> places = [];
        for (int i = 0; i < clusters.Count; i++)
        {
            places.Add(clusters[i].Number, i + 2);
        }

        int PlaceOf(int cluster) => cluster >= 0 ? places[cluster] : cluster == PlotPoint.Unclustered ? 1 : 0;
        int[] starts = new int[clusters.Count + 3];
        for (int i = 0; i < points.Count; i++)
        {
            if (frame.Holds(points[i]))
            {
                starts[PlaceOf(points[i].Cluster) + 1]++;
            }
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        int count = starts[^1];
        double spacing = Math.Sqrt(frame.Area.Width * frame.Area.Height / Math.Max(1, count));
        double radius = Math.Clamp(Math.Min(ShareOfSpacing * spacing, 2.5 + (0.025 * spacing)), LeastRadius, LargestRadius);
        double opacity = Math.Clamp(0.92 - (0.14 * Math.Log10(Math.Max(1, (double)count / Thin))), 0.6, 0.92);
        MapMarks marks = new(count, radius, opacity) { NoiseCount = starts[1] };
        int[] next = starts[..^1];
        for (int i = 0; i < points.Count; i++)
        {
            if (frame.Holds(points[i]))
            {
                int place = next[PlaceOf(points[i].Cluster)]++;
                marks.X[place] = (float)frame.X(points[i].X);
                marks.Y[place] = (float)frame.Y(points[i].Y);
                marks.Points[place] = i;
            }
        }

        for (int place = 0; place < starts.Length - 1; place++)
        {
            if (starts[place + 1] > starts[place])
            {
                int cluster = place == 0 ? -1 : place == 1 ? PlotPoint.Unclustered : clusters[place - 2].Number;
                marks.Groups.Add((cluster, starts[place], starts[place + 1]));
            }
        }

        return marks;
    }
}
