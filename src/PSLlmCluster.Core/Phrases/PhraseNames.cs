using System.Globalization;

namespace PSLlmCluster.Core.Phrases;

/// <summary>What a cluster can be named by.</summary>
/// <param name="Phrases">Its phrases, the most particular first.</param>
/// <param name="Given">A name that was given, which goes before everything; null or blank for none.</param>
/// <param name="Text">A text that stands for it where it has no phrase: its central member; null or blank for none.</param>
/// <param name="IsOneText">Whether all its members are this text, which then names it better than its phrases.</param>
/// <param name="Members">How many members it has; 0 where that is not known.</param>
internal sealed record NameParts(
    IReadOnlyList<KeyPhrase> Phrases, string? Given = null, string? Text = null, bool IsOneText = false, int Members = 0);

/// <summary>
/// Makes names: up to three phrases of a cluster, as long as they are short together. No two are equal: where a name is taken, further
/// phrases are added until it differs, and at last a number.
/// </summary>
internal static class PhraseNames
{
    /// <summary>The most phrases of a name, where there is room for a line.</summary>
    public const int Whole = 3;

    /// <summary>The most phrases of a name on a map of many clusters: the beginning of its whole name.</summary>
    public const int OnCrowdedMap = 2;

    private const int Longest = 40;
    private const int LongestOnCrowdedMap = 26;
    private const int LongestRead = 1_000;
    private const double LeastShareOfBest = 0.35;

    // A further phrase of few members is in the name where it is nearly as sure as the first one, and has a fair share of its members.
    private const int FewMembers = 5;
    private const double LeastShareOfFew = 0.5;
    private const double LeastShareOfCount = 0.25;

    // A word that two of more than so many members share, and that is all they share, is as often an accident as their topic.
    private const int MostMembersOfPair = 8;
    private const int Pair = 2;
    private const string Separator = ", ";

    /// <summary>Makes the names.</summary>
    /// <param name="clusters">What each can be named by, the one that chooses first at the front.</param>
    /// <param name="most">
    /// The most phrases of a name: <see cref="Whole"/>, or <see cref="OnCrowdedMap"/>, where names are shorter too.
    /// </param>
    /// <param name="last">Makes of a cluster's place the name of last resort, such as "Group 7"; it is made unique as well.</param>
    /// <returns>The names, not blank, of one line, and all different, also without regard to case.</returns>
    public static string[] Of(IReadOnlyList<NameParts> clusters, int most, Func<int, string> last)
    {
        string[] names = new string[clusters.Count];
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

        // Names that were given are taken first, so that made ones make room.
        for (int c = 0; c < names.Length; c++)
        {
            if (ShortText.OneLine(clusters[c].Given) is { Length: > 0 } given)
            {
                names[c] = Numbered(given, taken);
            }
        }

        for (int c = 0; c < names.Length; c++)
        {
            names[c] ??= Made(clusters[c], most, taken, () => last(c));
        }

        return names;
    }

    private static string Made(NameParts cluster, int most, HashSet<string> taken, Func<string> last)
    {
        string text = ShortText.Cut(ShortText.OneLine(cluster.Text, LongestRead), Longest);
        if (cluster.Phrases.Count == 0 || (cluster.IsOneText && text.Length > 0))
        {
            return Numbered(text.Length > 0 ? text : last(), taken);
        }

        List<string> parts = [ShortText.Cut(cluster.Phrases[0].Text, Longest)];
        int length = ShortText.LengthOf(parts[0]);
        List<string> others = [];
        bool isFull = false;
        foreach (KeyPhrase phrase in cluster.Phrases.Skip(1))
        {
            int more = ShortText.LengthOf(phrase.Text) + Separator.Length;
            isFull |= parts.Count == Whole
                || phrase.Score < LeastShareOfBest * cluster.Phrases[0].Score
                || length + more > Longest;
            if (isFull || SaysLittle(phrase, cluster.Phrases[0]))
            {
                others.Add(phrase.Text);
                continue;
            }

            parts.Add(phrase.Text);
            length += more;
        }

        if (parts.Count == 1 && cluster.Phrases[0].Count <= Pair && cluster.Members > MostMembersOfPair && text.Length > 0)
        {
            return Numbered(text, taken);
        }

        if (most == OnCrowdedMap)
        {
            int kept = CountOnCrowdedMap(parts);
            others.InsertRange(0, parts[kept..]);
            parts.RemoveRange(kept, parts.Count - kept);
        }

        string name = string.Join(Separator, parts);
        string longer = name;
        foreach (string other in others)
        {
            if (taken.Add(longer))
            {
                return longer;
            }

            longer += Separator + other;
        }

        return taken.Add(longer) ? longer : Numbered(name, taken);
    }

    // How many phrases of a whole name there is room for.
    private static int CountOnCrowdedMap(List<string> parts)
        => parts.Count >= OnCrowdedMap
            && ShortText.LengthOf(parts[0]) + Separator.Length + ShortText.LengthOf(parts[1]) <= LongestOnCrowdedMap
            ? OnCrowdedMap
            : 1;

    private static bool SaysLittle(KeyPhrase phrase, KeyPhrase first)
        => phrase.Count < FewMembers
            && (phrase.Score < LeastShareOfFew * first.Score || phrase.Count < LeastShareOfCount * first.Count);

    private static string Numbered(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name} ({i})");
        }

        return unique;
    }
}
