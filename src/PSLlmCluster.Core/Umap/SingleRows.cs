using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The rows in single precision, in which UMAP measures. A column of double precision that would lose its differences is moved before it is
/// rounded, so that its median comes to 0, where numbers of single precision lie closest: seconds since 1970 keep their differences. Other
/// columns are only rounded, so that numbers of single precision that came as texts are what they were; and so are all columns where a
/// metric depends on where the rows lie, and not on their differences alone.
/// </summary>
/// <remarks>
/// <para>The middle is the median, a number of the column itself, and not the mean of its ends: few numbers far out, or a long tail,
/// would take the digits of all others.</para>
/// <para>A column loses precision where more than a tenth of the differences of near values change by more than a thousandth. Near are
/// values that are one place apart in the sorted list of the column's distinct numbers, and one more for each <see cref="ValuesPerPlace"/>
/// of them: the more values there are, the closer they lie by chance, and the less the closest ones matter.</para>
/// </remarks>
/// <param name="Rows">The rows.</param>
/// <param name="Offset">What was taken off each column; null where nothing was.</param>
/// <param name="Warnings">What the user should know.</param>
internal sealed record SingleRows(RowMatrix Rows, double[]? Offset, IReadOnlyList<EngineWarning> Warnings)
{
    private const double MostLost = 1e-3;
    private const double MostChanged = 0.1;
    private const int ValuesPerPlace = 2000;
    private const int MostNamed = 10;

    /// <summary>Rounds the rows of a fit.</summary>
    /// <param name="rows">The rows, all finite; those of single precision stay as they are.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="work">The threads to use, and the token.</param>
    /// <exception cref="EngineException">A number is too large for single precision (RowNotFinite).</exception>
    public static SingleRows Of(RowMatrix rows, Metric metric, WorkContext work)
    {
        if (!rows.IsDouble || rows.RowCount == 0)
        {
            return new SingleRows(rows.ToSingle(), null, []);
        }

        int width = rows.ColumnCount;
        bool isMoved = metric is Metric.Euclidean or Metric.Manhattan or Metric.Chebyshev or Metric.Minkowski;
        double[] offset = new double[width];
        bool[] losesPrecision = new bool[width];
        ParallelBlocks.For(width, 1, work, (start, end) =>
        {
            double[] values = new double[rows.RowCount];
            for (int column = start; column < end; column++)
            {
                work.Token.ThrowIfCancellationRequested();
                for (int row = 0; row < values.Length; row++)
                {
                    values[row] = rows.DoubleValues[(row * width) + column];
                }

                Array.Sort(values);
                double median = values[(values.Length - 1) / 2];
                ReadOnlySpan<double> distinct = values.AsSpan(0, KeepDistinct(values));
                losesPrecision[column] = LosesPrecision(distinct, 0);
                if (losesPrecision[column] && isMoved)
                {
                    offset[column] = median;
                    losesPrecision[column] = LosesPrecision(distinct, median);
                }
            }
        });
        double[]? moved = Array.TrueForAll(offset, value => value == 0) ? null : offset;
        return new SingleRows(Round(rows, moved), moved, WarningsOf(losesPrecision, isMoved));
    }

    /// <summary>Moves rows, of either precision, and rounds them to single precision.</summary>
    /// <param name="rows">The rows, all finite.</param>
    /// <param name="offset">What is taken off each column; null for nothing.</param>
    /// <param name="numbers">The positions of the rows among others, from which an error names one; empty for their own.</param>
    /// <param name="total">How many those others are.</param>
    /// <exception cref="EngineException">A number is too large for single precision (RowNotFinite).</exception>
    public static RowMatrix Round(RowMatrix rows, double[]? offset, ReadOnlySpan<int> numbers = default, int total = 0)
    {
        if (!rows.IsDouble && offset is null)
        {
            return rows;
        }

        float[] values = new float[rows.RowCount * rows.ColumnCount];
        for (int row = 0; row < rows.RowCount; row++)
        {
            for (int column = 0; column < rows.ColumnCount; column++)
            {
                float value = (float)(rows[row, column] - (offset is null ? 0 : offset[column]));
                values[(row * rows.ColumnCount) + column] = float.IsFinite(value)
                    ? value
                    : throw new EngineException(
                        EngineErrorIds.RowNotFinite,
                        FailureKind.InvalidData,
                        $"Row {(numbers.IsEmpty ? row : numbers[row]) + 1} of {(numbers.IsEmpty ? rows.RowCount : total)} holds a number "
                            + "that is too large for single precision.",
                        "Leave such rows out, or give all numbers in a larger unit.");
            }
        }

        return new RowMatrix(values, rows.RowCount, rows.ColumnCount);
    }

    /// <summary>Brings the different ones of rising numbers to the front, and returns how many they are.</summary>
    private static int KeepDistinct(Span<double> sorted)
    {
        int count = 0;
        foreach (double value in sorted)
        {
            if (count == 0 || value != sorted[count - 1])
            {
                sorted[count++] = value;
            }
        }

        return count;
    }

    /// <summary>Returns whether rounding changes a column's differences too much.</summary>
    /// <param name="distinct">The column's numbers, rising, each once.</param>
    /// <param name="offset">What is taken off them first.</param>
    internal static bool LosesPrecision(ReadOnlySpan<double> distinct, double offset)
    {
        int count = distinct.Length;
        int apart = 1 + (count / ValuesPerPlace);
        int changed = 0;
        for (int place = apart; place < count; place++)
        {
            double difference = distinct[place] - distinct[place - apart];
            double rounded = (double)(float)(distinct[place] - offset) - (float)(distinct[place - apart] - offset);
            changed += Math.Abs(rounded - difference) > MostLost * difference ? 1 : 0;
        }

        return changed > MostChanged * (count - apart);
    }

    private static EngineWarning[] WarningsOf(bool[] losesPrecision, bool isMoved)
    {
        int[] columns = [.. Enumerable.Range(1, losesPrecision.Length).Where(column => losesPrecision[column - 1])];
        if (columns.Length == 0)
        {
            return [];
        }

        string names = string.Join(", ", columns.Take(MostNamed)) + (columns.Length > MostNamed ? ", ..." : string.Empty);
        string subject = columns.Length == 1 ? $"Column {names} loses" : $"Columns {names} lose";
        string recommendedAction = isMoved
            ? "Its values lie close together far from its median: give it in parts, take its logarithm, or cluster the rows as they are."
            : "Take a number off it that its values have in common, scale it, or choose a metric of differences, such as Euclidean.";
        return
        [
            new EngineWarning(
                "ColumnLosesPrecision",
                $"{subject} precision: UMAP measures in single precision, in which more than a tenth of the differences of near values "
                    + $"change by more than a thousandth. {recommendedAction}"),
        ];
    }
}
