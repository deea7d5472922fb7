using System.Globalization;
using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// Names clusters by the phrases that are particular to each, without a language model: <see cref="PhraseScores"/> says how phrases are
/// scored, <see cref="PhraseChoice"/> which are chosen, and <see cref="PhraseNames"/> how names are made of them. The same rows, in any
/// order, give the same names.
/// </summary>
public static class ClusterNaming
{
    private const int NearestCount = 3;

    /// <summary>Names the clusters.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="given">Names that a person gave, by the cluster's number; null for none. They win.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clusters, by number.</returns>
    public static IReadOnlyList<NamedCluster> Name(
        ClusterRows rows,
        IReadOnlyDictionary<int, string>? given = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        progress?.Report(new StageProgress($"reading {rows.Labels.Count} texts", 0));
        PhraseCorpus corpus = PhraseCorpus.Read(rows.Texts, rows.Weights, token);
        return Name(corpus, rows, given, null, progress, token);
    }

    /// <summary>Names the clusters of texts that were read before.</summary>
    /// <param name="corpus">The texts.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="given">Names that win, by the cluster's number; null for none.</param>
    /// <param name="orderPhrases">Puts the phrases of a cluster, by its number, in another order; null to leave them.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clusters, by number.</returns>
    internal static IReadOnlyList<NamedCluster> Name(
        PhraseCorpus corpus,
        ClusterRows rows,
        IReadOnlyDictionary<int, string>? given,
        Func<int, IReadOnlyList<KeyPhrase>, IReadOnlyList<KeyPhrase>>? orderPhrases,
        IProgress<StageProgress>? progress,
        CancellationToken token)
    {
        SortedDictionary<int, List<int>> byNumber = [];
        for (int row = 0; row < rows.Labels.Count; row++)
        {
            if (rows.Labels[row] >= 0)
            {
                if (!byNumber.TryGetValue(rows.Labels[row], out List<int>? list))
                {
                    byNumber.Add(rows.Labels[row], list = []);
                }

                list.Add(row);
            }
        }

        int[] numbers = [.. byNumber.Keys];
        int[][] members = [.. byNumber.Values.Select(list => list.ToArray())];
        progress?.Report(new StageProgress($"looking where {numbers.Length} clusters lie", 0.5));
        ClusterCenters? centers = RowCenters.Of(rows, members, token);
        int[][] nearest = [.. Enumerable.Range(0, numbers.Length).Select(c => centers?.Nearest(c, NearestCount) ?? [])];
        progress?.Report(new StageProgress($"finding the phrases of {numbers.Length} clusters", 0.7));
        IReadOnlyList<KeyPhrase>[] phrases = ClusterPhrases.Of(corpus, members, nearest, centers, token);
        if (orderPhrases is not null)
        {
            phrases = [.. phrases.Select((own, c) => orderPhrases(numbers[c], own))];
        }

        int[][] central = new int[numbers.Length][];
        for (int c = 0; c < numbers.Length; c++)
        {
            token.ThrowIfCancellationRequested();
            central[c] = CentralRows.Of(rows, members[c], centers?.NearnessOf(c, members[c]), phrases[c]);
        }

        double[] counts = [.. members.Select(list => CountOf(rows, list))];
        double all = CountOf(rows, [.. Enumerable.Range(0, rows.Labels.Count)]);
        string[] names = NamesOf(rows, numbers, counts, members, phrases, central, given);
        progress?.Report(new StageProgress($"{numbers.Length} clusters have names", 1));
        return
        [
            .. Enumerable.Range(0, numbers.Length).Select(c => new NamedCluster
            {
                Cluster = numbers[c],
                Name = names[c],
                Source = IsGiven(given, numbers[c]) ? NameSource.Given : NameSource.Keyphrase,
                Score = IsGiven(given, numbers[c]) || phrases[c].Count == 0 ? null : phrases[c][0].Score,
                Count = counts[c],
                Share = all > 0 ? counts[c] / all : 0,
                Keyphrases = phrases[c],
                Rows = members[c],
                ByCentrality = central[c],
                Nearest = [.. nearest[c].Select(other => numbers[other])],
            }),
        ];
    }

    private static string[] NamesOf(
        ClusterRows rows,
        int[] numbers,
        double[] counts,
        int[][] members,
        IReadOnlyList<KeyPhrase>[] phrases,
        int[][] central,
        IReadOnlyDictionary<int, string>? given)
    {
        // The largest chooses first.
        int[] order = [.. Enumerable.Range(0, numbers.Length).OrderByDescending(c => counts[c]).ThenBy(c => numbers[c])];
        string[] made = PhraseNames.Of(
            [
                .. order.Select(c => new NameParts(
                    phrases[c],
                    IsGiven(given, numbers[c]) ? given![numbers[c]] : null,
                    central[c].Length > 0 ? rows.Texts[central[c][0]] : null,
                    central[c].Length == 1 && members[c].All(row => !string.IsNullOrWhiteSpace(rows.Texts[row])),
                    members[c].Length)),
            ],
            PhraseNames.Whole,
            place => string.Create(CultureInfo.InvariantCulture, $"Group {numbers[order[place]]}"));
        string[] names = new string[numbers.Length];
        for (int i = 0; i < order.Length; i++)
        {
            names[order[i]] = made[i];
        }

        return names;
    }

    private static bool IsGiven(IReadOnlyDictionary<int, string>? given, int number)
        => given is not null && given.TryGetValue(number, out string? name) && ShortText.OneLine(name).Length > 0;

    private static double CountOf(ClusterRows rows, int[] members)
    {
        if (rows.Weights is null)
        {
            return members.Length;
        }

        // In whole numbers, so that no order changes the sum.
        Int128 sum = 0;
        foreach (int row in members)
        {
            sum += (Int128)Math.Round(rows.Weights[row] * PhraseCorpus.Unit);
        }

        return (double)sum / PhraseCorpus.Unit;
    }
}
