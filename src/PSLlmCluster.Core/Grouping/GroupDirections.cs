using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// The sum of the directions of each group's rows, from a mean that is taken off them. A row that lies at that mean has no direction.
/// </summary>
internal sealed class GroupDirections
{
    private readonly double[] _mean;
    private readonly double[] _sums;
    private readonly int[] _counts;
    private readonly int[] _directed;

    private GroupDirections(double[] mean, int groupCount)
    {
        _mean = mean;
        _sums = new double[groupCount * mean.Length];
        _counts = new int[groupCount];
        _directed = new int[groupCount];
    }

    /// <summary>Adds up the directions of rows.</summary>
    /// <param name="rows">The rows, in single precision.</param>
    /// <param name="order">The order to add them in.</param>
    /// <param name="labels">The group of each row, or below 0 for none.</param>
    /// <param name="groupCount">The number of groups.</param>
    /// <param name="mean">What is taken off each row, a number for each column.</param>
    public static GroupDirections Of(RowMatrix rows, ReadOnlySpan<int> order, ReadOnlySpan<int> labels, int groupCount, double[] mean)
    {
        GroupDirections groups = new(mean, groupCount);
        Span<double> direction = new double[mean.Length];
        foreach (int row in order)
        {
            int group = labels[row];
            if (group < 0)
            {
                continue;
            }

            groups._counts[group]++;
            if (groups.TryDirection(rows.Row(row), direction))
            {
                groups._directed[group]++;
                Span<double> sum = groups._sums.AsSpan(group * mean.Length, mean.Length);
                for (int column = 0; column < direction.Length; column++)
                {
                    sum[column] += direction[column];
                }
            }
        }

        return groups;
    }

    /// <summary>Returns how much alike the rows of a group are.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The mean resultant length, from 0 to 1; 1 where its rows have no direction, 0 where it has no row.</returns>
    public double Cohesion(int group)
        => _directed[group] > 0 ? Math.Min(1, Length(group) / _counts[group]) : _counts[group] > 0 ? 1 : 0;

    /// <summary>Returns how much alike other rows are to a group.</summary>
    /// <param name="rows">The rows, in single precision.</param>
    /// <param name="members">Those to compare, one or more, in the order to add them in.</param>
    /// <param name="group">The group.</param>
    /// <returns>
    /// The mean of the cosines of their directions to that of the group, from 0, where they are none of its, to 1. A row without a
    /// direction is alike to a group without one, and to no other.
    /// </returns>
    public double Likeness(RowMatrix rows, ReadOnlySpan<int> members, int group)
    {
        ReadOnlySpan<double> sum = _sums.AsSpan(group * _mean.Length, _mean.Length);
        double length = Length(group);
        Span<double> direction = new double[_mean.Length];
        double total = 0;
        foreach (int row in members)
        {
            bool isDirected = TryDirection(rows.Row(row), direction);
            if (!isDirected || length == 0)
            {
                total += isDirected || length > 0 ? 0 : 1;
                continue;
            }

            double product = 0;
            for (int column = 0; column < direction.Length; column++)
            {
                product += direction[column] * sum[column];
            }

            total += product / length;
        }

        return Math.Clamp(total / members.Length, 0, 1);
    }

    private double Length(int group)
    {
        double square = 0;
        foreach (double value in _sums.AsSpan(group * _mean.Length, _mean.Length))
        {
            square += value * value;
        }

        return Math.Sqrt(square);
    }

    private bool TryDirection(ReadOnlySpan<float> values, Span<double> direction)
    {
        double square = 0;
        for (int column = 0; column < direction.Length; column++)
        {
            direction[column] = values[column] - _mean[column];
            square += direction[column] * direction[column];
        }

        double length = Math.Sqrt(square);
        for (int column = 0; column < direction.Length && length > 0; column++)
        {
            direction[column] /= length;
        }

        return length > 0;
    }
}
