namespace PSLlmCluster;

/// <summary>How the numbers of a vector are stored, in a cache of embeddings or in a file of them.</summary>
public enum VectorPrecision
{
    /// <summary>As they were computed, in 4 bytes each (IEEE 754 binary32).</summary>
    Single,

    /// <summary>
    /// Rounded to 2 bytes each (IEEE 754 binary16), with a relative error up to 2^-11. What is computed beside a cache in the same run is
    /// rounded too.
    /// </summary>
    Half,
}
