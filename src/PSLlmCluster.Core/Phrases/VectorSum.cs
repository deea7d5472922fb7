namespace PSLlmCluster.Core.Phrases;

/// <summary>A sum of vectors, in the whole numbers of <see cref="ClusterCenters"/>.</summary>
/// <param name="columns">How many numbers each has.</param>
internal sealed class VectorSum(int columns)
{
    /// <summary>Gets the sum of each column.</summary>
    public long[] Values { get; } = new long[columns];

    /// <summary>Gets or sets what the vectors count for, in <see cref="PhraseCorpus.Unit"/>.</summary>
    public double Units { get; set; }
}
