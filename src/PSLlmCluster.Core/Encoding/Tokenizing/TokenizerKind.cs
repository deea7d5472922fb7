namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>How a text is cut in tokens: the GGUF key <c>tokenizer.ggml.model</c>.</summary>
internal enum TokenizerKind
{
    /// <summary>BERT's WordPiece: <c>bert</c>.</summary>
    WordPiece,

    /// <summary>SentencePiece's unigram model, as XLM-RoBERTa uses it: <c>t5</c>.</summary>
    Unigram,
}
