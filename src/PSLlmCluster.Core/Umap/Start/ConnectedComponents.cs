using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>The connected components of a graph, numbered by their first row (scipy's connected_components).</summary>
/// <param name="Labels">The component of each row.</param>
/// <param name="Count">Number of components.</param>
internal sealed record ConnectedComponents(int[] Labels, int Count)
{
    /// <summary>Finds the components.</summary>
    public static ConnectedComponents Of(WeightedGraph graph)
    {
        int[] labels = new int[graph.RowCount];
        Array.Fill(labels, -1);
        int[] open = new int[graph.RowCount]; // each row is put there once
        int openCount = 0;
        int count = 0;
        for (int first = 0; first < labels.Length; first++)
        {
            if (labels[first] >= 0)
            {
                continue;
            }

            labels[first] = count;
            open[openCount++] = first;
            while (openCount > 0)
            {
                foreach (int other in graph.ColumnsOf(open[--openCount]))
                {
                    if (labels[other] < 0)
                    {
                        labels[other] = count;
                        open[openCount++] = other;
                    }
                }
            }

            count++;
        }

        return new ConnectedComponents(labels, count);
    }

    /// <summary>Returns the rows of each component, in rising order.</summary>
    public int[][] Rows()
    {
        int[] sizes = new int[Count];
        foreach (int label in Labels)
        {
            sizes[label]++;
        }

        int[][] rows = Array.ConvertAll(sizes, size => new int[size]);
        Array.Clear(sizes);
        for (int row = 0; row < Labels.Length; row++)
        {
            rows[Labels[row]][sizes[Labels[row]]++] = row;
        }

        return rows;
    }
}
