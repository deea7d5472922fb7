namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// When each edge is used, and with how many repelling rows: an edge of weight w is used every (largest weight) / w epochs.
/// </summary>
/// <remarks>
/// Sources: umap_.py, make_epochs_per_sample; layouts.py, _optimize_layout_euclidean_single_epoch and optimize_layout_euclidean (the
/// learning rate). An edge is due when its next epoch is at or before the current one, first after its own period, so never in epoch 0.
/// Repelling rows are drawn for the time since they were drawn last, at a rate of their own.
/// </remarks>
internal sealed class ReferenceEpochSchedule
{
    private readonly double[] _period;
    private readonly double[] _next;
    private readonly double[] _nextNegative;
    private readonly double _negativeRate;

    /// <summary>Initializes a new instance of the <see cref="ReferenceEpochSchedule"/> class from the edges' weights.</summary>
    public ReferenceEpochSchedule(ReadOnlySpan<float> weights, int epochCount, double negativeSampleRate)
        : this(EpochsPerSample(weights, epochCount), negativeSampleRate)
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="ReferenceEpochSchedule"/> class from the numbers of epochs between two uses.
    /// </summary>
    public ReferenceEpochSchedule(double[] epochsPerSample, double negativeSampleRate)
    {
        _period = epochsPerSample;
        _next = (double[])_period.Clone();
        _negativeRate = negativeSampleRate;
        _nextNegative = Array.ConvertAll(_period, period => period / negativeSampleRate);
    }

    /// <summary>Returns the number of epochs from one use of each edge to the next; -1 where it is never used.</summary>
    public static double[] EpochsPerSample(ReadOnlySpan<float> weights, int epochCount)
    {
        float largest = 0;
        foreach (float weight in weights)
        {
            largest = Math.Max(largest, weight);
        }

        double[] periods = new double[weights.Length];
        for (int edge = 0; edge < weights.Length; edge++)
        {
            // Single precision, as in the reference.
            float samples = epochCount * (weights[edge] / largest);
            periods[edge] = samples > 0 ? epochCount / (double)samples : -1;
        }

        return periods;
    }

    /// <summary>Returns the learning rate of an epoch. It lags by one: epochs 0 and 1 both have the first rate.</summary>
    public static double LearningRate(double first, int epoch, int epochCount)
        => epoch == 0 ? first : first * (1 - ((epoch - 1) / (double)epochCount));

    /// <summary>Returns whether an edge is due.</summary>
    public bool IsDue(int edge, int epoch) => _period[edge] > 0 && _next[edge] <= epoch;

    /// <summary>Notes that an edge is used in an epoch, and returns how many repelling rows go with it.</summary>
    public int Use(int edge, int epoch)
    {
        _next[edge] += _period[edge];
        if (_negativeRate == 0)
        {
            return 0;
        }

        double negativePeriod = _period[edge] / _negativeRate;
        int count = (int)((epoch - _nextNegative[edge]) / negativePeriod);
        _nextNegative[edge] += count * negativePeriod;
        return count;
    }
}
