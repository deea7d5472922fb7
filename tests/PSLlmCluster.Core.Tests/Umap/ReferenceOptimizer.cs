using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>
/// umap-learn's own optimiser, in its order and with its random generator (layouts.py, optimize_layout_euclidean; utils.py, tau_rand_int),
/// on our forces and our schedule.
/// </summary>
internal sealed class ReferenceOptimizer(ReferenceEpochSchedule schedule, TransformGradient forces, int[] heads, int[] tails, int dim)
{
    public void Run(float[] head, float[] tail, int epochs, double rate, long[] randomState, bool moveOther)
    {
        long[][] states = [.. Enumerable.Range(0, head.Length / dim).Select(row =>
        {
            long bits = BitConverter.DoubleToInt64Bits(head[row * dim]);
            return new[] { randomState[0] + bits, randomState[1] + bits, randomState[2] + bits };
        })];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double alpha = ReferenceEpochSchedule.LearningRate(rate, epoch, epochs);
            for (int edge = 0; edge < heads.Length; edge++)
            {
                if (schedule.IsDue(edge, epoch))
                {
                    int row = heads[edge];
                    Attract(head.AsSpan(row * dim, dim), tail.AsSpan(tails[edge] * dim, dim), alpha, moveOther);
                    int negatives = schedule.Use(edge, epoch);
                    for (int i = 0; i < negatives; i++)
                    {
                        int count = tail.Length / dim;
                        int other = ((TauRandom(states[row]) % count) + count) % count;
                        Repel(head.AsSpan(row * dim, dim), tail.AsSpan(other * dim, dim), alpha);
                    }
                }
            }
        }
    }

    /// <summary>The generator; all arithmetic is on 64-bit integers, whose low half is the result.</summary>
    public static int TauRandom(long[] state)
    {
        state[0] = (((state[0] & 4294967294) << 12) & 0xffffffff) ^ ((((state[0] << 13) & 0xffffffff) ^ state[0]) >> 19);
        state[1] = (((state[1] & 4294967288) << 4) & 0xffffffff) ^ ((((state[1] << 2) & 0xffffffff) ^ state[1]) >> 25);
        state[2] = (((state[2] & 4294967280) << 17) & 0xffffffff) ^ ((((state[2] << 3) & 0xffffffff) ^ state[2]) >> 11);
        return unchecked((int)(state[0] ^ state[1] ^ state[2]));
    }

    private void Attract(Span<float> current, Span<float> other, double alpha, bool moveOther)
    {
        double coefficient = forces.Attraction(Squared(current, other));
        for (int d = 0; d < dim; d++)
        {
            double step = TransformGradient.Clip(coefficient * ((double)current[d] - other[d]));
            current[d] = (float)(current[d] + (step * alpha));
            if (moveOther)
            {
                other[d] = (float)(other[d] - (step * alpha));
            }
        }
    }

    private void Repel(Span<float> current, Span<float> other, double alpha)
    {
        double coefficient = forces.Repulsion(Squared(current, other));
        for (int d = 0; d < dim; d++)
        {
            current[d] = (float)(current[d] + (TransformGradient.Clip(coefficient * ((double)current[d] - other[d])) * alpha));
        }
    }

    private double Squared(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int d = 0; d < dim; d++)
        {
            sum += ((double)a[d] - b[d]) * ((double)a[d] - b[d]);
        }

        return sum;
    }
}
