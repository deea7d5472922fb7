using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Grouping.Naming;

namespace PSLlmCluster.Core.Tests.Grouping.Naming;

public sealed class NameRoundsTests
{
    private readonly List<(int[] Clusters, string[] Taken, bool WithOthers)> _asked = [];

    [Fact]
    public void Names_that_stand_replace_those_of_phrases()
    {
        IReadOnlyList<NamedCluster> named = Run(NamingCases.Rows(3), cluster => "About " + NamingCases.Word(cluster));

        Assert.Equal(Enumerable.Range(0, 3).Select(i => "About " + NamingCases.Word(i)), named.Select(cluster => cluster.Name));
        Assert.All(named, cluster => Assert.Equal(NameSource.Model, cluster.Source));
        Assert.All(named, cluster => Assert.InRange(cluster.Score!.Value, 1, 2));
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("I'm sorry, I can't")]
    [InlineData("error error error")]
    [InlineData("aoaka \uFFFD")]
    [InlineData("aoaka one two three four five six")]
    [InlineData("aobka")]
    [InlineData("Echo aoaka")]
    public void Whatever_a_model_answers_the_phrases_name_the_cluster(string? answer)
    {
        ClusterRows rows = NamingCases.Rows(3);
        IReadOnlyList<NamedCluster> before = ClusterNaming.Name(rows);
        IReadOnlyList<NamedCluster> named = Run(rows, cluster => cluster == 0 ? answer : "About " + NamingCases.Word(cluster));

        Assert.Equal((before[0].Name, NameSource.Keyphrase, before[0].Score), (named[0].Name, named[0].Source, named[0].Score));
        Assert.Equal([NameSource.Keyphrase, NameSource.Model, NameSource.Model], named.Select(cluster => cluster.Source));

        // A failure is not tried again, and the rest once, without the texts of others.
        Assert.Equal(answer is null ? 1 : 2, _asked.Count);
        Assert.Equal([0, 1, 2], _asked[0].Clusters);
        Assert.True(_asked[0].WithOthers);
        if (answer is not null)
        {
            Assert.Equal([0], _asked[1].Clusters);
            Assert.False(_asked[1].WithOthers);
            Assert.Subset(_asked[1].Taken.ToHashSet(), new HashSet<string> { "About aobka", answer, before[0].Name });
        }
    }

    [Fact]
    public void A_name_is_the_cluster_s_that_it_fits_best_and_no_two_are_equal()
    {
        // Both fit, the first one better.
        ClusterRows rows = NamingCases.Rows(2);
        IReadOnlyList<NamedCluster> named = Run(
            rows, cluster => $"{NamingCases.Word(0)} things", (cluster, name) => NamingCases.Vector(NamingCases.Word(cluster)));

        Assert.Equal(["aoaka things", ClusterNaming.Name(rows)[1].Name], named.Select(cluster => cluster.Name));
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData("Same")]
    [InlineData("same.")]
    [InlineData("{0}")]
    public void Two_hundred_clusters_have_two_hundred_names(string answer)
    {
        ClusterRows rows = NamingCases.Rows(NamingCases.TopicCount);
        IReadOnlyList<NamedCluster> named = Run(
            rows,
            cluster => string.Format(null, answer, NamingCases.Word(cluster / 3)),
            (cluster, _) => NamingCases.Vector(NamingCases.Word(cluster)));

        Assert.Equal(NamingCases.TopicCount, named.Select(cluster => cluster.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains(named, cluster => cluster.Source == NameSource.Model || answer == "{0}");
        Assert.Equal(Enumerable.Range(0, NamingCases.TopicCount), named.Select(cluster => cluster.Cluster));
    }

    [Fact]
    public void Names_that_were_given_stay_are_not_asked_for_and_are_taken()
    {
        ClusterRows rows = NamingCases.Rows(3);
        NameRounds rounds = Rounds(rows, cluster => "About " + NamingCases.Word(1), null);
        IReadOnlyList<NamedCluster> named = rounds.Name(ClusterNaming.Name(rows, new Dictionary<int, string> { [0] = "about AOBKA" }));

        Assert.Equal("about AOBKA", named[0].Name);
        Assert.Equal(NameSource.Given, named[0].Source);
        Assert.NotEqual(NameSource.Model, named[1].Source);
        Assert.Equal([1, 2], _asked[0].Clusters);
        Assert.Equal(["about AOBKA"], _asked[0].Taken);
    }

    [Fact]
    public void The_largest_is_asked_first_and_a_cluster_without_texts_never()
    {
        ClusterRows rows = new(["a x", "b x", "b y", "b z", null], [4, 7, 7, 7, 9]) { Vectors = [[1, 0], [0, 1], [0, 1], [0, 1], [1, 1]] };
        _ = Run(rows, _ => null);

        Assert.Equal([7, 4], Assert.Single(_asked).Clusters);
    }

    private IReadOnlyList<NamedCluster> Run(ClusterRows rows, Func<int, string?> answer, Func<int, string, float[]>? embed = null)
        => Rounds(rows, answer, embed).Name(ClusterNaming.Name(rows));

    private NameRounds Rounds(ClusterRows rows, Func<int, string?> answer, Func<int, string, float[]>? embed)
    {
        int[] last = [];
        return new NameRounds(
            (clusters, taken, withOthers) =>
            {
                last = [.. clusters.Select(cluster => cluster.Cluster)];
                _asked.Add((last, [.. taken], withOthers));
                return [.. last.Select(answer)];
            },
            (_, name) => name.StartsWith("Echo", StringComparison.Ordinal),
            names => embed is null ? NamingCases.Embed(names) : [.. names.Select((name, i) => embed(last[i], name))],
            new NameTest(rows, default));
    }
}
