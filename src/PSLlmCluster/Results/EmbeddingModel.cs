namespace PSLlmCluster;

/// <summary>What a model's file says of the model: what <c>Get-EmbeddingModel</c> writes.</summary>
public sealed record EmbeddingModel
{
    /// <summary>Gets the name that the file has for the model, or the file's own.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the full path of the file; of a model in several parts, the first.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the bytes of the file, or of all parts together.</summary>
    public required long Length { get; init; }

    /// <summary>Gets the kind of network, as llama.cpp names it: bert, nomic-bert, qwen2, llama.</summary>
    public required string Architecture { get; init; }

    /// <summary>Gets the numbers of a vector; null where the file does not say.</summary>
    public required int? Width { get; init; }

    /// <summary>Gets the layers; null where the file does not say.</summary>
    public required int? LayerCount { get; init; }

    /// <summary>Gets the longest window in tokens that the model was made for; null where the file does not say.</summary>
    public required int? ContextLength { get; init; }

    /// <summary>Gets the type that most weights are stored in, as ggml names it: F32, F16, Q8_0, Q4_K.</summary>
    public required string Quantization { get; init; }

    /// <summary>
    /// Gets how the file asks that the vectors of a text's tokens become one; Mean where it does not say, null where it asks for a rank in
    /// place of a vector. It is what <c>-Pooling Model</c> does.
    /// </summary>
    public required PoolingType? Pooling { get; init; }

    /// <summary>
    /// Gets how texts are cut in tokens: WordPiece, Unigram (SentencePiece's, as in XLM-RoBERTa), SentencePiece (its byte pairs, as in
    /// Llama), BPE (byte pairs, as in GPT-2), or the name that llama.cpp has for it.
    /// </summary>
    public required string Tokenizer { get; init; }

    /// <summary>Gets the tokens of the vocabulary.</summary>
    public required long VocabularySize { get; init; }

    /// <summary>Gets the weights.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Gets the engine that runs it on the CPU unless another is asked for: Managed or Llama.</summary>
    public required EmbeddingEngine Engine { get; init; }

    /// <summary>Gets a sentence that says why it is that engine.</summary>
    public required string EngineReason { get; init; }

    /// <summary>
    /// Gets the prefix that the model card of its family has for clustering; null where it has none, and where the family is not known.
    /// </summary>
    public required string? Prefix { get; init; }

    /// <summary>Gets what the model card of its family says about prefixes, and where; null for a family that is not known.</summary>
    public required string? PrefixNote { get; init; }

    /// <summary>
    /// Gets what <c>-Prompt</c> of <c>Get-TextEmbedding</c> does for it, where it is a model that was made to write text; null for others.
    /// </summary>
    public required string? PromptHint { get; init; }

    /// <summary>Gets a value indicating whether it is the model that is used where none is named.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>Returns the name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
