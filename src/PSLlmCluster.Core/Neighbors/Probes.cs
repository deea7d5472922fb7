using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>Which cells are nearest to rows, ties by the cell's number.</summary>
internal static class Probes
{
    private const int RowsPerBlock = 256;

    /// <summary>Takes a row's scores.</summary>
    /// <param name="index">The row's place among the rows asked for.</param>
    /// <param name="scores">One score for each cell.</param>
    public delegate void ScoreReader(int index, ReadOnlySpan<float> scores);

    /// <summary>Scores rows, several threads at once.</summary>
    [SuppressMessage("Design", "CA1068:CancellationToken parameters must come last", Justification = "As in ParallelBlocks.For.")]
    public static void ForEach(ICellGeometry cells, int[] rows, WorkContext work, ScoreReader read)
        => ParallelBlocks.For(rows.Length, RowsPerBlock, work, (start, end) =>
        {
            float[] scores = ArrayPool<float>.Shared.Rent(ICellGeometry.MostRows * cells.CellCount);
            for (int first = start; first < end; first += ICellGeometry.MostRows)
            {
                work.Token.ThrowIfCancellationRequested();
                int count = Math.Min(ICellGeometry.MostRows, end - first);
                cells.Score(rows.AsSpan(first, count), scores);
                for (int i = 0; i < count; i++)
                {
                    read(first + i, scores.AsSpan(i * cells.CellCount, cells.CellCount));
                }
            }

            ArrayPool<float>.Shared.Return(scores);
        });

    /// <summary>Returns the cell of the lowest score.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Nearest(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int cell = 1; cell < scores.Length; cell++)
        {
            best = scores[cell] < scores[best] ? cell : best;
        }

        return best;
    }

    /// <summary>Returns how many cells come before one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int RankOf(int cell, ReadOnlySpan<float> scores)
    {
        int rank = 0;
        float score = scores[cell];
        for (int other = 0; other < scores.Length; other++)
        {
            rank += scores[other] < score || (scores[other] == score && other < cell) ? 1 : 0;
        }

        return rank;
    }

    /// <summary>Writes the nearest cells, the nearest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ReadOnlySpan<float> scores, Span<ushort> target)
    {
        Span<int> cells = stackalloc int[target.Length];
        Span<double> kept = stackalloc double[target.Length];
        NearestHeap heap = new(cells, kept);
        double limit = double.PositiveInfinity;
        for (int cell = 0; cell < scores.Length; cell++)
        {
            // Cells come in rising order, so one at the limit itself never enters a full heap.
            if (scores[cell] < limit)
            {
                heap.TryAdd(cell, scores[cell]);
                limit = heap.Limit;
            }
        }

        heap.Sort();
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = (ushort)cells[i];
        }
    }

    /// <summary>Writes the nearest cells, the very nearest first and the others in no order, which for many is far faster.</summary>
    /// <param name="scores">One score for each cell.</param>
    /// <param name="room">Room for a number for each cell.</param>
    /// <param name="target">Receives as many cells as it holds.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteNearest(ReadOnlySpan<float> scores, Span<ulong> room, Span<ushort> target)
    {
        // Scores in an order of whole numbers, then cells. Minus zero counts as zero.
        Span<ulong> keys = room[..scores.Length];
        int nearest = 0;
        for (int cell = 0; cell < scores.Length; cell++)
        {
            keys[cell] = ((ulong)CanonicalOrder.Sortable(scores[cell] + 0f) << 32) | (uint)cell;
            nearest = keys[cell] < keys[nearest] ? cell : nearest;
        }

        (keys[0], keys[nearest]) = (keys[nearest], keys[0]);
        int wanted = target.Length;
        int low = 1;
        int high = keys.Length;

        // Quickselect (Hoare 1961): the part that holds the border is parted again. Without branches, as none could be foretold.
        while (low < wanted && wanted < high)
        {
            ulong pivot = MedianOf(keys[low], keys[(low + high) >>> 1], keys[high - 1]);
            int below = low;
            for (int i = low; i < high; i++)
            {
                ulong key = keys[i];
                keys[i] = keys[below];
                keys[below] = key;
                below += key <= pivot ? 1 : 0;
            }

            // The pivot itself is among those below, so both parts become smaller unless it is the largest of all.
            if (wanted >= below)
            {
                low = below;
            }
            else
            {
                high = below == high ? SetLastApart(keys[low..high]) + low : below;
            }
        }

        for (int i = 0; i < wanted; i++)
        {
            target[i] = (ushort)keys[i];
        }
    }

    /// <summary>Brings the largest key to the end, and returns how many are before it.</summary>
    private static int SetLastApart(Span<ulong> keys)
    {
        int largest = 0;
        for (int i = 1; i < keys.Length; i++)
        {
            largest = keys[i] > keys[largest] ? i : largest;
        }

        (keys[largest], keys[^1]) = (keys[^1], keys[largest]);
        return keys.Length - 1;
    }

    private static ulong MedianOf(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
