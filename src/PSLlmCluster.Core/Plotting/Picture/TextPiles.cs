namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>Marks that lie at one place and have one text: the text is written once, with their number.</summary>
internal sealed class TextPiles
{
    private readonly int[] _counts;

    private TextPiles(int[] counts, int count) => (_counts, Count) = (counts, count);

    /// <summary>Gets the piles of a picture without texts of points.</summary>
    public static TextPiles None { get; } = new([], 0);

    /// <summary>Gets the number of piles, a single mark with a text being one too.</summary>
    public int Count { get; }

    /// <summary>Finds the piles.</summary>
    /// <param name="points">The points.</param>
    /// <param name="marks">Their marks.</param>
    /// <returns>The piles.</returns>
    public static TextPiles Of(IReadOnlyList<PlotPoint> points, MapMarks marks)
    {
        Dictionary<(double X, double Y, string Text), int> firsts = [];
        int[] counts = new int[marks.Count];

        // From above: what is drawn last stands for those below.
        for (int mark = marks.Count - 1; mark >= 0; mark--)
        {
            PlotPoint point = points[marks.Points[mark]];
            if (!string.IsNullOrWhiteSpace(point.Text))
            {
                (double X, double Y, string Text) key = (point.X, point.Y, point.Text);
                firsts.TryAdd(key, mark);
                counts[firsts[key]]++;
            }
        }

        return new TextPiles(counts, firsts.Count);
    }

    /// <summary>Returns how many marks the text of one stands for.</summary>
    /// <param name="mark">The mark.</param>
    /// <returns>The number; 0 where another mark has its text, or it has none.</returns>
    public int CountOf(int mark) => _counts[mark];
}
