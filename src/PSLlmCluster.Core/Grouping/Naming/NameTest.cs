using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Grouping.Naming;

/// <summary>
/// Tests names: the vector of a name must lie clearly nearer to the middle of its own cluster than to that of any other, by the cosine,
/// the mean of all rows taken off. Where few texts of a cluster hold the very name, its middle is taken without them, and none of them is
/// the name: what one text says does not name the others.
/// </summary>
internal sealed class NameTest
{
    private const double FewShare = 0.05;

    /// <summary>Names of a smaller margin were wrong or made up wherever they were read; docs/decisions/0017 names them.</summary>
    private const double LeastMargin = 0.05;

    private static readonly char[] _ends = ['.', '!', '?', '"', '\'', ' '];
    private readonly ClusterRows _rows;
    private readonly int[] _numbers;
    private readonly int[][] _members;
    private readonly ClusterCenters? _centers;

    /// <summary>Initializes a new instance of the <see cref="NameTest"/> class.</summary>
    /// <param name="rows">The rows, with vectors.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public NameTest(ClusterRows rows, CancellationToken token)
    {
        _rows = rows;
        SortedDictionary<int, List<int>> byNumber = [];
        for (int row = 0; row < rows.Labels.Count; row++)
        {
            if (rows.Labels[row] >= 0)
            {
                (byNumber.TryGetValue(rows.Labels[row], out List<int>? list) ? list : byNumber[rows.Labels[row]] = []).Add(row);
            }
        }

        _numbers = [.. byNumber.Keys];
        _members = [.. byNumber.Values.Select(list => list.ToArray())];
        _centers = RowCenters.Of(rows with { Places = null }, _members, token);
    }

    /// <summary>Tests a name.</summary>
    /// <param name="cluster">The number of the cluster.</param>
    /// <param name="name">The name.</param>
    /// <param name="vector">Its vector; null where it has none.</param>
    /// <param name="margin">
    /// Receives the cosine to the middle of its own cluster minus that to the best other one, from -2 to 2: the larger the better. Null
    /// where there is no other cluster, and where nothing can be said.
    /// </param>
    /// <returns>
    /// Whether the margin is above 0.05, and the name is not one of a few texts as it stands; with no other cluster, whether not
    /// only few texts hold it.
    /// </returns>
    public bool Stands(int cluster, string name, float[]? vector, out double? margin)
    {
        margin = null;
        int own = Array.BinarySearch(_numbers, cluster);
        int[] holders = FewHolders(own, name);
        if (Array.Exists(holders, row => ShortText.OneLine(_rows.Texts[row], name.Length + 2).Trim(_ends).Length <= name.Length))
        {
            return false;
        }

        if (_numbers.Length == 1)
        {
            return holders.Length == 0;
        }

        if (vector is null || _centers?.NearnessTo(vector, own, holders) is not { } nearness)
        {
            return false;
        }

        double other = double.NegativeInfinity;
        for (int c = 0; c < nearness.Length; c++)
        {
            other = c == own ? other : Math.Max(other, nearness[c]);
        }

        margin = double.IsFinite(nearness[own]) && double.IsFinite(other) ? nearness[own] - other : null;
        return margin > LeastMargin;
    }

    /// <summary>Returns the rows that hold a name where one text does, or a twentieth of the cluster, and there are others.</summary>
    private int[] FewHolders(int own, string name)
    {
        int[] members = _members[own];
        int[] holders = Array.FindAll(members, row => _rows.Texts[row]?.Contains(name, StringComparison.OrdinalIgnoreCase) ?? false);
        int texts = holders.Select(row => _rows.Texts[row]).Distinct(StringComparer.Ordinal).Count();
        return holders.Length < members.Length && (texts == 1 || holders.Length <= FewShare * members.Length) ? holders : [];
    }
}
