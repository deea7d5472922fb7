namespace PSLlmCluster.Core.Hdbscan.Hierarchy;

/// <summary>Which selected cluster each cluster of a condensed tree belongs to.</summary>
internal static class ClusterOwners
{
    /// <summary>Stands for no selected cluster.</summary>
    public const int None = -1;

    /// <summary>Finds for each cluster the selected one that it is or lies below.</summary>
    /// <param name="parents">The parent of each cluster, whose number is below its own.</param>
    /// <param name="names">
    /// For each selected cluster the number that names it, <see cref="None"/> for the others; receives for each cluster the name of its
    /// owner, or <see cref="None"/>.
    /// </param>
    public static void Fill(ReadOnlySpan<int> parents, Span<int> names)
    {
        for (int cluster = 1; cluster < names.Length; cluster++)
        {
            int above = names[parents[cluster]];
            names[cluster] = above == None ? names[cluster] : above;
        }
    }
}
