using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// densMAP's part of the optimiser: the local radii of the layout, and what each row adds to the force that brings them in line with those
/// of the data.
/// </summary>
/// <remarks>
/// Narayan, Berger and Cho 2021, equations 5 to 9; layouts.py, _optimize_layout_euclidean_densmap_epoch_init and
/// _optimize_layout_euclidean_single_epoch. A row's radius is r = ln(1e-8 + sum of q d^2 / sum of q) over its edges, q the similarity in
/// the layout. The force on edge (j, k) is a sum over both ends, of w_k q / (sum of q at k) times ((1 - b (1 - q)) / e^r_k + dphi), so two
/// numbers a row are enough: w / (sum of q), and the same over e^r. Rows without edges have no radius and count in no mean; the reference
/// gets NaN from them.
/// </remarks>
internal sealed class LayoutDensity
{
    /// <summary>Rows of a chunk of the work.</summary>
    public const int RowsPerChunk = 512;

    private const double Epsilon = 1e-8;
    private const double SmallestSum = 1e-20; // so that nothing overflows with the largest a
    private readonly WeightedGraph _graph;
    private readonly DensitySettings _settings;
    private readonly LayoutGradient _kernel;
    private readonly double _totalWeight;
    private readonly float _largestWeight;
    private readonly float[] _sums;
    private readonly double[] _radii;
    private readonly float[] _bySum;
    private readonly float[] _byRadius;
    private float _factor;

    public LayoutDensity(WeightedGraph graph, DensitySettings settings, LayoutGradient kernel, float largestWeight)
    {
        _graph = graph;
        _settings = settings;
        _kernel = kernel;
        _largestWeight = largestWeight;
        foreach (float weight in graph.Weights)
        {
            _totalWeight += weight;
        }

        _sums = new float[graph.RowCount];
        _radii = new double[graph.RowCount];
        _bySum = new float[graph.RowCount];
        _byRadius = new float[graph.RowCount];
    }

    /// <summary>Returns whether densMAP's force is at work in an epoch.</summary>
    public bool IsActive(int epoch, int epochCount) => _settings.Lambda > 0 && (epoch + 1) / (double)epochCount > 1 - _settings.Fraction;

    /// <summary>Computes the radii of the layout as it is.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="team">Does the work.</param>
    /// <param name="batches">One for each thread.</param>
    public void Begin(float[] layout, LayoutTeam team, LayoutBatch[] batches)
    {
        int n = _graph.RowCount;
        int chunks = (n + RowsPerChunk - 1) / RowsPerChunk;
        team.Run(chunks, (thread, chunk) => Radii(layout, batches[thread], chunk * RowsPerChunk, Math.Min(n, (chunk + 1) * RowsPerChunk)));

        // One after the other, so that the sums have one order.
        int count = 0;
        double sum = 0;
        double product = 0;
        for (int row = 0; row < n; row++)
        {
            if (_sums[row] > 0)
            {
                count++;
                sum += _radii[row];
                product += _radii[row] * _settings.Radii[row];
            }
        }

        double mean = count > 0 ? sum / count : 0;
        double squares = 0;
        for (int row = 0; row < n; row++)
        {
            squares += _sums[row] > 0 ? (_radii[row] - mean) * (_radii[row] - mean) : 0;
        }

        double variance = (count > 0 ? squares / count : 0) + _settings.VarianceShift;
        if (variance <= 0)
        {
            // All radii are equal, and no force could tell which is to grow.
            _factor = 0;
            return;
        }

        double slope = n > 1 ? product / (n - 1) / variance : 0;
        _factor = (float)(_settings.Lambda * _totalWeight / Math.Sqrt(variance) / n);
        team.Run(chunks, (_, chunk) => Terms(chunk * RowsPerChunk, Math.Min(n, (chunk + 1) * RowsPerChunk), mean, slope));
    }

    /// <summary>Fills in the terms of a batch's edges.</summary>
    /// <param name="batch">The edges.</param>
    /// <param name="lane">The edge's lane.</param>
    /// <param name="head">Its head.</param>
    /// <param name="tail">Its tail.</param>
    /// <param name="share">Its weight as a share of the largest.</param>
    public void Fill(LayoutBatch batch, int lane, int head, int tail, float share)
    {
        batch.Density[lane] = _byRadius[head] + _byRadius[tail];
        batch.Density[LayoutGradient.Lanes + lane] = _bySum[head] + _bySum[tail];
        batch.Density[(2 * LayoutGradient.Lanes) + lane] = _factor / (share * _largestWeight);
    }

    private void Radii(float[] layout, LayoutBatch batch, int start, int end)
    {
        int row = start;
        double sum = 0;
        double weighted = 0;
        int last = _graph.Offsets[end];
        for (int entry = _graph.Offsets[start]; entry < last; entry += LayoutGradient.Lanes)
        {
            int count = Math.Min(LayoutGradient.Lanes, last - entry);
            int head = row;
            for (int lane = 0; lane < count; lane++)
            {
                while (entry + lane >= _graph.Offsets[head + 1])
                {
                    head++;
                }

                batch.Heads[lane] = head;
                batch.Tails[lane] = _graph.Columns[entry + lane];
            }

            batch.Load(layout, batch.Heads, count, batch.Own);
            batch.Load(layout, batch.Tails, count, batch.Other);
            _kernel.Similarities(batch.Own, batch.Other, count, batch.Density);
            for (int lane = 0; lane < count; lane++)
            {
                while (row < batch.Heads[lane])
                {
                    End(row++, ref sum, ref weighted);
                }

                sum += batch.Density[lane];
                weighted += batch.Density[LayoutGradient.Lanes + lane];
            }
        }

        while (row < end)
        {
            End(row++, ref sum, ref weighted);
        }
    }

    private void End(int row, ref double sum, ref double weighted)
    {
        // Each edge stands in the graph twice, and in the reference adds to both of its ends each time.
        double radius = Epsilon + (sum > 0 ? weighted / sum : 0);
        _sums[row] = (float)(2 * sum);
        _byRadius[row] = (float)radius;
        _radii[row] = DeterministicMath.Log(radius);
        sum = 0;
        weighted = 0;
    }

    private void Terms(int start, int end, double mean, double slope)
    {
        for (int row = start; row < end; row++)
        {
            double weight = _settings.Radii[row] - (slope * (_radii[row] - mean));
            double bySum = _sums[row] > 0 ? weight / Math.Max(SmallestSum, _sums[row]) : 0;
            _bySum[row] = (float)bySum;
            _byRadius[row] = (float)(bySum / _byRadius[row]);
        }
    }
}
