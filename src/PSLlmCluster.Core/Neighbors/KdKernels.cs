using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Numerics;
using WideSum = (System.Runtime.Intrinsics.Vector512<double> Low, System.Runtime.Intrinsics.Vector512<double> High);

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// What a walk through a <see cref="KdTree"/> measures, as the sums that <see cref="LaneKernels"/> takes: from one point to the sixteen of
/// a leaf, each with the bits that <see cref="MetricSpace.Distance"/> has for that pair; and between two boxes.
/// </summary>
/// <remarks>
/// A box's sum is taken with the same steps from the gaps between the boxes. Each step (subtracting, squaring, adding, rounding) keeps
/// order, so that sum is never above that of any pair of points from the two boxes, rounding included; from sixteen columns on the order of
/// adding is another, for which some bits are taken off.
/// </remarks>
internal static class KdKernels
{
    /// <summary>Above the rounding of a root, a quotient, a product and a square: a dozen units in the last place.</summary>
    private const double Slack = 1 + 4e-15;

    /// <summary>Below what another order of adding may take away from a sum of some thousand columns.</summary>
    private const double OtherOrder = 1 - (1.0 / (1L << 40));

    /// <summary>Returns the distance that belongs to a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Distance<TTerm>(double sum)
        where TTerm : LaneKernels.ITerm
        => typeof(TTerm) == typeof(LaneKernels.SquaredDifference) ? Math.Sqrt(sum) : sum;

    /// <summary>
    /// Returns a sum beyond which every distance is greater than the one given. Above it by some units in the last place, so what is within
    /// has still to be looked at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumLimit<TTerm>(double distance)
        where TTerm : LaneKernels.ITerm
        => typeof(TTerm) == typeof(LaneKernels.SquaredDifference) ? distance * distance * Slack : distance * Slack;

    /// <summary>Measures from a point to a leaf.</summary>
    /// <param name="query">The point's first coordinate; the next ones follow at distances of a leaf's size.</param>
    /// <param name="leaf">The leaf's first coordinate.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="limit">The largest sum that is looked for.</param>
    /// <param name="sums">Receives sixteen sums.</param>
    /// <returns>A bit for each point whose sum is not above the limit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within<TTerm>(ref double query, ref double leaf, int columns, double limit, ref double sums)
        where TTerm : LaneKernels.ITerm
    {
        if (Vector512.IsHardwareAccelerated)
        {
            (Vector512<double> low, Vector512<double> high) = Wide<TTerm>(ref query, ref leaf, columns);
            low.StoreUnsafe(ref sums);
            high.StoreUnsafe(ref sums, 8);
            Vector512<double> most = Vector512.Create(limit);
            return (uint)Vector512.LessThanOrEqual(low, most).ExtractMostSignificantBits()
                | ((uint)Vector512.LessThanOrEqual(high, most).ExtractMostSignificantBits() << 8);
        }

        Vector256<double> top = Vector256.Create(limit);
        uint within = 0;
        for (int quarter = 0; quarter < KdTree.LeafSize; quarter += 4)
        {
            Vector256<double> four = Narrow<TTerm>(ref query, ref Unsafe.Add(ref leaf, quarter), columns);
            four.StoreUnsafe(ref sums, (nuint)quarter);
            within |= Vector256.LessThanOrEqual(four, top).ExtractMostSignificantBits() << quarter;
        }

        return within;
    }

    /// <summary>Measures from the points of a leaf to a node's box, as <see cref="Between"/> does from box to box.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="leaf">The leaf.</param>
    /// <param name="node">The node.</param>
    /// <param name="limits">The largest sum that each of sixteen points looks for.</param>
    /// <returns>A bit for each point whose sum is not above its limit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Reach<TTerm>(KdTree tree, int leaf, int node, ref double limits)
        where TTerm : LaneKernels.ITerm
    {
        int columns = tree.ColumnCount;
        ref double query = ref tree.Coordinates[leaf * KdTree.LeafSize * columns];
        ref double low = ref tree.Low[node * columns];
        ref double high = ref tree.High[node * columns];
        double order = columns < LaneKernels.LaneCount ? 1 : OtherOrder;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> first = Vector512<double>.Zero;
            Vector512<double> second = Vector512<double>.Zero;
            for (int column = 0; column < columns; column++)
            {
                Vector512<double> least = Vector512.Create(Unsafe.Add(ref low, column));
                Vector512<double> most = Vector512.Create(Unsafe.Add(ref high, column));
                Vector512<double> a = Vector512.LoadUnsafe(ref query, (nuint)(column * KdTree.LeafSize));
                Vector512<double> b = Vector512.LoadUnsafe(ref query, (nuint)((column * KdTree.LeafSize) + 8));
                first = TTerm.Add(first, Gap(a, least, most), Vector512<double>.Zero);
                second = TTerm.Add(second, Gap(b, least, most), Vector512<double>.Zero);
            }

            first *= order;
            second *= order;
            return (uint)Vector512.LessThanOrEqual(first, Vector512.LoadUnsafe(ref limits)).ExtractMostSignificantBits()
                | ((uint)Vector512.LessThanOrEqual(second, Vector512.LoadUnsafe(ref limits, 8)).ExtractMostSignificantBits() << 8);
        }

