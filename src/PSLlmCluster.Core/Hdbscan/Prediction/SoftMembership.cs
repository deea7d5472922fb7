using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// Soft membership (McInnes, Healy, Astels, "How soft clustering for HDBSCAN works"; hdbscan's <c>all_points_membership_vectors</c> and
/// <c>membership_vector</c>): how near a row is to the exemplars of each cluster, times how late it parts from each, scaled to how far it
/// belongs to any at all. hdbscan weighs the two otherwise for new rows than for fitted ones; so does this.
/// </summary>
/// <remarks>
/// Departs from hdbscan where its answer depends on the order of rows or on the unit of the distances. Of several clusters that a row parts
/// from at the same largest height, the densest says how far it belongs to any (theirs: the one with the smallest number). A gap of 0
/// between a row's height and its cluster's densest one counts as infinitely sharp (theirs: as 1e-8, whatever the scale), and 1e-8 is added
/// nowhere. Lambdas are not rounded to single precision. A new row that equals a fitted one gets that row's vector.
/// </remarks>
internal sealed class SoftMembership
{
    private const int RowsPerBlock = 64;
    private readonly PredictionData _clusters;
    private readonly MergeHeights _heights;

    /// <summary>Initializes a new instance of the <see cref="SoftMembership"/> class.</summary>
    /// <param name="clusters">The clusters, one or more of which are selected.</param>
    public SoftMembership(PredictionData clusters)
    {
        _clusters = clusters;
        _heights = new MergeHeights(clusters);
    }

    /// <summary>Computes the vectors of all fitted rows.</summary>
    /// <param name="points">The rows of the fit.</param>
    /// <param name="clusters">Its clusters.</param>
    /// <param name="exemplars">The points that stand for each of them.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static MembershipVectors Compute(HdbscanPoints points, PredictionData clusters, Exemplars exemplars, WorkContext work)
    {
        int[] pointOfRow = points.PointOfRow;
        MembershipVectors vectors = new(pointOfRow.Length, clusters.ClusterOfNumber.Length);
        if (vectors.ClusterCount == 0)
        {
            return vectors;
        }

        SoftMembership memberships = new(clusters);
        MetricSpace space = points.Space;
        ExemplarDistances distances = new(exemplars, space, work);
        int done = 0;
        ParallelBlocks.For(pointOfRow.Length, RowsPerBlock, work.ThreadCount, work.Token, (start, end) =>
        {
            double[] closeness = new double[vectors.ClusterCount];
            for (int row = start; row < end; row++)
            {
                work.Token.ThrowIfCancellationRequested();
                int point = pointOfRow[row];
                if (point >= 0)
                {
                    distances.Measure(new FittedDistances(space, point), closeness, work.Token);
                    memberships.FillFitted(point, closeness, vectors.Row(row));
                }
            }

            work.Progress.Report((double)Interlocked.Add(ref done, end - start) / pointOfRow.Length);
        });
        return vectors;
    }

    /// <summary>Computes a fitted point's vector: closeness x softmax of exp(-largest lambda / height).</summary>
    /// <param name="point">The point.</param>
    /// <param name="distances">Its distances to the exemplars; they are overwritten.</param>
    /// <param name="vector">Receives the vector.</param>
    public void FillFitted(int point, Span<double> distances, Span<double> vector)
    {
        int cluster = _clusters.PointClusters[point];
        double lambda = _clusters.PointLambdas[point];
        double largest = _clusters.Lambdas.Own[cluster];
        _heights.Fill(cluster, lambda, vector);
        double inside = ShareInside(lambda, vector);
        for (int number = 0; number < vector.Length; number++)
        {
            // A height is 0 only where rows are not connected.
            vector[number] = vector[number] > 0 ? DeterministicMath.Exp(-largest / vector[number]) : 0;
        }

        Softmax(vector);
        Closeness(distances);
        Combine(distances, vector, inside, isNew: false);
    }

    /// <summary>Computes a new row's vector: root of closeness x squared softmax of largest lambda / (largest lambda - height).</summary>
    /// <param name="neighbor">The point that the row joins.</param>
    /// <param name="lambda">The lambda at which it does.</param>
    /// <param name="distances">Its distances to the exemplars; they are overwritten.</param>
    /// <param name="vector">Receives the vector.</param>
    public void FillNew(int neighbor, double lambda, Span<double> distances, Span<double> vector)
    {
        int cluster = _clusters.PointClusters[neighbor];
        double own = Math.Min(lambda, _clusters.PointLambdas[neighbor]);
        double largest = _clusters.Lambdas.Own[cluster];
        _heights.Fill(cluster, own, vector);
        double inside = ShareInside(own, vector);
        foreach (ref double value in vector)
        {
            value = value < largest ? largest / (largest - value) : double.PositiveInfinity;
        }

        Softmax(vector);
        Closeness(distances);
        Combine(distances, vector, inside, isNew: true);
    }

    /// <summary>Turns distances into shares that go with 1 / distance; those at 0 share all.</summary>
    private static void Closeness(Span<double> distances)
    {
        double nearest = double.PositiveInfinity;
        foreach (double distance in distances)
        {
            nearest = Math.Min(nearest, distance);
        }

        double sum = 0;
        foreach (ref double value in distances)
        {
            // Against the nearest, so that nothing overflows; infinity is infinitely far.
            value = value == nearest ? 1 : nearest / value;
            sum += value;
        }

        foreach (ref double value in distances)
        {
            value /= sum;
        }
    }

    private static void Softmax(Span<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, value);
        }

        double sum = 0;
        foreach (ref double value in values)
        {
            value = value == largest ? 1 : DeterministicMath.Exp(value - largest);
            sum += value;
        }

        foreach (ref double value in values)
        {
            value /= sum;
        }
    }

    private static void Combine(ReadOnlySpan<double> closeness, Span<double> vector, double inside, bool isNew)
    {
        double sum = 0;
        for (int number = 0; number < vector.Length; number++)
        {
            sum += Product(closeness[number], vector[number], isNew);
        }

        // Where a row lies on the exemplar of one cluster and deep in another, no product is above 0: then the tree alone counts.
        bool treeAlone = sum == 0;
        for (int number = 0; number < vector.Length; number++)
        {
            vector[number] = (treeAlone ? vector[number] : Product(closeness[number], vector[number], isNew) / sum) * inside;
        }
    }

    private static double Product(double closeness, double outlier, bool isNew)
        => isNew ? Math.Sqrt(closeness) * outlier * outlier : closeness * outlier;

    /// <summary>
    /// How far a row belongs to any cluster: its largest height against the largest lambda of the cluster that it has that height with.
    /// </summary>
    private double ShareInside(double lambda, ReadOnlySpan<double> heights)
    {
        double height = 0;
        double largest = lambda;
        for (int number = 0; number < heights.Length; number++)
        {
            double ofCluster = Math.Max(lambda, _clusters.Lambdas.Own[_clusters.ClusterOfNumber[number]]);
            if (heights[number] > height)
            {
                (height, largest) = (heights[number], ofCluster);
            }
            else if (heights[number] == height)
            {
                largest = Math.Max(largest, ofCluster);
            }
        }

        return height > 0 ? Math.Min(1, height / largest) : 0;
    }

    private readonly struct FittedDistances(MetricSpace space, int row) : ExemplarDistances.IDistances
    {
        public RowMatrix Rows => space.Rows;

        public int Row => row;

        public double To(int point) => space.Distance(row, point);
    }
}
