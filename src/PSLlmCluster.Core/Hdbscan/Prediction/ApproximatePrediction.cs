using System.Collections.Concurrent;
using PSLlmCluster.Core.Hdbscan.Refinement;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// Puts new rows into the clusters of a fit (hdbscan's <c>approximate_predict</c> and <c>approximate_predict_scores</c>): of its 2
/// min_samples nearest fitted points, a row joins the one of least mutual reachability, at lambda = 1 / that; it belongs to that point's
/// cluster, or, where it joins before the point leaves, to the ancestor that is there at that lambda. Its probability is lambda / the
/// largest lambda of the selected cluster, at most 1.
/// </summary>
/// <remarks>
/// As in hdbscan, the core distance of a fitted point here counts the point itself, and that of the new row is the distance to its
/// (min_samples + 1)-th nearest point: for a row at the place of a fitted one, both are what they were in the fit. That row joins its
/// fitted twin at 1 / (its core distance), which is no later than the twin leaves, so near a fitted row the label is that row's.
/// Departures: a row that equals a fitted one, or has distance 0 from it, has exactly its label, probability and scores (theirs: the
/// probability says how dense its place is, not when it left in the fit); distances are divided by alpha (theirs: not); to the root as the
/// only cluster belong the rows that would have belonged to it in the fit (theirs: all); the selected clusters are truly those of the fit;
/// a lambda at distance 0 is the largest of the tree; and the outlier score is that of a row which leaves its cluster at that lambda
/// (theirs may be negative). For a flat cut, which hdbscan does not predict, a row whose core distance is below the cut belongs to the
/// nearest point of a cluster among those, if that is nearer than the cut. Noise has the cluster that it would join, as in the fit: that of
/// the point it joins, with the lesser of both strengths. Where the clusters were refined, a row that is not a fitted one belongs to the
/// cluster of the nearest mean.
/// </remarks>
internal sealed class ApproximatePrediction
{
    private const int GivenRowsPerBlock = 16;

    private readonly HdbscanModel _model;
    private readonly NewRowDistances _distances;
    private readonly SoftMembership? _memberships;
    private readonly ExemplarDistances? _exemplars;
    private readonly HdbscanResult _result;
    private readonly MembershipVectors? _vectors;
    private readonly bool[] _areExemplars;
    private readonly LayerPlaces? _layers;
    private readonly double _leastOfRoot;

    private ApproximatePrediction(HdbscanModel model, RowMatrix newRows, bool withMemberships, WorkContext work)
    {
        int n = newRows.RowCount;
        _model = model;
        _areExemplars = new bool[n];
        _layers = model.Layers is null ? null : new LayerPlaces(model.Layers, n);
        _distances = new NewRowDistances(model, newRows, work);
        _vectors = withMemberships ? new MembershipVectors(n, model.ClusterCount) : null;
        _memberships = withMemberships && model.ClusterCount > 0 ? new SoftMembership(model.Clusters) : null;
        _exemplars = _memberships is null ? null : new ExemplarDistances(model.Exemplars, model.Space, work);
        double epsilon = model.Options.ClusterSelectionEpsilon;
        _leastOfRoot = epsilon > 0 ? 1 / epsilon : model.Clusters.Lambdas.Own[0];
        _result = new HdbscanResult(new int[n], new double[n], new double[n], model.Persistences, Warnings(model, n))
        {
            NearestClusters = new int[n],
            NearestStrengths = new double[n],
            NotFiniteRows = model.TakesDistances ? [] : HdbscanPoints.NotFinite(newRows, work.Token),
        };
    }

    /// <summary>Puts new rows into the clusters.</summary>
    /// <param name="model">The fit.</param>
    /// <param name="newRows">The rows, as wide as the model says.</param>
    /// <param name="withMemberships">Whether membership vectors are wanted too.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static HdbscanPrediction Compute(HdbscanModel model, RowMatrix newRows, bool withMemberships, WorkContext work)
    {
        ApproximatePrediction prediction = new(model, newRows, withMemberships, work);
        int n = newRows.RowCount;
        NeighborQueries? queries = prediction._distances.Fitted is { } space ? NeighborQueries.Exact(space, n, work) : null;
        int blockSize = queries?.BlockSize(n, model.FirstNeighborCount, work) ?? GivenRowsPerBlock;
        ConcurrentStack<FittedNeighbors> free = [];
        int done = 0;
        ParallelBlocks.For(n, blockSize, work.ThreadCount, work.Token, (start, end) =>
        {
            if (!free.TryPop(out FittedNeighbors? first))
            {
                first = prediction.Neighbors(queries, model.FirstNeighborCount, blockSize);
            }

            double[] closeness = prediction._memberships is null ? [] : new double[model.ClusterCount];
            prediction.AssignAll(first, queries, [.. Enumerable.Range(start, end - start)], closeness, work);
            free.Push(first);
            work.Progress.Report((double)Interlocked.Add(ref done, end - start) / n);
        });
        return new HdbscanPrediction(prediction._result, prediction._vectors, prediction._areExemplars)
        {
            LayerLabels = prediction._layers?.Labels,
            NearestLayerLabels = prediction._layers?.Nearest,
        };
    }

