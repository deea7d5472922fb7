namespace PSLlmCluster.Benchmarks;

/// <summary>
/// How far groups agree with labels that people gave. Rows in no group count as a group each. 1 is the same division, about 0 what chance
/// gives.
/// </summary>
internal sealed class LabelAgreement
{
    private readonly int _count;
    private readonly int[] _labelSizes;
    private readonly int[] _groupSizes;
    private readonly Dictionary<(int Label, int Group), int> _both = [];

    /// <summary>Initializes a new instance of the <see cref="LabelAgreement"/> class.</summary>
    /// <param name="labels">The label of each row, from 0.</param>
    /// <param name="groups">The group of each row, from 0, or below 0 for none.</param>
    public LabelAgreement(IReadOnlyList<int> labels, IReadOnlyList<int> groups)
    {
        _count = labels.Count;
        int next = groups.DefaultIfEmpty(-1).Max() + 1;
        int[] own = [.. groups.Select(group => group >= 0 ? group : next++)];
        _labelSizes = new int[labels.DefaultIfEmpty(-1).Max() + 1];
        _groupSizes = new int[next];
        for (int row = 0; row < _count; row++)
        {
            _labelSizes[labels[row]]++;
            _groupSizes[own[row]]++;
            _both[(labels[row], own[row])] = _both.GetValueOrDefault((labels[row], own[row])) + 1;
        }
    }

    /// <summary>Returns the adjusted Rand index (Hubert and Arabie 1985).</summary>
    public double AdjustedRandIndex()
    {
        double same = _both.Values.Sum(Pairs);
        double labels = _labelSizes.Sum(Pairs);
        double groups = _groupSizes.Sum(Pairs);
        double expected = labels * groups / Pairs(_count);
        double most = (labels + groups) / 2;
        return most == expected ? 1 : (same - expected) / (most - expected);
    }

    /// <summary>Returns the adjusted mutual information, by the arithmetic mean (Vinh, Epps and Bailey 2010).</summary>
    public double AdjustedMutualInformation()
    {
        double[] logFactorials = new double[_count + 1];
        for (int i = 1; i <= _count; i++)
        {
            logFactorials[i] = logFactorials[i - 1] + Math.Log(i);
        }

        double expected = 0;
        foreach (IGrouping<int, int> label in _labelSizes.Where(size => size > 0).GroupBy(size => size))
        {
            foreach (IGrouping<int, int> group in _groupSizes.Where(size => size > 0).GroupBy(size => size))
            {
                expected += (double)label.Count() * group.Count() * Expected(label.Key, group.Key, logFactorials);
            }
        }

        double found = _both.Sum(
            pair => Part(pair.Value) * Math.Log(
                (double)pair.Value * _count / ((double)_labelSizes[pair.Key.Label] * _groupSizes[pair.Key.Group])));
        double mean = (Entropy(_labelSizes) + Entropy(_groupSizes)) / 2;
        return mean == expected ? 1 : (found - expected) / (mean - expected);
    }

    private static double Pairs(int count) => (double)count * (count - 1) / 2;

    private double Part(int count) => (double)count / _count;

    private double Entropy(int[] sizes) => -sizes.Where(size => size > 0).Sum(size => Part(size) * Math.Log(Part(size)));

    private double Expected(int label, int group, double[] logs)
    {
        double sum = 0;
        for (int both = Math.Max(1, label + group - _count); both <= Math.Min(label, group); both++)
        {
            double log = logs[label] + logs[group] + logs[_count - label] + logs[_count - group] - logs[_count] - logs[both]
                - logs[label - both] - logs[group - both] - logs[_count - label - group + both];
            sum += Part(both) * Math.Log((double)_count * both / ((double)label * group)) * Math.Exp(log);
        }

        return sum;
    }
}
