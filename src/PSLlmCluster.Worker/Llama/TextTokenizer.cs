using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Turns a text into tokens: <c>llama_tokenize</c> of llama.h with parse_special = false, so that what looks like a
/// special token in the text is letters. The model's own special tokens (BOS; [CLS] and [SEP]) frame every window.
/// </summary>
internal sealed unsafe class TextTokenizer
{
    // A text this long takes hours to embed; llama.cpp takes some 20 bytes a character to tokenise it, and ends the process where it
    // gets none.
    private const int MostCharacters = 1 << 26;

    /// <summary>How the log calls the thread that a long run is tokenised on.</summary>
    internal const string OwnThread = "a thread of its own";

    private readonly LlamaModel _model;
    private readonly Action<string>? _log;
    private readonly TokenBuffers _buffers = new();

    /// <summary>Initializes a new instance of the <see cref="TextTokenizer"/> class.</summary>
    /// <param name="model">The model; the caller keeps it alive.</param>
    /// <param name="log">Receives a line for each text that is tokenised on a thread of its own.</param>
    public TextTokenizer(LlamaModel model, Action<string>? log = null)
    {
        _model = model;
        _log = log;

        // Which special tokens come before a text and which after: what adding them adds around a letter.
        int[] plain = Tokenize("a", addSpecial: false).ToArray();
        ReadOnlySpan<int> framed = Tokenize("a", addSpecial: true);
        int start = framed.IndexOf(plain);
        if (start < 0)
        {
            throw new EngineException(
                EngineErrorIds.ModelTokenizerUnsupported,
                FailureKind.NotSupported,
                $"The tokenizer of {model.Path} changes a text's own tokens where it adds special ones, so long texts cannot be "
                    + "cut in windows.",
                "Take another model.");
        }

        Before = framed[..start].ToArray();
        After = framed[(start + plain.Length)..].ToArray();
    }

    /// <summary>Gets the special tokens before a window.</summary>
    public int[] Before { get; }

    /// <summary>Gets the special tokens after a window.</summary>
    public int[] After { get; }

    /// <summary>Returns the content tokens of a text, without special ones; good until the next call.</summary>
    /// <param name="text">The text, as it is.</param>
    /// <param name="token">The token to monitor for cancellation while a long text is waited for.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="EngineException">The text cannot be tokenised.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ReadOnlySpan<int> Content(string text, CancellationToken token = default)
    {
        int run = TextRuns.Longest(text, _model.Splitting);
        return run <= TextRuns.MostOnAnyStack ? Tokenize(text, addSpecial: false) : TokenizeOnOwnStack(text, run, token);
    }

    private ReadOnlySpan<int> Tokenize(string text, bool addSpecial) => _buffers.Tokenize(_model.Vocabulary, text, addSpecial);

    // Native code cannot be stopped. Where the token is cancelled the thread is left to end by itself, so it holds the model, and its
    // buffers are its own.
    private int[] TokenizeOnOwnStack(string text, int run, CancellationToken token)
    {
        TaskCompletionSource<int[]> tokens = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() => Complete(tokens, text, run), TextRuns.StackFor(run))
        {
            IsBackground = true,
            Name = "PSLlmCluster tokenizer",
        };
        bool holdsModel = false;
        _model.Handle.DangerousAddRef(ref holdsModel);
        try
        {
            thread.Start();
        }
        catch (OutOfMemoryException failure)
        {
            _model.Handle.DangerousRelease();
            throw new EngineException(
                EngineErrorIds.TextRunTooLong,
                FailureKind.ResourceUnavailable,
                $"The text has a run of {run:N0} characters, and there is no memory for a stack of {TextRuns.StackFor(run):N0} "
                    + "bytes to tokenise it.",
                "Put spaces and line breaks into the text, or allow the process more memory.",
                failure);
        }

        _log?.Invoke($"A text with a run of {run:N0} characters is tokenised on {OwnThread}");
        Task.WaitAny([tokens.Task], token);
        return tokens.Task.GetAwaiter().GetResult();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is thrown where the result is awaited.")]
    private void Complete(TaskCompletionSource<int[]> tokens, string text, int run)
    {
        try
        {
            tokens.SetResult(new TokenBuffers().Tokenize(_model.Vocabulary, text, addSpecial: false).ToArray());
        }
        catch (SEHException failure)
        {
            // Windows: the regular expressions of its C++ library throw where they would take too much stack.
            tokens.SetException(TextRuns.TooLong(run, "characters", TextRuns.MostOnAnyStack, failure));
        }
        catch (Exception failure)
        {
            tokens.SetException(failure);
        }
        finally
        {
            _model.Handle.DangerousRelease();
        }
    }

    /// <summary>Memory for texts and tokens, which grows as needed.</summary>
    private sealed class TokenBuffers
    {
        private byte[] _bytes = new byte[1024];
        private int[] _tokens = new int[1024];

        public ReadOnlySpan<int> Tokenize(nint vocabulary, string text, bool addSpecial)
        {
            if (text.Length > MostCharacters)
            {
                throw TooLong(text);
            }

            int most = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
            if (_bytes.Length < most)
            {
                _bytes = new byte[most];
            }

            // A byte gives one token at most, but for what the model adds by itself.
            int length = System.Text.Encoding.UTF8.GetBytes(text, _bytes);
            if (_tokens.Length < length + 16)
            {
                _tokens = new int[length + 16];
            }

            fixed (byte* bytes = _bytes)
            {
                while (true)
                {
                    int count;
                    fixed (int* tokens = _tokens)
                    {
                        count = LlamaNative.llama_tokenize(
                            vocabulary, bytes, length, tokens, _tokens.Length, addSpecial, parse_special: false);
                    }

                    // A negative count is how many there would have been.
                    if (count >= 0)
                    {
                        return _tokens.AsSpan(0, count);
                    }

                    if (count == int.MinValue)
                    {
                        throw TooLong(text);
                    }

                    _tokens = new int[-count];
                }
            }
        }

        private static EngineException TooLong(string text) => new(
            EngineErrorIds.TextTooLong,
            FailureKind.InvalidData,
            $"A text of {text.Length:N0} characters is too long to be tokenised.",
            "Cut the text in pieces.");
    }
}
