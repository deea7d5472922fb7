namespace PSLlmCluster.Core.Numerics;

/// <summary>Vectors of rows of a <see cref="MetricSpace"/>, as <see cref="DotScale"/> makes them, with what goes with them.</summary>
/// <remarks>
/// Vectors of many rows would be a second matrix beside that of the rows. They are not kept, but written again from the numbers each time
/// that one is read, with the same bits; what is read is used for hundreds of products, beside which writing it is little.
/// </remarks>
internal sealed class DotRows
{
    /// <summary>Columns from which the bound of the rounding would be no small number any more.</summary>
    private const int MostColumns = 100_000;

    private const int RowsPerBlock = 512;

    private readonly MetricSpace _space;
    private readonly DotScale _scale;

    /// <summary>The vectors, one after the other; null where they are not kept.</summary>
    private readonly float[]? _values;
    private readonly float[] _halves;

    /// <summary>For each place the row of the space; null where they are the same, and where the vectors are kept.</summary>
    private int[]? _rows;

    private DotRows(MetricSpace space, DotScale scale, int[]? chosen, bool keeps, WorkContext work)
    {
        _space = space;
        _scale = scale;
        RowCount = chosen?.Length ?? space.RowCount;
        _values = keeps ? new float[(long)RowCount * scale.ColumnCount] : null;
        _rows = keeps ? null : chosen;
        _halves = new float[RowCount + DotTiles.PanelSize];
        ParallelBlocks.For(RowCount, RowsPerBlock, work, (start, end) =>
        {
            double[] room = new double[ColumnCount];
            float[] vector = new float[keeps ? 0 : ColumnCount];
            for (int place = start; place < end; place++)
            {
                Span<float> target = keeps ? _values.AsSpan(place * ColumnCount, ColumnCount) : vector;
                _halves[place] = scale.Write(space, chosen is null ? place : chosen[place], room, target);
            }
        });
    }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount => _scale.ColumnCount;

    /// <summary>Gets half(j) of each row, and room for one panel more.</summary>
    public float[] Halves => _halves;

    /// <summary>Returns whether a space's distances can be found from products.</summary>
    public static bool Suits(MetricSpace space) => space.HasVectors && space.Rows.ColumnCount is > 0 and <= MostColumns;

    /// <summary>Takes the vectors of a space.</summary>
    /// <param name="space">A space that <see cref="Suits"/>.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="keeps">Whether to keep the vectors; null to keep them where they are no large part of the memory.</param>
    public static DotRows Create(MetricSpace space, WorkContext work, bool? keeps = null)
        => new(space, DotScale.Of(space, work), null, keeps ?? KeepsVectors(space), work);

    /// <summary>Takes the vectors of some rows of a space.</summary>
    /// <param name="space">The space that the scale is of.</param>
    /// <param name="chosen">The rows, in the order in which they are to stand.</param>
    /// <param name="scale">The scale of all rows.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static DotRows Create(MetricSpace space, int[] chosen, DotScale scale, WorkContext work)
        => new(space, scale, chosen, KeepsVectors(space), work);

    /// <summary>Returns the vector at a place.</summary>
    /// <param name="place">The place, from 0.</param>
    /// <param name="room">Room for as many numbers as there are columns.</param>
    /// <param name="vector">Room for the vector.</param>
    /// <returns>The vector, there or where it is kept.</returns>
    public ReadOnlySpan<float> Read(int place, Span<double> room, Span<float> vector)
    {
        if (_values is not null)
        {
            return _values.AsSpan(place * ColumnCount, ColumnCount);
        }

        _scale.WriteOnly(_space, _rows is null ? place : _rows[place], room, vector);
        return vector;
    }

    /// <summary>Returns limit(i): what s - half(j) has to reach for row j to be within a distance of row i.</summary>
    /// <param name="row">The row i.</param>
    /// <param name="distance">The distance as the space computes it; infinite for no limit.</param>
    public float LimitFor(int row, double distance) => _scale.LimitFor(_halves[row], distance);

    /// <summary>Brings the vectors into another order, in place.</summary>
    /// <param name="order">For each place the one whose vector comes there.</param>
    /// <param name="token">The token to monitor for cancellation; the vectors are in no order then.</param>
    public void Permute(int[] order, CancellationToken token)
    {
        InPlaceOrder.Apply(_halves, 1, order, token);
        if (_values is not null)
        {
            InPlaceOrder.Apply(_values, ColumnCount, order, token);
        }
        else
        {
            _rows = _rows is null ? order : Array.ConvertAll(order, place => _rows[place]);
        }
    }

    private static bool KeepsVectors(MetricSpace space)
        => !FreedMemory.IsLarge(sizeof(float) * (long)space.RowCount * space.Rows.ColumnCount);
}
