using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// How rows of a <see cref="MetricSpace"/>, and others that are measured against them, become vectors in single precision: moved to the
/// mean of the rows and scaled by a power of two so that their largest number is below 1. With it goes what is needed to tell from a
/// product of two such vectors, whose rounding is bounded, that their rows are farther apart than some distance.
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
/// <para>Other rows may lie farther out. Where their numbers are below <see cref="LargestOther"/>, rest grows by that factor; those beyond
/// have no products that could be trusted.</para>
/// <para>The stored numbers are the same bits on every machine: they are taken in double precision, one operation after the other.</para>
/// </remarks>
internal sealed class DotScale
{
    /// <summary>What the numbers of a vector of another row have to be below.</summary>
    private const float LargestOther = 1 << 20;

    /// <summary>Unit roundoff of single precision.</summary>
    private const double Unit = 1.0 / (1 << 24);

    private const int LargestExponent = 500;

    private const int RowsPerBlock = 512;

    private readonly MetricSpace _space;
    private readonly double[] _mean;
    private readonly double _factor;
    private readonly double _shrink;
    private readonly double _rest;

    private DotScale(MetricSpace space, double[] mean, double factor)
    {
        int columns = space.Rows.ColumnCount;
        _space = space;
        _mean = mean;
        _factor = factor;
        _shrink = 1 - (1.05 * (columns + 8) * Unit);

        // Each product and each number may lose half of the smallest number of single precision, 2^-150; numbers are below 1.
        _rest = Math.ScaleB(columns + 1, -146);
    }

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount => _mean.Length;

    /// <summary>Finds the scale of a space.</summary>
    /// <param name="space">A space that <see cref="DotRows.Suits"/>.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static DotScale Of(MetricSpace space, WorkContext work)
    {
        (double[] mean, double largest) = Centre(space, work);

        // A power of two changes no bit but the exponent. Its square must be finite.
        return new DotScale(space, mean, largest > 0 ? Math.ScaleB(1, Math.Min(LargestExponent, -Math.ILogB(largest) - 1)) : 1);
    }

    /// <summary>Writes the vector of a row.</summary>
    /// <param name="space">The space that the scale is of, or one of its foreign rows.</param>
    /// <param name="row">The row's index there.</param>
    /// <param name="room">Room for as many numbers as there are columns.</param>
    /// <param name="target">Receives the vector.</param>
    /// <returns>half(j) of the row.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float Write(MetricSpace space, int row, Span<double> room, Span<float> target)
    {
        WriteOnly(space, row, room, target);
        double norm = 0;
        foreach (float value in target)
        {
            norm += (double)value * value;
        }

        return RoundDown(_shrink * norm / 2);
    }

    /// <summary>Writes the vector of a row whose half(j) is known.</summary>
    /// <param name="space">The space that the scale is of, or one of its foreign rows.</param>
    /// <param name="row">The row's index there.</param>
    /// <param name="room">Room for as many numbers as there are columns.</param>
    /// <param name="target">Receives the vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteOnly(MetricSpace space, int row, Span<double> room, Span<float> target)
    {
        space.WriteVector(row, room);
        int column = 0;
        ref double number = ref MemoryMarshal.GetReference(room);
        ref double mean = ref MemoryMarshal.GetArrayDataReference(_mean);
        Vector512<double> factor = Vector512.Create(_factor);
        for (; column <= target.Length - Vector512<float>.Count; column += Vector512<float>.Count)
        {
            nuint low = (nuint)column;
            nuint high = low + (nuint)Vector512<double>.Count;
            Vector512.Narrow(
                (Vector512.LoadUnsafe(ref number, low) - Vector512.LoadUnsafe(ref mean, low)) * factor,
                (Vector512.LoadUnsafe(ref number, high) - Vector512.LoadUnsafe(ref mean, high)) * factor).CopyTo(target[column..]);
        }

        for (; column < target.Length; column++)
        {
            target[column] = (float)((room[column] - _mean[column]) * _factor);
        }
    }

    /// <summary>Returns limit(i) of a row of the space: what s - half(j) has to reach for row j to be within a distance of it.</summary>
    /// <param name="half">half(i).</param>
    /// <param name="distance">The distance as the space computes it; infinite for no limit.</param>
    public float LimitFor(float half, double distance)
        => RoundDown(half - (_space.LargestSquare(distance) * _factor * _factor / 2) - _rest);

    /// <summary>Returns limit(i) of another row, whose numbers <see cref="IsNear"/>.</summary>
    /// <param name="half">half(i).</param>
    /// <param name="distance">The distance as the space computes it; infinite for no limit.</param>
    public float LimitForOther(float half, double distance)
        => RoundDown(half - (_space.LargestSquare(distance) * _factor * _factor / 2) - (2 * LargestOther * _rest));

    /// <summary>Returns whether another row's vector has numbers that products can be trusted with.</summary>
    public static bool IsNear(ReadOnlySpan<float> vector) => RowMatrix.IndexOfNotFinite(vector, LargestOther) < 0;

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
