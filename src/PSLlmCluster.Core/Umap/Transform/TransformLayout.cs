using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>What a new row is placed in, and after it another one.</summary>
internal sealed class TransformScratch
{
    public TransformScratch(UmapModel model)
    {
        int k = model.NeighborCount;
        Neighbors = new int[k];
        Distances = new double[k];
        Strengths = new float[k];
        Place = new double[model.ComponentCount];
    }

    /// <summary>Gets the nearest fitted rows.</summary>
    public int[] Neighbors { get; }

    /// <summary>Gets the distances to them, rising.</summary>
    public double[] Distances { get; }

    /// <summary>Gets the strengths of the edges to them.</summary>
    public float[] Strengths { get; }

    /// <summary>Gets the largest of the strengths.</summary>
    public float LargestStrength
    {
        get
        {
            float largest = 0;
            foreach (float strength in Strengths)
            {
                largest = Math.Max(largest, strength);
            }

            return largest;
        }
    }

    /// <summary>Gets the row's place.</summary>
    public double[] Place { get; }

    /// <summary>Gets or sets which of the new rows it is.</summary>
    public int Row { get; set; }

    /// <summary>Gets or sets what its random numbers are keyed by.</summary>
    public uint Key { get; set; }
}

/// <summary>
/// Moves one new point among fitted ones that stay where they are: the forces, the schedule and a quarter of the learning rate of the fit,
/// over a third of its epochs, or 100.
/// </summary>
/// <remarks>
/// umap_.py, UMAP.transform, and layouts.py, _optimize_layout_euclidean_single_epoch with move_other false: attraction to its neighbours,
/// repulsion from fitted points that are drawn at random.
/// </remarks>
internal sealed class TransformLayout
{
    private const int DefaultEpochCount = 100;
    private const int FitEpochsPerEpoch = 3;
    private const double RateShare = 0.25;
    private readonly RowMatrix _points;
    private readonly TransformGradient _forces;
    private readonly CounterRandom _random;
    private readonly double _rate;
    private readonly double _negativeRate;

    public TransformLayout(UmapModel model)
    {
        _points = model.Layout;
        _forces = new TransformGradient(model.Curve, model.Options.RepulsionStrength);
        _random = new CounterRandom(model.Options.Seed, RandomPurpose.TransformNegativeSample);
        _rate = model.Options.LearningRate * RateShare;
        _negativeRate = model.Options.NegativeSampleRate;
        EpochCount = model.Options.EpochCount is int epochs ? epochs / FitEpochsPerEpoch : DefaultEpochCount;
    }

    /// <summary>Gets the number of epochs.</summary>
    public int EpochCount { get; }

    /// <summary>Gets the number of coordinates of a point.</summary>
    public int ComponentCount => _points.ColumnCount;

    /// <summary>Makes a tool for one thread.</summary>
    public TransformLanes CreateLanes(UmapModel model) => new(this, model);

    /// <summary>Returns when a point's edges are used.</summary>
    public ReferenceEpochSchedule ScheduleOf(TransformScratch scratch) => new(scratch.Strengths, EpochCount, _negativeRate);

    /// <summary>Returns how far an epoch moves a point.</summary>
    public double Rate(int epoch) => ReferenceEpochSchedule.LearningRate(_rate, epoch, EpochCount);

    /// <summary>Adds what happens to a point in an epoch, which does not depend on where it is.</summary>
    /// <param name="key">What the point's random numbers are keyed by.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="scratch">The point's neighbours and the strengths of its edges.</param>
    /// <param name="schedule">When its edges are used.</param>
    /// <param name="steps">Receives the fitted points that it meets, one after the other.</param>
    public void AddSteps(uint key, int epoch, TransformScratch scratch, ReferenceEpochSchedule schedule, TransformSteps steps)
    {
        float weakest = scratch.LargestStrength / EpochCount;
        double rate = Rate(epoch);
        uint draw = 0;
        Span<uint> drawn = stackalloc uint[CounterRandom.NumbersAtOnce];
        for (int edge = 0; edge < scratch.Neighbors.Length; edge++)
        {
            if (scratch.Strengths[edge] < weakest || !schedule.IsDue(edge, epoch))
            {
                continue;
            }

            steps.Add(scratch.Neighbors[edge], attracts: true, rate);
            int repelling = schedule.Use(edge, epoch);
            for (int i = 0; i < repelling; i++, draw++)
            {
                uint place = draw % CounterRandom.NumbersAtOnce;
                if (place == 0)
                {
                    _random.Blocks(key, (uint)epoch, draw >> 2, drawn);
                }

                uint bits = drawn[(int)(((place & 3) << 3) + (place >> 2))];
                steps.Add(CounterRandom.Scale(bits, _points.RowCount), attracts: false, rate);
            }
        }
    }

    /// <summary>Gets the forces between two points.</summary>
    public TransformGradient Forces => _forces;

    /// <summary>Gets the fitted points' coordinates.</summary>
    public float[] Points => _points.Values;
}
