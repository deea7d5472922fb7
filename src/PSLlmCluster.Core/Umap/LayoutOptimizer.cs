using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>What the optimiser of a layout needs to know.</summary>
/// <param name="Dimensions">Number of coordinates of a row.</param>
/// <param name="Curve">The parameters of the layout's curve.</param>
/// <param name="EpochCount">Number of epochs in all.</param>
/// <param name="LearningRate">The learning rate of the first epoch.</param>
/// <param name="RepulsionStrength">The weight gamma of repulsion.</param>
/// <param name="NegativeSampleRate">Repelling rows for each attraction.</param>
/// <param name="Seed">The seed of the repelling rows.</param>
/// <param name="ThreadCount">The most threads to use, 0 for as many as there are cores.</param>
internal sealed record LayoutSettings(int Dimensions, CurveParameters Curve, int EpochCount, double LearningRate, double RepulsionStrength, int NegativeSampleRate, int Seed, int ThreadCount);

/// <summary>
/// Optimises a layout by stochastic gradient descent with negative sampling. The run can stop after any epoch and go on later.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, algorithm 5; layouts.py, optimize_layout_euclidean. Schedule, forces and learning rate are the reference's. Departure: the reference takes the edges one after the other,
/// which allows one thread only. Here the edges of an epoch are dealt out to a fixed number of turns. In a turn all its rows move at once: each reads the others where the turn before left them and writes
/// its own place, so the result is the same for any number of threads. As in the reference an edge moves both of its ends, by the same step, and its repelling rows move its first end only.
/// Random numbers are keyed by row, epoch and draw.
/// </remarks>
internal sealed class LayoutOptimizer
{
    private const int RowsPerBlock = 4096;
    private const int MovesPerBlock = 512;
    private readonly WeightedGraph _graph;
    private readonly LayoutSettings _settings;
    private readonly LayoutForces _forces;
    private readonly SamplingSchedule _schedule;
    private readonly LayoutTurns _turns;
    private readonly CounterRandom _random;
    private readonly bool[] _due;
    private readonly uint[] _randomBlocks;
    private readonly float[] _moved;

    /// <summary>Initializes a new instance of the <see cref="LayoutOptimizer"/> class.</summary>
    /// <param name="graph">The graph after pruning.</param>
    /// <param name="start">Where each row starts, n x dim; not changed.</param>
    /// <param name="settings">The rest.</param>
    /// <param name="token">Ends the preparation.</param>
    public LayoutOptimizer(WeightedGraph graph, float[] start, LayoutSettings settings, CancellationToken token = default)
    {
        _graph = graph;
        _settings = settings;
        _forces = new LayoutForces(settings.Curve, settings.RepulsionStrength);
        _schedule = new SamplingSchedule(graph.Weights, settings.EpochCount, settings.NegativeSampleRate);
        _turns = new LayoutTurns(graph, token);
        _random = new CounterRandom(settings.Seed, RandomPurpose.NegativeSample);
        _due = new bool[graph.EntryCount];
        _randomBlocks = new uint[graph.RowCount];
        Layout = (float[])start.Clone();
        _moved = new float[start.Length];
    }

    /// <summary>Gets the coordinates, n x dim, row after row.</summary>
    public float[] Layout { get; }

    /// <summary>Gets the number of epochs that are done.</summary>
    public int Epoch { get; private set; }

    /// <summary>Gets the number of epochs in all.</summary>
    public int TotalEpochs => _settings.EpochCount;

