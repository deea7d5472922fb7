namespace PSLlmCluster.Core.Gguf;

/// <summary>What the engine asks of a GGUF file's header.</summary>
/// <param name="Version">The format's version.</param>
/// <param name="Architecture">The value of general.architecture; empty where it is not said.</param>
/// <param name="FileType">The value of general.type, "model" where it is not said; others are adapter, mmproj, imatrix.</param>
/// <param name="Name">The value of general.name; empty where it is not said.</param>
/// <param name="BaseName">The value of general.basename; empty where it is not said.</param>
/// <param name="TokenizerModel">The value of tokenizer.ggml.model; empty where it is not said.</param>
/// <param name="TokenizerFamily">The value of tokenizer.ggml.pre, which says how a text is split in words; empty where it is
/// absent.</param>
/// <param name="TokenCount">Entries of tokenizer.ggml.tokens.</param>
/// <param name="Pooling">The value of ARCHITECTURE.pooling_type.</param>
/// <param name="IsCausal">The value of ARCHITECTURE.attention.causal: whether a token sees only what is before it; true where it is not
/// said.</param>
/// <param name="HasChatTemplate">Whether there is a tokenizer.chat_template, as in a model that was made to chat.</param>
/// <param name="MatrixTypes">The types, numbers of <see cref="GgmlTensorType"/>, of this file's tensors of two dimensions and more.</param>
/// <param name="BlockCount">The value of ARCHITECTURE.block_count, 1 where it is not said.</param>
/// <param name="PartCount">Files that the model is split into; 1 for a whole one.</param>
/// <param name="PartNumber">This file's number among them, from 0.</param>
/// <param name="TensorCount">Tensors in this file.</param>
/// <param name="NeededLength">How long the file has to be for all its tensors.</param>
internal sealed record GgufHeader(
    uint Version,
    string Architecture,
    string FileType,
    string Name,
    string BaseName,
    string TokenizerModel,
    string TokenizerFamily,
    long TokenCount,
    GgufPooling Pooling,
    bool IsCausal,
    bool HasChatTemplate,
    IReadOnlySet<uint> MatrixTypes,
    long BlockCount,
    int PartCount,
    int PartNumber,
    long TensorCount,
    long NeededLength);

/// <summary>A GGUF file is not what it should be.</summary>
/// <param name="isCut">True where the file ends too early, false where its content is wrong.</param>
/// <param name="message">What is wrong.</param>
internal sealed class GgufFormatException(bool isCut, string message) : Exception(message)
{
    /// <summary>Gets a value indicating whether the file ends too early.</summary>
    public bool IsCut { get; } = isCut;
}
