namespace PSLlmCluster;

/// <summary>Where the layout of UMAP starts (umap-learn's <c>init</c>).</summary>
public enum UmapInitialization
{
    /// <summary>The first eigenvectors of the graph's normalised Laplacian, for each connected component of the graph.</summary>
    Spectral,

    /// <summary>The first principal components of the rows.</summary>
    Pca,

    /// <summary>Uniform random places in [-10, 10].</summary>
    Random,

    /// <summary>Coordinates that are given for each row.</summary>
    Given,
}
