using System.Globalization;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>
/// Places texts of points beside their marks, where they cover no mark and meet no label: in rounds over the clusters, in each the point
/// nearest to the cluster's middle that is left, and last those of no cluster. Points at one place with one text have it once. In a small
/// map a text may move as far as it needs, and out of a crowd of marks it goes straight ahead. In a larger one all are tried close to their
/// marks before any goes farther off, so that long leaders take no room that short ones need, and what still has none is tried with fewer
/// words. A leader passes over no other mark and close by none, and a text without one is nearer to its own mark than to any other. In a
/// map of many points a text moves 16 pixels at most.
/// </summary>
internal sealed class TextPlacer
{
    private const double Size = 11;
    private const double LargerSize = 12;
    private const int FewPoints = 60;
    private const int RoundsOfFew = 40;
    private const int RoundsOfPhase = 10;
    private const int Angles = 72;

    /// <summary>The room between a text and what stands beside it, with which it would else read as one line.</summary>
    private const double BesideText = 6;
    private const double CrowdedStep = 24;
    private const double CrowdedReach = 50;
    private const int CrowdedFrom = 3;
    private const int ManyPoints = 1_000;
    private const int MostOfMany = 30;
    private const int MostTries = 3_000;
    private const double LeaderFrom = 5;
    private const double NearerToOwn = 2;
    private const double Farthest = 114;
    private const double FarthestInNeed = 190;
    private const int LeastColumns = 12;
    private static readonly TextFold _whole = new(30, 2);
    private static readonly TextFold _short = new(18, 2);
    private static readonly TextFold _oneLine = new(22, 1);
    private static readonly TextFold _narrow = new(12, 2);
    private static readonly double[] _near = [2, 4, 7, 11, 16];
    private static readonly double[] _middle = [22, 29, 37, 46];
    private static readonly double[] _off = [56, 68, 82, 98];
    private static readonly double[] _offFarther = [116, 136, 160, 190];

    // What a map of neither few nor many points tries for each text, one pass after another.
    private static readonly (double[] Rings, TextFold Fold)[] _passes =
    [
        (_near, _whole), (_middle, _whole), (_near, _short), (_near, _oneLine), (_middle, _short), (_off, _whole), (_middle, _oneLine),
        (_near, _narrow), (_off, _short), (_offFarther, _whole),
    ];
    private static readonly double[] _far = [2, 6, 11, 16, 24, 34, 46, 60, 76, 94, 114, 136, 160, 190];

