namespace PSLlmCluster.Core.Numerics;

/// <summary>Sorts rows by small numbers in one pass.</summary>
internal static class CountingSort
{
    /// <summary>Returns the rows in the order of their groups.</summary>
    /// <param name="groupOf">The group of each row, from 0.</param>
    /// <param name="groupCount">Number of groups.</param>
    /// <returns>The rows by group, rising in each; and where each group starts, and the last one ends.</returns>
    public static (int[] Order, int[] Starts) ByGroup(ReadOnlySpan<int> groupOf, int groupCount)
    {
        int[] starts = new int[groupCount + 1];
        foreach (int group in groupOf)
        {
            starts[group + 1]++;
        }

        for (int group = 0; group < groupCount; group++)
        {
            starts[group + 1] += starts[group];
        }

        int[] order = new int[groupOf.Length];
        int[] next = starts[..^1];
        for (int row = 0; row < order.Length; row++)
        {
            order[next[groupOf[row]]++] = row;
        }

        return (order, starts);
    }
}
