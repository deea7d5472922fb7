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
    private readonly IReadOnlyList<double>? _weights;
    private readonly VectorSum[] _sums;
    private readonly double _scale;
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
        _weights = weights;
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
            total += Math.Ceiling(WeightOf(row));
            if (TryRead(row, values))
            {
                foreach (double value in values)
                {
                    largest = Math.Max(largest, Math.Abs(value));
                }
            }
        }

        // A power of two, with which no sum overflows.
        _scale = Math.ScaleB(1, SumBits - 2 - Exponent(largest) - Exponent(total));
        _sums = [.. Enumerable.Range(0, clusters.Length + 1).Select(_ => new VectorSum(columns))];
        for (int row = 0; row < rows; row++)
        {
            token.ThrowIfCancellationRequested();
            if (TryRead(row, values))
            {
                AddTo(_sums[of[row]], row, values);
            }
        }

        _corpus = isDirection ? CorpusMean() : new double[columns];
        _means = [.. Enumerable.Range(0, clusters.Length).Select(c => Mean(c, []))];
        _lengths = [.. _means.Select(mean => mean is null ? 0 : Math.Sqrt(Product(mean, mean)))];
    }

    /// <summary>Copies the numbers of a row, where it can be used.</summary>
    /// <param name="numbers">The row; empty where there is none.</param>
    /// <param name="values">Receives its numbers.</param>
    /// <returns>Whether it has as many numbers as are wanted, all finite.</returns>
    public static bool TryCopy(ReadOnlySpan<float> numbers, Span<double> values)
    {
        if (numbers.Length != values.Length)
        {
            return false;
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                return false;
            }

            values[i] = numbers[i];
        }

        return true;
    }

    /// <summary>Gets how many numbers a row has.</summary>
    public int Columns => _columns;

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
            bool isKnown = _means[cluster] is not null && TryRead(rows[i], values);
            for (int j = 0; j < _columns; j++)
            {
                values[j] -= _corpus[j];
            }

            nearness[i] = isKnown ? Nearness(values, Math.Sqrt(Product(values, values)), cluster) : double.NegativeInfinity;
        }

        return nearness;
    }

    /// <summary>Returns how near a vector that is no row lies to the middle of each cluster.</summary>
    /// <param name="vector">The vector, as wide as the rows.</param>
    /// <param name="cluster">The cluster whose middle is taken without some of its rows.</param>
    /// <param name="without">These rows.</param>
    /// <returns>
    /// For each cluster the nearness, the larger the nearer; minus infinity where it is not known. Null where the vector has no direction.
    /// </returns>
    public double[]? NearnessTo(ReadOnlySpan<float> vector, int cluster, int[] without)
    {
        double[] values = new double[_columns];
        if (vector.Length != _columns)
        {
            return null;
        }

        for (int i = 0; i < _columns; i++)
        {
            values[i] = vector[i];
        }

        if (!Prepare(values))
        {
            return null;
        }

        for (int i = 0; i < _columns; i++)
        {
            values[i] -= _corpus[i];
        }

        double length = Math.Sqrt(Product(values, values));
        double[] nearness = new double[_means.Length];
        for (int c = 0; c < nearness.Length; c++)
        {
            double[]? mean = c == cluster && without.Length > 0 ? Mean(c, without) : _means[c];
            nearness[c] = mean is null ? double.NegativeInfinity : Nearness(values, length, mean, Math.Sqrt(Product(mean, mean)));
        }

        return nearness;
    }

    /// <summary>Reads a row, as it is summed up: of unit length where it is a direction.</summary>
    /// <param name="row">The number of the row.</param>
    /// <param name="values">Receives its numbers.</param>
    /// <returns>Whether the row has any, and a direction.</returns>
    public bool TryRead(int row, double[] values) => _read(row, values) && Prepare(values);

    /// <summary>Adds a row to a sum.</summary>
    /// <param name="sum">The sum.</param>
    /// <param name="row">The number of the row.</param>
    /// <param name="values">What was read of it.</param>
    public void AddTo(VectorSum sum, int row, double[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            sum.Values[i] += SummandOf(row, values[i]);
        }

        sum.Units += UnitsOf(row);
    }

    /// <summary>Returns how alike the rows of a cluster are: the mean product of two of them, the mean of all rows taken off.</summary>
    /// <param name="cluster">The cluster's number.</param>
    /// <returns>From about -1 to about 1; null where rows are no directions, or fewer than two.</returns>
    public double? Likeness(int cluster) => Likeness(_sums[cluster]);

    /// <summary>Returns how alike rows are that were summed up. A row that counts for several is as many equal ones.</summary>
    /// <param name="sum">Their sum.</param>
    /// <returns>From about -1 to about 1; null where rows are no directions, or fewer than two.</returns>
    public double? Likeness(VectorSum sum)
    {
        double count = sum.Units / PhraseCorpus.Unit;
        if (!_isDirection || count < 2)
        {
            return null;
        }

        // The products of all pairs are the square of the sum, less those of each row with itself.
        double square = 0;
        double own = 1;
        for (int i = 0; i < _columns; i++)
        {
            double mean = sum.Values[i] / _scale / count;
            square += (mean - _corpus[i]) * (mean - _corpus[i]);
            own += (_corpus[i] - (2 * mean)) * _corpus[i];
        }

        return ((count * square) - own) / (count - 1);
    }

    private double WeightOf(int row) => _weights is null ? 1 : _weights[row];

    private double UnitsOf(int row) => Math.Round(WeightOf(row) * PhraseCorpus.Unit);

    private long SummandOf(int row, double value) => (long)Math.Round(value * WeightOf(row) * _scale);

    /// <summary>Gives a vector unit length; places stay as they are.</summary>
    private bool Prepare(double[] values)
    {
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

    private double[] CorpusMean()
    {
        double[] mean = new double[_columns];
        double count = _sums.Sum(sum => sum.Units) / PhraseCorpus.Unit;
        for (int i = 0; i < _columns && count > 0; i++)
        {
            Int128 sum = 0;
            foreach (VectorSum own in _sums)
            {
                sum += own.Values[i];
            }

            mean[i] = (double)sum / _scale / count;
        }

        return mean;
    }

    private double[]? Mean(int cluster, int[] without)
    {
        long[] sums = [.. _sums[cluster].Values];
        double units = _sums[cluster].Units;
        double[] values = new double[_columns];
        foreach (int row in without)
        {
            if (TryRead(row, values))
            {
                units -= UnitsOf(row);
                for (int i = 0; i < _columns; i++)
                {
                    sums[i] -= SummandOf(row, values[i]);
                }
            }
        }

        if (units == 0)
        {
            return null;
        }

        double[] mean = new double[_columns];
        for (int i = 0; i < _columns; i++)
        {
            mean[i] = (sums[i] / _scale / (units / PhraseCorpus.Unit)) - _corpus[i];
        }

        return mean;
    }

    // The cosine of directions, and of places the squared distance, negative.
    private double Nearness(double[] values, double length, int cluster)
        => Nearness(values, length, _means[cluster]!, _lengths[cluster]);

    private double Nearness(double[] values, double length, double[] mean, double meanLength)
    {
        if (_isDirection)
        {
            return length > 0 && meanLength > 0 ? Product(values, mean) / (length * meanLength) : -1;
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
