using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>
/// Places the names of clusters, the largest first: of places on rings round the cluster's middle the cheapest that meets no label and no
/// leader and covers at most a fifth of the cluster's own marks. The cost is the distance, the marks that are covered, and a leader; among
/// few marks it costs as much to have the leader pass over one. What found no place is tried again farther away, smaller, and with fewer
/// words. Nothing is left to chance.
/// </summary>
internal sealed class NamePlacer
{
    private const double SmallestSize = 11;
    private const double MostOfOwn = 0.2;
    private const double BesideCluster = 9;
    private const double LeaderCost = 16;
    private const double OtherMiddleCost = 30;
    private const double MostMarkCost = 30;
    private const double FewMarkCost = 60;
    private const int FewMarks = 600;
    private const double SmallestSpread = 8;
    private const double Shrunk = 0.85;
    private const int ShortestLine = 12;
    private const int LongestLine = 30;
    private const int Largest = 40;
    private const int Rounds = 4;

    // After so many clusters in a row that found no place, each as small as the last or smaller, the rest is left out.
    private const int MostInVain = 100;
    private const int Angles = 32;
    private const int ManyClusters = 60;
    private const int LargestSample = 4_000;
    private const int SampleOfDensity = 200;
    private const double CoreShare = 0.6;
    private static readonly double[] _near = [2, 5, 9, 14, 20, 27, 35, 44, 54, 66, 80, 96, 115, 140];
    private static readonly double[] _far = [2, 5, 9, 14, 20, 27, 35, 44, 54, 66, 80, 96, 115, 140, 170, 205, 245, 290, 340, 400];
    private readonly IReadOnlyList<MapCluster> _clusters;
    private readonly MapMarks _marks;
    private readonly MarkGrid _grid;
    private readonly MapFrame _frame;
    private readonly MapTexts _texts;
    private readonly double _markCost;

    // The middles of the clusters, from left to right.
    private readonly (double X, double Y, int Cluster)[] _middles;

    /// <summary>Initializes a new instance of the <see cref="NamePlacer"/> class.</summary>
    /// <param name="clusters">The clusters by size.</param>
    /// <param name="marks">The marks.</param>
    /// <param name="grid">The marks in cells.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="placed">What is placed so far.</param>
    /// <param name="texts">Measures texts.</param>
    public NamePlacer(
        IReadOnlyList<MapCluster> clusters, MapMarks marks, MarkGrid grid, MapFrame frame, PlacedLabels placed, MapTexts texts)
    {
        (_clusters, _marks, _grid, _frame, Placed, _texts) = (clusters, marks, grid, frame, placed, texts);
        _middles = [.. clusters.Select(cluster => (X: frame.X(cluster.X), frame.Y(cluster.Y), cluster.Number)).OrderBy(middle => middle.X)];
        _markCost = HasFewMarks ? FewMarkCost : Math.Min(MostMarkCost, 3_000.0 / Math.Max(1, marks.Count));
    }

    /// <summary>Gets what is placed: after <see cref="Place"/> the names too.</summary>
    public PlacedLabels Placed { get; private set; }

    /// <summary>Places the names.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>Those that found a place.</returns>
    public IReadOnlyList<MapLabel> Place(CancellationToken token)
    {
        Dictionary<int, (int Start, int End)> runs = _marks.Groups.ToDictionary(group => group.Cluster, group => (group.Start, group.End));
        IReadOnlyList<MapCluster> order = _clusters;
        PlacedLabels before = Placed;
        List<MapLabel> labels = [];
        int rounds = _marks.Count < MapPicture.DensityFrom ? Rounds : 1;
        for (int round = 0; round < rounds; round++)
        {
            // One of the largest that found no place goes first the next time.
            Placed = before.Copy();
            labels = PlaceInOrder(order, runs, token);
            HashSet<int> named = [.. labels.Select(label => label.Cluster)];
            MapCluster[] missing =
                [.. _clusters.Take(Largest).Where(cluster => runs.ContainsKey(cluster.Number) && !named.Contains(cluster.Number))];
            if (missing.Length == 0)
            {
                break;
            }

            order = [.. missing, .. order.Except(missing)];
        }

        return labels;
    }

