namespace PSLlmCluster;

/// <summary>How the distance between two rows is measured. The names are umap-learn's and scipy's.</summary>
public enum Metric
{
    /// <summary>The root of the sum of squared differences.</summary>
    Euclidean,

    /// <summary>One less the cosine of the angle between the rows, from 0 to 2.</summary>
    Cosine,

    /// <summary>The sum of absolute differences.</summary>
    Manhattan,

    /// <summary>One less Pearson's correlation: the cosine distance of the centred rows, from 0 to 2.</summary>
    Correlation,

    /// <summary>The largest absolute difference.</summary>
    Chebyshev,
}
