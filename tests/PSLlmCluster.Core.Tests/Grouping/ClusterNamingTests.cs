using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Grouping;

public sealed class ClusterNamingTests
{
    private static readonly string[] _texts = [.. TicketSubjects.English.SelectMany(topic => topic.Texts)];
    private static readonly int[] _labels = [.. _texts.Select((_, i) => i / 15)];

    [Fact]
    public void Each_cluster_has_its_name_its_phrases_and_its_share()
    {
        IReadOnlyList<NamedCluster> clusters = ClusterNaming.Name(
            new ClusterRows([.. _texts, "noise"], [.. _labels, -1]), new Dictionary<int, string> { [1] = "Printing", [2] = " " });

        Assert.Equal([0, 1, 2, 3], clusters.Select(cluster => cluster.Cluster));
        Assert.StartsWith("password", clusters[0].Name, StringComparison.Ordinal);
        Assert.Equal("Printing", clusters[1].Name);
        Assert.Equal([NameSource.Keyphrase, NameSource.Given, NameSource.Keyphrase, NameSource.Keyphrase], clusters.Select(x => x.Source));
        Assert.Equal(clusters[0].Keyphrases[0].Score, clusters[0].Score);
        Assert.Null(clusters[1].Score);
        Assert.All(clusters, cluster => Assert.Equal((15.0, 15.0 / 61), (cluster.Count, cluster.Share)));
        Assert.Equal(Enumerable.Range(15, 15), clusters[1].Rows);
        Assert.Empty(ClusterNaming.Name(new ClusterRows([], [])));
        Assert.Empty(ClusterNaming.Name(new ClusterRows(["a"], [-1])));
    }

    [Fact]
    public void Vectors_say_what_is_central_and_what_is_near()
    {
        float[]?[] vectors = [.. _labels.Select((label, i) => Vector(label, i % 15))];
        IReadOnlyList<NamedCluster> clusters = ClusterNaming.Name(new ClusterRows(_texts, _labels) { Vectors = vectors });

        Assert.Equal([1, 3], clusters[0].Nearest.Take(2).Order());
        Assert.Equal([0, 2], clusters[1].Nearest.Take(2).Order());
        Assert.All(clusters, cluster => Assert.Equal(3, cluster.Nearest.Count));

        // The middle of 0 to 14 is 7.
        Assert.Equal(7, clusters[0].ByCentrality[0] % 15);
        Assert.Equal([0, 14], clusters[0].Examples(3, 3, 2).TakeLast(2).Order());
        Assert.Equal(8, clusters[0].Examples(3, 3, 2).Distinct().Count());
        Assert.Equal(15, clusters[0].Examples(10, 10, 10).Count);

        static float[] Vector(int label, int place)
        {
            double angle = (label * Math.PI / 2) + ((place - 7) * 0.05);
            return [(float)Math.Cos(angle), (float)Math.Sin(angle)];
        }
    }

    [Fact]
    public void Without_vectors_the_strongest_is_central_and_places_say_what_is_near()
    {
        IReadOnlyList<NamedCluster> clusters = ClusterNaming.Name(new ClusterRows(_texts, _labels)
        {
            Strengths = [.. _labels.Select((_, i) => i % 15 == 4 ? 1 : 0.5)],
            Places = [.. _labels.Select(label => label == 2 ? null : new float[] { label * label, 0 })],
        });

        Assert.All(clusters, cluster => Assert.Equal(4, cluster.ByCentrality[0] % 15));
        Assert.Equal([1, 3], clusters[0].Nearest);
        Assert.Empty(clusters[2].Nearest);
    }

    [Fact]
    public void Equal_texts_are_one_example_and_a_cluster_of_one_text_is_named_by_it()
    {
        string[] texts = ["disk full on srv1", "disk full on srv1", "disk full on srv1", "login failed", "login ok"];
        NamedCluster cluster = ClusterNaming.Name(new ClusterRows(texts, [0, 0, 0, 1, 1]))[0];

        Assert.Equal("disk full on srv1", cluster.Name);
        Assert.Single(cluster.ByCentrality);
    }

    [Fact]
    public void Names_are_unique_and_never_blank_whatever_the_texts_are()
    {
        string?[] odd = ["same", "same", null, "", " ", "\u200B", "\U0001F600", "\uD83D", "<br/>", "-", "=1+1", "SAME", "a", "A", "1", "1"];
        IReadOnlyList<NamedCluster> clusters = ClusterNaming.Name(new ClusterRows(odd, [.. odd.Select((_, i) => i)]));

        Assert.Equal(odd.Length, clusters.Select(cluster => cluster.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(clusters, cluster => Assert.False(string.IsNullOrWhiteSpace(cluster.Name)));
        Assert.Equal(["Group 2", "Group 3"], clusters.Skip(2).Take(2).Select(cluster => cluster.Name));
    }

    [Fact]
    public void The_order_of_the_rows_changes_no_bit_and_weights_count()
    {
        float[]?[] vectors = [.. _texts.Select((text, i) => new[] { text.Length, i % 7, _labels[i] * 3.7f })];
        double[] weights = [.. _texts.Select((_, i) => 0.1 + (i % 3))];
        int[] order = [.. Enumerable.Range(0, _texts.Length).OrderBy(i => i * 41 % 61)];
        IReadOnlyList<NamedCluster> expected = ClusterNaming.Name(
            new ClusterRows(_texts, _labels) { Vectors = vectors, Weights = weights });
        IReadOnlyList<NamedCluster> found = ClusterNaming.Name(
            new ClusterRows([.. order.Select(i => _texts[i])], [.. order.Select(i => _labels[i])])
            {
                Vectors = [.. order.Select(i => vectors[i])],
                Weights = [.. order.Select(i => weights[i])],
            });

        Assert.Equal(expected.Select(Say), found.Select(cluster => Say(cluster with { ByCentrality = Back(cluster.ByCentrality) })));
        Assert.NotEqual(15, expected[0].Count);

        int[] Back(IReadOnlyList<int> rows) => [.. rows.Select(row => order[row])];

        static string Say(NamedCluster cluster) => string.Join(
            "; ",
            [cluster.Name, $"{cluster.Score:R} {cluster.Count:R} {cluster.Share:R}",
            .. cluster.Keyphrases.Select(phrase => $"{phrase.Text} {phrase.Score:R}"),
            string.Join(',', cluster.ByCentrality), string.Join(',', cluster.Nearest)]);
    }

    [Fact]
    public void A_cancelled_naming_ends()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => ClusterNaming.Name(new ClusterRows(_texts, _labels), token: new CancellationToken(canceled: true)));
}
