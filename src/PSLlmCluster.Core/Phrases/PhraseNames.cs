using System.Globalization;

namespace PSLlmCluster.Core.Phrases;

/// <summary>What a cluster can be named by.</summary>
/// <param name="Phrases">Its phrases, the most particular first.</param>
/// <param name="Given">A name that was given, which goes before everything; null or blank for none.</param>
/// <param name="Text">A text that stands for it where it has no phrase: its central member; null or blank for none.</param>
/// <param name="IsOneText">Whether all its members are this text, which then names it better than its phrases.</param>
internal sealed record NameParts(
    IReadOnlyList<KeyPhrase> Phrases, string? Given = null, string? Text = null, bool IsOneText = false);

/// <summary>
/// Makes names: up to three phrases of a cluster, as long as they are short together. No two are equal: where a name is taken, further
/// phrases are added until it differs, and at last a number.
/// </summary>
internal static class PhraseNames
{
    /// <summary>The most phrases of a name in a list, where there is room for a line.</summary>
    public const int InList = 3;

    /// <summary>The most phrases of a name on a map, where names stand beside one another.</summary>
    public const int OnMap = 2;

    private const int Longest = 40;
    private const int LongestOnMap = 26;
    private const int LongestRead = 1_000;
    private const double LeastShareOfBest = 0.35;
    private const string Separator = ", ";

    /// <summary>Makes the names.</summary>
    /// <param name="clusters">What each can be named by, the one that chooses first at the front.</param>
    /// <param name="most">The most phrases of a name: <see cref="InList"/>, or <see cref="OnMap"/>, where names are shorter too.</param>
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
        int longest = most == OnMap ? LongestOnMap : Longest;
        string text = ShortText.Cut(ShortText.OneLine(cluster.Text, LongestRead), Longest);
        if (cluster.Phrases.Count == 0 || (cluster.IsOneText && text.Length > 0))
        {
            return Numbered(text.Length > 0 ? text : last(), taken);
        }

        List<string> parts = [ShortText.Cut(cluster.Phrases[0].Text, Longest)];
        int length = ShortText.LengthOf(parts[0]);
        int next = 1;
        for (; next < cluster.Phrases.Count && parts.Count < most; next++)
        {
            int more = ShortText.LengthOf(cluster.Phrases[next].Text) + Separator.Length;
            if (cluster.Phrases[next].Score < LeastShareOfBest * cluster.Phrases[0].Score || length + more > longest)
            {
                break;
            }

            parts.Add(cluster.Phrases[next].Text);
            length += more;
        }

        string name = string.Join(Separator, parts);
        for (string longer = name; next <= cluster.Phrases.Count; next++)
        {
            if (taken.Add(longer))
            {
                return longer;
            }

            longer += next < cluster.Phrases.Count ? Separator + cluster.Phrases[next].Text : string.Empty;
        }

        return Numbered(name, taken);
    }

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
