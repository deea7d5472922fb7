namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>The marks of a picture in cells, to ask which of them a box would cover.</summary>
internal sealed class MarkGrid
{
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
    /// <returns>True where it covers any part of one.</returns>
    public bool Touches(Box box)
    {
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
                    && _marks.Y[mark] > around.Top && _marks.Y[mark] < around.Bottom)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Says whether a mark's leader passes over another mark.</summary>
    /// <param name="leader">The leader.</param>
    /// <param name="own">The mark that it leads to; what touches this one does not count.</param>
    /// <returns>True where the line meets one.</returns>
    public bool Meets(Leader leader, int own)
    {
        double radius = _marks.Radius;
        (int left, int right) = (Column(Math.Min(leader.FromX, leader.ToX) - radius), Column(Math.Max(leader.FromX, leader.ToX) + radius));
        (int top, int bottom) = (Row(Math.Min(leader.FromY, leader.ToY) - radius), Row(Math.Max(leader.FromY, leader.ToY) + radius));
        for (int row = top; row <= bottom; row++)
        {
            for (int i = _starts[(row * _columns) + left]; i < _starts[(row * _columns) + right + 1]; i++)
            {
                int mark = _members[i];
                (double x, double y) = (_marks.X[mark], _marks.Y[mark]);
                double reach = _marks.RadiusOf(mark);
                double touching = reach + _marks.RadiusOf(own);
                double dx = x - _marks.X[own];
                double dy = y - _marks.Y[own];
                if ((dx * dx) + (dy * dy) > touching * touching && leader.Distance(x, y) < reach)
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

    private int CellOf(float x, float y) => (Row(y) * _columns) + Column(x);

    private int Column(double x) => Math.Clamp((int)(x / Cell), 0, _columns - 1);

    private int Row(double y) => Math.Clamp((int)(y / Cell), 0, _rows - 1);
}
