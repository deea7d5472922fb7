namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// What a tokenizer is made from, as it stands in a GGUF file. The defaults are llama.cpp's for a file that lacks the key, but for the
/// ids: llama.cpp takes 101, 102 and 100 for a WordPiece file without them, and 1 and 2 (&lt;/s&gt;, &lt;unk&gt;) for a unigram one, which
/// <see cref="WithDefaultIds"/> does.
/// </summary>
internal sealed record EncoderVocabulary
{
    /// <summary>Gets how a text is cut: <c>tokenizer.ggml.model</c>.</summary>
    public required TokenizerKind Kind { get; init; }

    /// <summary>Gets what messages call the vocabulary: the model's path.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// Gets the tokens' texts by id: <c>tokenizer.ggml.tokens</c>. Those of WordPiece carry U+2581 where they start a word, and lack the ##
    /// where they go on in one; control tokens stand as they are.
    /// </summary>
    public required string[] Tokens { get; init; }

    /// <summary>Gets the tokens' log-probabilities: <c>tokenizer.ggml.scores</c>. Only the unigram model needs them.</summary>
    public float[] Scores { get; init; } = [];

    /// <summary>
    /// Gets the tokens' types, of llama.h's llama_token_type: <c>tokenizer.ggml.token_type</c>. Without them all tokens are normal but for
    /// those that have an id below.
    /// </summary>
    public int[] Types { get; init; } = [];

    /// <summary>
    /// Gets the token before a text, [CLS] or &lt;s&gt;, or -1: <c>tokenizer.ggml.bos_token_id</c>; older WordPiece files have
    /// <c>tokenizer.ggml.cls_token_id</c> instead.
    /// </summary>
    public int BeginId { get; init; } = -1;

    /// <summary>
    /// Gets the token after a text, [SEP] or &lt;/s&gt;, or -1: for WordPiece <c>tokenizer.ggml.seperator_token_id</c> (so spelled), for
    /// unigram <c>tokenizer.ggml.eos_token_id</c>.
    /// </summary>
    public int EndId { get; init; } = -1;

    /// <summary>Gets the token for what the vocabulary cannot spell, or -1: <c>tokenizer.ggml.unknown_token_id</c>.</summary>
    public int UnknownId { get; init; } = -1;

    /// <summary>Gets whether windows begin with <see cref="BeginId"/>: <c>tokenizer.ggml.add_bos_token</c>; always for WordPiece.</summary>
    public bool AddsBegin { get; init; } = true;

    /// <summary>Gets whether windows end with <see cref="EndId"/>: <c>tokenizer.ggml.add_eos_token</c>; always for WordPiece.</summary>
    public bool AddsEnd { get; init; } = true;

    /// <summary>Gets whether WordPiece sees texts in lower case: <c>tokenizer.ggml.normalizer.lowercase</c>.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>
    /// Gets whether WordPiece sees texts without accents: <c>tokenizer.ggml.normalizer.strip_accents</c>; without that key, as
    /// <see cref="LowerCase"/>.
    /// </summary>
    public bool StripsAccents { get; init; } = true;

    /// <summary>Gets SentencePiece's compiled normaliser, or none: <c>tokenizer.ggml.precompiled_charsmap</c>.</summary>
    public byte[] CharacterMap { get; init; } = [];

    /// <summary>Gets whether a text's first word starts with U+2581 too: <c>tokenizer.ggml.add_space_prefix</c>.</summary>
    public bool AddsSpacePrefix { get; init; } = true;

    /// <summary>
    /// Gets whether white space only parts words, however much of it there is: <c>tokenizer.ggml.remove_extra_whitespaces</c>. Otherwise
    /// every space is a U+2581. The models of sentences have it on.
    /// </summary>
    public bool RemovesExtraSpaces { get; init; } = true;

    /// <summary>Returns the vocabulary with the ids that llama.cpp (llama_vocab::impl::load) takes where a file has none.</summary>
    /// <returns>The vocabulary; its ids are -1 only where the model has no such token.</returns>
    public EncoderVocabulary WithDefaultIds() => this with
    {
        BeginId = BeginId >= 0 || Kind == TokenizerKind.Unigram ? BeginId : 101,
        EndId = EndId >= 0 ? EndId : Kind == TokenizerKind.Unigram ? 1 : 102,
        UnknownId = UnknownId >= 0 ? UnknownId : Kind == TokenizerKind.Unigram ? 2 : 100,
    };
}
