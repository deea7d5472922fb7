namespace PSLlmCluster.Core.Numerics;

/// <summary>Vectors of rows of a <see cref="MetricSpace"/>, as <see cref="DotScale"/> makes them, with what goes with them.</summary>
internal sealed class DotRows
{
    /// <summary>Columns from which the bound of the rounding would be no small number any more.</summary>
    private const int MostColumns = 100_000;

    private const int RowsPerBlock = 512;

    private readonly DotScale _scale;

    private DotRows(DotScale scale, int rowCount)
    {
        _scale = scale;
        RowCount = rowCount;
        Values = new float[(long)rowCount * scale.ColumnCount];
        Halves = new float[rowCount + DotTiles.PanelSize];
    }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount => _scale.ColumnCount;

    /// <summary>Gets the vectors, row after row.</summary>
    public float[] Values { get; }

    /// <summary>Gets half(j) of each row, and room for one panel more.</summary>
    public float[] Halves { get; }

    /// <summary>Returns whether a space's distances can be found from products.</summary>
    public static bool Suits(MetricSpace space) => space.HasVectors && space.Rows.ColumnCount is > 0 and <= MostColumns;

    /// <summary>Takes the vectors of a space.</summary>
    /// <param name="space">A space that <see cref="Suits"/>.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static DotRows Create(MetricSpace space, WorkContext work)
    {
        DotRows rows = new(DotScale.Of(space, work), space.RowCount);
        rows.Fill(work, (place, room, target) => rows._scale.Write(space, place, room, target));
        return rows;
    }

    /// <summary>Takes the vectors of some rows of a space.</summary>
    /// <param name="space">The space that the scale is of.</param>
    /// <param name="chosen">The rows, in the order in which they are to stand.</param>
    /// <param name="scale">The scale of all rows.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static DotRows Create(MetricSpace space, int[] chosen, DotScale scale, WorkContext work)
    {
        DotRows rows = new(scale, chosen.Length);
        rows.Fill(work, (place, room, target) => scale.Write(space, chosen[place], room, target));
        return rows;
    }

    /// <summary>Returns limit(i): what s - half(j) has to reach for row j to be within a distance of row i.</summary>
    /// <param name="row">The row i.</param>
    /// <param name="distance">The distance as the space computes it; infinite for no limit.</param>
    public float LimitFor(int row, double distance) => _scale.LimitFor(Halves[row], distance);

    /// <summary>Brings the vectors into another order, in place.</summary>
    /// <param name="order">For each place the row that comes there.</param>
    /// <param name="token">The token to monitor for cancellation; the rows are in no order then.</param>
    public void Permute(int[] order, CancellationToken token)
    {
        InPlaceOrder.Apply(Values, ColumnCount, order, token);
        InPlaceOrder.Apply(Halves, 1, order, token);
    }

    private void Fill(WorkContext work, RowWriter write)
        => ParallelBlocks.For(RowCount, RowsPerBlock, work, (start, end) =>
        {
            double[] room = new double[ColumnCount];
            for (int row = start; row < end; row++)
            {
                Halves[row] = write(row, room, Values.AsSpan(row * ColumnCount, ColumnCount));
            }
        });

    private delegate float RowWriter(int place, double[] room, Span<float> target);
}
