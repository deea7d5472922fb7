namespace PSLlmCluster;

/// <summary>A group of texts with its name: what <c>Group-Text</c> writes.</summary>
public sealed class TextGroup
{
    /// <summary>The number of the group of what fits nowhere.</summary>
    public const int None = -1;

    /// <summary>Gets the number of the group, by size from 0 (the largest); -1 is what fits nowhere.</summary>
    public required int Group { get; init; }

    /// <summary>Gets what it is called: of one line, not blank, and no other group's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where the name comes from; null for what fits nowhere.</summary>
    public NameSource? NameSource { get; init; }

    /// <summary>
    /// Gets how well the name fits: of phrases the score of the first; of a model's name by how much its vector is more like the middle of
    /// its own group than that of any other, as a difference of cosines, above 0; null where the name was given or is a text.
    /// </summary>
    public double? NameScore { get; init; }

    /// <summary>Gets how many texts it has, equal ones counted each.</summary>
    public required int Count { get; init; }

    /// <summary>Gets its share of all texts, from 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>
    /// Gets how much alike its texts are, from 0 to 1: the mean of the cosines between their vectors and the group's middle, what all texts
    /// have in common taken off.
    /// </summary>
    public required double Score { get; init; }

    /// <summary>Gets the phrases that are particular to it, the most particular first.</summary>
    public required KeyPhrase[] Keyphrases { get; init; }

    /// <summary>Gets texts that stand for it, the most central first, each once.</summary>
    public required string[] Examples { get; init; }

    /// <summary>Gets the very objects that were piped in and belong to it, in the order of input.</summary>
    public required object?[] Members { get; init; }

    /// <summary>Returns the name with the number of texts.</summary>
    /// <returns>The name and the number.</returns>
    public override string ToString() => $"{Name} ({Count})";
}
