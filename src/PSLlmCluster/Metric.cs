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

    /// <summary>The p-th root of the sum of the absolute differences' p-th powers; p is a parameter of its own, 2 if not given.</summary>
    Minkowski,

    /// <summary>The share of the coordinates that differ.</summary>
    Hamming,

    /// <summary>Rows as sets of their coordinates that are not 0: the share of the union that is not in both.</summary>
    Jaccard,

    /// <summary>Rows as sets of their coordinates that are not 0: what is in one only, against the sizes of both together.</summary>
    Dice,

    /// <summary>
    /// The sum of absolute differences, each divided by the sum of both absolute values; coordinates that are both 0 count nothing.
    /// </summary>
    Canberra,

    /// <summary>The sum of absolute differences, divided by the sum of the absolute sums.</summary>
    BrayCurtis,

    /// <summary>
    /// The rows are distances already: row i holds the distances from i to all rows, infinite where they are not connected.
    /// </summary>
    Precomputed,
}
