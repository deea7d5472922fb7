using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Tests.Plotting.Map;

public class MapClustersTests
{
    [Fact]
    public void Clusters_come_by_size_with_their_middles()
    {
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(
        [
            new(1, 2, 4, "a"), new(3, 4, 4, "b"), new(9, 9, -1, "noise"), new(100, 1, 7, "c"), new(5, 2, 7, "d"), new(6, 3, 7, "e"),
            new(8, 8, 2, "f"), new(10, 12, 2, "g"), new(double.NaN, 1, 2, "h"), new(0, 0, PlotPoint.Unclustered, "i"),
        ]);

        Assert.Equal([(7, 3), (2, 2), (4, 2)], clusters.Select(cluster => (cluster.Number, cluster.Count)));
        Assert.Equal((6, 3), (clusters[0].X, clusters[0].Y));
        Assert.Equal((8, 8), (clusters[1].X, clusters[1].Y));
        Assert.Empty(MapClusters.Of([]));
    }

    [Fact]
    public void A_point_beyond_what_can_be_drawn_moves_no_middle()
    {
        PlotPoint[] points = [new(1e305, 1, 0, "far"), new(2, 4, 0, "near"), new(1, -1e301, 3, "alone"), new(2, 4, 0, "same")];
        MapCluster cluster = Assert.Single(MapClusters.Of(points));

        Assert.Equal((0, 2, 2.0, 4.0), (cluster.Number, cluster.Count, cluster.X, cluster.Y));
        Assert.Equal([false, true, false, true], points.Select(point => point.CanBeDrawn));
    }

    [Fact]
    public void A_given_name_is_the_one_most_points_carry_and_names_are_unique()
    {
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(
        [
            new(0, 0, 0, "x", "Old"), new(0, 0, 0, "x", "New\nname"), new(0, 0, 0, "x", "New\nname"), new(0, 0, 0, "x", " "),
            new(0, 0, 1, "x", "New name"), new(0, 0, 1, "x"),
        ]);

        Assert.Equal(["New name", "New name (2)"], clusters.Select(cluster => cluster.Name));
    }

    [Fact]
    public void The_words_most_particular_to_a_cluster_name_it()
    {
        string[][] texts =
        [
            ["The module for Perl to read files", "A Perl module for the dates", "Perl module of the net", "Perl of files"],
            ["The font for the screen", "Fonts of the old masters", "Truetype fonts for files", "The best of the fonts"],
            ["Machine learning in the browser", "A library for machine learning", "Machine learning of files", "machine learning tool"],
        ];
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(Points(texts));

        Assert.Equal(["Perl", "fonts", "machine learning"], clusters.Select(cluster => cluster.Name.Split(", ")[0]));
        Assert.All(clusters, cluster => Assert.DoesNotContain(cluster.Name.Split([',', ' ']), word => word is "the" or "The" or "of"));
    }

    [Fact]
    public void Words_are_found_in_Japanese_Arabic_Hebrew_and_with_marks()
    {
        string[][] texts =
        [
            ["機械学習の入門", "機械学習とデータ", "機械学習を使う"],
            ["كتاب الطبخ الجديد", "كتاب في التاريخ", "كتاب صغير"],
            ["ספר הבישול", "ספר ישן", "ספר חדש"],
            ["cafe\u0301 noir", "cafe\u0301 au lait", "petit cafe\u0301"],
        ];

        Assert.Equal(
            ["機械学習", "كتاب", "ספר", "cafe\u0301"], MapClusters.Of(Points(texts)).Select(cluster => cluster.Name.Split(", ")[0]));
    }

    [Fact]
    public void Without_words_the_central_text_names_it_and_without_texts_number_and_size_do()
    {
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(
        [
            new(0, 0, 0, "\U0001F600 \U0001F600"), new(1, 1, 0, "\U0001F680\U0001F680"), new(9, 9, 0, "\U0001F40B"),
            new(5, 5, 7, null), new(5, 5, 7, string.Empty), new(5, 5, 8, null),
        ]);

        Assert.Equal(["\U0001F680\U0001F680", "Cluster 7, 2 points", "Cluster 8, 1 point"], clusters.Select(cluster => cluster.Name));
    }

