namespace PSLlmCluster;

/// <summary>What runs a model.</summary>
public enum EmbeddingEngine
{
    /// <summary>The managed engine where it knows the model and the CPU is to run it, otherwise llama.cpp.</summary>
    Auto,

    /// <summary>The managed engine, on the CPU; an error where it does not know the model.</summary>
    Managed,

    /// <summary>llama.cpp.</summary>
    Llama,

    /// <summary>A server (-Endpoint); where vectors come from, and not to be chosen.</summary>
    Endpoint,
}
