using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>What a thread places new rows in, one after the other.</summary>
internal sealed class TransformScratch
{
    public TransformScratch(UmapModel model)
    {
        int k = model.NeighborCount;
        Neighbors = new int[k];
        Distances = new double[k];
        Strengths = new float[k];
        Place = new double[model.ComponentCount];
        Difference = new double[model.ComponentCount];
    }

    /// <summary>Gets the nearest fitted rows.</summary>
    public int[] Neighbors { get; }

    /// <summary>Gets the distances to them, rising.</summary>
    public double[] Distances { get; }

    /// <summary>Gets the strengths of the edges to them.</summary>
    public float[] Strengths { get; }

    /// <summary>Gets the row's place.</summary>
    public double[] Place { get; }

    /// <summary>Gets room for a difference of places.</summary>
    public double[] Difference { get; }
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

    /// <summary>Moves a point from where it starts.</summary>
    /// <param name="key">What its random numbers are keyed by.</param>
    /// <param name="scratch">Its neighbours, the strengths and its place, which is changed.</param>
    public void Move(uint key, TransformScratch scratch)
    {
        ReferenceEpochSchedule schedule = new(scratch.Strengths, EpochCount, _negativeRate);
        float weakest = Largest(scratch.Strengths) / EpochCount;
        for (int epoch = 0; epoch < EpochCount; epoch++)
        {
            double rate = ReferenceEpochSchedule.LearningRate(_rate, epoch, EpochCount);
            uint draw = 0;
            for (int edge = 0; edge < scratch.Neighbors.Length; edge++)
            {
                if (scratch.Strengths[edge] < weakest || !schedule.IsDue(edge, epoch))
                {
                    continue;
                }

                Step(scratch, _forces.Attraction(Difference(scratch, scratch.Neighbors[edge])), rate);
                int repelling = schedule.Use(edge, epoch);
                for (int i = 0; i < repelling; i++)
                {
                    int other = _random.Below(_points.RowCount, key, (uint)epoch, draw++);
                    Step(scratch, _forces.Repulsion(Difference(scratch, other)), rate);
                }
            }
        }
    }

    private static float Largest(float[] strengths)
    {
        float largest = 0;
        foreach (float strength in strengths)
        {
            largest = Math.Max(largest, strength);
        }

        return largest;
    }

    private static void Step(TransformScratch scratch, double coefficient, double rate)
    {
        for (int d = 0; d < scratch.Place.Length; d++)
        {
            scratch.Place[d] += rate * TransformGradient.Clip(coefficient * scratch.Difference[d]);
        }
    }

    private double Difference(TransformScratch scratch, int other)
    {
        ReadOnlySpan<float> point = _points.Row(other);
        double squared = 0;
        for (int d = 0; d < point.Length; d++)
        {
            scratch.Difference[d] = scratch.Place[d] - point[d];
            squared += scratch.Difference[d] * scratch.Difference[d];
        }

        return squared;
    }
}
