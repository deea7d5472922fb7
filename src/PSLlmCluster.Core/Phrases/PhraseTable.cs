using System.Text;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Phrases;

/// <summary>The phrases that more than one text has, each as a shorter one and a word behind it.</summary>
/// <param name="words">The words.</param>
internal sealed class PhraseTable(WordTable words)
{
    private readonly ValueList<Phrase> _phrases = new();

    /// <summary>Gets how many phrases there are.</summary>
    public int Count => _phrases.Count;

    /// <summary>Adds a phrase.</summary>
    /// <param name="phrase">The phrase.</param>
    /// <returns>Its number, from 0.</returns>
    public int Add(Phrase phrase)
    {
        _phrases.Add(phrase);
        return _phrases.Count - 1;
    }

    /// <summary>Returns a phrase.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The phrase.</returns>
    public Phrase this[int number] => _phrases[number];

    /// <summary>Returns the words of a phrase, as numbers of phrases of one word.</summary>
    /// <param name="number">The phrase's number.</param>
    /// <returns>The words, in order.</returns>
    public int[] WordsOf(int number)
    {
        int[] found = new int[_phrases[number].Size];
        int at = number;
        for (int i = found.Length - 1; i > 0; i--)
        {
            found[i] = _phrases[at].Last;
            at = _phrases[at].Shorter;
        }

        found[0] = at;
        return found;
    }

    /// <summary>Returns the first word of a phrase, as the number of a phrase of one word.</summary>
    /// <param name="number">The phrase's number.</param>
    /// <returns>The word.</returns>
    public int FirstOf(int number)
    {
        int at = number;
        while (_phrases[at].Shorter >= 0)
        {
            at = _phrases[at].Shorter;
        }

        return at;
    }

    /// <summary>Returns the last word of a phrase, as the number of a phrase of one word.</summary>
    /// <param name="number">The phrase's number.</param>
    /// <returns>The word.</returns>
    public int LastOf(int number) => _phrases[number].Size == 1 ? number : _phrases[number].Last;

    /// <summary>Returns a word in small letters.</summary>
    /// <param name="number">The number of the phrase of this one word.</param>
    /// <returns>The word.</returns>
    public string Word(int number) => words[_phrases[number].Word];

    /// <summary>Says whether a phrase can stand by itself: it holds a word of two letters, and begins with no number or affix.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>Whether it can.</returns>
    public bool CanStand(int number)
    {
        int first = _phrases[FirstOf(number)].Word;
        if (words.IsNumber(first) || words.Affixes.Contains(first))
        {
            return false;
        }

        int at = number;
        while (!IsSolid(LastOf(at)))
        {
            at = _phrases[at].Shorter;
            if (at < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says whether a word has two letters, and is no number.</summary>
    /// <param name="number">The number of the phrase of this one word.</param>
    /// <returns>Whether it has.</returns>
    public bool IsSolid(int number) => words.IsSolid(_phrases[number].Word);

    /// <summary>Says whether a word connects others, as "of" and "and" do.</summary>
    /// <param name="number">The number of the phrase of this one word.</param>
    /// <returns>Whether it does, as far as the texts show.</returns>
    public Connection ConnectionOf(int number) => words.Connecting[_phrases[number].Word];

    /// <summary>Says whether a word hardly ever ends a clause.</summary>
    /// <param name="number">The number of the phrase of this one word.</param>
    /// <returns>Whether it does.</returns>
    public bool HardlyEnds(int number) => words.WithoutEnds.Contains(_phrases[number].Word);

    /// <summary>Returns a phrase in small letters, its words apart: the order of phrases that nothing else tells apart.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The text.</returns>
    public string Key(int number)
    {
        StringBuilder key = new();
        foreach (int word in WordsOf(number))
        {
            key.Append(key.Length > 0 ? " " : string.Empty).Append(Word(word));
        }

        return key.ToString();
    }
}

/// <summary>A phrase.</summary>
/// <param name="Size">How many words it has.</param>
/// <param name="Shorter">The phrase without its last word; -1 for a word.</param>
/// <param name="Last">Its last word, as a phrase; -1 for a word, which is its own.</param>
/// <param name="Rest">The phrase without its first word; -1 for a word.</param>
/// <param name="Word">For a single word its number in the table of words, else -1.</param>
/// <param name="Total">How much the texts that have it count for.</param>
internal readonly record struct Phrase(int Size, int Shorter, int Last, int Rest, int Word, long Total);
