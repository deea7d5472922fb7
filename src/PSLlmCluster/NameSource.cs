namespace PSLlmCluster;

/// <summary>Where the name of a cluster comes from.</summary>
public enum NameSource
{
    /// <summary>From a language model; it was tested.</summary>
    Model,

    /// <summary>From the phrases that are particular to the cluster, or from its central text where there are none.</summary>
    Keyphrase,

    /// <summary>From a person, or from the rows, which had it already.</summary>
    Given,
}
