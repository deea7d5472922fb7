namespace PSLlmCluster.Core.Grouping;

/// <summary>A cluster with its name, and what a name can be made of.</summary>
public sealed record NamedCluster
{
    /// <summary>Gets the number of the cluster, from 0.</summary>
    public required int Cluster { get; init; }

    /// <summary>Gets its name: of one line, not blank, and no other cluster's.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where the name comes from.</summary>
    public required NameSource Source { get; init; }

    /// <summary>
    /// Gets the score of the name's first phrase; of a language model's name the cosine of its vector to its own cluster's middle minus
    /// that to the best other one; null for any other name.
    /// </summary>
    public double? Score { get; init; }

    /// <summary>Gets how many rows it has; a row that counts for several counts for as many.</summary>
    public required double Count { get; init; }

    /// <summary>Gets its share of all rows, noise included, from 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Gets up to ten phrases that are particular to it, the most particular first.</summary>
    public required IReadOnlyList<KeyPhrase> Keyphrases { get; init; }

    /// <summary>Gets its rows, in the order of the input.</summary>
    public required IReadOnlyList<int> Rows { get; init; }

    /// <summary>Gets its rows of different texts, the most central first; rows without a text are not among them.</summary>
    public required IReadOnlyList<int> ByCentrality { get; init; }

    /// <summary>Gets the numbers of up to three clusters nearest to it, the nearest first; none where that is not known.</summary>
    public required IReadOnlyList<int> Nearest { get; init; }

    /// <summary>Gets examples of it, each with another text.</summary>
    /// <param name="central">How many of the most central.</param>
    /// <param name="middling">How many from the middle of the order.</param>
    /// <param name="far">How many from its end.</param>
    /// <returns>The rows: central ones, middling ones, far ones; fewer where it has fewer texts.</returns>
    public IReadOnlyList<int> Examples(int central, int middling = 0, int far = 0)
    {
        int count = ByCentrality.Count;
        if (central + middling + far >= count)
        {
            return ByCentrality;
        }

        int middle = Math.Clamp((count - middling) / 2, central, count - far - middling);
        return [.. ByCentrality.Take(central), .. ByCentrality.Skip(middle).Take(middling), .. ByCentrality.Skip(count - far)];
    }
}
