using System.Runtime.InteropServices;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// What generation asks of a model's vocabulary: the bytes of a token, which tokens end a text, which may not be written (control tokens,
/// which are no text), and which strings are special tokens.
/// </summary>
internal sealed unsafe class GenerationVocabulary
{
    private const llama_token_attr Special = llama_token_attr.LLAMA_TOKEN_ATTR_CONTROL | llama_token_attr.LLAMA_TOKEN_ATTR_USER_DEFINED;

    private readonly nint _vocabulary;
    private readonly bool[] _isEnd;
    private readonly bool[] _isHidden;
    private readonly Dictionary<string, int> _special = new(StringComparer.Ordinal);
    private readonly List<string> _marks = [];
    private byte[] _piece = new byte[256];

    /// <summary>Initializes a new instance of the <see cref="GenerationVocabulary"/> class.</summary>
    /// <param name="vocabulary">The native vocabulary; the caller keeps its model alive.</param>
    public GenerationVocabulary(nint vocabulary)
    {
        _vocabulary = vocabulary;
        TokenCount = LlamaNative.llama_vocab_n_tokens(vocabulary);
        _isEnd = new bool[TokenCount];
        _isHidden = new bool[TokenCount];
        for (int token = 0; token < TokenCount; token++)
        {
            llama_token_attr attributes = LlamaNative.llama_vocab_get_attr(vocabulary, token);
            _isEnd[token] = LlamaNative.llama_vocab_is_eog(vocabulary, token);
            if ((attributes & Special) != 0)
            {
                string text = Marshal.PtrToStringUTF8((nint)LlamaNative.llama_vocab_get_text(vocabulary, token)) ?? string.Empty;
                _special.TryAdd(text, token);
                if ((attributes & llama_token_attr.LLAMA_TOKEN_ATTR_USER_DEFINED) != 0 && text is ['<', _, ..])
                {
                    _marks.Add(text);
                }
            }

            _isHidden[token] = !_isEnd[token]
                && (attributes & (llama_token_attr.LLAMA_TOKEN_ATTR_CONTROL | llama_token_attr.LLAMA_TOKEN_ATTR_UNKNOWN)) != 0;
        }

        // What some files call control tokens is text here, since it shows where the thinking is.
        _special.Remove(string.Empty);
        JoinsFragments = LlamaNative.llama_vocab_type(vocabulary) == llama_vocab_type.LLAMA_VOCAB_TYPE_BPE;
        HasThinking = Reveal(CompletionText.ThinkingStart) & Reveal(CompletionText.ThinkingEnd);
    }

    /// <summary>Gets the number of tokens.</summary>
    public int TokenCount { get; }

    /// <summary>Gets a value indicating whether the marks of thinking are tokens.</summary>
    public bool HasThinking { get; }

    /// <summary>Gets a value indicating whether tokens of two fragments are those of a text, as with byte-pair encoding.</summary>
    public bool JoinsFragments { get; }

    /// <summary>Gets the special tokens, such as &lt;think&gt;, that llama.cpp looks for in every text.</summary>
    public IReadOnlyList<string> Marks => _marks;

    /// <summary>Gets the special tokens by their text.</summary>
    public IReadOnlyDictionary<string, int> SpecialTokens => _special;

    /// <summary>Says whether a token ends a text.</summary>
    /// <param name="token">The token.</param>
    /// <returns>True where it does.</returns>
    public bool IsEnd(int token) => _isEnd[token];

    /// <summary>Says whether a token is never written.</summary>
    /// <param name="token">The token.</param>
    /// <returns>True for a control token that does not end a text.</returns>
    public bool IsHidden(int token) => _isHidden[token];

    /// <summary>Returns the bytes of a token, good until the next call.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The bytes, which may be a part of a character; none for a token that ends a text.</returns>
    public ReadOnlySpan<byte> Piece(int token)
    {
        if (_isEnd[token])
        {
            return [];
        }

        while (true)
        {
            int length;
            fixed (byte* piece = _piece)
            {
                length = LlamaNative.llama_token_to_piece(_vocabulary, token, piece, _piece.Length, lstrip: 0, special: true);
            }

            // A negative length is how much there would have been.
            if (length >= 0)
            {
                return _piece.AsSpan(0, length);
            }

            _piece = new byte[-length];
        }
    }

    private bool Reveal(ReadOnlySpan<byte> text)
    {
        if (!_special.TryGetValue(System.Text.Encoding.UTF8.GetString(text), out int token))
        {
            return false;
        }

        _isHidden[token] = false;
        return true;
    }
}
