using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;
using PSLlmCluster.Core.Tests.Llama;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Grouping;

/// <summary>From texts to groups, with the model that comes with the module.</summary>
public sealed class TextGroupingTests : IDisposable
{
    private static readonly string[] _subjects = ["the printer", "my password", "the VPN", "an invoice"];
    private static readonly string[] _predicates
        = ["is broken again", "does not work", "needs attention today", "is a problem for the whole team", "was mentioned before"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_about_one_thing_are_one_group()
    {
        string[] texts = Texts();
        TextGroups groups = TextGrouping.Find(texts, Options());

        Assert.Equal(4, groups.Groups.Count);
        foreach (NamedCluster group in groups.Groups)
        {
            string subject = Assert.Single(group.Rows.Select(row => SubjectOf(texts[row])).Distinct());
            Assert.Contains(subject.Split(' ')[1], group.Name, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(Enumerable.Range(0, texts.Length), groups.Texts);
        Assert.All(groups.Scores, score => Assert.InRange(score, 0.3, 1));
        Assert.All(groups.Strengths, strength => Assert.InRange(strength, 0.5, 1));
        Assert.Empty(groups.Failures);
        Assert.Empty(groups.Warnings);
    }

    [Fact]
    public void Order_and_threads_change_nothing()
    {
        string[] texts = Texts();
        int[] order = TestRows.Shuffle(texts.Length, 5);
        TextGroups one = TextGrouping.Find(texts, Options(threads: 1));
        TextGroups other = TextGrouping.Find([.. order.Select(text => texts[text])], Options(threads: 3));

        Assert.Equal(order.Select(text => one.Strengths[text]), other.Strengths);
        Assert.Equal(
            order.Select(text => one.Groups[one.Labels[text]].Name),
            other.Labels.Select(label => other.Groups[label].Name));
        Assert.Equal(one.Groups.Select(group => group.Name).Order(), other.Groups.Select(group => group.Name).Order());
        Assert.Equal(one.Scores.Order(), other.Scores.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Few_texts_have_a_result(int count)
    {
        TextGroups groups = TextGrouping.Find(Texts()[..count], Options(), withModel: true);

        Assert.Equal(count, groups.Labels.Count);
        Assert.Equal(groups.Groups.Sum(group => group.Rows.Count), groups.Labels.Count(label => label >= 0));
        Assert.Equal(count > 0, groups.Model is not null);
    }

    [Fact]
    public void Equal_texts_are_one_group_and_counted()
    {
        TextGroups groups = TextGrouping.Find([.. Enumerable.Repeat("the same text", 30)], Options());

        Assert.Equal(30, Assert.Single(groups.Groups).Count);
        Assert.Equal("the same text", groups.Groups[0].Name);
        Assert.Equal(1, groups.Scores[0], 1e-6);
    }

    [Fact]
    public void Groups_are_what_they_were_through_a_file()
    {
        string path = _folder.File("texts.groups");
        string[] texts = Texts();
        TextGroupingOptions options = Options() with
        {
            Embedding = new EmbeddingOptions { Prefix = "about:\n", LongText = LongTextHandling.Truncate, ContextLength = 64 },
            GivenNames = new Dictionary<int, string> { [1] = "Named by hand" },
        };
        TextGroups groups = TextGrouping.Find(texts, options, withModel: true);
        groups.Model!.Save(ModelFileTarget.At(path));
        byte[] bytes = File.ReadAllBytes(path);
        TextGroupModel read = TextGroupModel.Load(path);
        TextGroups again = TextGrouping.Place(texts, read, Options());

        Assert.Equal(groups.Labels, again.Labels);
        Assert.Equal(groups.Strengths, again.Strengths);
        Assert.Equal(groups.Groups.Select(group => group.Name), again.Groups.Select(group => group.Name));
        Assert.Equal(groups.Groups.Select(group => group.Keyphrases), again.Groups.Select(group => group.Keyphrases));
        Assert.Equal(NameSource.Given, again.Groups[1].Source);
        Assert.Equal("Named by hand", again.Groups[1].Name);
        read.Save(ModelFileTarget.At(path));
        Assert.Equal(bytes, File.ReadAllBytes(path));

        // A text alone is placed as in company; one that is none of the groups' too has its nearest.
        int place = Assert.Single(TextGrouping.Place([texts[7]], read, Options()).Labels);
        Assert.Equal(groups.Labels[7], place);
        Assert.Empty(TextGrouping.Place([], read, Options()).Labels);
    }

    [Fact]
    public void New_texts_about_something_else_are_in_no_group()
    {
        string path = _folder.File("texts.groups");
        TextGroups groups = TextGrouping.Find(Texts(), Options(), withModel: true);
        groups.Model!.Save(ModelFileTarget.At(path));
        TextGroupModel read = TextGroupModel.Load(path);
        string[] fresh = ["the printer does not work today", "Simmer the tomatoes with basil and garlic", "my password was refused again"];
        TextGroups placed = TextGrouping.Place(fresh, read, Options());

        Assert.Equal(groups.Labels[0], placed.Labels[0]);
        Assert.Equal((-1, 0), (placed.Labels[1], placed.Strengths[1]));
        Assert.Equal(groups.Labels[2], placed.Labels[2]);
        Assert.DoesNotContain(placed.Groups, group => group.Rows.Contains(1));

        // No text that was grouped is far, even those that are the farthest.
        Assert.DoesNotContain(-1, TextGrouping.Place(Texts(), read, Options()).Labels);
    }

    [Fact]
    public void Groups_without_a_limit_take_every_text_as_those_of_earlier_versions_do()
    {
        string path = _folder.File("texts.groups");
        TextGroupModel now = TextGrouping.Find(Texts(), Options(), withModel: true).Model!;
        TextGroupModel earlier = new(now.Layout, now.Clusters, now.Groups, now.Embedding, now.ModelName, now.Probe);
        earlier.Save(ModelFileTarget.At(path));
        TextGroupModel read = TextGroupModel.Load(path);

        Assert.NotNull(now.LargestDistance);
        Assert.Null(read.LargestDistance);
        Assert.Equal(1, ModelFileReader.Read(path, "groups", 2).KindVersion);
        Assert.NotEqual(-1, Assert.Single(TextGrouping.Place(["Simmer the tomatoes with basil and garlic"], read, Options()).Labels));
    }

    [Fact]
    public void Scores_of_new_texts_say_how_much_alike_they_are_to_the_group_that_was_found()
    {
        string[] texts = Texts();
        TextGroups groups = TextGrouping.Find(texts, Options(), withModel: true);
        TextGroups again = TextGrouping.Place(texts, groups.Model!, Options());
        TextGroups alone = TextGrouping.Place([texts[0]], groups.Model!, Options());
        TextGroups twice = TextGrouping.Place([texts[0], texts[0], texts[1]], groups.Model!, Options());

        Assert.Equal(groups.Scores.Select(score => Math.Round(score, 6)), again.Scores.Select(score => Math.Round(score, 6)));
        Assert.InRange(Assert.Single(alone.Scores), 0.3, 0.999);
        double other = Assert.Single(TextGrouping.Place([texts[1]], groups.Model!, Options()).Scores);
        Assert.Equal(((2 * alone.Scores[0]) + other) / 3, Assert.Single(twice.Scores), 1e-9);
    }

    [Fact]
    public void No_text_needs_no_model()
    {
        TextGroupModel model = TextGrouping.Find(Texts(), Options(), withModel: true).Model!;
        TextGroupingOptions missing = Options() with { Model = new ModelOptions(_folder.File("no.gguf"), ComputeDevice.Cpu) };

        Assert.Empty(TextGrouping.Find([], missing, withModel: true).Groups);
        Assert.Empty(TextGrouping.Place([], model, missing).Groups);
    }

    [Theory]
    [InlineData(VectorPrecision.Single)]
    [InlineData(VectorPrecision.Half)]
    public void Vectors_that_a_cache_has_are_not_made_again(VectorPrecision precision)
    {
        List<string> lines = [];
        TextGroupingOptions options = Options() with { Cache = new CacheOptions(_folder.File("vectors.db"), precision) };
        TextGroups plain = TextGrouping.Find(Texts(), Options());
        TextGroups first = TextGrouping.Find(Texts(), options, withModel: true, log: lines.Add);
        TextGroups second = TextGrouping.Find(Texts(), options, withModel: true, log: lines.Add);
        TextGroups placed = TextGrouping.Place(Texts(), second.Model!, options, log: lines.Add);

        Assert.Equal(first.Strengths, second.Strengths);
        Assert.Equal(precision == VectorPrecision.Single, plain.Strengths.SequenceEqual(first.Strengths));
        Assert.Equal(second.Labels, placed.Labels);
        Assert.Equal(
            ["0", "40", "40"],
            lines.Where(line => line.Contains("of the vectors came from", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]));
        Assert.Equal(first.Model!.Probe, second.Model!.Probe);
    }

    [Fact]
    public void Long_texts_are_counted()
    {
        TextGroups groups = TextGrouping.Find([.. Texts(), string.Concat(Enumerable.Repeat("the printer is broken. ", 200))], Options());

        Assert.Equal([40], groups.LongTexts);
        Assert.Equal(512, groups.WindowLength);
    }

    [Fact]
    public void What_is_in_no_group_has_the_name_that_was_given_through_a_file_too()
    {
        string path = _folder.File("texts.groups");
        TextGroupingOptions options = Options() with { GivenNames = new Dictionary<int, string> { [-1] = "The rest" } };
        TextGroups groups = TextGrouping.Find(Texts(), options, withModel: true);
        groups.Model!.Save(ModelFileTarget.At(path));

        Assert.Equal("The rest", groups.RestName);
        Assert.Equal("The rest", TextGrouping.Place(["Simmer the tomatoes"], TextGroupModel.Load(path), Options()).RestName);
        Assert.Null(TextGrouping.Find(Texts(), Options()).RestName);
    }

    [Fact]
    public void Groups_of_another_model_are_refused()
    {
        TextGroups groups = TextGrouping.Find(Texts(), Options(), withModel: true);
        TextGroupingOptions other = Options() with
        {
            Model = new ModelOptions(TestModels.TinyBert, ComputeDevice.Cpu),
        };

        EngineException failure = Assert.Throws<EngineException>(() => TextGrouping.Place(Texts(), groups.Model!, other));
        Assert.Equal(EngineErrorIds.GroupModelMismatch, failure.ErrorId);
        Assert.Contains("tiny-bert-random.F32.gguf", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_errors()
    {
        string path = _folder.File("texts.groups");
        TextGrouping.Find(Texts(), Options(), withModel: true).Model!.Save(ModelFileTarget.At(path));
        byte[] bytes = File.ReadAllBytes(path);
        for (int at = 0; at < bytes.Length; at += bytes.Length / 40)
        {
            byte[] broken = [.. bytes];
            broken[at] ^= 0x20;
            File.WriteAllBytes(path, broken);
            Assert.Contains("Model", Assert.Throws<EngineException>(() => TextGroupModel.Load(path)).ErrorId, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Equal(EngineErrorIds.ModelFileDamaged, Assert.Throws<EngineException>(() => TextGroupModel.Load(path)).ErrorId);
    }

    [Theory]
    [InlineData(1, 1, 4, 2, 2, 1)]
    [InlineData(12, 12, 7, 2, 2, 1)]
    [InlineData(30, 30, 11, 6, 2, 1)]
    [InlineData(100, 100, 20, 10, 3, 3)]
    [InlineData(1_500, 1_500, 75, 10, 5, 10)]
    [InlineData(3_000, 40, 13, 8, 5, 14)]
    [InlineData(100_000, 100_000, 75, 10, 5, 15)]
    public void Settings_grow_with_the_number_of_texts(int count, int distinct, int neighbors, int components, int smallest, int samples)
    {
        UmapOptions layout = GroupingRules.Layout(distinct, Options());
        HdbscanOptions clusters = GroupingRules.Clusters(count, Options());

        Assert.Equal((neighbors, components), (layout.NeighborCount, layout.ComponentCount));
        Assert.Equal((smallest, samples), (clusters.MinClusterSize, clusters.MinSampleCount));
        layout.Validate();
        clusters.Validate();
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        foreach (TextGroupingOptions options in new[]
        {
            Options() with { MinGroupSize = 1 },
            Options() with { GroupCount = 0 },
            Options() with { GroupCount = 3, Resolution = GroupResolution.Fine },
            Options() with { Resolution = (GroupResolution)7 },
        })
        {
            Assert.Equal(EngineErrorIds.GroupingOptionInvalid, Assert.Throws<EngineException>(options.Validate).ErrorId);
        }
    }

    private static TextGroupingOptions Options(int? threads = null)
        => new()
        {
            Model = new ModelOptions(EngineFiles.DefaultModel, ComputeDevice.Cpu),
            Embedding = new EmbeddingOptions { ThreadCount = threads },
        };

    private static string[] Texts()
        => [.. _predicates.SelectMany(predicate => _subjects.SelectMany(
            subject => new[] { $"{subject} {predicate}", $"{subject} {predicate}, I think" }))];

    private static string SubjectOf(string text) => _subjects.Single(subject => text.StartsWith(subject, StringComparison.Ordinal));
}
