namespace PSLlmCluster;

/// <summary>A phrase that is particular to a cluster.</summary>
/// <param name="Text">The phrase, as most of the cluster's members write it.</param>
/// <param name="Count">How many of the cluster's members have it; a member that counts for several counts for as many.</param>
/// <param name="Score">
/// How sure it is that the phrase is more frequent here than elsewhere: the smaller of the standard scores (z) of its log-odds against all
/// other texts and against the nearest clusters. Where rows have vectors, it is less for a phrase whose texts are less alike than the
/// cluster's.
/// </param>
public sealed record KeyPhrase(string Text, int Count, double Score)
{
    /// <summary>Returns the phrase.</summary>
    /// <returns>The phrase.</returns>
    public override string ToString() => Text;
}
