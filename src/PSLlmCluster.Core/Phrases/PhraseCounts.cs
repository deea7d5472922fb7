namespace PSLlmCluster.Core.Phrases;

/// <summary>How many members of a cluster have each phrase.</summary>
internal sealed class PhraseCounts
{
    private PhraseCounts(int[] phrases, long[] counts, int[] texts, long[] places, long total)
    {
        Phrases = phrases;
        Counts = counts;
        Texts = texts;
        Places = places;
        Total = total;
    }

    /// <summary>Gets the phrases that members have.</summary>
    public int[] Phrases { get; }

    /// <summary>Gets what the members that have each phrase count for.</summary>
    public long[] Counts { get; }

    /// <summary>Gets how many members have each phrase.</summary>
    public int[] Texts { get; }

    /// <summary>Gets for each phrase the sum over its members of the place where it first stands.</summary>
    public long[] Places { get; }

    /// <summary>Gets how many phrases all members hold.</summary>
    public long Total { get; }

    /// <summary>Counts the phrases of some texts.</summary>
    /// <param name="corpus">The texts.</param>
    /// <param name="members">Which of them.</param>
    /// <param name="scratch">Where to count; it may be used again.</param>
    /// <returns>The counts, of phrases that occur.</returns>
    public static PhraseCounts Of(PhraseCorpus corpus, int[] members, PhraseScratch scratch)
    {
        List<int> found = [];
        long total = 0;
        foreach (int text in members)
        {
            total += corpus.Sizes[text] * corpus.Weights[text];
            for (int size = 1; size <= PhraseCorpus.LongestPhrase; size++)
            {
                ReadOnlySpan<int> phrases = corpus.PhrasesOf(text, size);
                for (int i = 0; i < phrases.Length; i++)
                {
                    int phrase = phrases[i];
                    if (phrase < 0 || scratch.LastText[phrase] == text)
                    {
                        continue;
                    }

                    if (scratch.Texts[phrase] == 0)
                    {
                        found.Add(phrase);
                    }

                    scratch.LastText[phrase] = text;
                    scratch.Texts[phrase]++;
                    scratch.Counts[phrase] += corpus.Weights[text];
                    scratch.Places[phrase] += i;
                }
            }
        }

        PhraseCounts counts = new([.. found], new long[found.Count], new int[found.Count], new long[found.Count], total);
        for (int i = 0; i < found.Count; i++)
        {
            counts.Counts[i] = scratch.Counts[found[i]];
            counts.Texts[i] = scratch.Texts[found[i]];
            counts.Places[i] = scratch.Places[found[i]];
        }

        scratch.Clear(counts.Phrases);
        return counts;
    }
}