    private static List<EngineWarning> Warnings(HdbscanModel model, int rowCount)
    {
        const string Message = "The model has no clusters, so all new rows are noise. Fit it again with other parameters.";
        return rowCount > 0 && model.ClusterCount == 0 ? [new EngineWarning("ModelWithoutClusters", Message)] : [];
    }

    private static double Share(double lambda, double largest) => lambda < largest ? lambda / largest : 1;

    private FittedNeighbors Neighbors(NeighborQueries? queries, int k, int blockSize)
        => new(_distances, queries, k, _result.NotFiniteRows, blockSize);

    /// <summary>
    /// Puts some rows into the clusters. Each needs as many nearest points as count for 2 min_samples rows: where weights make that more
    /// than were looked for, twice as many are, for those rows alone, and for fewer at a time, so that the memory stays.
    /// </summary>
    private void AssignAll(FittedNeighbors nearest, NeighborQueries? queries, int[] rows, double[] closeness, WorkContext work)
    {
        nearest.Find(rows, work.Token);
        List<int> wanting = [];
        for (int slot = 0; slot < rows.Length; slot++)
        {
            if (nearest.IsLeftOut(rows[slot]))
            {
                AssignNotFinite(rows[slot]);
            }
            else if (nearest.Count < _model.RowCount && PointsWith(2L * _model.SampleCount, nearest.PointsOf(slot)) > nearest.Count)
            {
                wanting.Add(rows[slot]);
            }
            else
            {
                Assign(rows[slot], nearest.PointsOf(slot), nearest.DistancesOf(slot), closeness, work.Token);
            }
        }

        if (wanting.Count > 0)
        {
            int k = (int)Math.Min(_model.RowCount, 2L * nearest.Count);
            int size = Math.Min(wanting.Count, queries?.BlockSize(wanting.Count, k, work) ?? 1);
            FittedNeighbors wider = Neighbors(queries, k, size);
            foreach (int[] some in wanting.Chunk(size))
            {
                AssignAll(wider, queries, some, closeness, work);
            }
        }
    }

    private void AssignNotFinite(int row)
    {
        (_result.Labels[row], _result.NearestClusters[row], _result.OutlierScores[row]) = (-1, -1, 1);
        _layers?.LeaveOut(row);
    }

    private void Assign(int row, ReadOnlySpan<int> points, ReadOnlySpan<double> distances, double[] closeness, CancellationToken token)
    {
        int twin = TwinOf(row, points, distances);
        int neighbor = twin;
        double lambda = double.PositiveInfinity;
        if (twin >= 0)
        {
            AssignTwin(row, twin);
        }
        else
        {
            (neighbor, double reach) = Join(points, distances);
            lambda = LambdaOf(reach);
            AssignNew(row, neighbor, lambda, points, distances);
            if (_model.Means is { } means)
            {
                AssignToMean(row, means);
            }
        }

        if (_memberships is not null)
        {
            _exemplars!.Measure(new NewDistances(_distances, row), closeness, token);
            if (twin >= 0)
            {
                _memberships.FillFitted(twin, closeness, _vectors!.Row(row));
            }
            else
            {
                _memberships.FillNew(neighbor, lambda, closeness, _vectors!.Row(row));
            }
        }
    }

    /// <summary>Returns the fitted point that a row equals, or that is at distance 0 from it; or -1.</summary>
    private int TwinOf(int row, ReadOnlySpan<int> points, ReadOnlySpan<double> distances)
    {
        if (distances[0] > 0)
        {
            return -1;
        }

        int equal = _distances.Fitted is null ? -1 : CanonicalOrder.Find(_distances.Fitted.Rows, _distances.Rows, row);
        return equal >= 0 ? equal : points[0];
    }

    /// <summary>Returns the point of least mutual reachability, the nearest of several, and that reachability.</summary>
    private (int Point, double Reach) Join(ReadOnlySpan<int> points, ReadOnlySpan<double> distances)
    {
        int best = 0;
        double least = double.PositiveInfinity;
        double own = OwnCore(points, distances);
        int count = Math.Min(points.Length, PointsWith(2L * _model.SampleCount, points));
        for (int i = 0; i < count; i++)
        {
            double reach = Math.Max(Math.Max(_model.Points.CoreDistancesMinusOne[points[i]], own), distances[i] / _model.Options.Alpha);
            if (reach < least)
            {
                (best, least) = (i, reach);
            }
        }

        return (points[best], least);
    }