    private List<MapLabel> PlaceInOrder(
        IReadOnlyList<MapCluster> order, Dictionary<int, (int Start, int End)> runs, CancellationToken token)
    {
        HashSet<string> taken = new(_clusters.Select(cluster => cluster.Name), StringComparer.Ordinal);
        List<MapLabel> labels = [];
        List<MapCluster> left = [];
        int inVain = 0;
        for (int i = 0; i < order.Count && inVain < MostInVain; i++)
        {
            token.ThrowIfCancellationRequested();
            MapCluster cluster = order[i];
            if (!runs.TryGetValue(cluster.Number, out (int Start, int End) run))
            {
                continue;
            }

            // The largest are tried again at once, before smaller ones take the room.
            MapLabel? label = Find(cluster, run, Fold(FirstName(cluster)), SizeOf(cluster), _near)
                ?? (i < Largest ? FindShorter(cluster, run, taken) : null);
            inVain = label is null ? inVain + 1 : 0;
            if (label is null)
            {
                left.Add(cluster);
            }
            else
            {
                labels.Add(label);
            }
        }

        inVain = 0;
        for (int i = 0; i < left.Count && inVain < MostInVain; i++)
        {
            token.ThrowIfCancellationRequested();
            MapLabel? label = FindShorter(left[i], runs[left[i].Number], taken);
            inVain = label is null ? inVain + 1 : 0;
            if (label is not null)
            {
                labels.Add(label);
            }
        }

        return labels;
    }

    private MapLabel? FindShorter(MapCluster cluster, (int Start, int End) run, HashSet<string> taken)
    {
        double shrunk = Math.Max(SmallestSize, Math.Round(Shrunk * SizeOf(cluster), 1));
        foreach (string name in Shorter(cluster, taken))
        {
            IReadOnlyList<string> lines = Fold(name);
            if ((Find(cluster, run, lines, shrunk, _near) ?? Find(cluster, run, lines, shrunk, _far)
                ?? Find(cluster, run, lines, SmallestSize, _far)) is { } label)
            {
                taken.Add(name);
                return label;
            }
        }

        return null;
    }

    // Two lines of at most 30 columns, as even as the words allow. A word is broken where it is longer than a line, or where it is the
    // whole name and has wide characters (CJK).
    private static IReadOnlyList<string> Fold(string name)
    {
        string[] words = name.Split(' ');
        bool isWideWord = words.Length == 1 && TextElements.Columns(name) > name.Length;
        int longest = isWideWord ? 0 : words.Max(word => TextElements.Columns(word) is int columns and <= LongestLine ? columns : 0);
        int width = Math.Clamp(Math.Max(longest, (TextElements.Columns(name) / 2) + 2), ShortestLine, LongestLine);
        IReadOnlyList<string> lines = TextElements.Fold(name, width, 2);
        while (width < LongestLine && lines[^1].EndsWith(TextElements.Ellipsis, StringComparison.Ordinal))
        {
            lines = TextElements.Fold(name, ++width, 2);
        }

        return lines;
    }

    // In a map of many clusters two terms are enough.
    private string FirstName(MapCluster cluster)
    {
        string[] terms = cluster.IsGiven || _clusters.Count <= ManyClusters ? [] : cluster.Name.Split(", ");
        return terms.Length > 2 ? string.Join(", ", terms.Take(2)) : cluster.Name;
    }

    // A name of words may lose the last of them, one that was given may not.
    private static IEnumerable<string> Shorter(MapCluster cluster, HashSet<string> taken)
    {
        yield return cluster.Name;
        string name = cluster.Name;
        int comma;
        while (!cluster.IsGiven && (comma = name.LastIndexOf(", ", StringComparison.Ordinal)) > 0)
        {
            name = name[..comma];
            if (!taken.Contains(name))
            {
                yield return name;
            }
        }
    }

    private bool HasFewMarks => _marks.Count <= FewMarks;

    private double SizeOf(MapCluster cluster)
    {
        double largest = _clusters.Count <= 12 ? 19 : _clusters.Count <= 60 ? 17 : 15;
        double most = Math.Log(_clusters[0].Count);
        double least = Math.Log(_clusters[^1].Count);

        // Clusters of nearly one size have names of nearly one size, however near the smallest is to the largest.
        double spread = Math.Max(Math.Log(SmallestSpread), most - least);
        double share = 0.5 + ((Math.Log(cluster.Count) - ((most + least) / 2)) / spread);
        return Math.Round(SmallestSize + 0.5 + ((largest - SmallestSize - 0.5) * share), 1);
    }

