namespace PSLlmCluster;

/// <summary>How a cache of embeddings stores the numbers of a vector.</summary>
public enum CachePrecision
{
    /// <summary>As they were computed, in 4 bytes each (IEEE 754 binary32).</summary>
    Single,

    /// <summary>
    /// Rounded to 2 bytes each (IEEE 754 binary16), with a relative error up to 2^-11. What is computed beside it in the same run is
    /// rounded too.
    /// </summary>
    Half,
}