    // Above, right, left, below, then between.
    private static readonly (double X, double Y)[] _sides =
    [
        (0, -1), (1, 0), (-1, 0), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1), (0.5, -1), (-0.5, -1), (0.5, 1), (-0.5, 1),
        (0.25, -1), (-0.25, -1), (0.25, 1), (-0.25, 1), (0.75, -1), (-0.75, -1), (0.75, 1), (-0.75, 1), (1, -0.5), (-1, -0.5), (1, 0.5),
        (-1, 0.5), (0.125, -1), (-0.125, -1), (0.125, 1), (-0.125, 1), (0.375, -1), (-0.375, -1), (0.375, 1), (-0.375, 1), (0.625, -1),
        (-0.625, -1), (0.625, 1), (-0.625, 1), (0.875, -1), (-0.875, -1), (0.875, 1), (-0.875, 1), (1, -0.25), (-1, -0.25), (1, 0.25),
        (-1, 0.25), (1, -0.75), (-1, -0.75), (1, 0.75), (-1, 0.75),
    ];
    private readonly IReadOnlyList<PlotPoint> _points;
    private readonly MapMarks _marks;
    private readonly MarkGrid _grid;
    private PlacedLabels _placed;
    private double _leastOfCrowded;
    private double _nearerToOwn = NearerToOwn;
    private double _farthest = FarthestInNeed;
    private double _besideLeader = MarkGrid.BesideLeader;
    private double _leastApart = MarkGrid.SamePlace;
    private double _besideText = BesideText;
    private double _besideOtherLeader = PlacedLabels.BesideLeader;
    private readonly MapTexts _texts;
    private readonly TextPiles _piles;

    /// <summary>Initializes a new instance of the <see cref="TextPlacer"/> class.</summary>
    /// <param name="points">The points.</param>
    /// <param name="marks">Their marks.</param>
    /// <param name="grid">The marks in cells.</param>
    /// <param name="placed">What is placed so far.</param>
    /// <param name="texts">Measures texts.</param>
    /// <param name="piles">The marks of one place and text.</param>
    public TextPlacer(
        IReadOnlyList<PlotPoint> points, MapMarks marks, MarkGrid grid, PlacedLabels placed, MapTexts texts, TextPiles piles)
        => (_points, _marks, _grid, _placed, _texts, _piles) = (points, marks, grid, placed, texts, piles);

    /// <summary>Places the texts.</summary>
    /// <param name="clusters">The clusters by size.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>Those that found a place.</returns>
    public IReadOnlyList<MapLabel> Place(IReadOnlyList<MapCluster> clusters, CancellationToken token)
    {
        IEnumerable<int> order = InOrder(clusters);
        return IsSmallMap ? PlaceAll(order, token)
            : _marks.Count > ManyPoints ? PlaceInOrder(order, [], _near, _whole, token)
            : PlaceByPasses(order, token);
    }

    private bool IsSmallMap => _marks.Count <= ManyPoints && _piles.Count <= FewPoints;

    // In a small map what found no place goes first the next time, until all are there.
    private List<MapLabel> PlaceAll(IEnumerable<int> order, CancellationToken token)
    {
        PlacedLabels before = _placed;
        List<MapLabel> best = [];
        for (int round = 0; round < RoundsOfFew; round++)
        {
            // In every other round the texts of crowded marks keep off, farther each time, so that leaders find a way between them.
            _placed = before.Copy();
            _leastOfCrowded = round % 2 == 0 ? 0 : CrowdedStep * (1 + (round % RoundsOfPhase / 2));

            // Only where not all have a place else texts may come nearer to other marks, then go farther off and nearer to one another, and
            // at last leaders may pass close by other marks, and over those that touch the one they lead to: that is taken only if all have
            // a place then.
            _nearerToOwn = round < RoundsOfPhase ? NearerToOwn : 0;
            _farthest = round < 2 * RoundsOfPhase ? Farthest : FarthestInNeed;
            _besideText = round < 2 * RoundsOfPhase ? BesideText : PlacedLabels.Gap;
            _besideOtherLeader = round < 2 * RoundsOfPhase ? PlacedLabels.BesideLeader : PlacedLabels.Gap;
            _besideLeader = round < 3 * RoundsOfPhase ? MarkGrid.BesideLeader : 0;
            _leastApart = round < 3 * RoundsOfPhase ? MarkGrid.SamePlace : 2 * _marks.Radius;
            List<int> left = [];
            List<MapLabel> labels = PlaceInOrder(order, left, _far, _whole, token);
            best = labels.Count > best.Count && (_besideLeader > 0 || left.Count == 0) ? labels : best;
            if (left.Count == 0)
            {
                break;
            }

            order = [.. left, .. order.Except(left)];
        }

        return best;
    }

    private List<MapLabel> PlaceByPasses(IEnumerable<int> order, CancellationToken token)
    {
        List<MapLabel> labels = [];
        foreach ((double[] rings, TextFold fold) in _passes)
        {
            List<int> left = [];
            labels.AddRange(PlaceInOrder(order, left, rings, fold, token));
            order = left;
        }

        return labels;
    }

    private List<MapLabel> PlaceInOrder(
        IEnumerable<int> order, List<int> left, double[] rings, TextFold fold, CancellationToken token)
    {
        List<MapLabel> labels = [];
        int tries = 0;
        int most = _marks.Count > ManyPoints ? MostOfMany : int.MaxValue;
        foreach (int mark in order)
        {
            token.ThrowIfCancellationRequested();
            if (labels.Count >= most || tries++ >= MostTries)
            {
                break;
            }

            if (Find(mark, rings, fold) is { } label)
            {
                _placed.Add(label.Box, label.Leader);
                labels.Add(label);
            }
            else
            {
                left.Add(mark);
            }
        }

        return labels;
    }

    private IEnumerable<int> InOrder(IReadOnlyList<MapCluster> clusters)
    {
        Dictionary<int, MapCluster> byNumber = clusters.ToDictionary(cluster => cluster.Number);
        List<int[]> rows = [];
        foreach ((int cluster, int start, int end) in _marks.Groups)
        {
            int[] marks = [.. Enumerable.Range(start, end - start).Where(mark => _piles.CountOf(mark) > 0)];
            if (byNumber.TryGetValue(cluster, out MapCluster? middle))
            {
                double[] distances = [.. marks.Select(mark => Distance(_points[_marks.Points[mark]], middle))];
                Array.Sort(distances, marks, Comparer<double>.Default);
            }

            rows.Add(marks);
        }

        bool IsCluster(int group) => _marks.Groups[group].Cluster >= 0;
        int longest = rows.Where((_, group) => IsCluster(group)).Select(marks => marks.Length).DefaultIfEmpty(0).Max();
        for (int round = 0; round < longest; round++)
        {
            for (int group = 0; group < rows.Count; group++)
            {
                if (IsCluster(group) && round < rows[group].Length)
                {
                    yield return rows[group][round];
                }
            }
        }

        for (int group = 0; group < rows.Count; group++)
        {
            foreach (int mark in IsCluster(group) ? [] : rows[group])
            {
                yield return mark;
            }
        }
    }

    private MapLabel? Find(int mark, double[] rings, TextFold fold)
    {
        PlotPoint point = _points[_marks.Points[mark]];
        string text = PlotText.OneLine(point.Text!).Trim();
        IReadOnlyList<string> lines = TextElements.Fold(text, fold.Columns, fold.Lines);
        if (lines.Count == 0 || (fold != _whole && TearsWord(text, lines)))
        {
            return null;
        }

        double size = IsSmallMap ? LargerSize : Size;
        MapLabel? label = Find(mark, _texts.Measure(WithCount(mark, lines), size, isBold: false), rings);
        int columns = TextElements.Columns(lines[0]);
        if (label is null && fold.Lines > 1 && lines.Count == 1 && columns > LeastColumns && _marks.Count <= ManyPoints)
        {
            // Two short lines find room where a long one does not.
            lines = TextElements.Fold(lines[0], (columns / 2) + 3, 2);
            label = lines[^1].EndsWith(TextElements.Ellipsis, StringComparison.Ordinal)
                ? null
                : Find(mark, _texts.Measure(WithCount(mark, lines), size, isBold: false), rings);
        }

        return label;
    }

    private MapLabel? Find(int mark, TextBlock block, double[] rings)
    {
        (double x, double y) = (_marks.X[mark], _marks.Y[mark]);
        double radius = _marks.RadiusOf(mark);
        double? outward = IsSmallMap ? OutOfCrowd(mark) : null;
        double least = outward is null ? 0 : _leastOfCrowded;
        foreach (double ring in rings)
        {
            if (ring < least || ring > _farthest)
            {
                continue;
            }

            foreach ((double sideX, double sideY) in ring > LeaderFrom && outward is not null ? [] : _sides)
            {
                double away = radius + ring;
                double centerX = x + (sideX * (block.Width / 2)) + (Math.Abs(sideX) == 1 ? sideX * away : 0);
                double centerY = y + (sideY * ((block.Height / 2) + away));
                if (At(mark, block, centerX, centerY, ring) is { } label)
                {
                    return label;
                }
            }

            for (int angle = 0; _marks.Count <= ManyPoints && ring > LeaderFrom && angle < Angles; angle++)
            {
                // Out of a crowd straight ahead first, then to both sides in turn.
                double turn = outward is { } ahead
                    ? ahead + ((angle + 1) / 2 * (angle % 2 == 0 ? -1 : 1) * 2 * Math.PI / Angles)
                    : angle * 2 * Math.PI / Angles;
                double centerX = x + (Math.Cos(turn) * ((block.Width / 2) + radius + ring));
                double centerY = y + (Math.Sin(turn) * ((block.Height / 2) + radius + ring));
                if (At(mark, block, centerX, centerY, ring) is { } label)
                {
                    return label;
                }
            }
        }

        return null;
    }

    // Without a leader no other mark may be nearly as close to the text as its own.
    private MapLabel? At(int mark, TextBlock block, double centerX, double centerY, double ring)
    {
        double left = Math.Round(centerX - (block.Width / 2), 1);
        double top = Math.Round(centerY - (block.Height / 2), 1);
        Box box = new(left, top, left + block.Width, top + block.Height);
        bool hasLeader = ring > LeaderFrom;
        if (_grid.Touches(box.Grow(0.5)) || (!hasLeader && _grid.Touches(box.Grow(ring + _nearerToOwn), mark)))
        {
            return null;
        }

        Leader? leader = hasLeader ? Leader.Between(box, _marks.X[mark], _marks.Y[mark], _marks.RadiusOf(mark) + 1) : null;
        bool isClear = leader is not { } line || !_grid.Meets(line, _marks.X[mark], _marks.Y[mark], _besideLeader, _leastApart);
        return isClear && _placed.HasRoom(box, leader, _besideText, _besideOtherLeader)
            ? new MapLabel(LabelKind.Text, block, box, Math.Max(-1, _points[_marks.Points[mark]].Cluster), leader)
            : null;
    }

    private IReadOnlyList<string> WithCount(int mark, IReadOnlyList<string> lines)
    {
        int count = _piles.CountOf(mark);
        return count == 1 ? lines : [.. lines.SkipLast(1), string.Create(CultureInfo.InvariantCulture, $"{lines[^1]} \u00D7{count:N0}")];
    }

    private static bool TearsWord(string text, IReadOnlyList<string> lines)
        => lines.Count > 1 && !char.IsWhiteSpace(text[lines[0].Length]) && !PlotText.IsWide(text[lines[0].Length]);

    // The direction from the middle of the marks around to this one; null where few are around.
    private double? OutOfCrowd(int mark)
    {
        (int near, double x, double y) = (0, 0, 0);
        for (int i = 0; i < _marks.Count; i++)
        {
            (double dx, double dy) = (_marks.X[i] - _marks.X[mark], _marks.Y[i] - _marks.Y[mark]);
            if ((dx != 0 || dy != 0) && Math.Abs(dx) + Math.Abs(dy) < CrowdedReach)
            {
                (near, x, y) = (near + 1, x + dx, y + dy);
            }
        }

        return near >= CrowdedFrom ? Math.Atan2(-y, -x) : null;
    }

    private static double Distance(PlotPoint point, MapCluster middle)
        => Math.Max(Math.Abs(point.X - middle.X), Math.Abs(point.Y - middle.Y));

    /// <summary>How a text is folded.</summary>
    /// <param name="Columns">How many columns a line has at most.</param>
    /// <param name="Lines">How many lines there are at most.</param>
    private readonly record struct TextFold(int Columns, int Lines);
}