    private MapLabel? Find(MapCluster cluster, (int Start, int End) run, IReadOnlyList<string> lines, double size, double[] rings)
    {
        TextBlock block = _texts.Measure(lines, size, isBold: true);
        (double middleX, double middleY) = (_frame.X(cluster.X), _frame.Y(cluster.Y));
        (float X, float Y)[] own = Sample(run);
        Array.Sort(own, (a, b) => Far(a, middleX, middleY).CompareTo(Far(b, middleX, middleY)));
        ReadOnlySpan<(float X, float Y)> core = own.AsSpan(0, (int)Math.Ceiling(own.Length * CoreShare));
        (double x, double y) = own[0];
        MapLabel? best = null;
        double bestCost = double.PositiveInfinity;
        int angles = rings == _far && _marks.Count < MapPicture.DensityFrom ? Angles * 3 : Angles;
        for (int ring = -1; ring < rings.Length; ring++)
        {
            for (int angle = 0; angle < (ring < 0 ? 1 : angles); angle++)
            {
                // From above, to the right and the left in turn.
                double turn = ((angle + 1) / 2 * (angle % 2 == 0 ? -1 : 1) * 2 * Math.PI / angles) - (Math.PI / 2);
                double reachX = ring < 0 ? 0 : Math.Cos(turn) * ((block.Width / 2) + rings[ring]);
                double reachY = ring < 0 ? 0 : Math.Sin(turn) * ((block.Height / 2) + rings[ring]);
                double left = Math.Round(x + reachX - (block.Width / 2), 1);
                double top = Math.Round(y + reachY - (block.Height / 2), 1);
                Box box = new(left, top, left + block.Width, top + block.Height);
                if (Cost(cluster.Number, box, (x, y), own, core, bestCost, out Leader? leader) is { } cost)
                {
                    bestCost = cost;
                    best = new MapLabel(LabelKind.Name, block, box, cluster.Number, leader);
                }
            }
        }

        if (best is not null)
        {
            Placed.Add(best.Box, best.Leader);
        }

        return best;
    }

    // Null where the label cannot lie there, or others are no worse.
    private double? Cost(
        int cluster,
        Box box,
        (double X, double Y) middle,
        (float X, float Y)[] own,
        ReadOnlySpan<(float X, float Y)> core,
        double bestCost,
        out Leader? leader)
    {
        leader = null;
        double cost = box.Distance(middle.X, middle.Y) + (_markCost * (HasFewMarks ? _grid.CountTouched(box.Grow(1)) : _grid.Count(box)));
        if (cost >= bestCost || !Placed.MayHaveRoom(box))
        {
            return null;
        }

        (double X, double Y) nearest = middle;
        double gap = double.PositiveInfinity;
        foreach ((float X, float Y) mark in core)
        {
            double distance = box.Distance(mark.X, mark.Y);
            if (distance < gap)
            {
                (gap, nearest) = (distance, mark);
            }
        }

        if (gap > BesideCluster + _marks.Radius)
        {
            leader = Leader.Between(box, nearest.X, nearest.Y, _marks.Radius);
            cost += LeaderCost + (HasFewMarks && _grid.Meets(leader.Value, nearest.X, nearest.Y, MarkGrid.BesideLeader) ? FewMarkCost : 0);
        }

        cost += OtherMiddleCost * CountMiddles(box, cluster);
        if (cost >= bestCost || !Placed.HasRoom(box, leader))
        {
            return null;
        }

        int covered = 0;
        Box reach = box.Grow(_marks.Radius + 0.5);
        foreach ((float X, float Y) mark in own)
        {
            covered += mark.X > reach.Left && mark.X < reach.Right && mark.Y > reach.Top && mark.Y < reach.Bottom ? 1 : 0;
        }

        return covered <= MostOfOwn * own.Length ? cost : null;
    }

    // Of other clusters, in a box.
    private int CountMiddles(Box box, int cluster)
    {
        int start = 0;
        int end = _middles.Length;
        while (start < end)
        {
            int middle = (start + end) / 2;
            (start, end) = _middles[middle].X < box.Left ? (middle + 1, end) : (start, middle);
        }

        int count = 0;
        for (int i = start; i < _middles.Length && _middles[i].X <= box.Right; i++)
        {
            count += _middles[i].Y >= box.Top && _middles[i].Y <= box.Bottom && _middles[i].Cluster != cluster ? 1 : 0;
        }

        return count;
    }

    private (float X, float Y)[] Sample((int Start, int End) run)
    {
        int most = _marks.Count < MapPicture.DensityFrom ? LargestSample : SampleOfDensity;
        int step = ((run.End - run.Start - 1) / most) + 1;
        (float X, float Y)[] own = new (float X, float Y)[((run.End - run.Start - 1) / step) + 1];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = (_marks.X[run.Start + (i * step)], _marks.Y[run.Start + (i * step)]);
        }

        return own;
    }

    private static double Far((float X, float Y) mark, double x, double y) => ((mark.X - x) * (mark.X - x)) + ((mark.Y - y) * (mark.Y - y));
}