        uint reached = 0;
        for (int quarter = 0; quarter < KdTree.LeafSize; quarter += 4)
        {
            Vector256<double> sum = Vector256<double>.Zero;
            for (int column = 0; column < columns; column++)
            {
                Vector256<double> four = Vector256.LoadUnsafe(ref query, (nuint)((column * KdTree.LeafSize) + quarter));
                Vector256<double> least = Vector256.Create(Unsafe.Add(ref low, column));
                Vector256<double> most = Vector256.Create(Unsafe.Add(ref high, column));
                sum = TTerm.Add(sum, Gap(four, least, most), Vector256<double>.Zero);
            }

            sum *= order;
            Vector256<double> limit = Vector256.LoadUnsafe(ref limits, (nuint)quarter);
            reached |= Vector256.LessThanOrEqual(sum, limit).ExtractMostSignificantBits() << quarter;
        }

        return reached;
    }

    /// <summary>Returns a bit for each of sixteen numbers that is not above a limit.</summary>
    public static uint AtMost(ref double values, double limit)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> most = Vector512.Create(limit);
            return (uint)Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref values), most).ExtractMostSignificantBits()
                | ((uint)Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref values, 8), most).ExtractMostSignificantBits() << 8);
        }

        Vector256<double> top = Vector256.Create(limit);
        uint bits = 0;
        for (int quarter = 0; quarter < KdTree.LeafSize; quarter += 4)
        {
            Vector256<double> four = Vector256.LoadUnsafe(ref values, (nuint)quarter);
            bits |= Vector256.LessThanOrEqual(four, top).ExtractMostSignificantBits() << quarter;
        }

        return bits;
    }

    /// <summary>Returns a bit for each of sixteen numbers that differs from another.</summary>
    public static uint Unequal(ref int values, int other)
    {
        Vector256<int> same = Vector256.Create(other);
        return ~(Vector256.Equals(Vector256.LoadUnsafe(ref values), same).ExtractMostSignificantBits()
            | (Vector256.Equals(Vector256.LoadUnsafe(ref values, 8), same).ExtractMostSignificantBits() << 8)) & 0xFFFF;
    }

    /// <summary>Measures between the boxes of two nodes: the sum of the nearest pair that they could hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Between<TTerm>(KdTree tree, int first, int second)
        where TTerm : LaneKernels.ITerm
    {
        int columns = tree.ColumnCount;
        ref double low1 = ref tree.Low[first * columns];
        ref double high1 = ref tree.High[first * columns];
        ref double low2 = ref tree.Low[second * columns];
        ref double high2 = ref tree.High[second * columns];
        double sum = 0;
        for (int column = 0; column < columns; column++)
        {
            double gap = Gap(
                Unsafe.Add(ref low1, column), Unsafe.Add(ref high1, column), Unsafe.Add(ref low2, column), Unsafe.Add(ref high2, column));
            sum = TTerm.Add(sum, gap, 0);
        }

        return columns < LaneKernels.LaneCount ? sum : sum * OtherOrder;
    }

    /// <summary>Measures from a point to the box of a node, as <see cref="Between"/> does from box to box.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="query">The point's first coordinate; the next ones follow at distances of a leaf's size.</param>
    /// <param name="node">The node.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double ToBox<TTerm>(KdTree tree, ref double query, int node)
        where TTerm : LaneKernels.ITerm
    {
        int columns = tree.ColumnCount;
        ref double low = ref tree.Low[node * columns];
        ref double high = ref tree.High[node * columns];
        double sum = 0;
        for (int column = 0; column < columns; column++)
        {
            double value = Unsafe.Add(ref query, column * KdTree.LeafSize);
            sum = TTerm.Add(sum, Gap(value, value, Unsafe.Add(ref low, column), Unsafe.Add(ref high, column)), 0);
        }

        return columns < LaneKernels.LaneCount ? sum : sum * OtherOrder;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Gap(double low1, double high1, double low2, double high2)
        => Math.Max(0.0, Math.Max(low1 - high2, low2 - high1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Gap(Vector512<double> value, Vector512<double> low, Vector512<double> high)
        => Vector512.ConditionalSelect(
            Vector512.LessThan(value, low),
            low - value,
            Vector512.ConditionalSelect(Vector512.GreaterThan(value, high), value - high, Vector512<double>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Gap(Vector256<double> value, Vector256<double> low, Vector256<double> high)
        => Vector256.ConditionalSelect(
            Vector256.LessThan(value, low),
            low - value,
            Vector256.ConditionalSelect(Vector256.GreaterThan(value, high), value - high, Vector256<double>.Zero));

    /// <summary>
    /// The sums of a leaf in two registers, in the order of adding of <see cref="LaneKernels.Reduce{TTerm}(ReadOnlySpan{double},
    /// ReadOnlySpan{double})"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WideSum Wide<TTerm>(ref double query, ref double leaf, int columns)
        where TTerm : LaneKernels.ITerm
    {
        int whole = columns - (columns % LaneKernels.LaneCount);
        WideSum total = whole == 0 ? default : WideLanes<TTerm>(ref query, ref leaf, whole);
        return WideColumns<TTerm>(total, ref query, ref leaf, whole, columns, 1);
    }

    private static WideSum WideLanes<TTerm>(ref double query, ref double leaf, int whole)
        where TTerm : LaneKernels.ITerm
    {
        Span<Vector512<double>> low = stackalloc Vector512<double>[4];
        Span<Vector512<double>> high = stackalloc Vector512<double>[4];
        for (int lane = 0; lane < 4; lane++)
        {
            WideSum a = WideColumns<TTerm>(default, ref query, ref leaf, lane, whole, LaneKernels.LaneCount);
            WideSum b = WideColumns<TTerm>(default, ref query, ref leaf, lane + 8, whole, LaneKernels.LaneCount);
            WideSum c = WideColumns<TTerm>(default, ref query, ref leaf, lane + 4, whole, LaneKernels.LaneCount);
            WideSum d = WideColumns<TTerm>(default, ref query, ref leaf, lane + 12, whole, LaneKernels.LaneCount);
            low[lane] = TTerm.Join(TTerm.Join(a.Low, b.Low), TTerm.Join(c.Low, d.Low));
            high[lane] = TTerm.Join(TTerm.Join(a.High, b.High), TTerm.Join(c.High, d.High));
        }

        return (
            TTerm.Join(TTerm.Join(low[0], low[2]), TTerm.Join(low[1], low[3])),
            TTerm.Join(TTerm.Join(high[0], high[2]), TTerm.Join(high[1], high[3])));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WideSum WideColumns<TTerm>(
        WideSum sum, ref double query, ref double leaf, int start, int end, int step)
        where TTerm : LaneKernels.ITerm
    {
        (Vector512<double> low, Vector512<double> high) = sum;
        for (int column = start; column < end; column += step)
        {
            Vector512<double> from = Vector512.Create(Unsafe.Add(ref query, column * KdTree.LeafSize));
            low = TTerm.Add(low, from, Vector512.LoadUnsafe(ref leaf, (nuint)(column * KdTree.LeafSize)));
            high = TTerm.Add(high, from, Vector512.LoadUnsafe(ref leaf, (nuint)((column * KdTree.LeafSize) + 8)));
        }

        return (low, high);
    }

    /// <summary>The sums of a quarter of a leaf, with the same bits.</summary>
    private static Vector256<double> Narrow<TTerm>(ref double query, ref double leaf, int columns)
        where TTerm : LaneKernels.ITerm
    {
        int whole = columns - (columns % LaneKernels.LaneCount);
        Vector256<double> total = default;
        if (whole > 0)
        {
            Span<Vector256<double>> lanes = stackalloc Vector256<double>[4];
            for (int lane = 0; lane < 4; lane++)
            {
                Vector256<double> a = NarrowColumns<TTerm>(default, ref query, ref leaf, lane, whole, LaneKernels.LaneCount);
                Vector256<double> b = NarrowColumns<TTerm>(default, ref query, ref leaf, lane + 8, whole, LaneKernels.LaneCount);
                Vector256<double> c = NarrowColumns<TTerm>(default, ref query, ref leaf, lane + 4, whole, LaneKernels.LaneCount);
                Vector256<double> d = NarrowColumns<TTerm>(default, ref query, ref leaf, lane + 12, whole, LaneKernels.LaneCount);
                lanes[lane] = TTerm.Join(TTerm.Join(a, b), TTerm.Join(c, d));
            }

            total = TTerm.Join(TTerm.Join(lanes[0], lanes[2]), TTerm.Join(lanes[1], lanes[3]));
        }

        return NarrowColumns<TTerm>(total, ref query, ref leaf, whole, columns, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> NarrowColumns<TTerm>(
        Vector256<double> sum, ref double query, ref double leaf, int start, int end, int step)
        where TTerm : LaneKernels.ITerm
    {
        for (int column = start; column < end; column += step)
        {
            Vector256<double> from = Vector256.Create(Unsafe.Add(ref query, column * KdTree.LeafSize));
            sum = TTerm.Add(sum, from, Vector256.LoadUnsafe(ref leaf, (nuint)(column * KdTree.LeafSize)));
        }

        return sum;
    }
}
