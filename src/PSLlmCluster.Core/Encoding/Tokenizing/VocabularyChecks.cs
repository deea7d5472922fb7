namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// Tells a vocabulary that cannot be used before a tokenizer is made from it. A text that stands twice in a vocabulary is no error: its
/// last id counts, as in Hugging Face's <c>HashMap::insert</c> (llama.cpp ends the process over it).
/// </summary>
internal static class VocabularyChecks
{
    // The longest of XLM-RoBERTa's has 16 characters. A limit keeps the time that a text takes in proportion to its length.
    private const int LongestPiece = 256;

    /// <summary>Requires that a vocabulary can be used.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <exception cref="EngineException">It cannot.</exception>
    public static void Check(EncoderVocabulary vocabulary)
    {
        int count = vocabulary.Tokens.Length;
        if (count == 0)
        {
            throw Corrupt(vocabulary, "has no tokens");
        }

        if (vocabulary.Types.Length > 0 && vocabulary.Types.Length < count)
        {
            throw Corrupt(vocabulary, $"has {count:N0} tokens, and types for {vocabulary.Types.Length:N0}");
        }

        CheckId(vocabulary, vocabulary.UnknownId, "for what it cannot spell");
        if (vocabulary.AddsBegin || vocabulary.Kind == TokenizerKind.WordPiece)
        {
            CheckId(vocabulary, vocabulary.BeginId, "to begin a text with");
        }

        if (vocabulary.AddsEnd || vocabulary.Kind == TokenizerKind.WordPiece)
        {
            CheckId(vocabulary, vocabulary.EndId, "to end a text with");
        }

        if (vocabulary.Types.AsSpan().Contains(TokenTypes.UserDefined))
        {
            // Hugging Face and SentencePiece do not agree on them, and no model of sentences has any.
            throw Unsupported(vocabulary, "has tokens that users have added");
        }

        if (vocabulary.Kind == TokenizerKind.Unigram)
        {
            CheckUnigram(vocabulary);
        }
    }

    /// <summary>Returns the failure of a vocabulary that contradicts itself.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="what">What is wrong, as the rest of a sentence.</param>
    /// <returns>The failure.</returns>
    public static EngineException Corrupt(EncoderVocabulary vocabulary, string what) => new(
        EngineErrorIds.ModelCorrupt,
        FailureKind.InvalidData,
        $"The vocabulary of {vocabulary.Source} {what}.",
        "Fetch the file again, or convert the model again.");

    private static EngineException Unsupported(EncoderVocabulary vocabulary, string what) => new(
        EngineErrorIds.ModelTokenizerUnsupported,
        FailureKind.NotSupported,
        $"The vocabulary of {vocabulary.Source} {what}.",
        "Take another model.");

    private static void CheckId(EncoderVocabulary vocabulary, int id, string use)
    {
        if (id < 0)
        {
            throw Unsupported(vocabulary, $"has no token {use}");
        }

        if (id >= vocabulary.Tokens.Length)
        {
            throw Corrupt(vocabulary, $"has {vocabulary.Tokens.Length:N0} tokens, and takes number {id} {use}");
        }
    }

    private static void CheckUnigram(EncoderVocabulary vocabulary)
    {
        if (vocabulary.Scores.Length < vocabulary.Tokens.Length)
        {
            throw Corrupt(vocabulary, $"has {vocabulary.Tokens.Length:N0} tokens, and scores for {vocabulary.Scores.Length:N0}");
        }

        for (int id = 0; id < vocabulary.Tokens.Length; id++)
        {
            if (!float.IsFinite(vocabulary.Scores[id]))
            {
                throw Corrupt(vocabulary, $"has a score for token {id} that is no number");
            }

            if (vocabulary.Tokens[id].Length > LongestPiece)
            {
                throw Unsupported(
                    vocabulary, $"has a token of {vocabulary.Tokens[id].Length:N0} characters, where {LongestPiece} are the most");
            }
        }
    }
}
