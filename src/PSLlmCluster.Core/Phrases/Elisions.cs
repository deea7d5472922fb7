using System.Buffers;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Articles and prepositions that lost their vowel before another word and are written with it (l'imprimante, dell'ufficio, d’Emacs),
/// known by what stands behind them and by no list: a piece that ends in a consonant and stands, before an apostrophe, before words that
/// begin with a vowel, some of which at least are written without it too. In a corpus that has one such piece, any other is one that stands
/// before words that are, and any of one letter. Where texts are too few for words to come twice, a piece of one letter before three of
/// them is one, unless apostrophes stand elsewhere as often (Uzbek g'alaba, bo'lim). Parts of names and shortened words (O'Reilly, o'clock,
/// can't, rock'n'roll) stand otherwise. Vowels are those of the Latin script; h may be silent.
/// Letters that are spelled out may follow too (d'XML).
/// </summary>
internal sealed class Elisions
{
    // Of the words behind a piece so many, and such a share, are known without it; of those behind a long one ("shoot'em") more.
    private const int LeastKnown = 2;
    private const int LeastKnownOfLong = 3;
    private const double LeastShare = 0.25;
    private const int MostLettersOfShort = 4;

    // From fewer words than the second number on, of which none is known, nothing can be said.
    private const int LeastOfUnknown = 3;
    private const int MostOfUnknown = 8;
    private const int LeastLetters = 2;

    // With their accents, since normalization to take these off depends on the machine.
    private static readonly SearchValues<char> _vowels = SearchValues.Create("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœāăąēĕėęěĩīĭįıōŏőũūŭůűųŷ");
    private readonly Dictionary<string, HashSet<string>> _followers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, bool> _isKnown = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> _isKnownBySpan;
    private int _count;
    private int _others;
    private readonly HashSet<string> _elided = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _elidedBySpan;

    /// <summary>Initializes a new instance of the <see cref="Elisions"/> class, which knows none.</summary>
    public Elisions()
    {
        _isKnownBySpan = _isKnown.GetAlternateLookup<ReadOnlySpan<char>>();
        _elidedBySpan = _elided.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Gets a value indicating whether any word that was added may hold an elision.</summary>
    public bool IsPossible => _followers.Count > 0;

    /// <summary>Says whether a letter of the Latin script is a vowel.</summary>
    /// <param name="letter">The letter, with an accent or without.</param>
    /// <param name="orSilent">Whether h counts as one, which may be silent.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsVowel(char letter, bool orSilent = false)
        => _vowels.Contains(char.ToLowerInvariant(letter)) || (orSilent && letter is 'h' or 'H');

    /// <summary>Adds a word that may begin with an elision.</summary>
    /// <param name="word">Any word.</param>
    public void Add(ReadOnlySpan<char> word)
    {
        int at = word.IndexOfAny('\'', '\u2019');
        if (at <= 0 || at + 1 == word.Length)
        {
            return;
        }

        if (word.Length - at - 1 < LeastLetters || !EndsInConsonant(word[..at]) || !IsVowel(word[at + 1], orSilent: true))
        {
            _others++;
            return;
        }

        _count++;
        string piece = word[..at].ToString();
        string follower = word[(at + 1)..].ToString();
        if (!_followers.TryGetValue(piece, out HashSet<string>? followers))
        {
            _followers.Add(piece, followers = new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        }

        followers.Add(follower);
        _isKnown.TryAdd(follower, false);
    }

    /// <summary>Adds a word to those that are written without an elision; all that may begin with one have been added before.</summary>
    /// <param name="word">Any word.</param>
    public void AddAlone(ReadOnlySpan<char> word)
    {
        if (_isKnownBySpan.TryGetValue(word, out bool isKnown) && !isKnown)
        {
            _isKnownBySpan[word] = true;
        }
    }

    /// <summary>Decides which pieces are elisions, once all words have been added.</summary>
    public void Decide()
    {
        foreach ((string piece, HashSet<string> followers) in _followers)
        {
            int known = followers.Count(word => _isKnown[word]);
            int least = piece.Length > MostLettersOfShort ? LeastKnownOfLong : LeastKnown;
            bool isUnknown = known < least && piece.Length == 1 && _count > _others
                && followers.Count is >= LeastOfUnknown and < MostOfUnknown;
            if (isUnknown || (known >= least && known >= LeastShare * followers.Count))
            {
                _elided.Add(piece);
            }
        }

        // What stands behind an elision is a word, though it may never stand without one.
        HashSet<string> behind = new(_elided.SelectMany(piece => _followers[piece]), StringComparer.OrdinalIgnoreCase);
        if (behind.Count == 0)
        {
            return;
        }

        foreach ((string piece, HashSet<string> followers) in _followers)
        {
            int known = followers.Count(word => behind.Contains(word) || (_isKnown[word] && followers.Count > 1));
            if (piece.Length == 1 || (known > 0 && known >= LeastShare * followers.Count))
            {
                _elided.Add(piece);
            }
        }
    }

    /// <summary>Returns how much of a word is elisions.</summary>
    /// <param name="word">Any word.</param>
    /// <returns>The length of those that it begins with, their apostrophes included; 0 for none.</returns>
    public int LengthIn(ReadOnlySpan<char> word)
    {
        int length = 0;
        while (_elided.Count > 0)
        {
            int at = word[length..].IndexOfAny('\'', '\u2019');
            if (at <= 0 || !_elidedBySpan.Contains(word.Slice(length, at)))
            {
                break;
            }

            length += at + 1;
        }

        return length;
    }

    // Before an apostrophe "qu" stands for one consonant.
    private static bool EndsInConsonant(ReadOnlySpan<char> piece)
        => char.IsLetter(piece[^1]) && char.IsAscii(piece[^1])
            && (!IsVowel(piece[^1]) || piece.EndsWith("qu", StringComparison.OrdinalIgnoreCase));
}
