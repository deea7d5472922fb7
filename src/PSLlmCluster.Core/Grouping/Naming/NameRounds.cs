using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Grouping.Naming;

/// <summary>
/// Asks for names, tests them, and gives each to the cluster that it fits best. Clusters that are left without one are asked for once more,
/// without the texts of others in sight and with all names so far taken; what is then left keeps the name of its phrases. No two names are
/// ever equal.
/// </summary>
/// <param name="ask">
/// Asks for the names of some clusters; some texts are taken, and the texts of others are shown or not. A text for each, or null where it
/// failed.
/// </param>
/// <param name="saysNothing">Whether a name says nothing of a cluster, such as one that comes from the instructions.</param>
/// <param name="embed">Computes the vectors of names; null for one that failed.</param>
/// <param name="test">Tests names.</param>
internal sealed class NameRounds(
    Func<IReadOnlyList<NamedCluster>, IReadOnlyList<string>, bool, IReadOnlyList<string?>> ask,
    Func<NamedCluster, string, bool> saysNothing,
    Func<IReadOnlyList<string>, IReadOnlyList<float[]?>> embed,
    NameTest test)
{
    private const int RoundCount = 2;

    /// <summary>Gets how many answers were no names, of all rounds.</summary>
    public int MalformedCount { get; private set; }

    /// <summary>Gets how many names did not lie nearest to their own cluster, of all rounds.</summary>
    public int MisplacedCount { get; private set; }

    /// <summary>Names the clusters.</summary>
    /// <param name="clusters">The clusters with the names of their phrases, or those that were given.</param>
    /// <returns>The same clusters, in the same order.</returns>
    public IReadOnlyList<NamedCluster> Name(IReadOnlyList<NamedCluster> clusters)
    {
        Dictionary<int, (string Name, double? Margin)> accepted = [];
        List<string> taken = [.. clusters.Where(cluster => cluster.Source == NameSource.Given).Select(cluster => cluster.Name)];
        TakenTexts gone = new(taken);
        ILookup<string, int> byPhrases
            = clusters.ToLookup(cluster => cluster.Name, cluster => cluster.Cluster, StringComparer.OrdinalIgnoreCase);

        // The largest is asked first, and where two names fit equally well, it has it.
        NamedCluster[] pending =
        [
            .. clusters.Where(cluster => cluster.Source != NameSource.Given && cluster.ByCentrality.Count > 0)
                .OrderByDescending(cluster => cluster.Count).ThenBy(cluster => cluster.Cluster),
        ];
        for (int round = 0; round < RoundCount && pending.Length > 0; round++)
        {
            IReadOnlyList<string?> answers = ask(pending, taken, round == 0);
            foreach ((NamedCluster cluster, string name, double? margin) in Candidates(pending, answers))
            {
                if (byPhrases[name].All(other => other == cluster.Cluster) && !gone.Contains(name))
                {
                    gone.Add(name);
                    accepted[cluster.Cluster] = (name, margin);
                }
            }

            // What failed fails again, and a name of phrases need not be made by the model.
            if (round == 0)
            {
                taken.AddRange(answers.OfType<string>().Where(IsText));
                taken.AddRange(clusters.Select(cluster => cluster.Name));
            }

            pending = [.. pending.Where((cluster, i) => !accepted.ContainsKey(cluster.Cluster) && answers[i] is not null)];
        }

        return
        [
            .. clusters.Select(cluster => accepted.TryGetValue(cluster.Cluster, out (string Name, double? Margin) name)
                ? cluster with { Name = name.Name, Source = NameSource.Model, Score = name.Margin }
                : cluster),
        ];
    }

    private static bool IsText(string text) => Utf8Text.IsWellFormed(text) && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>Returns the names that stand, the best first.</summary>
    private IEnumerable<(NamedCluster Cluster, string Name, double? Margin)> Candidates(
        NamedCluster[] pending, IReadOnlyList<string?> answers)
    {
        List<(NamedCluster Cluster, string Name)> names = [];
        for (int i = 0; i < pending.Length; i++)
        {
            if (NameForm.Read(answers[i]) is { } name && !saysNothing(pending[i], name))
            {
                names.Add((pending[i], name));
            }
        }

        IReadOnlyList<float[]?> vectors = embed([.. names.Select(pair => pair.Name)]);
        List<(NamedCluster Cluster, string Name, double? Margin)> standing = [];
        for (int i = 0; i < names.Count; i++)
        {
            if (test.Stands(names[i].Cluster.Cluster, names[i].Name, vectors[i], out double? margin))
            {
                standing.Add((names[i].Cluster, names[i].Name, margin));
            }
        }

        MalformedCount += pending.Length - names.Count;
        MisplacedCount += names.Count - standing.Count;
        return standing.OrderByDescending(candidate => candidate.Margin);
    }
}
