using System.Numerics;
using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Tells the rows of a matrix of distances apart by colours that do not depend on their order: see
/// <see cref="PrecomputedDistances.Order"/>.
/// </summary>
internal sealed class ColorRefinement(RowMatrix distances, ulong[] colors, WorkContext work)
{
    private const int RowsPerBlock = 16;
    private const int MarkLimit = 64;
    private const ulong Mark = 0x9E3779B97F4A7C15;

    // What a row's own colour is mixed with, so that it is never taken for that of a row at distance 0.
    private const ulong Own = 0xD1B54A32D192ED03;

    private readonly int _n = distances.RowCount;
    private ulong[] _colors = colors;

    /// <summary>Returns the rows in rising order of colour, ties by index.</summary>
    public int[] Order()
    {
        Spread();
        for (int marks = 0; marks < MarkLimit && FindAlike() is int row and >= 0; marks++)
        {
            _colors[row] = Mix(_colors[row] ^ Mark);
            Spread();
        }

        return Sorted();
    }

    /// <summary>Spreads the colours until the number of different ones rises no more.</summary>
    private void Spread()
    {
        int different = 0;
        while (true)
        {
            ulong[] old = _colors;
            ulong[] next = new ulong[_n];
            ParallelBlocks.For(_n, RowsPerBlock, work, (start, end) =>
            {
                for (int row = start; row < end; row++)
                {
                    next[row] = distances.IsDouble ? Next(distances.DoubleValues, old, row) : Next(distances.Values, old, row);
                }
            });
            _colors = next;
            int now = CountDifferent();
            if (now <= different || now == _n)
            {
                return;
            }

            different = now;
        }
    }

    private ulong Next<T>(T[] values, ulong[] old, int row)
        where T : struct, INumber<T>
    {
        work.Token.ThrowIfCancellationRequested();
        ulong sum = 0;
        for (int column = 0; column < _n; column++)
        {
            if (column != row)
            {
                ulong bits = Bits(PrecomputedDistances.Between(values, _n, row, column));
                sum += Mix((bits * Mark) ^ old[column]);
            }
        }

        return Mix(Mix(old[row] ^ Own) + sum);
    }

    private static ulong Bits<T>(T value)
        where T : struct
        => typeof(T) == typeof(float) ? Unsafe.BitCast<T, uint>(value) : Unsafe.BitCast<T, ulong>(value);

    private int CountDifferent()
    {
        ulong[] sorted = (ulong[])_colors.Clone();
        Array.Sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            count += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
        }

        return count;
    }

    /// <summary>Finds the first row, by colour, that has another of its colour which is no twin of it.</summary>
    private int FindAlike()
    {
        int[] order = Sorted();
        for (int first = 0; first < _n;)
        {
            int next = first + 1;
            while (next < _n && _colors[order[next]] == _colors[order[first]])
            {
                work.Token.ThrowIfCancellationRequested();
                if (!PrecomputedDistances.AreTwins(distances, order[first], order[next]))
                {
                    return order[first];
                }

                next++;
            }

            first = next;
        }

        return -1;
    }

    private int[] Sorted()
    {
        int[] order = new int[_n];
        for (int i = 0; i < _n; i++)
        {
            order[i] = i;
        }

        ulong[] colors = _colors;
        order.AsSpan().Sort((a, b) => colors[a] != colors[b] ? colors[a].CompareTo(colors[b]) : a.CompareTo(b));
        return order;
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
