using System.Text;
using PSLlmCluster.Core.Llama.Native;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// Turns a text into windows of tokens: <c>llama_tokenize</c> of llama.h with parse_special = false, so that what looks like a
/// special token in the text is letters. The model's own special tokens (BOS; [CLS] and [SEP]) frame every window.
/// </summary>
internal sealed unsafe class TextTokenizer
{
    private readonly LlamaModel _model;
    private readonly int[] _before;
    private readonly int[] _after;
    private byte[] _bytes = new byte[1024];
    private int[] _tokens = new int[1024];

    /// <summary>Initializes a new instance of the <see cref="TextTokenizer"/> class.</summary>
    /// <param name="model">The model; the caller keeps it alive.</param>
    public TextTokenizer(LlamaModel model)
    {
        _model = model;

        // Which special tokens come before a text and which after: what adding them adds around a letter.
        int[] plain = Tokenize("a", addSpecial: false).ToArray();
        ReadOnlySpan<int> framed = Tokenize("a", addSpecial: true);
        int start = framed.IndexOf(plain);
        if (start < 0)
        {
            throw new EngineException("ModelTokenizerUnsupported", FailureKind.NotSupported, $"The tokenizer of {model.Path} changes a text's own tokens where it adds special ones, so long texts cannot be cut in windows.", "Take another model.");
        }

        _before = framed[..start].ToArray();
        _after = framed[(start + plain.Length)..].ToArray();
    }

    /// <summary>Gets the special tokens of a window.</summary>
    public int SpecialCount => _before.Length + _after.Length;

    /// <summary>Returns the content tokens of a text, without special ones; good until the next call.</summary>
    /// <param name="text">The text, as it is.</param>
    /// <returns>The tokens.</returns>
    public ReadOnlySpan<int> Content(string text) => Tokenize(text, addSpecial: false);

    /// <summary>Returns the number of windows that a number of content tokens takes.</summary>
    /// <param name="contentCount">Content tokens.</param>
    /// <param name="windowLength">Tokens of a window, special ones included.</param>
    /// <returns>1 or more.</returns>
    public int WindowCount(int contentCount, int windowLength)
    {
        int room = windowLength - SpecialCount;
        return Math.Max(1, (contentCount + room - 1) / room);
    }

    /// <summary>Returns one window of a text: a run of its content tokens between the special ones.</summary>
    /// <param name="content">All content tokens.</param>
    /// <param name="window">Which window, from 0.</param>
    /// <param name="windowLength">Tokens of a window, special ones included.</param>
    /// <returns>The window's tokens.</returns>
    public int[] Window(ReadOnlySpan<int> content, int window, int windowLength)
    {
        int room = windowLength - SpecialCount;
        int start = window * room;
        ReadOnlySpan<int> run = content.Slice(start, Math.Min(room, content.Length - start));
        int[] tokens = new int[run.Length + SpecialCount];
        _before.CopyTo(tokens, 0);
        run.CopyTo(tokens.AsSpan(_before.Length));
        _after.CopyTo(tokens, _before.Length + run.Length);
        return tokens;
    }

    private ReadOnlySpan<int> Tokenize(string text, bool addSpecial)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_bytes.Length < most)
        {
            _bytes = new byte[most];
        }

        int length = Encoding.UTF8.GetBytes(text, _bytes);
        fixed (byte* bytes = _bytes)
        {
            while (true)
            {
                int count;
                fixed (int* tokens = _tokens)
                {
                    count = LlamaNative.llama_tokenize(_model.Vocabulary, bytes, length, tokens, _tokens.Length, addSpecial, parse_special: false);
                }

                // A negative count is how many there would have been.
                if (count >= 0)
                {
                    return _tokens.AsSpan(0, count);
                }

                if (count == int.MinValue)
                {
                    throw new EngineException("TextTooLong", FailureKind.InvalidData, $"A text of {text.Length:N0} characters has too many tokens to be counted.", "Cut the text in pieces.");
                }

                _tokens = new int[-count];
            }
        }
    }
}