    /// <summary>Goes on until a number of epochs is done.</summary>
    /// <param name="epoch">The number of epochs, at most <see cref="TotalEpochs"/>.</param>
    /// <param name="progress">Told the share of all epochs that is done after each, or null.</param>
    /// <param name="token">Ends the work. After that the run cannot go on.</param>
    public void RunTo(int epoch, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, TotalEpochs);
        while (Epoch < epoch)
        {
            double rate = SamplingSchedule.LearningRate(_settings.LearningRate, Epoch, TotalEpochs);
            ParallelBlocks.For(_graph.RowCount, RowsPerBlock, _settings.ThreadCount, token, BeginEpoch);
            for (int turn = 0; turn < LayoutTurns.Count; turn++)
            {
                RunTurn(turn, rate, token);
            }

            Epoch++;
            progress?.Report(new StageProgress("Optimising the layout", (double)Epoch / TotalEpochs));
        }
    }

    private void BeginEpoch(int start, int end)
    {
        Array.Clear(_randomBlocks, start, end - start);
        for (int entry = _graph.Offsets[start]; entry < _graph.Offsets[end]; entry++)
        {
            _due[entry] = _schedule.IsDue(entry, Epoch);
        }
    }

    private void RunTurn(int turn, double rate, CancellationToken token)
    {
        int dim = _settings.Dimensions;
        int count = _turns.Rows(turn).Length;
        ParallelBlocks.For(count, MovesPerBlock, _settings.ThreadCount, token, (start, end) =>
        {
            double[] scratch = new double[2 * dim];
            for (int place = start; place < end; place++)
            {
                MoveRow(turn, place, rate, scratch);
            }
        });
        ParallelBlocks.For(count, RowsPerBlock, _settings.ThreadCount, token, (start, end) =>
        {
            ReadOnlySpan<int> rows = _turns.Rows(turn);
            for (int place = start; place < end; place++)
            {
                _moved.AsSpan(place * dim, dim).CopyTo(Layout.AsSpan(rows[place] * dim, dim));
            }
        });
    }

    /// <summary>Computes where a row goes in a turn; the layout keeps its place until all rows of the turn are done.</summary>
    private void MoveRow(int turn, int place, double rate, double[] scratch)
    {
        int dim = _settings.Dimensions;
        int row = _turns.Rows(turn)[place];
        Span<double> own = scratch.AsSpan(0, dim);
        Span<double> difference = scratch.AsSpan(dim, dim);
        for (int d = 0; d < dim; d++)
        {
            own[d] = Layout[(row * dim) + d];
        }

        foreach (int move in _turns.Moves(turn, place))
        {
            // Both entries of an edge have the same schedule, so the row's own tells of the reverse one too.
            bool isOwn = move >= 0;
            int entry = isOwn ? move : ~move;
            if (_due[entry])
            {
                Attract(own, difference, _graph.Columns[entry], rate);
                if (isOwn)
                {
                    Repel(row, own, difference, _schedule.Use(entry, Epoch), rate);
                }
            }
        }

        for (int d = 0; d < dim; d++)
        {
            _moved[(place * dim) + d] = (float)own[d];
        }
    }

    private void Attract(Span<double> own, Span<double> difference, int other, double rate)
    {
        double squared = Difference(own, other, difference);
        Step(own, difference, _forces.Attraction(squared), rate);
    }

    private void Repel(int row, Span<double> own, Span<double> difference, int count, double rate)
    {
        int n = _graph.RowCount;
        (uint First, uint Second, uint Third, uint Fourth) bits = default;
        for (int i = 0; i < count; i++)
        {
            if ((i & 3) == 0)
            {
                bits = _random.Block((uint)row, (uint)Epoch, _randomBlocks[row]++);
            }

            int other = CounterRandom.Scale((i & 3) switch { 0 => bits.First, 1 => bits.Second, 2 => bits.Third, _ => bits.Fourth }, n);
            if (other != row)
            {
                double squared = Difference(own, other, difference);
                Step(own, difference, _forces.Repulsion(squared), rate);
            }
        }
    }

    private double Difference(ReadOnlySpan<double> own, int other, Span<double> difference)
    {
        ReadOnlySpan<float> place = Layout.AsSpan(other * own.Length, own.Length);
        double squared = 0;
        for (int d = 0; d < own.Length; d++)
        {
            difference[d] = own[d] - place[d];
            squared += difference[d] * difference[d];
        }

        return squared;
    }

    private static void Step(Span<double> target, ReadOnlySpan<double> difference, double coefficient, double rate)
    {
        for (int d = 0; d < target.Length; d++)
        {
            target[d] += rate * LayoutForces.Clip(coefficient * difference[d]);
        }
    }
}
