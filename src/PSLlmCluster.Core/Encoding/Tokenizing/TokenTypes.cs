namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>The types of tokens: llama.h's llama_token_type.</summary>
internal static class TokenTypes
{
    /// <summary>What stands for what the vocabulary cannot spell.</summary>
    public const int Unknown = 2;

    /// <summary>A special token, such as [CLS].</summary>
    public const int Control = 3;

    /// <summary>A token that was added to a finished vocabulary.</summary>
    public const int UserDefined = 4;

    /// <summary>A place that is kept free.</summary>
    public const int Unused = 5;

    /// <summary>A byte, written as in &lt;0x0A&gt;.</summary>
    public const int Byte = 6;

    /// <summary>Returns whether text can match a token: not what only looks like a special one.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="id">The token's id.</param>
    /// <returns>Whether it can.</returns>
    public static bool IsText(EncoderVocabulary vocabulary, int id)
        => id != vocabulary.UnknownId
            && (vocabulary.Types.Length == 0
                ? id != vocabulary.BeginId && id != vocabulary.EndId
                : vocabulary.Types[id] is not (Unknown or Control or UserDefined or Unused or Byte));
}
