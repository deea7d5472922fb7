namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Keeps phrases of a cluster that neither begin nor end with a word that only connects others. A word of three letters or more that this
/// cluster alone has, in many texts, is its topic, whatever else speaks for a connecting one ("app", "dark"), unless that is certain.
/// </summary>
internal sealed class EdgeWords
{
    private const int LeastTexts = 5;
    private const int LeastLetters = 3;
    private const double LeastShare = 0.9;
    private const double MostOfCorpus = 0.25;

    // A word that so many texts of a cluster have, and no other text, is what they are about where nothing else is.
    private const int LeastTextsOfExclusive = 3;
    private readonly PhraseTable _phrases;
    private readonly HashSet<int> _topical = [];
    private readonly HashSet<int> _exclusive = [];

    /// <summary>Initializes a new instance of the <see cref="EdgeWords"/> class.</summary>
    /// <param name="corpus">The texts.</param>
    /// <param name="own">The phrases of the cluster.</param>
    public EdgeWords(PhraseCorpus corpus, PhraseCounts own)
    {
        _phrases = corpus.Phrases;
        bool mayBeTopical = own.Total <= MostOfCorpus * corpus.Total;
        for (int i = 0; i < own.Phrases.Length; i++)
        {
            Phrase phrase = _phrases[own.Phrases[i]];
            if (phrase.Size != 1 || _phrases.Word(own.Phrases[i]).Length < LeastLetters)
            {
                continue;
            }

            if (own.Counts[i] == phrase.Total && own.Texts[i] >= LeastTextsOfExclusive)
            {
                _exclusive.Add(own.Phrases[i]);
            }

            if (mayBeTopical
                && own.Counts[i] >= LeastTexts * PhraseCorpus.Unit
                && own.Counts[i] >= LeastShare * phrase.Total)
            {
                _topical.Add(own.Phrases[i]);
            }
        }
    }

    /// <summary>Leaves out phrases with connecting words at an edge.</summary>
    /// <param name="kept">The phrases.</param>
    /// <returns>
    /// Those without any; where there are none, those with words that only may connect others, and with one more that does not or that
    /// this cluster alone has, in three texts: "was" alone says nothing of a cluster, and its central text names it better.
    /// </returns>
    public List<ScoredPhrase> Without(List<ScoredPhrase> kept)
    {
        List<ScoredPhrase> clear = kept.FindAll(phrase => Of(phrase.Phrase) == Connection.None);
        return clear.Count > 0
            ? clear
            : kept.FindAll(phrase => Of(phrase.Phrase) == Connection.Possible && HasOtherWord(phrase.Phrase));
    }

    private bool HasOtherWord(int phrase)
        => Array.Exists(_phrases.WordsOf(phrase), word => OfWord(word) == Connection.None || _exclusive.Contains(word));

    private Connection Of(int phrase)
    {
        return (Connection)Math.Max((int)OfWord(_phrases.FirstOf(phrase)), (int)OfWord(_phrases.LastOf(phrase)));
    }

    private Connection OfWord(int word)
    {
        Connection connection = _phrases.ConnectionOf(word);
        return connection != Connection.Certain && _topical.Contains(word) ? Connection.None : connection;
    }
}
