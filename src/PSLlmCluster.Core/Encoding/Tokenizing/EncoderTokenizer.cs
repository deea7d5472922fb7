namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// Cuts a text in tokens, as Hugging Face's tokenizers does. A text is plain text: what looks like a special token in it is letters, so no
/// text can steer a model's framing. An unpaired surrogate counts as U+FFFD, as in any lossy conversion to UTF-8. One tokenizer serves any
/// number of threads, each with a list of its own.
/// </summary>
internal abstract class EncoderTokenizer
{
    // After so many characters the token is looked at again: some 0.1 ms.
    private protected const int CancellationStep = 1 << 12;

    private protected const char Space = '\u2581';

    private protected EncoderTokenizer(EncoderVocabulary vocabulary)
    {
        Before = vocabulary.AddsBegin || vocabulary.Kind == TokenizerKind.WordPiece ? [vocabulary.BeginId] : [];
        After = vocabulary.AddsEnd || vocabulary.Kind == TokenizerKind.WordPiece ? [vocabulary.EndId] : [];
    }

    /// <summary>Gets the special tokens before each window: [CLS], or &lt;s&gt;.</summary>
    public int[] Before { get; }

    /// <summary>Gets the special tokens after each window: [SEP], or &lt;/s&gt;.</summary>
    public int[] After { get; }

    /// <summary>Makes a vocabulary's tokenizer.</summary>
    /// <param name="vocabulary">The vocabulary, whose arrays are not changed afterwards.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="EngineException">
    /// The vocabulary is damaged, or it asks for something that is not done here:
    /// <see cref="EngineErrorIds.ModelCorrupt"/>, <see cref="EngineErrorIds.ModelTokenizerUnsupported"/>.
    /// </exception>
    public static EncoderTokenizer Create(EncoderVocabulary vocabulary)
    {
        VocabularyChecks.Check(vocabulary);
        return vocabulary.Kind == TokenizerKind.WordPiece ? new WordPieceTokenizer(vocabulary) : new UnigramTokenizer(vocabulary);
    }

    /// <summary>Appends a text's content tokens, without special ones.</summary>
    /// <param name="text">The text, as it is.</param>
    /// <param name="tokens">The list that they are appended to; it holds some of them where the work is cancelled.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">A single word is too long (<see cref="EngineErrorIds.TextTooLong"/>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract void Tokenize(ReadOnlySpan<char> text, TokenList tokens, CancellationToken token);
}
