using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Picture;

namespace PSLlmCluster.Core.Tests.Plotting.Picture;

public class MapPictureTests
{
    [Theory]
    [InlineData("constellation", "constellation")]
    [InlineData("virtual-hosting FTP", "virtual-hosting|FTP")]
    [InlineData("VPN, home, connect", "VPN, home,|connect")]
    [InlineData("機械学習の入門と画像処理の基礎", "機械学習の入門と|画像処理の基礎")]
    [InlineData("オフィス作業環境スイート, 語パッケージ, GNU", "オフィス作業環境スイート,|語パッケージ, GNU")]
    public void A_name_is_folded_between_its_words(string name, string lines)
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 30).Select(i => new PlotPoint(i % 6, i / 6, i % 2, null, i % 2 == 0 ? name : "x"))];
        MapLabel label = MapFigure.Lay(points).Labels.Single(label => label.Kind == LabelKind.Name && label.Block.Lines[0] != "x");
        Assert.Equal(lines, string.Join('|', label.Block.Lines));
    }

    [Theory]
    [MemberData(nameof(MapFigure.Sizes), MemberType = typeof(MapFigure))]
    public void Labels_keep_apart_and_enough_of_them_are_there(int count, int clusters)
    {
        PlotPoint[] points = MapFigure.Of(count, clusters);
        List<EngineWarning> warnings = [];
        MapPicture picture = MapFigure.Lay(points, warnings: warnings);

        MapLabel[] labels = [.. picture.Labels];
        for (int i = 0; i < labels.Length; i++)
        {
            Assert.InRange(labels[i].Block.Size, 11, 30);
            for (int j = 0; j < i; j++)
            {
                Assert.False(labels[i].Box.Overlaps(labels[j].Box), $"{labels[i]} overlaps {labels[j]}");
                Assert.False(
                    labels[i].Leader is { } first && labels[j].Leader is { } second && first.Crosses(second),
                    $"the leaders of {labels[i]} and {labels[j]} cross");
                Assert.False(labels[i].Leader is { } line && line.Meets(labels[j].Box), $"the leader of {labels[i]} meets {labels[j]}");
            }
        }

        MapLabel[] texts = [.. labels.Where(label => label.Kind == LabelKind.Text)];
        MapLabel[] names = [.. labels.Where(label => label.Kind == LabelKind.Name)];
        MapMarks marks = picture.Marks;
        for (int i = 0; i < marks.Count; i++)
        {
            Box mark = new Box(marks.X[i], marks.Y[i], marks.X[i], marks.Y[i]).Grow(marks.RadiusOf(i));
            Assert.DoesNotContain(texts, text => text.Box.Overlaps(mark));
        }

        foreach (MapLabel name in names)
        {
            (_, int start, int end) = marks.Groups.Single(group => group.Cluster == name.Cluster);
            Box reach = name.Box.Grow(marks.Radius);
            int covered = Enumerable.Range(start, end - start).Count(i => reach.Distance(marks.X[i], marks.Y[i]) == 0);
            Assert.True(covered * 5 <= end - start, $"{name} covers {covered} of {end - start} of its own marks");
        }

        IReadOnlyList<MapCluster> all = MapClusters.Of(points);
        (int leastNames, int leastTexts) = count switch { 30 => (all.Count, 30), 300 => (all.Count, 80), 3_000 => (50, 5), _ => (70, 1) };
        Assert.InRange(names.Length, leastNames, all.Count);
        Assert.InRange(texts.Length, leastTexts, count);
        HashSet<int> named = [.. names.Select(name => name.Cluster)];
        Assert.All(all.Take(40), cluster => Assert.Contains(cluster.Number, named));
        Assert.Equal(
            names.Length < all.Count || texts.Length < count ? ["LabelsLeftOut"] : Array.Empty<string>(),
            warnings.Select(warning => warning.Id));
    }

    [Theory]
    [InlineData(300, 2)]
    [InlineData(300, 12)]
    [InlineData(3_000, 54)]
    public void A_leader_of_a_text_passes_over_no_other_mark_and_close_by_none(int count, int clusters)
    {
        MapPicture picture = MapFigure.Lay(MapFigure.Of(count, clusters));
        AssertLeadersKeepOff(picture, 2);
    }

    [Fact]
    public void Few_texts_are_not_lost_far_off_and_their_leaders_keep_off_other_marks()
    {
        // Pairs of near marks, between which a leader would seem to lead to the wrong one.
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 40).Select(i => new PlotPoint(
                (i / 2 % 5 * 10) + (i % 2 * 0.8), (i / 10 * 6) + (i % 2 * 0.5), i / 10, $"the text {i} of a small map")),
        ];
        MapPicture picture = MapFigure.Lay(points);
        AssertLeadersKeepOff(picture, 2);
        MapLabel[] texts = [.. picture.Labels.Where(label => label.Kind == LabelKind.Text)];
        Assert.Equal(40, texts.Length);
        foreach (MapLabel text in texts)
        {
            int row = int.Parse(string.Join(' ', text.Block.Lines).Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
            int own = Array.IndexOf(picture.Marks.Points, row);
            double away = text.Box.Distance(picture.Marks.X[own], picture.Marks.Y[own]);
            Assert.InRange(away, 0, 120);
            if (text.Leader is null)
            {
                Assert.All(
                    Enumerable.Range(0, picture.Marks.Count).Where(mark => mark != own),
                    mark => Assert.True(
                        text.Box.Distance(picture.Marks.X[mark], picture.Marks.Y[mark]) > away, $"{text} is nearer to {mark}"));
            }
        }
    }

    [Fact]
    public void Points_at_one_place_with_one_text_have_it_once_with_their_number()
    {
        string[] kinds = ["VPN down", "Disk full", "CPU high", "Ping lost", "Backup failed"];
        PlotPoint[] points = [.. Enumerable.Range(0, 200).Select(i => new PlotPoint(i % 5 * 3, i % 5 % 2, i % 5, kinds[i % 5]))];
        List<EngineWarning> warnings = [];
        MapPicture picture = MapFigure.Lay([.. points, new PlotPoint(7, 0.5, -1, "VPN down")], warnings: warnings);

        Assert.Equal(
            [.. kinds.Select(kind => kind + " \u00D740").Append("VPN down").Order(StringComparer.Ordinal)],
            picture.Labels.Where(label => label.Kind == LabelKind.Text).Select(label => string.Join(' ', label.Block.Lines))
                .Order(StringComparer.Ordinal));
        Assert.Empty(warnings);
        MapLabel note = picture.Labels.Single(label => label.Kind == LabelKind.Note);
        Assert.Equal("201 points, 5 clusters, 1 (0 %) in none", note.Block.Lines[0]);
    }

    [Fact]
    public void What_is_left_out_counts_different_texts()
    {
        PlotPoint[] points = [.. MapFigure.Points(300, 12)];
        List<EngineWarning> warnings = [];
        MapPicture picture = MapFigure.Lay([.. points, .. points, .. points], warnings: warnings);
        int texts = picture.Labels.Count(label => label.Kind == LabelKind.Text);
        Assert.Contains($"{300 - texts} of 300 texts are left out", Assert.Single(warnings).Message, StringComparison.Ordinal);
        Assert.All(
            picture.Labels.Where(label => label.Kind == LabelKind.Text),
            label => Assert.EndsWith(" \u00D73", label.Block.Lines[^1], StringComparison.Ordinal));
    }

    [Fact]
    public void Clusters_of_nearly_one_size_have_names_of_nearly_one_size_that_hide_no_mark()
    {
        int[] counts = [7, 7, 6, 6, 6, 5, 3];
        PlotPoint[] points =
        [
            .. counts.SelectMany((count, cluster) => Enumerable.Range(0, count).Select(i => new PlotPoint(
                (cluster % 3 * 10) + (2 * Math.Cos(i)),
                (cluster / 3 * 9) + (2 * Math.Sin(i)),
                cluster,
                $"text {i} of {cluster}",
                $"name {cluster}"))),
        ];
        MapPicture picture = MapFigure.Lay(points);
        double[] sizes =
        [
            .. picture.Labels.Where(label => label.Kind == LabelKind.Name).OrderBy(label => label.Cluster)
                .Select(label => label.Block.Size),
        ];
        Assert.Equal(7, sizes.Length);
        Assert.Equal(sizes[0], sizes[1]);
        Assert.InRange(sizes[2] / sizes[0], 0.95, 0.9999);
        Assert.InRange(sizes[6] / sizes[0], 0.75, 0.95);
        for (int mark = 0; mark < picture.Marks.Count; mark++)
        {
            Box box = new Box(picture.Marks.X[mark], picture.Marks.Y[mark], picture.Marks.X[mark], picture.Marks.Y[mark])
                .Grow(picture.Marks.RadiusOf(mark));
            Assert.DoesNotContain(picture.Labels, label => label.Kind == LabelKind.Name && label.Box.Overlaps(box));
        }
    }

    [Fact]
    public void What_is_left_out_is_counted_in_the_note_and_in_one_warning()
    {
        List<EngineWarning> warnings = [];
        MapPicture picture = MapFigure.Lay(MapFigure.Points(3_000, 54), warnings: warnings);

        int texts = 3_000 - picture.Labels.Count(label => label.Kind == LabelKind.Text);
        string note = string.Join(' ', picture.Labels.Where(label => label.Kind == LabelKind.Note).Select(label => label.Block.Lines[0]));
        Assert.StartsWith("3,000 points, 54 clusters, 1,200 (40 %) in none, left out: ", note, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"{texts:N0} texts"), note, StringComparison.Ordinal);
        Assert.Contains(
            FormattableString.Invariant($"{texts:N0} of 3,000 texts"), Assert.Single(warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_texts_can_be_hidden_and_nothing_is_left_out_then()
    {
        List<EngineWarning> warnings = [];
        MapPicture picture = MapFigure.Lay(
            MapFigure.Points(3_000, 54), new ClusterPlotOptions { HideName = true, HideText = true, Title = string.Empty }, warnings);

        Assert.All(picture.Labels, label => Assert.Equal(LabelKind.Note, label.Kind));
        Assert.Empty(warnings);
    }

    [Fact]
    public void The_largest_name_is_the_largest_clusters()
    {
        MapPicture picture = MapFigure.Lay(MapFigure.Points(3_000, 20));
        MapLabel[] names = [.. picture.Labels.Where(label => label.Kind == LabelKind.Name)];
        int largest = picture.Marks.Groups.Where(group => group.Cluster >= 0).MaxBy(group => group.End - group.Start).Cluster;

        Assert.Equal(largest, names.MaxBy(name => name.Block.Size)!.Cluster);
        Assert.True(names.Max(name => name.Block.Size) > names.Min(name => name.Block.Size) + 3);
    }

    [Fact]
    public void Long_texts_are_two_lines_of_thirty_characters_with_an_ellipsis()
    {
        string words = string.Join(' ', Enumerable.Repeat("word", 90));
        MapPicture picture = MapFigure.Lay([new(0, 0, -1, new string('語', 200)), new(1, 1, -1, words)]);
        MapLabel[] texts = [.. picture.Labels.Where(label => label.Kind == LabelKind.Text)];

        Assert.Equal(2, texts.Length);
        Assert.All(texts, text => Assert.Equal(2, text.Block.Lines.Count));
        Assert.All(texts, text => Assert.EndsWith("\u2026", text.Block.Lines[1], StringComparison.Ordinal));
        Assert.All(texts.SelectMany(text => text.Block.Lines), line => Assert.InRange(TextElements.Columns(line), 1, 30));
    }

    [Fact]
    public void Points_that_were_never_clustered_have_one_colour_and_no_noise()
    {
        List<EngineWarning> warnings = [];
        PlotPoint[] points = [.. Enumerable.Range(0, 20).Select(i => new PlotPoint(i, i % 4, PlotPoint.Unclustered, null))];
        MapPicture picture = MapFigure.Lay(points, warnings: warnings);

        Assert.Equal((PlotPoint.Unclustered, 0, 20), Assert.Single(picture.Marks.Groups));
        Assert.Equal(0, picture.Marks.NoiseCount);
        Assert.Equal("20 points", picture.Labels.Single(label => label.Kind == LabelKind.Note).Block.Lines[0]);
        Assert.Empty(warnings);
    }

    [Fact]
    public void All_noise_is_a_warning_that_names_the_cure()
    {
        List<EngineWarning> warnings = [];
        MapFigure.Lay([new(0, 0, -1, "a"), new(4, 1, -1, "b"), new(9, 0, -7, "c")], warnings: warnings);

        EngineWarning warning = Assert.Single(warnings);
        Assert.Equal("NoClusters", warning.Id);
        Assert.Contains("-MinClusterSize", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 300)]
    [InlineData(2_400, 300)]
    [InlineData(300, 3_000)]
    public void All_labels_lie_in_the_picture_whatever_its_size(int width, int height)
    {
        ClusterPlotOptions options = new()
        {
            Width = width,
            Height = height,
            Title = "A title that is far too long for a small picture",
            XAxisTitle = "East",
            YAxisTitle = "North",
        };
        MapPicture picture = MapFigure.Lay(MapFigure.Points(300, 12), options);
        Box all = new(0, 0, width, height);
        Assert.All(picture.Labels, label => Assert.True(all.Contains(label.Box), label.ToString()));
        Assert.Contains(picture.Labels, label => label.Block.Lines[0] == "East");
        Assert.Equal("North", picture.UpwardTitle!.Block.Lines[0]);
        for (int i = 0; i < picture.Marks.Count; i++)
        {
            Assert.True(all.Contains(new Box(picture.Marks.X[i], picture.Marks.Y[i], picture.Marks.X[i], picture.Marks.Y[i])));
        }
    }

    private static void AssertLeadersKeepOff(MapPicture picture, double room)
    {
        MapMarks marks = picture.Marks;
        foreach (MapLabel label in picture.Labels.Where(label => label is { Kind: LabelKind.Text, Leader: not null }))
        {
            Leader leader = label.Leader!.Value;
            int own = Enumerable.Range(0, marks.Count).MinBy(mark => Away(marks, mark, leader.ToX, leader.ToY));
            Assert.All(
                Enumerable.Range(0, marks.Count).Where(mark => Away(marks, mark, marks.X[own], marks.Y[own]) > MarkGrid.SamePlace),
                mark => Assert.True(
                    leader.Distance(marks.X[mark], marks.Y[mark]) >= marks.RadiusOf(mark) + room - 0.01, $"{label} meets {mark}"));
        }
    }

    private static double Away(MapMarks marks, int mark, double x, double y)
        => Math.Sqrt(((marks.X[mark] - x) * (marks.X[mark] - x)) + ((marks.Y[mark] - y) * (marks.Y[mark] - y)));
}
