namespace PSLlmCluster;

/// <summary>What a cluster is about: what <c>Get-ClusterSummary</c> writes.</summary>
public sealed class ClusterSummary
{
    /// <summary>Gets the number of the cluster; -1 is noise.</summary>
    public required int Cluster { get; init; }

    /// <summary>Gets what it is called: of one line, not blank, and no other cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where the name comes from; null for noise that nobody named.</summary>
    public NameSource? NameSource { get; init; }

    /// <summary>
    /// Gets how well the name fits: of a name of phrases the score of the first one; of a model's name by how much its vector is more like
    /// the middle of its own cluster than that of any other, as a difference of cosines, above 0; null where the name was given or is a
    /// text.
    /// </summary>
    public double? NameScore { get; init; }

    /// <summary>Gets how many rows it has.</summary>
    public required int Count { get; init; }

    /// <summary>Gets its share of all rows, from 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Gets the phrases that are particular to it, the most particular first; none for noise.</summary>
    public required KeyPhrase[] Keyphrases { get; init; }

    /// <summary>Gets texts that stand for it, the most central first, each once; none for noise.</summary>
    public required string[] Examples { get; init; }

    /// <summary>Gets the number of the cluster that is nearest to it, or null where that is not known.</summary>
    public int? NearestCluster { get; init; }

    /// <summary>
    /// Gets its persistence, the larger the more distinct, or null where that is not known; of a layer's cluster that which it has where
    /// -MinClusterSize is the layer's size and Leaf selects the clusters.
    /// </summary>
    public double? Persistence { get; init; }

    /// <summary>Gets the size of the layer that it is a cluster of, its MinClusterSize; null where it is no layer's.</summary>
    public int? Layer { get; init; }

    /// <summary>
    /// Gets the number of the next coarser layer's cluster that it lies in; null where it lies in none, or is no layer's.
    /// </summary>
    public int? Parent { get; init; }

    /// <summary>Gets the numbers of the next finer layer's clusters that lie in it; null where it is no layer's.</summary>
    public int[]? Children { get; init; }

    /// <summary>Returns the name with the number of rows.</summary>
    /// <returns>The name and the number.</returns>
    public override string ToString() => $"{Name} ({Count})";
}