    [Fact]
    public void Two_clusters_of_the_same_words_are_told_apart()
    {
        string[] texts = ["red apple", "red apple", "red apple"];
        string[] names = [.. MapClusters.Of(Points([texts, texts, ["blue sky", "blue sky"]])).Select(cluster => cluster.Name)];

        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, name => Assert.False(string.IsNullOrWhiteSpace(name)));
    }

    [Fact]
    public void One_cluster_alone_has_a_name_of_its_words()
    {
        MapCluster cluster = Assert.Single(MapClusters.Of(Points([["Green's Theorem", "Bayes' Theorem", "Stokes' Theorem"]])));
        Assert.Equal("Theorem", cluster.Name.Split(", ")[0]);
    }

    [Fact]
    public void A_map_of_few_clusters_writes_the_names_of_a_list_and_one_of_many_their_beginnings()
    {
        string[][] texts =
        [
            .. Enumerable.Range(0, 21).Select(i => new[] { "printer", "toner", "paper" }.Select(word => $"{word}{(char)('a' + i)}"))
                .Select(words => words.SelectMany(word => Enumerable.Repeat($"my {word}", 3)).ToArray()),
        ];
        string[] few = [.. MapClusters.Of(Points(texts[..20])).Select(cluster => cluster.Name)];
        string[] many = [.. MapClusters.Of(Points(texts)).Select(cluster => cluster.Name)];
        string[] listed =
        [
            .. ClusterNaming.Name(new ClusterRows(
                [.. texts[..20].SelectMany(own => own)], [.. texts[..20].SelectMany((own, i) => own.Select(_ => i))]))
                .Select(cluster => cluster.Name),
        ];

        Assert.Equal(listed, few);
        Assert.All(few, name => Assert.Equal(3, name.Split(", ").Length));
        Assert.All(many, name => Assert.Equal(2, name.Split(", ").Length));
        Assert.All(few, (name, i) => Assert.StartsWith(many[i], name, StringComparison.Ordinal));
    }

    [Fact]
    public void Points_with_vectors_are_named_as_a_list_of_them_is()
    {
        string[] topics = ["refund", "password", "parcel", "battery"];
        string[] states = ["late", "gone", "slow", "wrong", "due", "lost", "old", "open", "broken", "new", "closed", "empty"];
        string[][] texts =
        [
            .. topics.Select((topic, t) => states.Select(
                (state, i) => $"{topic} {state}{((t == 0 ? i < 9 : i == 2 * t) ? ", please" : string.Empty)}").ToArray()),
        ];

        // Clusters that are neighbours on the map lie far apart by their vectors, and polite texts have nothing in common.
        List<PlotPoint> points =
        [
            .. Points(texts).Select((point, i) => point with { Vector = Direction(point.Cluster, i) }),
        ];
        string[] listed =
        [
            .. ClusterNaming.Name(new ClusterRows([.. points.Select(point => point.Text)], [.. points.Select(point => point.Cluster)])
            {
                Vectors = [.. points.Select(point => point.Vector.ToArray())],
            }).Select(cluster => cluster.Name),
        ];
        string[] drawn = [.. MapClusters.Of(points).OrderBy(cluster => cluster.Number).Select(cluster => cluster.Name)];
        string[] withoutVectors = [.. MapClusters.Of(Points(texts)).OrderBy(cluster => cluster.Number).Select(cluster => cluster.Name)];

        Assert.Equal(listed, drawn);
        Assert.Contains("please", withoutVectors[0], StringComparison.Ordinal);
        Assert.DoesNotContain("please", drawn[0], StringComparison.Ordinal);

        static float[] Direction(int cluster, int i)
        {
            float[] vector = new float[7];
            vector[cluster] = 1;
            vector[4 + (i % 3)] = 0.2f;
            return vector;
        }
    }

    [Fact]
    public void The_order_of_the_points_of_other_clusters_changes_no_name()
    {
        string[][] texts = [["wind and sea", "sea and ship", "sea"], ["mountain path", "mountain hut", "path"]];
        PlotPoint[] points = [.. Points(texts)];

        Assert.Equal(
            MapClusters.Of(points).Select(cluster => cluster.Name), MapClusters.Of([.. points.Reverse()]).OrderBy(cluster => cluster.Number)
                .Select(cluster => cluster.Name));
    }

    private static List<PlotPoint> Points(string[][] texts)
    {
        List<PlotPoint> points = [];
        for (int cluster = 0; cluster < texts.Length; cluster++)
        {
            points.AddRange(texts[cluster].Select((text, i) => new PlotPoint(cluster, i, cluster, text)));
        }

        return points;
    }
}
