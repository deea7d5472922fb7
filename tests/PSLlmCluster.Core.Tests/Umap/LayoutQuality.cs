using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>How good a layout is, measured as the reference's README of UMAP says.</summary>
internal sealed class LayoutQuality
{
    private const int VotingNeighbors = 10;
    private readonly int _n;
    private readonly int[][] _order;
    private readonly int[][] _rank;
    private readonly int[]? _labels;
    private readonly int[]? _folds;
    private readonly WeightedGraph? _graph;
    private readonly CurveParameters _curve;

    public LayoutQuality(MetricSpace space, int[]? labels, int[]? folds, WeightedGraph? graph, CurveParameters curve)
    {
        _n = space.RowCount;
        _labels = labels;
        _folds = folds;
        _graph = graph;
        _curve = curve;
        _order = new int[_n][];
        _rank = new int[_n][];
        double[] distances = new double[_n];
        for (int row = 0; row < _n; row++)
        {
            space.DistancesFrom(row, 0, distances);
            _order[row] = Sorted(distances, row);
            _rank[row] = new int[_n];
            for (int place = 0; place < _n - 1; place++)
            {
                _rank[row][_order[row][place]] = place + 1;
            }
        }
    }

    public double Trustworthiness { get; private set; }

    public double Preservation { get; private set; }

    public double Accuracy { get; private set; }

    public double CrossEntropy { get; private set; }

    /// <summary>Measures a layout, with k neighbours each for trustworthiness and preservation.</summary>
    public LayoutQuality Measure(RowMatrix layout, int trustNeighbors, int preservedNeighbors)
    {
        MetricSpace space = MetricSpace.Create(layout, Metric.Euclidean);
        double[] distances = new double[_n];
        long excess = 0;
        long common = 0;
        int hits = 0;
        double entropy = 0;
        for (int row = 0; row < _n; row++)
        {
            space.DistancesFrom(row, 0, distances);
            int[] near = Sorted(distances, row);
            for (int place = 0; place < trustNeighbors; place++)
            {
                excess += Math.Max(0, _rank[row][near[place]] - trustNeighbors);
            }

            for (int place = 0; place < preservedNeighbors; place++)
            {
                common += _rank[row][near[place]] <= preservedNeighbors ? 1 : 0;
            }

            hits += _labels is not null && _folds is not null && Vote(row, near) == _labels[row] ? 1 : 0;
            entropy += _graph is null ? 0 : CrossEntropyOf(row, distances);
        }

        double k = trustNeighbors;
        return new LayoutQuality(this)
        {
            Trustworthiness = 1 - (2 / (_n * k * ((2.0 * _n) - (3 * k) - 1)) * excess),
            Preservation = common / ((double)_n * preservedNeighbors),
            Accuracy = hits / (double)_n,
            CrossEntropy = entropy,
        };
    }

    private LayoutQuality(LayoutQuality other)
    {
        (_n, _order, _rank, _labels, _folds, _graph, _curve) = (
            other._n, other._order, other._rank, other._labels, other._folds, other._graph, other._curve);
    }

    private static int[] Sorted(double[] distances, int row)
    {
        int[] order = new int[distances.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => distances[a] != distances[b] ? distances[a].CompareTo(distances[b]) : a.CompareTo(b));
        int place = Array.IndexOf(order, row);
        Array.Copy(order, place + 1, order, place, order.Length - place - 1);
        return order[..^1];
    }

    private int Vote(int row, int[] near)
    {
        Dictionary<int, int> votes = [];
        int voters = 0;
        for (int place = 0; voters < VotingNeighbors && place < near.Length; place++)
        {
            if (_folds![near[place]] != _folds[row])
            {
                int label = _labels![near[place]];
                votes[label] = votes.GetValueOrDefault(label) + 1;
                voters++;
            }
        }

        return votes.OrderByDescending(vote => vote.Value).ThenBy(vote => vote.Key).First().Key;
    }

    private double CrossEntropyOf(int row, double[] distances)
    {
        ReadOnlySpan<int> columns = _graph!.ColumnsOf(row);
        ReadOnlySpan<float> weights = _graph.WeightsOf(row);
        double sum = 0;
        int next = 0;
        for (int other = 0; other < _n; other++)
        {
            double p = next < columns.Length && columns[next] == other ? weights[next++] : 0;
            if (other > row)
            {
                double q = Math.Clamp(1 / (1 + (_curve.A * Math.Pow(distances[other], 2 * _curve.B))), 1e-6, 1 - 1e-6);
                sum += (p > 0 ? p * Math.Log(p / q) : 0) + (p < 1 ? (1 - p) * Math.Log((1 - p) / (1 - q)) : 0);
            }
        }

        return sum;
    }
}
