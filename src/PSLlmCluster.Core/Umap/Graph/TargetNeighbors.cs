using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// The nearest rows of each row by one number each: exact, ties by index, as <see cref="ExactNeighbors"/> finds them, but from the sorted
/// numbers, in time n k.
/// </summary>
internal static class TargetNeighbors
{
    private const int RowsPerBlock = 256;

    /// <summary>Finds the nearest rows.</summary>
    /// <param name="numbers">The number of each row, all finite.</param>
    /// <param name="neighborCount">How many to find for each row, itself included: from 1 to the number of rows.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static NeighborLists Find(double[] numbers, int neighborCount, WorkContext work)
    {
        int n = numbers.Length;
        int[] order = new int[n];
        for (int i = 0; i < n; i++)
        {
            order[i] = i;
        }

        order.AsSpan().Sort((a, b) => numbers[a] != numbers[b] ? numbers[a].CompareTo(numbers[b]) : a.CompareTo(b));

        // Where the run of equal numbers starts and ends that a place in the order belongs to.
        int[] starts = new int[n];
        int[] ends = new int[n];
        for (int i = 0; i < n; i++)
        {
            starts[i] = i > 0 && numbers[order[i]] == numbers[order[i - 1]] ? starts[i - 1] : i;
        }

        for (int i = n - 1; i >= 0; i--)
        {
            ends[i] = i < n - 1 && starts[i + 1] == starts[i] ? ends[i + 1] : i + 1;
        }

        int[] indices = new int[checked(n * neighborCount)];
        double[] distances = new double[indices.Length];
        ParallelBlocks.For(n, RowsPerBlock, work, (from, to) =>
        {
            for (int place = from; place < to; place++)
            {
                work.Token.ThrowIfCancellationRequested();
                int row = order[place];
                Span<int> own = indices.AsSpan(row * neighborCount, neighborCount);
                Fill(order, numbers, starts, ends, place, own, distances.AsSpan(row * neighborCount, neighborCount));
            }
        });
        return new NeighborLists(n, neighborCount, indices, distances);
    }

    /// <summary>
    /// Walks from a row's own run of equal numbers to the runs below and above, the nearer one first; two at the same distance are merged
    /// by index.
    /// </summary>
    private static void Fill(int[] order, double[] numbers, int[] starts, int[] ends, int place, Span<int> indices, Span<double> distances)
    {
        double number = numbers[order[place]];
        int below = starts[place];
        int above = ends[place];
        int count = Math.Min(indices.Length, above - below);
        order.AsSpan(below, count).CopyTo(indices);
        distances[..count].Clear();
        while (count < indices.Length)
        {
            double down = below > 0 ? number - numbers[order[below - 1]] : double.NaN;
            double up = above < order.Length ? numbers[order[above]] - number : double.NaN;
            bool takeDown = below > 0 && !(up < down);
            bool takeUp = above < order.Length && !(down < up);
            int b = takeDown ? starts[below - 1] : below;
            int bEnd = below;
            int a = above;
            int aEnd = takeUp ? ends[above] : above;
            double distance = takeDown ? down : up;
            (below, above) = (b, aEnd);
            while (count < indices.Length && (b < bEnd || a < aEnd))
            {
                bool fromBelow = a >= aEnd || (b < bEnd && order[b] < order[a]);
                indices[count] = fromBelow ? order[b++] : order[a++];
                distances[count++] = distance;
            }
        }
    }
}
