namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>What one text's work on a unigram model needs of memory; kept from text to text, but for what only a huge one needs.</summary>
internal sealed class UnigramScratch
{
    private const int MostKept = 1 << 16;

    private char[] _text = [];
    private char[] _word = new char[256];
    private PathEnd[] _ends = new PathEnd[256];

    /// <summary>Gets the length of the word that is being read.</summary>
    public int WordLength { get; private set; }

    /// <summary>Gets the word that is being read.</summary>
    public ReadOnlySpan<char> Word => _word.AsSpan(0, WordLength);

    /// <summary>Gets a value indicating whether the text has had a word already.</summary>
    public bool HasWords { get; private set; }

    /// <summary>Appends a character to the word.</summary>
    /// <param name="unit">A UTF-16 code unit.</param>
    public void Add(char unit)
    {
        if (WordLength == _word.Length)
        {
            Array.Resize(ref _word, 2 * WordLength);
        }

        _word[WordLength++] = unit;
    }

    /// <summary>Begins another word.</summary>
    public void NextWord()
    {
        WordLength = 0;
        HasWords = true;
    }

    /// <summary>Returns memory for a word's lattice, of any content.</summary>
    /// <param name="count">How many ends.</param>
    /// <returns>The memory.</returns>
    public Span<PathEnd> Ends(int count)
    {
        if (_ends.Length < count)
        {
            _ends = new PathEnd[Math.Max(count, 2 * _ends.Length)];
        }

        return _ends.AsSpan(0, count);
    }

    /// <summary>Returns memory for a copy of a text, of any content.</summary>
    /// <param name="length">The text's length.</param>
    /// <returns>The memory.</returns>
    public Span<char> Text(int length)
    {
        if (_text.Length < length)
        {
            _text = new char[length];
        }

        return _text.AsSpan(0, length);
    }

    /// <summary>Makes it ready for the next text.</summary>
    public void Reset()
    {
        WordLength = 0;
        HasWords = false;
        _text = _text.Length > MostKept ? [] : _text;
        _word = _word.Length > MostKept ? new char[256] : _word;
        _ends = _ends.Length > MostKept ? new PathEnd[256] : _ends;
    }
}
