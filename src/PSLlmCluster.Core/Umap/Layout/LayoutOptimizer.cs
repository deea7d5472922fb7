using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// Optimises a layout by stochastic gradient descent with negative sampling. The run can stop after any epoch and go on later.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, algorithm 5; layouts.py, optimize_layout_euclidean. Schedule, forces and learning rate are the
/// reference's. Departure: the reference takes the edges one after the other, row by row, which allows one thread only. Here the edges of
/// an epoch are divided into colour classes in which no row has two (<see cref="EdgeColoring"/>), so those of a class are used at once, on
/// many lanes and several threads, as if one after the other; and the repelling rows are seen where they were when the epoch began. So the
/// result is the same for any number of threads. As in the reference an edge moves both of its ends, by the same step, and its repelling
/// rows, one after the other, its head only. Random numbers are keyed by epoch, edge and draw.
/// </remarks>
internal sealed class LayoutOptimizer
{
    private const int EdgesPerChunk = 1024;
    private const int RowsPerCopy = 16384;
    private readonly int _rowCount;
    private readonly LayoutSettings _settings;
    private readonly LayoutGradient _kernel;
    private readonly EdgeColoring _coloring;
    private readonly LayoutDensity? _density;
    private readonly CounterRandom _random;
    private readonly float[] _before;
    private readonly LayoutBatch[] _batches;
    private readonly int[] _order;
    private readonly Action<int, int> _copy;
    private readonly Action<int, int> _use;

    // What the current step is about.
    private int _colorClass;
    private float _rate;
    private bool _isDense;
    private NegativeSampler _draws;

    /// <summary>Initializes a new instance of the <see cref="LayoutOptimizer"/> class.</summary>
    /// <param name="graph">The graph after pruning.</param>
    /// <param name="start">Where each row starts, n x dim.</param>
    /// <param name="settings">The rest.</param>
    /// <param name="work">The token; the settings say how many threads move the rows.</param>
    /// <param name="takes">Whether the graph and the start are not needed any more: the memory of the graph's entries is given back, unless
    /// density needs them, and the start becomes the layout.</param>
    public LayoutOptimizer(WeightedGraph graph, float[] start, LayoutSettings settings, WorkContext work = default, bool takes = false)
    {
        _rowCount = graph.RowCount;
        _settings = settings;
        _kernel = new LayoutGradient(settings.Curve, settings.RepulsionStrength);
        _coloring = new EdgeColoring(graph, work, takes && settings.Density is null);
        _density = settings.Density is null ? null : new LayoutDensity(graph, settings.Density, _kernel, _coloring.LargestWeight);
        _order = [.. Enumerable.Range(0, _coloring.Count)];
        _random = new CounterRandom(settings.Seed, RandomPurpose.NegativeSample);
        Layout = takes ? start : (float[])start.Clone();
        _before = new float[start.Length];

        // No more threads than the colour classes have chunks, so that no thread is idle.
        int threads = Math.Clamp(graph.RowCount / 2 / EdgesPerChunk, 1, ParallelBlocks.ThreadsFor(settings.ThreadCount));
        _batches = new LayoutBatch[threads];
        for (int thread = 0; thread < threads; thread++)
        {
            _batches[thread] = new LayoutBatch(settings.Dimensions, EdgesPerChunk);
        }

        _copy = Copy;
        _use = Use;
    }

    /// <summary>Gets the coordinates, n x dim, row after row.</summary>
    public float[] Layout { get; }

    /// <summary>Gets the number of epochs that are done.</summary>
    public int Epoch { get; private set; }

    /// <summary>Gets the number of epochs in all.</summary>
    public int TotalEpochs => _settings.EpochCount;

