namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// The vectors of a <see cref="MetricSpace"/> in single precision, moved to their mean and scaled by a power of two so that the largest
/// number is below 1, with what is needed to tell from a product of two of them, whose rounding is bounded, that their rows are farther
/// apart than some distance.
/// </summary>
/// <remarks>
/// <para>Let y be a vector as it is stored, z as it would be without rounding, N = |y|², d the number of columns, u = 2^-24. A product s of
/// y_i and y_j in single precision, summed in any order, fused or not, has |s - y_i·y_j| &lt;= g |y_i| |y_j| with g = d u / (1 - d u)
/// (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1), and rounding to y changes a squared distance by less than
/// 4.1 u (N_i + N_j). So, with c = 1.05 (d + 8) u &gt;= g + 4.1 u and rest for underflow,</para>
/// <para>|z_i - z_j|² &gt;= (1 - c) (N_i + N_j) - 2 s - rest.</para>
/// <para>With half(j) = (1 - c) N_j / 2 and limit(i) = (1 - c) N_i / 2 - D² / 2 - rest, both rounded down, a pair with s - half(j) &lt;
/// limit(i) is farther apart than D. The comparison adds no error of its own: rounding is monotone and limit(i) a number of single
/// precision.</para>
/// <para>The stored numbers are the same bits on every machine: they are taken in double precision, one operation after the other.</para>
/// </remarks>
internal sealed class DotRows
{
    /// <summary>Unit roundoff of single precision.</summary>
    private const double Unit = 1.0 / (1 << 24);

    /// <summary>Columns from which the bound of the rounding would be no small number any more.</summary>
    private const int MostColumns = 100_000;

    private const int LargestExponent = 500;

    private const int RowsPerBlock = 512;

    private readonly MetricSpace _space;
    private readonly double _squaredScale;
    private readonly double _shrink;
    private readonly double _rest;

    private DotRows(MetricSpace space, float[] values, double scale)
    {
        int columns = space.Rows.ColumnCount;
        _space = space;
        Values = values;
        Halves = new float[space.RowCount + DotTiles.PanelSize];
        _squaredScale = scale * scale;
        _shrink = 1 - (1.05 * (columns + 8) * Unit);

        // Each product and each number may lose half of the smallest number of single precision, 2^-150; numbers are below 1.
        _rest = Math.ScaleB(columns + 1, -146);
    }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => _space.RowCount;

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount => _space.Rows.ColumnCount;

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
        int n = space.RowCount;
        int columns = space.Rows.ColumnCount;
        (double[] mean, double largest) = Centre(space, work);

        // A power of two changes no bit but the exponent. Its square must be finite.
        double scale = largest > 0 ? Math.ScaleB(1, Math.Min(LargestExponent, -Math.ILogB(largest) - 1)) : 1;
        DotRows rows = new(space, new float[(long)n * columns], scale);
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            double[] vector = new double[columns];
            for (int row = start; row < end; row++)
            {
                space.WriteVector(row, vector);
                Span<float> target = rows.Values.AsSpan(row * columns, columns);
                double norm = 0;
                for (int column = 0; column < columns; column++)
                {
                    float value = (float)((vector[column] - mean[column]) * scale);
                    target[column] = value;
                    norm += (double)value * value;
                }

                rows.Halves[row] = RoundDown(rows._shrink * norm / 2);
            }
        });
        return rows;
    }

    /// <summary>Returns limit(i): what s - half(j) has to reach for row j to be within a distance of row i.</summary>
    /// <param name="row">The row i.</param>
    /// <param name="distance">The distance as the space computes it; infinite for no limit.</param>
    public float LimitFor(int row, double distance)
        => RoundDown(Halves[row] - (_space.LargestSquare(distance) * _squaredScale / 2) - _rest);

    /// <summary>Brings the vectors into another order, in place.</summary>
    /// <param name="order">For each place the row that comes there.</param>
    /// <param name="token">The token to monitor for cancellation; the rows are in no order then.</param>
    public void Permute(int[] order, CancellationToken token)
    {
        InPlaceOrder.Apply(Values, ColumnCount, order, token);
        InPlaceOrder.Apply(Halves, 1, order, token);
    }

    private static float RoundDown(double value)
    {
        float rounded = (float)value;
        return rounded > value ? MathF.BitDecrement(rounded) : rounded;
    }

    /// <summary>Returns the mean of each column and the largest distance of a number to it.</summary>
    private static (double[] Mean, double Largest) Centre(MetricSpace space, WorkContext work)
    {
        int n = space.RowCount;
        int columns = space.Rows.ColumnCount;
        int blocks = (n + RowsPerBlock - 1) / RowsPerBlock;

        // Sums of blocks are added up in the order of the blocks. Few blocks at a time, so that they need little room.
        int blocksAtOnce = Math.Max(1, Math.Min(blocks, (1 << 20) / columns));
        double[] sums = new double[blocksAtOnce * columns];
        double[] lows = new double[blocksAtOnce * columns];
        double[] highs = new double[blocksAtOnce * columns];
        double[] mean = new double[columns];
        double[] low = new double[columns];
        double[] high = new double[columns];
        Array.Fill(low, double.PositiveInfinity);
        Array.Fill(high, double.NegativeInfinity);
        for (int first = 0; first < blocks; first += blocksAtOnce)
        {
            int offset = first * RowsPerBlock;
            int count = Math.Min(n - offset, blocksAtOnce * RowsPerBlock);
            ParallelBlocks.For(count, RowsPerBlock, work, (start, end) =>
            {
                int place = start / RowsPerBlock * columns;
                Span<double> sum = sums.AsSpan(place, columns);
                Span<double> least = lows.AsSpan(place, columns);
                Span<double> most = highs.AsSpan(place, columns);
                sum.Clear();
                least.Fill(double.PositiveInfinity);
                most.Fill(double.NegativeInfinity);
                double[] vector = new double[columns];
                for (int row = offset + start; row < offset + end; row++)
                {
                    space.WriteVector(row, vector);
                    for (int column = 0; column < columns; column++)
                    {
                        double value = vector[column];
                        sum[column] += value;
                        least[column] = Math.Min(least[column], value);
                        most[column] = Math.Max(most[column], value);
                    }
                }
            });
            for (int place = 0; place < (count + RowsPerBlock - 1) / RowsPerBlock * columns; place++)
            {
                int column = place % columns;
                mean[column] += sums[place];
                low[column] = Math.Min(low[column], lows[place]);
                high[column] = Math.Max(high[column], highs[place]);
            }
        }

        double largest = 0;
        for (int column = 0; column < columns; column++)
        {
            mean[column] /= n;
            largest = Math.Max(largest, Math.Max(high[column] - mean[column], mean[column] - low[column]));
        }

        return (mean, largest);
    }
}