    private double OwnCore(ReadOnlySpan<int> points, ReadOnlySpan<double> distances)
    {
        int count = PointsWith(_model.SampleCount + 1L, points);
        return count <= points.Length ? distances[count - 1] : double.PositiveInfinity;
    }

    /// <summary>
    /// Returns how many of the nearest points count for as many rows as are wanted: more than there are, where all do not.
    /// </summary>
    private int PointsWith(long rows, ReadOnlySpan<int> points)
    {
        if (_model.Points.Weights is not { } weights)
        {
            return (int)Math.Min(rows, points.Length + 1L);
        }

        double sum = 0;
        for (int i = 0; i < points.Length; i++)
        {
            sum += weights[points[i]];
            if (RowWeights.HasReached(sum, rows))
            {
                return i + 1;
            }
        }

        return points.Length + 1;
    }

    private double LambdaOf(double reach) => reach > 0 ? 1 / reach : _model.Clusters.Lambdas.Largest;

    /// <summary>Gives a row what its fitted twin has.</summary>
    private void AssignTwin(int row, int point)
    {
        PredictionData clusters = _model.Clusters;
        int label = _model.Points.Labels[point];
        double strength = _model.Points.NearestStrengths[point];
        _areExemplars[row] = _model.AreExemplars[point];
        _result.Labels[row] = label;
        _result.Probabilities[row] = label >= 0 ? strength : 0;
        _result.NearestClusters[row] = _model.Points.NearestClusters[point];
        _result.NearestStrengths[row] = strength;
        _result.OutlierScores[row] = OutlierScores.Of(clusters.PointLambdas[point], clusters.Lambdas.Below[clusters.PointClusters[point]]);
        _layers?.Place(row, clusters.PointClusters[point], point);
    }

    private void AssignNew(int row, int neighbor, double lambda, ReadOnlySpan<int> points, ReadOnlySpan<double> distances)
    {
        PredictionData clusters = _model.Clusters;
        int cluster = clusters.PointClusters[neighbor];
        double leaves = clusters.PointLambdas[neighbor];
        if (leaves > lambda)
        {
            while (cluster > 0 && clusters.Births[cluster] >= lambda)
            {
                cluster = clusters.Parents[cluster];
            }

            leaves = lambda;
        }

        _layers?.Place(row, cluster, neighbor);
        (int label, double probability) = _model.Options.CutDistance is double cut
            ? LabelOfCut(cut, points, distances)
            : LabelOf(cluster, leaves, lambda);
        _result.Labels[row] = label;
        _result.Probabilities[row] = probability;
        _result.OutlierScores[row] = OutlierScores.Of(leaves, clusters.Lambdas.Below[cluster]);
        int nearest = label >= 0 ? label : _model.Points.NearestClusters[neighbor];
        _result.NearestClusters[row] = nearest;
        _result.NearestStrengths[row] = label >= 0 ? probability
            : nearest >= 0 ? Math.Min(_model.Points.NearestStrengths[neighbor], Share(lambda, _model.LargestLambdas[nearest]))
            : 0;
    }

    private void AssignToMean(int row, ClusterMeans means)
    {
        (int cluster, double clearness) = means.Nearest(_distances.Rows, row);
        (_result.Labels[row], _result.NearestClusters[row]) = (cluster, cluster);
        (_result.Probabilities[row], _result.NearestStrengths[row]) = (clearness, clearness);
    }

    private (int Label, double Probability) LabelOf(int cluster, double leaves, double lambda)
    {
        int owner = _model.Clusters.Owners[cluster];
        if (owner < 0 || (_model.Clusters.ClusterOfNumber[owner] == 0 && leaves < _leastOfRoot))
        {
            return (-1, 0);
        }

        return (owner, Share(lambda, _model.LargestLambdas[owner]));
    }

    private (int Label, double Probability) LabelOfCut(double cut, ReadOnlySpan<int> points, ReadOnlySpan<double> distances)
    {
        // The core distance of a point that has a cluster is below the cut.
        bool isDense = OwnCore(points, distances) < cut;
        int count = isDense ? Math.Min(points.Length, PointsWith(2L * _model.SampleCount, points)) : 0;
        for (int i = 0; i < count && distances[i] / _model.Options.Alpha < cut; i++)
        {
            if (_model.Points.Labels[points[i]] is >= 0 and int label)
            {
                return (label, 1);
            }
        }

        return (-1, 0);
    }

    private readonly struct NewDistances(NewRowDistances distances, int row) : ExemplarDistances.IDistances
    {
        public RowMatrix Rows => distances.Rows;

        public int Row => row;

        public double To(int point) => distances.Between(row, point);
    }
}
