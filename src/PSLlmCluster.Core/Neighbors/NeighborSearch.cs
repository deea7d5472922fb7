using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>The nearest rows of each row, by the method that suits the rows: the one way in for all who need neighbours.</summary>
internal static class NeighborSearch
{
    /// <summary>Rows up to which the search is always exact.</summary>
    public const int AlwaysExactRows = 20_000;

    /// <summary>
    /// Rows x rows x columns up to which the search is exact where products of vectors rule most pairs out (about 2e11 a second and core
    /// with 512-bit vectors).
    /// </summary>
    private const double CheapProducts = 3e11;

    /// <summary>The same where each pair is measured (about 2e10 a second and core).</summary>
    private const double CheapDistances = 5e10;

    /// <summary>Pairs that walks through a tree may measure: about as long as the search by cells takes for a million rows.</summary>
    private const double CheapTreePairs = 2e10;

    /// <summary>
    /// Equal rows up to which a tree is used: all of them have the same neighbours, which would be neighbours of very many rows.
    /// </summary>
    private const int MostEqualRows = 1000;

    /// <summary>Leaves whose walks are tried.</summary>
    private const int TriedLeaves = 64;

    /// <summary>Finds the nearest rows of each row.</summary>
    /// <param name="space">The rows, in canonical order if the order of input is to change nothing, and their metric.</param>
    /// <param name="neighborCount">How many to find for each row, itself included: from 1 to the number of rows.</param>
    /// <param name="seed">The seed of the random choices, which only an approximate search makes.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The lists, with exact distances.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="neighborCount"/> is not from 1 to the number of rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static NeighborLists Find(MetricSpace space, int neighborCount, int seed, WorkContext work = default)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighborCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighborCount, space.RowCount);
        if (IsCheap(space))
        {
            return ExactNeighbors.Find(space, neighborCount, work);
        }

        return FindByTree(space, neighborCount, work)
            ?? InvertedFileSearch.Find(space, neighborCount, seed, work)
            ?? ExactNeighbors.Find(space, neighborCount, work);
    }

    /// <summary>Searches exactly by a tree where there are few columns and some walks show that few pairs are measured.</summary>
    private static NeighborLists? FindByTree(MetricSpace space, int k, WorkContext work)
    {
        if (!TreePolicy.ForNeighbors(space))
        {
            return null;
        }

        KdTree tree = KdTree.Build(space, work.ThreadCount, work.Token);
        if (Enumerable.Range(0, tree.PointCount).Any(point => tree.Points.RowsOf(point).Length > MostEqualRows))
        {
            return null;
        }

        double share = KdNeighbors.MeasuredShare(tree, k, Math.Min(tree.LeafCount, TriedLeaves), work.Token);
        return share * tree.PointCount * tree.PointCount <= CheapTreePairs ? KdNeighbors.Find(tree, k, work) : null;
    }

    /// <summary>
    /// Returns whether all pairs are measured: always up to <see cref="AlwaysExactRows"/>, and beyond as long as it takes a second or two.
    /// </summary>
    internal static bool IsCheap(MetricSpace space)
    {
        double n = space.RowCount;
        double numbers = n * n * Math.Max(16, space.Rows.ColumnCount);
        return n <= AlwaysExactRows || numbers <= (DotRows.Suits(space) ? CheapProducts : CheapDistances);
    }
}
