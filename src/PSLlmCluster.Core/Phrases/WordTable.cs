using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Phrases;

/// <summary>Gives words their numbers: one for all spellings that differ in case, width or composition alone.</summary>
internal sealed class WordTable
{
    private readonly Dictionary<string, int> _spellings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly List<bool> _areSolid = [];
    private readonly List<bool> _areNumbers = [];

    /// <summary>Gets how many words there are.</summary>
    public int Count => _words.Count;

    /// <summary>Returns a word in small letters.</summary>
    /// <param name="word">Its number.</param>
    /// <returns>The word.</returns>
    public string this[int word] => _words[word];

    /// <summary>Gets or sets for each word whether it connects others; none does until all texts are read.</summary>
    public Connection[] Connecting { get; set; } = [];

    /// <summary>Gets the words that hardly ever end a clause; none until all texts are read.</summary>
    public HashSet<int> WithoutEnds { get; } = [];

    /// <summary>Gets the words that are parts of those before them, so that no phrase begins with one.</summary>
    public HashSet<int> Affixes { get; } = [];

    /// <summary>Gets for words that stand behind elisions (d'accès) how often each does.</summary>
    public Dictionary<int, int> BehindElisions { get; } = [];

    /// <summary>Says whether a word may be a phrase by itself: it has two letters, and is no number.</summary>
    /// <param name="word">Its number.</param>
    /// <returns>Whether it may.</returns>
    public bool IsSolid(int word) => _areSolid[word];

    /// <summary>Says whether a word is a number.</summary>
    /// <param name="word">Its number in the table.</param>
    /// <returns>Whether it is.</returns>
    public bool IsNumber(int word) => _areNumbers[word];

    /// <summary>Returns the number of a word.</summary>
    /// <param name="spelling">The word as it is written.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>Its number, from 0.</returns>
    public int NumberOf(ReadOnlySpan<char> spelling, WordKind kind)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> spellings = _spellings.GetAlternateLookup<ReadOnlySpan<char>>();
        if (spellings.TryGetValue(spelling, out int number))
        {
            return number;
        }

        string key = Fold(spelling);
        if (!_keys.TryGetValue(key, out number))
        {
            number = _words.Count;
            _keys.Add(key, number);
            _words.Add(key);
            _areNumbers.Add(kind == WordKind.Number);
            _areSolid.Add(kind != WordKind.Number && new StringInfo(key).LengthInTextElements > 1);
        }

        spellings[spelling] = number;
        return number;
    }

    /// <summary>Says how a word is written.</summary>
    /// <param name="spelling">The word as it is written.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>Its case.</returns>
    public static WordCase CaseOf(ReadOnlySpan<char> spelling, WordKind kind)
    {
        int small = 0;
        int capitals = 0;
        int digits = 0;
        foreach (Rune rune in spelling.EnumerateRunes())
        {
            small += Rune.IsLower(rune) ? 1 : 0;
            capitals += Rune.IsUpper(rune) ? 1 : 0;
            digits += Rune.IsDigit(rune) ? 1 : 0;
        }

        return kind != WordKind.Word ? WordCase.Other
            : small + capitals + digits == 0 ? WordCase.None
            : capitals + digits == 0 ? WordCase.Small
            : capitals > 1 && small == 0 ? WordCase.Capitals
            : WordCase.Initial;
    }

    /// <summary>Returns a text as it is compared: in small letters, of usual width, composed, without signs that show nothing.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text to compare by.</returns>
    public static string Fold(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToString().ToLowerInvariant();
        }

        StringBuilder plain = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!CharacterKinds.IsHidden(rune))
            {
                plain.Append(rune.Value == 0x2019 ? "'" : rune.ToString());
            }
        }

        return plain.ToString().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
    }
}
