namespace PSLlmCluster.Core.Phrases;

/// <summary>Reads a row.</summary>
/// <param name="row">The number of the row.</param>
/// <param name="values">Receives its numbers.</param>
/// <returns>Whether the row has numbers, all finite.</returns>
internal delegate bool CenterRow(int row, Span<double> values);

/// <summary>
/// The middles of clusters: of vectors as directions, that is of unit length and with the mean of all taken off, which they have in common;
/// of places in a layout as they are. Sums are of whole numbers, so that the order of the rows changes no bit.
/// </summary>
internal sealed class ClusterCenters
{
    private const int SumBits = 60;
    private readonly int _columns;
    private readonly CenterRow _read;
    private readonly bool _isDirection;
    private readonly double[] _corpus;
    private readonly double[]?[] _means;
    private readonly double[] _lengths;

    /// <summary>Initializes a new instance of the <see cref="ClusterCenters"/> class.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">How many numbers a row has.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="isDirection">Whether rows are vectors whose direction counts; else they are places.</param>
    /// <param name="weights">What each row counts for; null for 1 each.</param>
    /// <param name="clusters">The rows of each cluster.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public ClusterCenters(
        int rows, int columns, CenterRow read, bool isDirection, IReadOnlyList<double>? weights, int[][] clusters, CancellationToken token)
    {
        _columns = columns;
        _read = read;
        _isDirection = isDirection;
        int[] of = new int[rows];
        Array.Fill(of, clusters.Length);
        for (int c = 0; c < clusters.Length; c++)
        {
            foreach (int row in clusters[c])
            {
                of[row] = c;
            }
        }

        double[] values = new double[columns];
        double largest = 0;
        double total = 0;
        for (int row = 0; row < rows; row++)
        {
            token.ThrowIfCancellationRequested();
            double weight = weights is null ? 1 : weights[row];
            total += Math.Ceiling(weight);
            if (ReadRow(row, values))
            {
                foreach (double value in values)
                {
                    largest = Math.Max(largest, Math.Abs(value));
                }
            }
        }

        // A power of two, with which no sum overflows.
        double scale = Math.ScaleB(1, SumBits - 2 - Exponent(largest) - Exponent(total));
        long[,] sums = new long[clusters.Length + 1, columns];
        double[] counts = new double[clusters.Length + 1];
        for (int row = 0; row < rows; row++)
        {
            token.ThrowIfCancellationRequested();
            if (ReadRow(row, values))
            {
                double weight = weights is null ? 1 : weights[row];
                counts[of[row]] += Math.Round(weight * PhraseCorpus.Unit);
                for (int i = 0; i < columns; i++)
                {
                    sums[of[row], i] += (long)Math.Round(values[i] * weight * scale);
                }
            }
        }

        _corpus = isDirection ? CorpusMean(sums, counts, scale) : new double[columns];
        _means = [.. Enumerable.Range(0, clusters.Length).Select(c => Mean(sums, counts, scale, c))];
        _lengths = [.. _means.Select(mean => mean is null ? 0 : Math.Sqrt(Product(mean, mean)))];
    }

    /// <summary>Returns the clusters nearest to one.</summary>
    /// <param name="cluster">Its number among the clusters.</param>
    /// <param name="most">How many are wanted.</param>
    /// <returns>Their numbers, the nearest first; none where the cluster has no middle.</returns>
    public int[] Nearest(int cluster, int most)
        => _means[cluster] is not { } own
            ? []
            : [.. Enumerable.Range(0, _means.Length)
                .Where(other => other != cluster && _means[other] is not null)
                .Select(other => (Other: other, Nearness: Nearness(own, _lengths[cluster], other)))
                .OrderByDescending(pair => pair.Nearness)
                .ThenBy(pair => pair.Other)
                .Take(most)
                .Select(pair => pair.Other)];

    /// <summary>Returns how near each of some rows lies to the middle of a cluster.</summary>
    /// <param name="cluster">The cluster's number.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>For each the nearness, the larger the nearer; minus infinity where it is not known.</returns>
    public double[] NearnessOf(int cluster, int[] rows)
    {
        double[] nearness = new double[rows.Length];
        double[] values = new double[_columns];
        for (int i = 0; i < rows.Length; i++)
        {
            bool isKnown = _means[cluster] is not null && ReadRow(rows[i], values);
            for (int j = 0; j < _columns; j++)
            {
                values[j] -= _corpus[j];
            }

            nearness[i] = isKnown ? Nearness(values, Math.Sqrt(Product(values, values)), cluster) : double.NegativeInfinity;
        }

        return nearness;
    }

    private bool ReadRow(int row, double[] values)
    {
        if (!_read(row, values))
        {
            return false;
        }

        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (!_isDirection || largest == 0)
        {
            return !_isDirection;
        }

        double squares = 0;
        foreach (double value in values)
        {
            squares += value / largest * (value / largest);
        }

        double length = Math.Sqrt(squares) * largest;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] /= length;
        }

        return true;
    }

    private double[] CorpusMean(long[,] sums, double[] counts, double scale)
    {
        double[] mean = new double[_columns];
        double count = counts.Sum() / PhraseCorpus.Unit;
        for (int i = 0; i < _columns && count > 0; i++)
        {
            Int128 sum = 0;
            for (int c = 0; c < counts.Length; c++)
            {
                sum += sums[c, i];
            }

            mean[i] = (double)sum / scale / count;
        }

        return mean;
    }

    private double[]? Mean(long[,] sums, double[] counts, double scale, int cluster)
    {
        if (counts[cluster] == 0)
        {
            return null;
        }

        double[] mean = new double[_columns];
        for (int i = 0; i < _columns; i++)
        {
            mean[i] = (sums[cluster, i] / scale / (counts[cluster] / PhraseCorpus.Unit)) - _corpus[i];
        }

        return mean;
    }

    // The cosine of directions, and of places the squared distance, negative.
    private double Nearness(double[] values, double length, int cluster)
    {
        double[] mean = _means[cluster]!;
        if (_isDirection)
        {
            return length > 0 && _lengths[cluster] > 0 ? Product(values, mean) / (length * _lengths[cluster]) : -1;
        }

        double squares = 0;
        for (int i = 0; i < mean.Length; i++)
        {
            squares += (values[i] - mean[i]) * (values[i] - mean[i]);
        }

        return -squares;
    }

    private static double Product(double[] first, double[] second)
    {
        double product = 0;
        for (int i = 0; i < first.Length; i++)
        {
            product += first[i] * second[i];
        }

        return product;
    }

    private static int Exponent(double value) => value > 0 ? Math.ILogB(value) + 1 : 0;
}
