namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>The marks of a picture in cells, to ask which of them a box would cover.</summary>
internal sealed class MarkGrid
{
    /// <summary>Marks that are no farther apart than this look like one.</summary>
    public const double SamePlace = 0.5;

    /// <summary>The room between a leader and a mark that it does not lead to, so that it does not seem to.</summary>
    public const double BesideLeader = 2;

    private const double Cell = 8;

    private readonly int _columns;
    private readonly int _rows;
    private readonly int[] _starts;
    private readonly int[] _members;
    private readonly int[] _sums;
    private readonly MapMarks _marks;

    /// <summary>Initializes a new instance of the <see cref="MarkGrid"/> class.</summary>
    /// <param name="marks">The marks.</param>
    /// <param name="width">The width of the picture in pixels.</param>
    /// <param name="height">The height of the picture in pixels.</param>
    public MarkGrid(MapMarks marks, int width, int height)
    {
        _marks = marks;
        _columns = (int)(width / Cell) + 1;
        _rows = (int)(height / Cell) + 1;
        _starts = new int[(_columns * _rows) + 1];
        _members = new int[marks.Count];
        for (int i = 0; i < marks.Count; i++)
        {
            _starts[CellOf(marks.X[i], marks.Y[i]) + 1]++;
        }

        for (int i = 1; i < _starts.Length; i++)
        {
            _starts[i] += _starts[i - 1];
        }

        int[] next = _starts[..^1];
        for (int i = 0; i < marks.Count; i++)
        {
            _members[next[CellOf(marks.X[i], marks.Y[i])]++] = i;
        }

        // A summed-area table (Crow, 1984): the marks above and to the left of each cell.
        _sums = new int[(_columns + 1) * (_rows + 1)];
        for (int row = 0; row < _rows; row++)
        {
            int line = 0;
            for (int column = 0; column < _columns; column++)
            {
                int cell = (row * _columns) + column;
                line += _starts[cell + 1] - _starts[cell];
                _sums[((row + 1) * (_columns + 1)) + column + 1] = _sums[(row * (_columns + 1)) + column + 1] + line;
            }
        }
    }

    /// <summary>Says whether a box touches a mark.</summary>
    /// <param name="box">The box.</param>
    /// <param name="own">A mark that does not count, nor others at its place; -1 for none.</param>
    /// <returns>True where it covers any part of one.</returns>
    public bool Touches(Box box, int own = -1) => CountTouched(box, own, 1) > 0;

    /// <summary>Counts the marks that a box touches.</summary>
    /// <param name="box">The box.</param>
    /// <param name="own">A mark that does not count, nor others at its place; -1 for none.</param>
    /// <param name="most">With how many it is enough.</param>
    /// <returns>How many it covers any part of.</returns>
    public int CountTouched(Box box, int own = -1, int most = int.MaxValue)
    {
        int count = 0;
        Box reach = box.Grow(_marks.Radius);
        (int left, int right) = (Column(reach.Left), Column(reach.Right));
        (int top, int bottom) = (Row(reach.Top), Row(reach.Bottom));
        for (int row = top; row <= bottom; row++)
        {
            for (int i = _starts[(row * _columns) + left]; i < _starts[(row * _columns) + right + 1]; i++)
            {
                int mark = _members[i];
                double radius = _marks.RadiusOf(mark);
                Box around = box.Grow(radius);
                if (_marks.X[mark] > around.Left && _marks.X[mark] < around.Right
                    && _marks.Y[mark] > around.Top && _marks.Y[mark] < around.Bottom
                    && (own < 0 || !IsAt(mark, _marks.X[own], _marks.Y[own], SamePlace))
                    && ++count >= most)
                {
                    return count;
                }
            }
        }

        return count;
    }

    /// <summary>Says whether a leader passes over a mark, or close by one, that it does not lead to.</summary>
    /// <param name="leader">The leader.</param>
    /// <param name="ownX">Where the mark lies that it leads to, from the left.</param>
    /// <param name="ownY">The same from the top.</param>
    /// <param name="beside">The room between the leader and the rim of a mark that is enough.</param>
    /// <param name="apart">Those that are no farther from there than this do not count.</param>
    /// <returns>True where the line meets one.</returns>
    public bool Meets(Leader leader, double ownX, double ownY, double beside, double apart = SamePlace)
    {
        double room = _marks.Radius + beside;
        (int left, int right) = (Column(Math.Min(leader.FromX, leader.ToX) - room), Column(Math.Max(leader.FromX, leader.ToX) + room));
        (int top, int bottom) = (Row(Math.Min(leader.FromY, leader.ToY) - room), Row(Math.Max(leader.FromY, leader.ToY) + room));
        for (int row = top; row <= bottom; row++)
        {
            for (int i = _starts[(row * _columns) + left]; i < _starts[(row * _columns) + right + 1]; i++)
            {
                int mark = _members[i];
                if (!IsAt(mark, ownX, ownY, apart) && leader.Distance(_marks.X[mark], _marks.Y[mark]) < _marks.RadiusOf(mark) + beside)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Counts the marks that a box covers, by whole cells.</summary>
    /// <param name="box">The box.</param>
    /// <returns>About how many.</returns>
    public int Count(Box box)
    {
        (int left, int right) = (Column(box.Left), Column(box.Right) + 1);
        (int top, int bottom) = (Row(box.Top), Row(box.Bottom) + 1);
        int width = _columns + 1;
        return _sums[(bottom * width) + right] - _sums[(top * width) + right]
            - _sums[(bottom * width) + left] + _sums[(top * width) + left];
    }

    private bool IsAt(int mark, double x, double y, double apart)
        => ((_marks.X[mark] - x) * (_marks.X[mark] - x)) + ((_marks.Y[mark] - y) * (_marks.Y[mark] - y)) <= apart * apart;

    private int CellOf(float x, float y) => (Row(y) * _columns) + Column(x);

    private int Column(double x) => Math.Clamp((int)(x / Cell), 0, _columns - 1);

    private int Row(double y) => Math.Clamp((int)(y / Cell), 0, _rows - 1);
}
