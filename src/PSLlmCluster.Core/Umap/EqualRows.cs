using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// Which rows are laid out as one point: equal rows with the same target. They are one where the user asks for it (np.unique in umap_.py,
/// UMAP.fit), and where copies dominate, so that the graph would tell little or nothing of what lies beside them: where at least half of
/// the rows are copies, or more than half of some row's nearest rows, itself included, would be.
/// </summary>
/// <remarks>
/// docs/decisions/0006-equal-rows-in-umap.md has the rule's measurements. Of precomputed distances, rows are equal that are at distance 0
/// from one another and at the same distance from every other row.
/// </remarks>
/// <param name="Points">For each input row its point, by rising canonical place.</param>
/// <param name="Count">Number of points.</param>
/// <param name="Largest">The most rows of one point.</param>
internal sealed record EqualRows(int[] Points, int Count, int Largest)
{
    /// <summary>Finds the equal rows.</summary>
    /// <param name="rows">The rows, or the matrix of their distances.</param>
    /// <param name="order">The rows in canonical order.</param>
    /// <param name="isPrecomputed">Whether <paramref name="rows"/> are distances.</param>
    /// <param name="target">What sets equal rows apart, or null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static EqualRows Find(RowMatrix rows, int[] order, bool isPrecomputed, UmapTarget? target, CancellationToken token)
        => isPrecomputed ? OfDistances(rows, order, target, token) : OfRows(rows, order, target, token);

    /// <summary>Returns whether copies dominate.</summary>
    /// <param name="neighborCount">Number of neighbours of a row, itself included.</param>
    public bool Dominate(int neighborCount) => 2L * Count <= Points.Length || 2L * Largest > neighborCount;

    /// <summary>Returns the first row of each point.</summary>
    /// <param name="order">The rows in canonical order.</param>
    public int[] FirstRows(int[] order)
    {
        int[] first = new int[Count];
        int found = 0;
        foreach (int row in order)
        {
            if (Points[row] == found)
            {
                first[found++] = row;
            }
        }

        return first;
    }

    /// <summary>Returns the point of each row, the rows put in the order of their points.</summary>
    public int[] PointsInOrder()
    {
        int[] sorted = (int[])Points.Clone();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>
    /// Returns the mean of what comes with the rows of each point; the first row's own numbers where they are all the same.
    /// </summary>
    /// <param name="values">A row of numbers for each row.</param>
    /// <param name="order">The rows in canonical order.</param>
    public RowMatrix Mean(RowMatrix values, int[] order)
    {
        int width = values.ColumnCount;
        double[] sums = new double[Count * width];
        int[] counts = new int[Count];
        foreach (int row in order)
        {
            int point = Points[row];
            counts[point]++;
            for (int column = 0; column < width; column++)
            {
                sums[(point * width) + column] += values.Row(row)[column];
            }
        }

        float[] means = new float[sums.Length];
        for (int i = 0; i < means.Length; i++)
        {
            means[i] = (float)(sums[i] / counts[i / width]);
        }

        return new RowMatrix(means, Count, width);
    }

    private static EqualRows OfRows(RowMatrix rows, int[] order, UmapTarget? target, CancellationToken token)
    {
        int[] points = new int[order.Length];
        int count = 0;
        int largest = 0;
        for (int start = 0; start < order.Length;)
        {
            token.ThrowIfCancellationRequested();
            int end = CanonicalOrder.EndOfEqual(rows, order, start);
            for (int first = start; first < end;)
            {
                // Within equal rows those of one target follow one another.
                int next = first + 1;
                while (next < end && HaveSameTarget(target, order[first], order[next]))
                {
                    next++;
                }

                foreach (int row in order.AsSpan(first, next - first))
                {
                    points[row] = count;
                }

                largest = Math.Max(largest, next - first);
                count++;
                first = next;
            }

            start = end;
        }

        return new EqualRows(points, count, largest);
    }

    private static EqualRows OfDistances(RowMatrix distances, int[] order, UmapTarget? target, CancellationToken token)
    {
        int n = order.Length;
        int[] points = new int[n];
        Array.Fill(points, -1);
        int count = 0;
        int largest = 0;
        for (int place = 0; place < n; place++)
        {
            token.ThrowIfCancellationRequested();
            int row = order[place];
            if (points[row] >= 0)
            {
                continue;
            }

            points[row] = count;
            int size = 1;
            for (int later = place + 1; later < n; later++)
            {
                int other = order[later];
                if (points[other] < 0
                    && PrecomputedDistances.Between(distances.Values, n, row, other) == 0
                    && HaveSameTarget(target, row, other)
                    && PrecomputedDistances.AreTwins(distances, row, other))
                {
                    points[other] = count;
                    size++;
                }
            }

            largest = Math.Max(largest, size);
            count++;
        }

        return new EqualRows(points, count, largest);
    }

    private static bool HaveSameTarget(UmapTarget? target, int first, int second)
        => target is null
            || (target.Labels is { } labels ? labels[first] == labels[second] : target.Numbers![first] == target.Numbers[second]);
}
