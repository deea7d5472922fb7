using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// Names the clusters of several layers, the finest first. A coarser cluster is named by its own phrases, those of its children before the
/// others; one that has a single child has the child's name, as it is the same thing seen from farther off.
/// </summary>
public static class LayerNaming
{
    /// <summary>Names the clusters of each layer.</summary>
    /// <param name="rows">The rows; their labels are not looked at.</param>
    /// <param name="layers">
    /// The cluster of each row in each layer, the finest layer first, or below 0 for none. All rows of a finer cluster lie in one coarser
    /// cluster, or in none.
    /// </param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layers, the finest first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<NamedLayer> Name(
        ClusterRows rows,
        IReadOnlyList<IReadOnlyList<int>> layers,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(layers);
        PhraseCorpus corpus = PhraseCorpus.Read(rows.Texts, rows.Weights, token);
        List<NamedLayer> named = [];
        foreach (IReadOnlyList<int> labels in layers)
        {
            ClusterRows own = rows with { Labels = labels };
            named.Add(named.Count == 0
                ? new NamedLayer(ClusterNaming.Name(corpus, own, null, null, progress, token), [])
                : Coarser(corpus, own, named[^1].Clusters, progress, token));
        }

        return named;
    }

    private static NamedLayer Coarser(
        PhraseCorpus corpus,
        ClusterRows rows,
        IReadOnlyList<NamedCluster> finer,
        IProgress<StageProgress>? progress,
        CancellationToken token)
    {
        ILookup<int, NamedCluster> children = finer.ToLookup(child => rows.Labels[child.Rows[0]]);
        Dictionary<int, NamedCluster> single = children
            .Where(own => own.Key >= 0 && own.Count() == 1)
            .ToDictionary(own => own.Key, own => own.First());
        IReadOnlyList<NamedCluster> clusters = ClusterNaming.Name(
            corpus,
            rows,
            single.ToDictionary(pair => pair.Key, pair => pair.Value.Name),
            (number, phrases) => ByChildren(phrases, [.. children[number]]),
            progress,
            token);
        return new NamedLayer(
            [
                .. clusters.Select(cluster => single.TryGetValue(cluster.Cluster, out NamedCluster? child)
                    ? cluster with { Source = child.Source, Score = child.Score }
                    : cluster),
            ],
            [.. clusters.Select(cluster => children[cluster.Cluster].Select(child => child.Cluster).ToArray())]);
    }

    /// <summary>Adds to the score of each phrase those that it has in the children, by their shares of the rows.</summary>
    private static KeyPhrase[] ByChildren(IReadOnlyList<KeyPhrase> phrases, NamedCluster[] children)
    {
        double all = children.Sum(child => child.Count);
        Dictionary<string, double> more = new(StringComparer.OrdinalIgnoreCase);
        foreach (NamedCluster child in children)
        {
            foreach (KeyPhrase phrase in child.Keyphrases)
            {
                more[phrase.Text] = more.GetValueOrDefault(phrase.Text) + (phrase.Score * child.Count / all);
            }
        }

        return
        [
            .. phrases
                .Select(phrase => phrase with { Score = phrase.Score + more.GetValueOrDefault(phrase.Text) })
                .OrderByDescending(phrase => phrase.Score),
        ];
    }
}

/// <summary>The clusters of a layer with their names.</summary>
/// <param name="Clusters">The clusters, by number.</param>
/// <param name="Children">
/// For each cluster the numbers of the next finer layer's clusters that lie in it; empty for the finest layer.
/// </param>
public sealed record NamedLayer(IReadOnlyList<NamedCluster> Clusters, IReadOnlyList<int[]> Children);
