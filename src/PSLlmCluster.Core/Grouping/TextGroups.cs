using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Grouping;

/// <summary>Texts in groups that have names.</summary>
public sealed record TextGroups
{
    /// <summary>Gets the positions of the texts that were grouped, rising; all lists of rows below are in this order.</summary>
    public required IReadOnlyList<int> Texts { get; init; }

    /// <summary>Gets the vector of each row.</summary>
    public required RowMatrix Vectors { get; init; }

    /// <summary>Gets the group of each row, by size from 0; -1 for what fits nowhere.</summary>
    public required IReadOnlyList<int> Labels { get; init; }

    /// <summary>Gets how clearly each row lies with its group, from 0.5, halfway to another, to 1, its middle; 0 without a group.</summary>
    public required IReadOnlyList<double> Strengths { get; init; }

    /// <summary>Gets the groups that have rows, by number.</summary>
    public required IReadOnlyList<NamedCluster> Groups { get; init; }

    /// <summary>
    /// Gets how much alike the rows of each group are, from 0 to 1, in the order of <see cref="Groups"/>; where they were put into groups
    /// that had been saved, how much alike to what these were found of.
    /// </summary>
    public required IReadOnlyList<double> Scores { get; init; }

    /// <summary>Gets the texts that could not be worked on, by position.</summary>
    public required IReadOnlyList<TextFailure> Failures { get; init; }

    /// <summary>Gets the positions of the texts that did not fit into the model's window, rising.</summary>
    public required IReadOnlyList<int> LongTexts { get; init; }

    /// <summary>Gets the most tokens of a text that the model sees at once.</summary>
    public required int WindowLength { get; init; }

    /// <summary>Gets the name that a person gave to what is in no group; null for none.</summary>
    public string? RestName { get; init; }

    /// <summary>Gets what the user should know.</summary>
    public required IReadOnlyList<EngineWarning> Warnings { get; init; }

    /// <summary>
    /// Gets how texts became vectors: as was asked for, or as the vectors that came along, or those of saved groups, had been made.
    /// </summary>
    public required EmbeddingOptions Embedding { get; init; }

    /// <summary>Gets how the vectors were laid out; null where they were put into groups that had been saved.</summary>
    public UmapOptions? LayoutOptions { get; init; }

    /// <summary>Gets how the groups were found; null where they had been saved.</summary>
    public HdbscanOptions? ClusterOptions { get; init; }

    /// <summary>Gets what new texts are put into the same groups by; null where it was not asked for.</summary>
    public TextGroupModel? Model { get; init; }
}
