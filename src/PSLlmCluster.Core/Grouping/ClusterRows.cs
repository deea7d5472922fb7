namespace PSLlmCluster.Core.Grouping;

/// <summary>Rows that were clustered, for which names are sought. All lists are as long as <see cref="Labels"/>, or null.</summary>
/// <param name="Texts">The text of each row; null or blank where there is none.</param>
/// <param name="Labels">The cluster of each row, from 0; below 0 is noise, whose texts are what the others are told from, too.</param>
public sealed record ClusterRows(IReadOnlyList<string?> Texts, IReadOnlyList<int> Labels)
{
    /// <summary>Gets how many rows each row counts for, above 0; null for 1 each.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Gets the vector of each row, all of one length; null where a row, or all, have none.</summary>
    public IReadOnlyList<float[]?>? Vectors { get; init; }

    /// <summary>Gets the place of each row in a layout, which says which clusters are near where there are no vectors.</summary>
    public IReadOnlyList<float[]?>? Places { get; init; }

    /// <summary>Gets how strongly each row belongs to its cluster, which says which rows are central where there are no vectors.</summary>
    public IReadOnlyList<double>? Strengths { get; init; }
}
