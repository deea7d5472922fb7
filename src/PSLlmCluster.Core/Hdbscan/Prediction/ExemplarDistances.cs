using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// Distances from rows to the nearest exemplar of each cluster (hdbscan's <c>dist_vector</c>). Over few columns, a walk through a k-d tree
/// finds the same for a cluster of many exemplars.
/// </summary>
internal sealed class ExemplarDistances
{
    /// <summary>Fewer exemplars than these are measured before a walk would have ended.</summary>
    private const int LeastTreePoints = 64;

    private readonly Exemplars _exemplars;
    private readonly KdTree?[] _trees;

    /// <summary>Initializes a new instance of the <see cref="ExemplarDistances"/> class.</summary>
    /// <param name="exemplars">The exemplars.</param>
    /// <param name="fitted">The fitted points and their metric, or null where distances are given.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public ExemplarDistances(Exemplars exemplars, MetricSpace? fitted, WorkContext work)
    {
        _exemplars = exemplars;
        _trees = new KdTree?[exemplars.ClusterCount];
        for (int number = 0; fitted is not null && number < _trees.Length; number++)
        {
            ReadOnlySpan<int> points = exemplars.PointsOf(number);
            if (TreePolicy.ForQueries(fitted, points.Length, LeastTreePoints))
            {
                RowMatrix rows = CanonicalOrder.Apply(fitted.Rows, points, work);
                _trees[number] = KdTree.Build(MetricSpace.Create(rows, fitted.Metric), work.ThreadCount, work.Token);
            }
        }
    }

    /// <summary>Distances from one row to fitted points.</summary>
    public interface IDistances
    {
        /// <summary>Gets the rows of which it is one.</summary>
        RowMatrix Rows { get; }

        /// <summary>Gets the row's place among them.</summary>
        int Row { get; }

        /// <summary>Returns the distance to a point.</summary>
        double To(int point);
    }

    /// <summary>Measures from a row.</summary>
    /// <param name="from">The distances from the row.</param>
    /// <param name="distances">Receives the distance to the nearest exemplar of each cluster.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void Measure<TDistances>(TDistances from, Span<double> distances, CancellationToken token)
        where TDistances : struct, IDistances
    {
        Span<int> found = stackalloc int[1];
        for (int number = 0; number < distances.Length; number++)
        {
            token.ThrowIfCancellationRequested();
            if (_trees[number] is { } tree)
            {
                KdQueries.Find(tree, from.Rows, from.Row, found, distances.Slice(number, 1), token);
                continue;
            }

            double nearest = double.PositiveInfinity;
            foreach (int point in _exemplars.PointsOf(number))
            {
                nearest = Math.Min(nearest, from.To(point));
            }

            distances[number] = nearest;
        }
    }
}
