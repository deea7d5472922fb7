using System.Numerics;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// Sums over long vectors in blocks of fixed size, added in order, so that the number of threads changes no bit.
/// </summary>
internal static class VectorBlock
{
    private const int RowsPerBlock = 2048;

    /// <summary>Returns the length of a vector.</summary>
    public static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));

    /// <summary>Returns the product of two vectors.</summary>
    public static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int start = 0; start < a.Length; start += RowsPerBlock)
        {
            int length = Math.Min(RowsPerBlock, a.Length - start);
            sum += LaneKernels.Reduce<LaneKernels.Product>(a.AsSpan(start, length), b.AsSpan(start, length));
        }

        return sum;
    }

    /// <summary>Multiplies a vector with a number.</summary>
    public static void Scale(double[] vector, double factor)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] *= factor;
        }
    }

    /// <summary>
    /// Takes from a vector its parts along others, which are of length 1 and at right angles to one another (Gram and Schmidt).
    /// </summary>
    /// <param name="vector">The vector.</param>
    /// <param name="basis">The others.</param>
    /// <param name="first">The first of them to use.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The parts' lengths.</returns>
    public static double[] Orthogonalize(double[] vector, double[][] basis, int first, int count, WorkContext work)
    {
        int n = vector.Length;
        int blocks = (n + RowsPerBlock - 1) / RowsPerBlock;
        double[] partial = new double[blocks * count];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            int block = start / RowsPerBlock;
            for (int j = 0; j < count; j++)
            {
                partial[(block * count) + j] = LaneKernels.Reduce<LaneKernels.Product>(
                    vector.AsSpan(start, end - start), basis[first + j].AsSpan(start, end - start));
            }
        });
        double[] parts = new double[count];
        for (int block = 0; block < blocks; block++)
        {
            for (int j = 0; j < count; j++)
            {
                parts[j] += partial[(block * count) + j];
            }
        }

        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            Span<double> target = vector.AsSpan(start, end - start);
            for (int j = 0; j < count; j++)
            {
                Subtract(target, basis[first + j].AsSpan(start, end - start), parts[j]);
            }
        });
        return parts;
    }

    /// <summary>Computes weighted sums of vectors.</summary>
    /// <param name="basis">The vectors.</param>
    /// <param name="weights">For each sum the weights of the vectors.</param>
    /// <param name="count">How many vectors.</param>
    /// <param name="sums">Receives the sums, as long as the vectors; what stood there is lost.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static void Combine(double[][] basis, double[][] weights, int count, double[][] sums, WorkContext work)
    {
        ParallelBlocks.For(basis[0].Length, RowsPerBlock, work, (start, end) =>
        {
            for (int s = 0; s < sums.Length; s++)
            {
                Span<double> target = sums[s].AsSpan(start, end - start);
                target.Clear();
                for (int j = 0; j < count; j++)
                {
                    Subtract(target, basis[j].AsSpan(start, end - start), -weights[s][j]);
                }
            }
        });
    }

    // Each number separately, so that the width of the registers changes no bit.
    private static void Subtract(Span<double> target, ReadOnlySpan<double> vector, double factor)
    {
        int i = 0;
        for (; i <= target.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Span<double> place = target.Slice(i, Vector<double>.Count);
            (new Vector<double>(place) - (factor * new Vector<double>(vector.Slice(i, Vector<double>.Count)))).CopyTo(place);
        }

        for (; i < target.Length; i++)
        {
            target[i] -= factor * vector[i];
        }
    }
}
