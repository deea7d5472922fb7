namespace PSLlmCluster;

/// <summary>What becomes of rows that belong to no cluster.</summary>
public enum NoiseHandling
{
    /// <summary>They stay noise, cluster -1.</summary>
    Keep,

    /// <summary>Each goes to the cluster that it would join first, where there is one.</summary>
    Nearest,
}
