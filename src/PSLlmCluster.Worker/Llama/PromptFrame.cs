using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// What every window of a text stands in, in a model's tokens, and the tokens of texts. The pieces of a prompt are tokenised by themselves,
/// and so is the text: those before it are then the same for every text. With a prompt all are letters, special tokens in them included. A
/// space before the text goes with it, as most tokenizers have the space before a word in the word's token; where a tokenizer puts one
/// before any text by itself it is left to that.
/// </summary>
internal sealed class PromptFrame
{
    private readonly TextTokenizer _tokenizer;
    private readonly LetterTokenizer? _letters;
    private readonly string _lead;

    /// <summary>Initializes a new instance of the <see cref="PromptFrame"/> class.</summary>
    /// <param name="model">The model; the caller keeps it alive.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="log">Receives a line for each text that is tokenised on a thread of its own.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The prompt makes no sense, or cannot be tokenised.</exception>
    public PromptFrame(LlamaModel model, EmbeddingOptions options, Action<string>? log, CancellationToken token)
    {
        _tokenizer = new TextTokenizer(model, log);
        if (TextPrompt.Of(options.Prompt) is not { } prompt)
        {
            Window = new WindowFrame(_tokenizer.Before, null, _tokenizer.After, IsPrompt: false);
            _lead = options.Prefix;
            return;
        }

        // The pieces before a copy of the text; where only one of two ends with a space, the copies would differ, so it stays.
        string[] pieces = [.. prompt.Pieces];
        bool hasSpace = pieces[..^1].All(piece => piece.EndsWith(' '));
        for (int i = 0; i < pieces.Length - 1 && hasSpace; i++)
        {
            pieces[i] = pieces[i][..^1];
        }

        LetterTokenizer letters = new(_tokenizer, new GenerationVocabulary(model.Vocabulary));
        bool addsSpace = _tokenizer.Content(" a", token).Length > _tokenizer.Content("a", token).Length;
        _lead = hasSpace && !addsSpace ? " " : string.Empty;
        _letters = letters;
        Window = new WindowFrame(
            [.. _tokenizer.Before, .. Tokens(pieces[0])],
            prompt.IsTwice ? Tokens(pieces[1]) : null,
            [.. Tokens(pieces[^1]), .. _tokenizer.After],
            IsPrompt: true);

        int[] Tokens(string piece) => piece.Length == 0 ? [] : letters.Tokens(piece, token).ToArray();
    }

    /// <summary>Gets the tokens around a window's part of the text.</summary>
    public WindowFrame Window { get; }

    /// <summary>Gets the tokens that all windows begin with and that are computed once; none without a prompt.</summary>
    public int[] Shared => Window.IsPrompt ? Window.Before : [];

    /// <summary>Returns the tokens of a text, without those around it; good until the next call.</summary>
    /// <param name="text">The text, as it is.</param>
    /// <param name="token">The token to monitor for cancellation while a long text is waited for.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="EngineException">The text cannot be tokenised.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ReadOnlySpan<int> Content(string text, CancellationToken token)
        => _letters is null ? _tokenizer.Content(_lead + text, token) : _letters.Tokens(_lead + text, token);
}
