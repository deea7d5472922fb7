using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// DBCV along the spanning tree (Moulavi, Jaskowiak, Campello, Zimek, Sander 2014, definitions 5 to 8; hdbscan's
/// <c>relative_validity_</c>): of each cluster (a - i) / max(a, i), where i is the longest edge within it and a the shortest one to another
/// cluster, weighted by its share of all rows, noise included. From -1 to 1; it compares clusterings of the same rows.
/// </summary>
/// <remarks>
/// As in hdbscan, a cluster without an edge to another one has twice the longest edge of the tree for a; a single cluster twice its
/// shortest edge to noise, where there is any. Departs from it where it gives no number: without clusters there is no validity, equal rows
/// alone (a and i both 0) count 0, and a cluster that is not connected to another one counts 1.
/// </remarks>
internal static class RelativeValidity
{
    /// <summary>Measures a clustering.</summary>
    /// <param name="tree">The spanning tree.</param>
    /// <param name="clusters">For each point its cluster, or -1.</param>
    /// <param name="sizes">How many rows each cluster has; 0 for one without points.</param>
    /// <param name="total">How many rows there are, by their weights.</param>
    /// <returns>The validity, or null where there is no cluster.</returns>
    public static double? Compute(SpanningTree tree, int[] clusters, double[] sizes, double total)
    {
        int clusterCount = sizes.Length;
        double[] within = new double[clusterCount];
        double[] apart = new double[clusterCount];
        apart.AsSpan().Fill(double.PositiveInfinity);
        double toNoise = double.PositiveInfinity;
        for (int edge = 0; edge < tree.Weights.Length; edge++)
        {
            double weight = tree.Weights[edge];
            int a = clusters[tree.First[edge]];
            int b = clusters[tree.Second[edge]];
            if (a == b)
            {
                if (a >= 0)
                {
                    within[a] = Math.Max(within[a], weight);
                }
            }
            else if (a < 0 || b < 0)
            {
                toNoise = Math.Min(toNoise, weight);
            }
            else
            {
                apart[a] = Math.Min(apart[a], weight);
                apart[b] = Math.Min(apart[b], weight);
            }
        }

        int present = sizes.Length - sizes.AsSpan().Count(0.0);
        if (present == 0)
        {
            return null;
        }

        double longest = tree.Weights.Length > 0 ? tree.Weights[^1] : 0;
        double otherwise = 2 * (present > 1 || double.IsPositiveInfinity(toNoise) ? longest : toNoise);
        double sum = 0;
        for (int cluster = 0; cluster < clusterCount; cluster++)
        {
            if (sizes[cluster] > 0)
            {
                sum += sizes[cluster] / total * Of(double.IsPositiveInfinity(apart[cluster]) ? otherwise : apart[cluster], within[cluster]);
            }
        }

        // Shares of rows may add up to more than 1 by their last bits.
        return Math.Clamp(sum, -1, 1);
    }

    private static double Of(double apart, double within)
        => double.IsPositiveInfinity(within) ? -1
            : double.IsPositiveInfinity(apart) ? 1
            : apart == within ? 0
            : (apart - within) / Math.Max(apart, within);
}
