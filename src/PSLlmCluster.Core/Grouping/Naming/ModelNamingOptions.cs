using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Grouping.Naming;

/// <summary>How a language model names clusters.</summary>
public sealed record ModelNamingOptions
{
    /// <summary>Gets the language model that makes the names: one that was made to chat.</summary>
    public required ModelOptions NameModel { get; init; }

    /// <summary>Gets the model that names are tested with, the one that the vectors come from.</summary>
    public required ModelOptions Model { get; init; }

    /// <summary>Gets how texts became vectors.</summary>
    public EmbeddingOptions Embedding { get; init; } = new();

    /// <summary>
    /// Gets a value indicating whether the vectors are known to be of <see cref="Model"/> and <see cref="Embedding"/>; false by default:
    /// then some texts are computed again, and where their vectors differ, names are tested on new vectors of some texts of each cluster.
    /// </summary>
    public bool HasVectorsOfModel { get; init; }

    /// <summary>Gets what the texts are, such as "tickets of an airline"; empty, the default, says nothing of it.</summary>
    public string Context { get; init; } = string.Empty;

    /// <summary>Gets the language of the names, such as "German"; empty, the default, is that of the texts.</summary>
    public string Language { get; init; } = string.Empty;

    /// <summary>Gets the most threads of the language model; null, the default, is as many as suit it.</summary>
    public int? ThreadCount { get; init; }
}
