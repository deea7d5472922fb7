namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Disjoint sets as a forest in an array: for each member the one above it, a root being above itself. Who joins two sets decides which
/// root goes below which.
/// </summary>
internal static class DisjointSets
{
    /// <summary>Makes a set of each member.</summary>
    /// <param name="up">For each member the one above it.</param>
    public static void Reset(Span<int> up)
    {
        for (int member = 0; member < up.Length; member++)
        {
            up[member] = member;
        }
    }

    /// <summary>Returns the root of a member's set, and halves the way to it (Tarjan and van Leeuwen 1984).</summary>
    /// <param name="up">For each member the one above it.</param>
    /// <param name="member">The member.</param>
    public static int Find(int[] up, int member)
    {
        while (up[member] != member)
        {
            up[member] = up[up[member]];
            member = up[member];
        }

        return member;
    }
}
