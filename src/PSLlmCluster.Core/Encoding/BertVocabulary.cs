using PSLlmCluster.Core.Encoding.Tokenizing;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Encoding;

/// <summary>Reads the vocabulary of an encoder from its file.</summary>
internal static class BertVocabulary
{
    private const string Prefix = "tokenizer.ggml.";

    /// <summary>Returns how a file's tokenizer cuts texts, if the engine knows it.</summary>
    /// <param name="tokenizerModel">The value of tokenizer.ggml.model.</param>
    /// <returns>The kind, or null.</returns>
    public static TokenizerKind? KindOf(string tokenizerModel) => tokenizerModel switch
    {
        "bert" => TokenizerKind.WordPiece,
        "t5" => TokenizerKind.Unigram,
        _ => null,
    };

    /// <summary>Returns what keeps the engine from cutting texts as a file wants it, as far as the tokens' types show it.</summary>
    /// <param name="file">A file whose tokenizer is of a kind that the engine knows.</param>
    /// <returns>A clause, or null where nothing does.</returns>
    /// <exception cref="EngineException">The tokens' types are of a wrong type.</exception>
    public static string? Obstacle(GgufModel file)
        => file.Integers(Prefix + "token_type")?.Contains(TokenTypes.UserDefined) == true
            ? "its vocabulary has tokens that users have added"
            : null;

    /// <summary>Reads the vocabulary.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The vocabulary.</returns>
    /// <exception cref="EngineException">It is missing, or of a kind that the engine does not know.</exception>
    public static EncoderVocabulary Read(GgufModel file)
    {
        string model = file.Text(Prefix + "model") ?? string.Empty;
        TokenizerKind kind = KindOf(model) ?? throw new EngineException(
            EngineErrorIds.ModelTokenizerUnsupported,
            FailureKind.NotSupported,
            $"The tokenizer of {file.Path} is of the kind '{model}', which the managed engine does not know.",
            "Use -Engine Auto or Llama, which runs it with llama.cpp.");
        bool lowerCase = file.Flag(Prefix + "normalizer.lowercase") ?? true;
        return new EncoderVocabulary
        {
            Kind = kind,
            Source = file.Path,
            Tokens = file.Texts(Prefix + "tokens") ?? throw file.Corrupt($"it does not say {Prefix}tokens"),
            Scores = file.Floats(Prefix + "scores") ?? [],
            Types = file.Integers(Prefix + "token_type") ?? [],
            BeginId = Id("bos_token_id") ?? Id("cls_token_id") ?? -1,
            EndId = (kind == TokenizerKind.WordPiece ? Id("seperator_token_id") : Id("eos_token_id")) ?? -1,
            UnknownId = Id("unknown_token_id") ?? -1,
            AddsBegin = file.Flag(Prefix + "add_bos_token") ?? true,
            AddsEnd = file.Flag(Prefix + "add_eos_token") ?? true,
            LowerCase = lowerCase,
            StripsAccents = file.Flag(Prefix + "normalizer.strip_accents") ?? lowerCase,
            CharacterMap = file.Bytes(Prefix + "precompiled_charsmap") ?? [],
            AddsSpacePrefix = file.Flag(Prefix + "add_space_prefix") ?? true,
            RemovesExtraSpaces = file.Flag(Prefix + "remove_extra_whitespaces") ?? true,
        }.WithDefaultIds();

        int? Id(string key) => (int?)file.Integer(Prefix + key, 0, int.MaxValue);
    }
}
