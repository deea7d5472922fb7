using System.Numerics;

namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>
/// Rows as sets of the coordinates that are not 0, kept as bits. Jaccard: (union - both) / union; Dice: (union - both) / (union + both)
/// (umap.distances.jaccard and dice). Two empty sets are at distance 0, as there. Counts are whole numbers, so nothing is rounded but the
/// quotient.
/// </summary>
internal sealed class SetSpace : MetricSpace
{
    private const int BitsPerWord = 64;
    private readonly ulong[] _bits;
    private readonly int _words;

    public SetSpace(RowMatrix rows, Metric metric)
        : base(rows, metric)
    {
        _words = (rows.ColumnCount + BitsPerWord - 1) / BitsPerWord;
        _bits = new ulong[(long)rows.RowCount * _words];
        if (rows.IsDouble)
        {
            Fill<double>();
        }
        else
        {
            Fill<float>();
        }
    }

    public override double DistanceFrom(MetricSpace foreign, int foreignRow, int row)
        => Between(((SetSpace)foreign).SetOf(foreignRow), SetOf(row));

    public override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        ReadOnlySpan<ulong> from = ((SetSpace)foreign).SetOf(foreignRow);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Between(from, SetOf(start + i));
        }
    }

    private void Fill<T>()
        where T : struct, INumber<T>
    {
        for (int row = 0; row < RowCount; row++)
        {
            ReadOnlySpan<T> values = Rows.Row<T>(row);
            Span<ulong> set = _bits.AsSpan(row * _words, _words);
            for (int column = 0; column < values.Length; column++)
            {
                if (values[column] != T.Zero)
                {
                    set[column / BitsPerWord] |= 1UL << (column % BitsPerWord);
                }
            }
        }
    }

    private ReadOnlySpan<ulong> SetOf(int row) => _bits.AsSpan(row * _words, _words);

    private double Between(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int union = 0;
        int both = 0;
        for (int word = 0; word < a.Length; word++)
        {
            union += BitOperations.PopCount(a[word] | b[word]);
            both += BitOperations.PopCount(a[word] & b[word]);
        }

        if (union == 0)
        {
            return 0;
        }

        return (double)(union - both) / (Metric == Metric.Jaccard ? union : union + both);
    }
}
