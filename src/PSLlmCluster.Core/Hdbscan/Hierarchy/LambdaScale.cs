namespace PSLlmCluster.Core.Hdbscan.Hierarchy;

/// <summary>
/// Lambda = 1 / distance along one tree (Campello, Moulavi, Sander 2013, section 4). At distance 0 it is twice the largest finite lambda of
/// the tree, or 1 where there is none.
/// </summary>
/// <remarks>
/// Departs from hdbscan (<c>condense_tree</c>), where lambda at distance 0 is infinite, and with it stabilities, and scores are NaN. Twice
/// the largest is enough for copies to gain more below a split than any ancestor can have from them, so piles of equal rows stay clusters
/// of their own.
/// </remarks>
internal readonly struct LambdaScale
{
    /// <summary>The largest lambda of a distance above 0: sums of twice as much over all rows stay finite.</summary>
    private const double Largest = 1e280;

    private LambdaScale(double atZero) => AtZero = atZero;

    /// <summary>Gets lambda at distance 0.</summary>
    public double AtZero { get; }

    /// <summary>Returns the scale of a tree.</summary>
    /// <param name="shortest">The smallest distance above 0 of the tree; 0 or infinite where there is none.</param>
    public static LambdaScale Create(double shortest) => new(shortest > 0 && double.IsFinite(shortest) ? 2 * Finite(shortest) : 1);

    /// <summary>Returns the scale of a tree.</summary>
    /// <param name="risingWeights">The weights of its edges, ascending.</param>
    public static LambdaScale Create(ReadOnlySpan<double> risingWeights)
    {
        int first = 0;
        while (first < risingWeights.Length && risingWeights[first] == 0)
        {
            first++;
        }

        return Create(first < risingWeights.Length ? risingWeights[first] : 0);
    }

    /// <summary>Returns lambda at a distance, 0 or more; 0 where it is infinite.</summary>
    public double At(double distance) => distance > 0 ? Finite(distance) : AtZero;

    private static double Finite(double distance) => Math.Min(1 / distance, Largest);
}
