using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// The distances of components whose rows are known by their distances alone: the mean over all pairs, average linkage (spectral.py,
/// component_layout, metric "precomputed").
/// </summary>
/// <remarks>Departure: infinite distances count as twice the largest finite one, so that the mean is finite.</remarks>
internal static class ComponentLinkage
{
    /// <summary>Returns the distances, components x components.</summary>
    /// <param name="distances">The matrix of the rows' distances.</param>
    /// <param name="components">The rows of each component.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static double[] Average(RowMatrix distances, int[][] components, WorkContext work)
    {
        int n = distances.RowCount;
        float largest = 0;
        foreach (float distance in distances.Values)
        {
            largest = float.IsFinite(distance) ? Math.Max(largest, distance) : largest;
        }

        int[] componentOf = new int[n];
        for (int component = 0; component < components.Length; component++)
        {
            foreach (int row in components[component])
            {
                componentOf[row] = component;
            }
        }

        double[] means = new double[components.Length * components.Length];
        ParallelBlocks.For(components.Length, 1, work, (start, end) =>
        {
            for (int component = start; component < end; component++)
            {
                Span<double> sums = means.AsSpan(component * components.Length, components.Length);
                foreach (int row in components[component])
                {
                    work.Token.ThrowIfCancellationRequested();
                    ReadOnlySpan<float> from = distances.Row(row);
                    for (int other = 0; other < n; other++)
                    {
                        sums[componentOf[other]] += float.IsFinite(from[other]) ? from[other] : 2.0 * largest;
                    }
                }

                for (int other = 0; other < components.Length; other++)
                {
                    sums[other] /= (double)components[component].Length * components[other].Length;
                }

                sums[component] = 0;
            }
        });

        // Both directions are sums of the same numbers in another order.
        for (int i = 0; i < components.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                means[(j * components.Length) + i] = means[(i * components.Length) + j];
            }
        }

        return means;
    }
}
