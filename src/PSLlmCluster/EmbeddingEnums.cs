namespace PSLlmCluster;

/// <summary>How the vectors of a text's tokens become the text's vector.</summary>
public enum PoolingType
{
    /// <summary>The mean over all tokens, special ones included.</summary>
    Mean,

    /// <summary>The first token's vector.</summary>
    Cls,

    /// <summary>The last token's vector.</summary>
    Last,

    /// <summary>What the model file says; the mean where it says nothing.</summary>
    Model,
}

/// <summary>Where the model runs.</summary>
public enum ComputeDevice
{
    /// <summary>On a usable GPU where there is one, otherwise on the CPU.</summary>
    Auto,

    /// <summary>On the CPU.</summary>
    Cpu,

    /// <summary>On a GPU; an error where there is none that can be used.</summary>
    Gpu,
}

/// <summary>What becomes of a text that is longer than the model's window.</summary>
public enum LongTextHandling
{
    /// <summary>It is cut into windows, whose vectors are averaged by their numbers of tokens.</summary>
    Split,

    /// <summary>Its first window alone counts.</summary>
    Truncate,

    /// <summary>It is an error, and the rest goes on.</summary>
    Error,
}
