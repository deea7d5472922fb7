namespace PSLlmCluster;

/// <summary>How finely texts are parted into groups, of the resolutions that they have.</summary>
public enum GroupResolution
{
    /// <summary>Fewer and larger groups than Auto finds.</summary>
    Coarse,

    /// <summary>The resolution whose groups are nearest in size to what suits the number of texts.</summary>
    Auto,

    /// <summary>More and smaller groups than Auto finds.</summary>
    Fine,
}
