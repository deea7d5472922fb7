using System.Globalization;
using PSLlmCluster.Benchmarks;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Grouping;

/// <summary>
/// What the settings of <see cref="GroupingRules"/> were chosen by: real texts with labels that people gave. k-means, told the number of
/// categories, reaches an adjusted mutual information of 0.30 and 0.45.
/// </summary>
public class GroupingQualityTests
{
    [LabelledTextsFact]
    public void Groups_agree_with_people_s_categories_of_glosses() => AssertAgreement("glosses.csv", 10, rand: 0.2, information: 0.3);

    [LabelledTextsFact]
    public void Groups_agree_with_people_s_categories_of_packages() => AssertAgreement("packages.csv", 14, rand: 0.3, information: 0.45);

    [Fact]
    public void Clear_topics_of_tickets_are_not_split()
    {
        string[] ways =
            ["{0} {1}", "my {0} {1} again", "the {0} {1} today", "hi, {0} {1}, please help", "urgent: {0} {1} since this morning"];
        string file = Path.Combine(Repository.Root, "examples", "data", "topics.csv");
        string[][] topics = [.. File.ReadAllLines(file).Skip(1).Take(10).Select(line => line.Split(','))];
        List<string> texts = [];
        List<int> labels = [];
        for (int topic = 0; topic < topics.Length; topic++)
        {
            texts.AddRange(topics[topic][1].Split(';').SelectMany(thing => topics[topic][2].Split(';').SelectMany(
                happening => ways.Select(way => string.Format(CultureInfo.InvariantCulture, way, thing, happening)))));
            labels.AddRange(Enumerable.Repeat(topic, texts.Count - labels.Count));
        }

        TextGroups groups = TextGrouping.Find(
            texts, new TextGroupingOptions { Model = new ModelOptions(EngineFiles.DefaultModel, ComputeDevice.Cpu) });
        LabelAgreement agreement = new([.. labels], groups.Labels);

        // The leaves at the usual size alone are 18 groups, and come to 0.84 and 0.91.
        Assert.InRange(groups.Groups.Count, 9, 11);
        Assert.InRange(agreement.AdjustedRandIndex(), 0.85, 1);
        Assert.InRange(agreement.AdjustedMutualInformation(), 0.93, 1);
    }

    [Fact]
    public void Agreement_is_1_for_the_same_division_and_about_0_for_chance()
    {
        int[] labels = [.. Enumerable.Range(0, 300).Select(row => row % 5)];
        LabelAgreement same = new(labels, Array.ConvertAll(labels, label => 4 - label));
        LabelAgreement chance = new(labels, Array.ConvertAll(TestRows.Shuffle(300, 3), row => row % 7));
        LabelAgreement alone = new([0, 0, 1, 1], [-1, -1, -1, -1]);

        Assert.Equal((1, 1), (same.AdjustedRandIndex(), Math.Round(same.AdjustedMutualInformation(), 9)));
        Assert.InRange(chance.AdjustedRandIndex(), -0.02, 0.02);
        Assert.InRange(chance.AdjustedMutualInformation(), -0.03, 0.03);
        Assert.Equal(0, alone.AdjustedRandIndex(), 9);

        // By hand: of 6 pairs 1 is together in both, 2 have one label, 1 has one group; (1 - 2/6) / (3/2 - 2/6).
        Assert.Equal(4.0 / 7, new LabelAgreement([0, 0, 1, 1], [0, 0, 1, 2]).AdjustedRandIndex(), 1e-9);
    }

    private static void AssertAgreement(string file, int categories, double rand, double information)
    {
        LabelledTexts texts = LabelledTexts.Read(Repository.Shared("dev-texts", file)!);
        TextGroupingOptions options = new() { Model = new ModelOptions(EngineFiles.DefaultModel, ComputeDevice.Cpu) };
        foreach ((GroupResolution resolution, bool isMeasured) in new[] { (GroupResolution.Auto, true), (GroupResolution.Coarse, false) })
        {
            TextGroups groups = TextGrouping.Find(texts.Texts, options with { Resolution = resolution });
            LabelAgreement agreement = new(texts.Labels, groups.Labels);
            Assert.DoesNotContain(-1, groups.Labels);
            if (isMeasured)
            {
                Assert.InRange(groups.Groups.Count, (categories + 1) / 2, 3 * categories);
                Assert.InRange(agreement.AdjustedRandIndex(), rand, 1);
                Assert.InRange(agreement.AdjustedMutualInformation(), information, 1);
            }
            else
            {
                Assert.InRange(groups.Groups.Count, 2, categories);
            }
        }
    }
}

/// <summary>A test that reads the labelled texts, which lie beside a checkout.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LabelledTextsFactAttribute() : SharedFactAttribute(Repository.Shared("dev-texts", "glosses.csv") is not null);