    /// <summary>Goes on until a number of epochs is done.</summary>
    /// <param name="epoch">The number of epochs, at most <see cref="TotalEpochs"/>.</param>
    /// <param name="work">The progress, and the token; after a cancellation the run cannot go on.</param>
    public void RunTo(int epoch, WorkContext work = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, TotalEpochs);
        using LayoutTeam team = new(_batches.Length, work.Token);
        while (Epoch < epoch)
        {
            work.Token.ThrowIfCancellationRequested();
            if (Epoch > 0)
            {
                // No edge is due in epoch 0.
                RunEpoch(team);
            }

            Epoch++;
            work.Progress.Report((double)Epoch / TotalEpochs);
        }
    }

    private void RunEpoch(LayoutTeam team)
    {
        _rate = (float)ReferenceEpochSchedule.LearningRate(_settings.LearningRate, Epoch, TotalEpochs);
        _draws = new NegativeSampler(_random, Epoch);
        team.Run(ChunkCount(_rowCount, RowsPerCopy), _copy);
        _isDense = _density is not null && _density.IsActive(Epoch, TotalEpochs);
        if (_isDense)
        {
            _density!.Begin(Layout, team, _batches);
        }

        Shuffle();
        foreach (int colorClass in _order)
        {
            _colorClass = colorClass;
            team.Run(ChunkCount(_coloring.Start(_colorClass + 1) - _coloring.Start(_colorClass), EdgesPerChunk), _use);
        }
    }

    /// <summary>Shuffles the colour classes, as the two directions of an edge are mostly in neighbouring ones.</summary>
    private void Shuffle()
    {
        for (int i = _order.Length - 1; i > 0; i--)
        {
            int other = _random.Below(i + 1, uint.MaxValue, (uint)Epoch, (uint)i);
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }
    }

    private static int ChunkCount(int count, int size) => (int)(((long)count + size - 1) / size);

    private void Copy(int thread, int chunk)
    {
        int size = RowsPerCopy * _settings.Dimensions;
        long start = (long)chunk * size;
        Array.Copy(Layout, start, _before, start, Math.Min(size, Layout.Length - start));
    }

    /// <summary>Uses those edges of a chunk of the current colour class that are due.</summary>
    private void Use(int thread, int chunk)
    {
        LayoutBatch batch = _batches[thread];
        int start = _coloring.Start(_colorClass) + (chunk * EdgesPerChunk);
        int end = Math.Min(start + EdgesPerChunk, _coloring.Start(_colorClass + 1));
        int[] due = batch.Due;
        uint[] rates = _coloring.Rates;
        uint epoch = (uint)Epoch;
        int count = 0;
        for (int edge = start; edge < end; edge++)
        {
            // Branch-free: which edges are due is unpredictable.
            due[count] = edge;
            count += EpochSchedule.Phase(rates[edge], epoch) < rates[edge] ? 1 : 0;
        }

        (int High, int End) head = count > 0 ? _coloring.HighOf(due[0]) : default;
        for (int first = 0; first < count; first += LayoutGradient.Lanes)
        {
            UseBatch(batch, due.AsSpan(first, Math.Min(LayoutGradient.Lanes, count - first)), ref head);
        }
    }

    private void UseBatch(LayoutBatch batch, ReadOnlySpan<int> edges, ref (int High, int End) head)
    {
        int count = edges.Length;
        int most = 0;
        for (int lane = 0; lane < count; lane++)
        {
            int edge = edges[lane];
            uint rate = _coloring.Rates[edge];
            int negatives = EpochSchedule.Negatives(
                rate, EpochSchedule.Phase(rate, (uint)Epoch), (uint)Epoch, _settings.NegativeSampleRate);
            most = Math.Max(most, negatives);
            if (edge >= head.End)
            {
                head = _coloring.HighOf(edge);
            }

            batch.Heads[lane] = _coloring.Head(edge, head.High);
            batch.Tails[lane] = _coloring.Tails[edge];
            batch.Negatives[lane] = negatives;
            batch.States[lane] = _draws.State(edge);
            if (_isDense)
            {
                _density!.Fill(batch, lane, batch.Heads[lane], batch.Tails[lane], EpochSchedule.Share(rate));
            }
        }

        batch.Load(Layout, batch.Heads, count, batch.Own);
        batch.Load(Layout, batch.Tails, count, batch.Other);
        if (_isDense)
        {
            _kernel.AttractByDensity(batch.Own, batch.Other, batch.Density, count, _rate);
        }
        else
        {
            _kernel.Attract(batch.Own, batch.Other, count, _rate);
        }

        batch.Store(Layout, batch.Tails, count, batch.Other);
        for (int draw = 0; draw < most; draw++)
        {
            // An edge with fewer gets its own head, which does not repel itself.
            NegativeSampler.Rows(
                batch.States, draw, batch.Negatives, batch.Heads, _settings.PointsOfRows?.Length ?? _rowCount, count, batch.Tails);
            if (_settings.PointsOfRows is { } points)
            {
                NegativeSampler.ToPoints(points, draw, batch.Negatives, count, batch.Tails);
            }

            batch.Load(_before, batch.Tails, count, batch.Other);
            _kernel.Repel(batch.Own, batch.Heads, batch.Other, batch.Tails, count, _rate);
        }

        batch.Store(Layout, batch.Heads, count, batch.Own);
    }
}
