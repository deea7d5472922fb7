namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Phrases that are cut out of a sentence which several members have, as subjects of tickets are written again and again: of "Docking
/// station does not charge laptop" neither "docking station does" nor "station does not charge" is a phrase, but "docking station" is.
/// </summary>
internal static class SentencePieces
{
    // So many of the members that have a phrase go on with the same word, or come to it from the same one.
    private const double Agreement = 0.6;

    /// <summary>How a phrase goes on at one of its sides.</summary>
    private enum Side
    {
        /// <summary>With different words, or not at all.</summary>
        Open,

        /// <summary>With the same word, which connects: the phrase may end there.</summary>
        Connected,

        /// <summary>With the same word, which belongs to it as much as its own.</summary>
        Cut,
    }

    /// <summary>
    /// Finds the pieces: phrases that are cut at a side, of two words those whose other side is not open, and those that are broken off
    /// after a word that ends none.
    /// </summary>
    /// <param name="phrases">What the numbers of phrases stand for.</param>
    /// <param name="own">How many members of a cluster have each phrase.</param>
    /// <param name="withoutEnds">Words that hardly ever end a clause, and are no topic of the cluster: they count as connecting.</param>
    /// <returns>The phrases that are pieces.</returns>
    public static HashSet<int> Of(PhraseTable phrases, PhraseCounts own, HashSet<int> withoutEnds)
    {
        // How a phrase goes on is what a longer one has behind it; for the longest, one of the same size that is one word further on.
        Dictionary<int, (int Word, long Count)> behind = [];
        Dictionary<int, (int Word, long Count)> before = [];
        Dictionary<int, long> counts = [];
        for (int i = 0; i < own.Phrases.Length; i++)
        {
            Phrase phrase = phrases[own.Phrases[i]];
            counts.Add(own.Phrases[i], own.Counts[i]);
            if (phrase.Size > 1)
            {
                Keep(behind, phrase.Shorter, phrase.Last, own.Counts[i]);
                Keep(before, phrase.Rest, phrases.FirstOf(own.Phrases[i]), own.Counts[i]);
            }
        }

        HashSet<int> pieces = [];
        for (int i = 0; i < own.Phrases.Length; i++)
        {
            int number = own.Phrases[i];
            Phrase phrase = phrases[number];
            if (phrase.Size > 1)
            {
                bool isLongest = phrase.Size == PhraseCorpus.LongestPhrase;
                Side left = SideOf(before, isLongest ? phrase.Shorter : number, own.Counts[i]);
                Side right = SideOf(behind, isLongest ? phrase.Rest : number, own.Counts[i]);
                bool isCut = left == Side.Cut || right == Side.Cut;
                if (withoutEnds.Contains(phrase.Last) || (isCut && (phrase.Size > 2 || (left != Side.Open && right != Side.Open))))
                {
                    pieces.Add(number);
                }
            }
        }

        return pieces;

        // Of two words that follow as often the one that does not connect counts, whichever text came first.
        void Keep(Dictionary<int, (int Word, long Count)> sides, int phrase, int word, long count)
        {
            (int Word, long Count) most = sides.GetValueOrDefault(phrase);
            if (count > most.Count || (count == most.Count && Connects(most.Word) && !Connects(word)))
            {
                sides[phrase] = (word, count);
            }
        }

        // Members that have a phrase and go on with the word are at least those that go on so, without those that have no more than the
        // part of it that was counted.
        Side SideOf(Dictionary<int, (int Word, long Count)> sides, int phrase, long count)
        {
            (int word, long most) = sides.GetValueOrDefault(phrase);
            return most == 0 || most + count - counts[phrase] < Agreement * count ? Side.Open
                : Connects(word) ? Side.Connected
                : Side.Cut;
        }

        bool Connects(int word) => phrases.ConnectionOf(word) != Connection.None || withoutEnds.Contains(word);
    }
}
