namespace PSLlmCluster;

/// <summary>What a map looks like.</summary>
public enum PlotStyle
{
    /// <summary>Names on the clusters, texts where there is room, no axes.</summary>
    Map,

    /// <summary>The notebook's figure: all texts, axes with numbers, a legend.</summary>
    Notebook,
}
