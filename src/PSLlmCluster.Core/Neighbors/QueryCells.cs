using System.Buffers;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>How near query rows are to cells, with the same bits on every machine and whatever rows come with a row.</summary>
internal abstract class QueryCells
{
    /// <summary>The most rows that are scored at once: for as many the means are read from memory once.</summary>
    public const int MostRows = 8 * DotTiles.GroupSize;

    /// <summary>Gets the number of cells.</summary>
    public abstract int CellCount { get; }

    /// <summary>Scores rows against all cells; the lowest score is the nearest cell. Called from several threads.</summary>
    /// <param name="queries">The rows.</param>
    /// <param name="first">The first to score.</param>
    /// <param name="count">How many, at most <see cref="MostRows"/>.</param>
    /// <param name="scores">Receives <see cref="CellCount"/> scores for each row.</param>
    public abstract void Score(QueryRows queries, int first, int count, Span<float> scores);

    /// <summary>Cells around means of vectors.</summary>
    internal sealed class OfMeans(CellMeans means, int columns) : QueryCells
    {
        public override int CellCount => means.CellCount;

        public override void Score(QueryRows queries, int first, int count, Span<float> scores)
        {
            const int size = DotTiles.GroupSize;
            float[] groups = ArrayPool<float>.Shared.Rent(MostRows * columns);
            for (int group = 0; group < count; group += size)
            {
                int rows = Math.Min(size, count - group);
                DotTiles.Pack(
                    queries.Vectors.AsSpan((first + group) * columns, rows * columns),
                    columns,
                    rows,
                    size,
                    groups.AsSpan(group * columns, size * columns));
            }

            means.Score<DotTiles.FusedEverywhere>(groups, count, scores);
            ArrayPool<float>.Shared.Return(groups);
        }
    }

    /// <summary>Cells around rows of the space, for any metric.</summary>
    internal sealed class OfPivots(int[] pivots) : QueryCells
    {
        public override int CellCount => pivots.Length;

        public override void Score(QueryRows queries, int first, int count, Span<float> scores)
        {
            for (int i = 0; i < count; i++)
            {
                Span<float> target = scores.Slice(i * pivots.Length, pivots.Length);
                for (int cell = 0; cell < pivots.Length; cell++)
                {
                    target[cell] = (float)queries.Distance(first + i, pivots[cell]);
                }
            }
        }
    }
}
