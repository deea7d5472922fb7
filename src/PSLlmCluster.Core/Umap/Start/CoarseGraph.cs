using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// A graph whose rows are groups of neighbouring rows of another: what is smooth on the one is nearly constant on each group, so that the
/// other's smooth vectors are nearly those of a graph of a tenth of its size.
/// </summary>
/// <param name="Graph">The groups. The weight of two is the sum of those between their rows; that of a group with itself counts each edge
/// within it twice, so that the sum of a group's weights is that of its rows.</param>
/// <param name="GroupOf">The group of each row.</param>
/// <remarks>
/// Aggregation as multigrid methods do it: Vanek, Mandel and Brezina 1996, "Algebraic multigrid by smoothed aggregation"; for drawing
/// graphs Koren, Carmel and Harel 2002, "ACE". In their order, each row of which more than half the neighbours are in no group yet makes
/// one with these; all others then go where their strongest edge leads. Hubs, which texts have that are near to many others, neither take
/// all their neighbours, as they come last, nor hold them back, as half of a row's neighbours are enough.
/// </remarks>
internal sealed record CoarseGraph(WeightedGraph Graph, int[] GroupOf)
{
    private const int None = -1;
    private const int HubFactor = 2; // of the mean number of edges

    /// <summary>Groups the rows of a graph in which no row is alone.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static CoarseGraph Of(WeightedGraph graph, CancellationToken token)
    {
        int[] groupOf = new int[graph.RowCount];
        Array.Fill(groupOf, None);
        int count = MakeGroups(graph, groupOf, 0, HubFactor * ((graph.EntryCount / graph.RowCount) + 1));
        count = MakeGroups(graph, groupOf, count, int.MaxValue);
        token.ThrowIfCancellationRequested();
        JoinOthers(graph, groupOf, count);
        token.ThrowIfCancellationRequested();
        return new CoarseGraph(Sums(graph, groupOf, count, token), groupOf);
    }

    /// <summary>Makes groups around rows of no more than so many edges.</summary>
    /// <returns>The number of groups.</returns>
    private static int MakeGroups(WeightedGraph graph, int[] groupOf, int count, int mostEdges)
    {
        for (int row = 0; row < graph.RowCount; row++)
        {
            ReadOnlySpan<int> ends = graph.ColumnsOf(row);
            if (groupOf[row] != None || ends.Length > mostEdges || 2 * FreeOf(ends, groupOf) <= ends.Length)
            {
                continue;
            }

            groupOf[row] = count;
            foreach (int end in ends)
            {
                groupOf[end] = groupOf[end] == None ? count : groupOf[end];
            }

            count++;
        }

        return count;
    }

    private static int FreeOf(ReadOnlySpan<int> rows, int[] groupOf)
    {
        int free = 0;
        foreach (int row in rows)
        {
            free += groupOf[row] == None ? 1 : 0;
        }

        return free;
    }

    /// <summary>Puts each row that is left into the group of its strongest neighbour, the first of those that are equal.</summary>
    private static void JoinOthers(WeightedGraph graph, int[] groupOf, int count)
    {
        for (int row = 0; row < graph.RowCount; row++)
        {
            if (groupOf[row] != None)
            {
                continue;
            }

            ReadOnlySpan<int> ends = graph.ColumnsOf(row);
            ReadOnlySpan<float> weights = graph.WeightsOf(row);
            float strongest = 0;
            for (int e = 0; e < ends.Length; e++)
            {
                // At least half of its neighbours were in a group when it made none.
                if (weights[e] > strongest && groupOf[ends[e]] != None)
                {
                    strongest = weights[e];
                    groupOf[row] = groupOf[ends[e]];
                }
            }
        }
    }

    private static WeightedGraph Sums(WeightedGraph graph, int[] groupOf, int count, CancellationToken token)
    {
        (int[] members, int[] starts) = CountingSort.ByGroup(groupOf, count);

        // Counted first: a list that grows, and the array made of it, would be there at one time.
        int[] offsets = new int[count + 1];
        int[] metBy = new int[count];
        Array.Fill(metBy, None);
        for (int group = 0; group < count; group++)
        {
            token.ThrowIfCancellationRequested();
            int found = 0;
            foreach (int row in members.AsSpan(starts[group]..starts[group + 1]))
            {
                foreach (int end in graph.ColumnsOf(row))
                {
                    int other = groupOf[end];
                    found += metBy[other] == group ? 0 : 1;
                    metBy[other] = group;
                }
            }

            offsets[group + 1] = offsets[group] + found;
        }

        int[] columns = new int[offsets[^1]];
        float[] weights = new float[offsets[^1]];
        double[] sums = new double[count];
        for (int group = 0; group < count; group++)
        {
            token.ThrowIfCancellationRequested();
            int end = offsets[group];
            foreach (int row in members.AsSpan(starts[group]..starts[group + 1]))
            {
                end = Add(graph, row, groupOf, sums, columns, end);
            }

            columns.AsSpan(offsets[group]..end).Sort();
            for (int entry = offsets[group]; entry < end; entry++)
            {
                weights[entry] = (float)sums[columns[entry]];
                sums[columns[entry]] = 0;
            }
        }

        FreedMemory.Drop(members, 0, members.Length);
        return new WeightedGraph(count, offsets, columns, weights);
    }

    /// <summary>Adds a row's weights to those of the groups that they lead to, and notes each group that had none.</summary>
    /// <returns>How many groups are noted.</returns>
    private static int Add(WeightedGraph graph, int row, int[] groupOf, double[] sums, int[] met, int count)
    {
        ReadOnlySpan<int> ends = graph.ColumnsOf(row);
        ReadOnlySpan<float> weights = graph.WeightsOf(row);
        for (int e = 0; e < ends.Length; e++)
        {
            int group = groupOf[ends[e]];
            if (sums[group] == 0)
            {
                met[count++] = group;
            }

            sums[group] += weights[e];
        }

        return count;
    }
}
