namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Chooses among the scored phrases of a cluster: of nested ones the longest where nearly as many members have it, and none that repeats a
/// word of a better one.
/// </summary>
internal static class PhraseChoice
{
    /// <summary>The most phrases of a cluster.</summary>
    public const int Most = 10;

    private const int Ranked = 200;

    // A longer phrase says more: it stands for a shorter one that it holds if this share of the shorter one's members have it.
    private const double Agreement = 0.6;
    private const int SharedLetters = 4;
    private const int OtherEnding = 3;

    /// <summary>Returns the phrases among which is chosen.</summary>
    /// <param name="phrases">What the numbers of phrases stand for.</param>
    /// <param name="scored">The cluster's phrases, in any order.</param>
    /// <returns>The best of them, the most particular first.</returns>
    public static List<ScoredPhrase> Best(PhraseTable phrases, List<ScoredPhrase> scored)
    {
        Dictionary<int, string> keys = [];
        List<ScoredPhrase> ranked = [.. scored];
        ranked.Sort(Compare);
        if (ranked.Count > Ranked)
        {
            ranked.RemoveRange(Ranked, ranked.Count - Ranked);
        }

        return ranked;

        int Compare(ScoredPhrase first, ScoredPhrase second)
        {
            int order = second.Score.CompareTo(first.Score);
            order = order != 0 ? order : second.Count.CompareTo(first.Count);

            // Of equals the longer one, then the one that stands nearer to the beginning of its texts.
            order = order != 0 ? order : phrases[second.Phrase].Size.CompareTo(phrases[first.Phrase].Size);
            order = order != 0 ? order : ((Int128)first.Places * second.Texts).CompareTo((Int128)second.Places * first.Texts);
            return order != 0 ? order : string.CompareOrdinal(KeyOf(first.Phrase), KeyOf(second.Phrase));
        }

        string KeyOf(int phrase)
        {
            if (!keys.TryGetValue(phrase, out string? key))
            {
                keys.Add(phrase, key = phrases.Key(phrase));
            }

            return key;
        }
    }

    /// <summary>Chooses phrases.</summary>
    /// <param name="phrases">What the numbers of phrases stand for.</param>
    /// <param name="scored">The cluster's phrases, in any order.</param>
    /// <returns>The chosen ones, the most particular first.</returns>
    public static List<ScoredPhrase> Of(PhraseTable phrases, List<ScoredPhrase> scored)
    {
        List<ScoredPhrase> ranked = Best(phrases, scored);
        Dictionary<int, int> places = [];
        for (int i = 0; i < ranked.Count; i++)
        {
            places.Add(ranked[i].Phrase, i);
        }

        // A longer phrase takes the place of the best shorter one that it stands for. One that a longer one stands for takes none: of
        // "drive" (10), "drive S" (6) and "network drive S" (4) the last would else stand for the first.
        int[] rank = [.. Enumerable.Range(0, ranked.Count)];
        bool[] isCovered = new bool[ranked.Count];
        foreach (int i in Enumerable.Range(0, ranked.Count).OrderByDescending(i => phrases[ranked[i].Phrase].Size).ThenBy(i => i))
        {
            if (!isCovered[i])
            {
                Cover(phrases, ranked[i].Phrase, i);
            }
        }

        void Cover(PhraseTable table, int part, int whole)
        {
            Phrase phrase = table[part];
            if (phrase.Size == 1)
            {
                return;
            }

            foreach (int shorter in new[] { phrase.Shorter, phrase.Rest })
            {
                if (places.TryGetValue(shorter, out int at) && ranked[whole].Count >= Agreement * ranked[at].Count)
                {
                    isCovered[at] = true;
                    rank[whole] = Math.Min(rank[whole], rank[at]);
                }

                Cover(table, shorter, whole);
            }
        }

        List<ScoredPhrase> chosen = [];
        List<string[]> wordsOfChosen = [];
        foreach (int i in Enumerable.Range(0, ranked.Count).Where(i => !isCovered[i]).OrderBy(i => rank[i]).ThenBy(i => i))
        {
            if (chosen.Count == Most)
            {
                break;
            }

            string[] words = [.. phrases.WordsOf(ranked[i].Phrase).Select(phrases.Word)];
            if (wordsOfChosen.Exists(others => AreForms(words, others)))
            {
                continue;
            }

            int whole = wordsOfChosen.FindIndex(others => Holds(others, words) || Holds(words, others));
            if (whole < 0)
            {
                chosen.Add(ranked[i]);
                wordsOfChosen.Add(words);
            }
            else if (Holds(wordsOfChosen[whole], words) && chosen[whole].Count < Agreement * (chosen[whole].Count + ranked[i].Count))
            {
                // More have the part by itself: "VPN" says more of them than "VPN-Verbindung".
                (chosen[whole], wordsOfChosen[whole]) = (ranked[i], words);
                for (int later = chosen.Count - 1; later > whole; later--)
                {
                    if (Holds(wordsOfChosen[later], words))
                    {
                        chosen.RemoveAt(later);
                        wordsOfChosen.RemoveAt(later);
                    }
                }
            }
        }

        return chosen;
    }

    // Whether the words of a phrase, but numbers, are all in another one, or parts of its compounds with a hyphen or the like: of
    // "VPN-Client" "VPN" is, and of "Python-Modul" "Python 3".
    private static bool Holds(string[] words, string[] parts)
        => Array.TrueForAll(
            parts, part => !part.Any(char.IsLetter) || Array.Exists(words, word => word == part || HoldsAsPart(word, part)));

    private static bool HoldsAsPart(string word, string part)
    {
        foreach (Range range in word.AsSpan().SplitAny(TextTokens.Joints))
        {
            if (word.AsSpan(range).SequenceEqual(part))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreForms(string[] first, string[] second)
        => Array.Exists(first, word => Array.Exists(second, other => AreForms(word, other)));

    // "font" and "fonts", "dictionary" and "dictionaries" say the same; so do a compound and its part where no space is between.
    private static bool AreForms(string first, string second)
    {
        int shared = first.AsSpan().CommonPrefixLength(second);
        return shared == Math.Min(first.Length, second.Length) && shared >= 2 && first[0] >= 0x0E00
            || first == second
            || (shared >= SharedLetters && Math.Max(first.Length, second.Length) - shared <= OtherEnding);
    }
}
