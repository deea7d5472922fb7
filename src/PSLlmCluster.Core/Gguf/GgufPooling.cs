namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// The values of ARCHITECTURE.pooling_type: how the file asks that the vectors of a text's tokens become one (<c>enum
/// llama_pooling_type</c> of llama.h).
/// </summary>
internal enum GgufPooling
{
    /// <summary>The file does not say.</summary>
    Unspecified = -1,

    /// <summary>It asks for a vector of each token.</summary>
    None = 0,

    /// <summary>The mean over all tokens.</summary>
    Mean = 1,

    /// <summary>The first token's vector.</summary>
    Cls = 2,

    /// <summary>The last token's vector.</summary>
    Last = 3,

    /// <summary>No vector but a rank: the model compares two texts.</summary>
    Rank = 4,
}
