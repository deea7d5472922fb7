using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Prim's algorithm over all pairs, with distances measured when they are asked for (hdbscan's <c>mst_linkage_core_vector</c>): a minimum
/// spanning tree of mutual reachability for any metric.
/// </summary>
/// <remarks>
/// Time grows with the square of the rows, memory with the rows. Departs from hdbscan in that a row is not measured where the core
/// distances alone show that the new edge is worse, which changes no edge. Edges are ordered as in <see cref="BoruvkaForest"/>: by weight,
/// distance and rows, so that the tree is the one that Boruvka's rounds find.
/// </remarks>
internal static class PrimSearch
{
    /// <summary>Rows that a thread relaxes at once.</summary>
    private const int RowsPerBlock = 512;

    /// <summary>The measuring, in coordinates, from which a step is worth more than the waking of threads.</summary>
    private const long ParallelWork = 1 << 19;

    /// <summary>Coordinates that cost as much as what there is to do for a row besides measuring it.</summary>
    private const int RowOverhead = 16;

    /// <summary>Finds the tree.</summary>
    /// <param name="space">The rows, one or more, and their metric.</param>
    /// <param name="core">The core distance of each row.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static SpanningTree Grow(MetricSpace space, double[] core, double alpha, WorkContext work)
    {
        Frontier frontier = new(space, core, alpha, work.ThreadCount);
        int edges = space.RowCount - 1;
        double[] weights = new double[edges];
        int[] first = new int[edges];
        int[] second = new int[edges];
        int reportEvery = Math.Max(1, edges / 100);
        int current = 0;
        for (int edge = 0; edge < edges; edge++)
        {
            work.Token.ThrowIfCancellationRequested();
            (weights[edge], int source, current) = frontier.TakeNearest(current, work.Token);
            (first[edge], second[edge]) = (Math.Min(source, current), Math.Max(source, current));
            if (edge % reportEvery == 0)
            {
                // What is left shrinks by one row a step, so the work done is the complement of a square.
                double left = 1 - ((double)edge / edges);
                work.Progress.Report(1 - (left * left));
            }
        }

        return SpanningTree.FromEdges(weights, first, second);
    }

    /// <summary>
    /// The rows that are not in the tree yet, each with the best edge to it. They stand close together, so that what is done costs nothing.
    /// </summary>
    private sealed class Frontier
    {
        private const int None = -1;
        private readonly MetricSpace _space;
        private readonly double[] _coreOfRow;
        private readonly double _alpha;
        private readonly int _threadCount;
        private readonly Action<int, int> _relaxBlock;
        private readonly int[] _rows;
        private readonly double[] _cores;
        private readonly double[] _weights;
        private readonly double[] _distances;
        private readonly int[] _sources;
        private readonly int[] _nearestOfBlock;
        private int _count;
        private int _current;

        public Frontier(MetricSpace space, double[] core, double alpha, int threadCount)
        {
            _space = space;
            _coreOfRow = core;
            _alpha = alpha;
            _threadCount = threadCount;
            _relaxBlock = RelaxBlock;
            _count = space.RowCount - 1;
            _rows = new int[_count];
            _cores = new double[_count];
            _weights = new double[_count];
            _distances = new double[_count];
            _sources = new int[_count];
            _nearestOfBlock = new int[(_count / RowsPerBlock) + 1];
            for (int i = 0; i < _count; i++)
            {
                _rows[i] = i + 1;
                _cores[i] = core[i + 1];
                _weights[i] = double.PositiveInfinity;
                _distances[i] = double.PositiveInfinity;
                _sources[i] = None;
            }
        }

        /// <summary>
        /// Measures from the row that came into the tree last, and takes the row with the least edge out of the frontier.
        /// </summary>
        public (double Weight, int Source, int Row) TakeNearest(int current, CancellationToken token)
        {
            _current = current;
            bool parallel = (long)_count * (_space.Rows.ColumnCount + RowOverhead) >= ParallelWork;
            ParallelBlocks.For(_count, RowsPerBlock, parallel ? _threadCount : 1, token, _relaxBlock);
            int nearest = _nearestOfBlock[0];
            for (int block = 1; block * RowsPerBlock < _count; block++)
            {
                nearest = Nearer(nearest, _nearestOfBlock[block]);
            }

            (double Weight, int Source, int Row) edge = (_weights[nearest], _sources[nearest], _rows[nearest]);
            int last = --_count;
            _rows[nearest] = _rows[last];
            _cores[nearest] = _cores[last];
            _weights[nearest] = _weights[last];
            _distances[nearest] = _distances[last];
            _sources[nearest] = _sources[last];
            return edge;
        }

        private void RelaxBlock(int start, int end)
        {
            double coreOfCurrent = _coreOfRow[_current];
            int nearest = start;
            for (int i = start; i < end; i++)
            {
                double least = Math.Max(_cores[i], coreOfCurrent);
                if (least <= _weights[i])
                {
                    double distance = _space.Distance(_current, _rows[i]);
                    double weight = Math.Max(least, distance / _alpha);
                    if (IsBetter(weight, distance, _current, _rows[i], _weights[i], _distances[i], _sources[i], _rows[i]))
                    {
                        _weights[i] = weight;
                        _distances[i] = distance;
                        _sources[i] = _current;
                    }
                }

                nearest = Nearer(nearest, i);
            }

            _nearestOfBlock[start / RowsPerBlock] = nearest;
        }

        private int Nearer(int a, int b)
            => IsBetter(_weights[b], _distances[b], _sources[b], _rows[b], _weights[a], _distances[a], _sources[a], _rows[a]) ? b : a;

        /// <summary>Returns whether the one edge comes before the other.</summary>
        private static bool IsBetter(
            double weight, double distance, int source, int row, double otherWeight, double otherDistance, int otherSource, int otherRow)
        {
            if (weight != otherWeight || otherSource == None)
            {
                return weight < otherWeight || otherSource == None;
            }

            if (distance != otherDistance)
            {
                return distance < otherDistance;
            }

            (int low, int otherLow) = (Math.Min(source, row), Math.Min(otherSource, otherRow));
            return low != otherLow ? low < otherLow : Math.Max(source, row) < Math.Max(otherSource, otherRow);
        }
    }
}
