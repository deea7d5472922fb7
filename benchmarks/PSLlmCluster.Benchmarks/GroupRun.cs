using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Groups labelled texts and says how far the groups agree with the labels: <c>groups FILE… [draw=N] [draws=N] [seed=N] [resolution=R]
/// [metric=M] [center=yes|no] [neighbors=N] [components=N] [distance=D] [samples=N] [smallest=N] [size=N] [refine=N]</c>. A FILE is a CSV
/// with the columns Label and Text. What is left out is as Group-Text has it; size is the fewest texts of a group at the resolution Auto.
/// <c>groups FILE other=OTHER [fitted=N] [draws=N]</c> groups N texts of FILE, and says how many of half as many others of it, and of 300
/// of OTHER, are then put into no group.
/// </summary>
internal static class GroupRun
{
    /// <summary>Runs the verb.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        Dictionary<string, string> given = [];
        List<string> files = [];
        foreach (string argument in arguments)
        {
            int place = argument.IndexOf('=', StringComparison.Ordinal);
            if (place < 0)
            {
                files.Add(argument);
            }
            else
            {
                given.Add(argument[..place], argument[(place + 1)..]);
            }
        }

        if (files.Count == 0)
        {
            Console.Error.WriteLine("Usage: groups FILE… [draw=N] [draws=N] and settings, where a FILE is a CSV with Label and Text.");
            return 2;
        }

        EngineFiles.Root = StagedModule.Find();
        foreach (string file in files)
        {
            LabelledTexts all = LabelledTexts.Read(file);
            if (given.TryGetValue("other", out string? other))
            {
                MeasureFarTexts(all, LabelledTexts.Read(other), Number(given, "fitted") ?? 800, Number(given, "draws") ?? 1);
                continue;
            }

            int draws = Number(given, "draws") ?? 1;
            List<(double Rand, double Information)> found = [];
            for (int seed = 1; seed <= draws; seed++)
            {
                found.Add(Measure(Path.GetFileName(file), Number(given, "draw") is int count ? all.Draw(count, seed) : all, given));
            }

            if (draws > 1)
            {
                double rand = Median(found.Select(one => one.Rand));
                double information = Median(found.Select(one => one.Information));
                Console.WriteLine(FormattableString.Invariant($"  medians: ARI {rand:0.000} AMI {information:0.000}"));
            }
        }

        return 0;
    }

    private static void MeasureFarTexts(LabelledTexts own, LabelledTexts other, int fitted, int draws)
    {
        TextGroupingOptions options = new() { Model = new ModelOptions(EngineFiles.DefaultModel, ComputeDevice.Cpu) };
        for (int seed = 1; seed <= draws; seed++)
        {
            // Of each three texts in a row one is held out, as files may be sorted by their labels.
            string[] drawn = own.Draw(fitted * 3 / 2, seed).Texts;
            string[] kept = [.. drawn.Where((_, i) => i % 3 != 2)];
            string[] heldOut = [.. drawn.Where((_, i) => i % 3 == 2)];
            string[] strange = other.Draw(300, seed).Texts;
            TextGroupModel model = TextGrouping.Find(kept, options, withModel: true).Model!;
            Console.WriteLine(FormattableString.Invariant($"{kept.Length} texts: of {heldOut.Length} others {Left(heldOut):0.0} % ")
                + FormattableString.Invariant($"are in no group, of {strange.Length} of another set {Left(strange):0.0} %"));

            double Left(string[] texts)
            {
                IReadOnlyList<int> labels = TextGrouping.Place(texts, model, options).Labels;
                return 100.0 * labels.Count(label => label < 0) / labels.Count;
            }
        }
    }

    private static (double Rand, double Information) Measure(string name, LabelledTexts texts, Dictionary<string, string> given)
    {
        TextGroupingOptions options = new()
        {
            Model = new ModelOptions(EngineFiles.DefaultModel, ComputeDevice.Cpu),
            Seed = Number(given, "seed") ?? 42,
            Resolution = given.TryGetValue("resolution", out string? resolution)
                ? Enum.Parse<GroupResolution>(resolution)
                : GroupResolution.Auto,
        };
        using Process self = Process.GetCurrentProcess();
        TimeSpan start = self.TotalProcessorTime;
        TextVectors vectors = TextVectors.Compute(texts.Texts, null, options, null, null, default, CancellationToken.None);
        self.Refresh();
        TimeSpan embedded = self.TotalProcessorTime;
        UmapOptions layout = GroupingRules.Layout(texts.Texts.Distinct(StringComparer.Ordinal).Count(), options);
        layout = layout with
        {
            Metric = given.TryGetValue("metric", out string? metric) ? Enum.Parse<Metric>(metric) : layout.Metric,
            Center = given.GetValueOrDefault("center", "yes") == "yes",
            NeighborCount = Number(given, "neighbors") ?? layout.NeighborCount,
            ComponentCount = Number(given, "components") ?? layout.ComponentCount,
            MinDistance = given.TryGetValue("distance", out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : 0,
        };
        HdbscanOptions clusters = GroupingRules.Clusters(texts.Texts.Length, options);
        clusters = clusters with
        {
            MinClusterSize = Number(given, "smallest") ?? clusters.MinClusterSize,
            MinSampleCount = Number(given, "samples") ?? clusters.MinSampleCount,
            RefinementCount = Number(given, "refine") ?? clusters.RefinementCount,
        };
        RowMatrix places = UmapReduction.Compute(vectors.Rows, layout).Layout;
        HdbscanFit fit = HdbscanClustering.Fit(places, clusters);
        int size = Number(given, "size") ?? GroupingRules.Size(texts.Texts.Length);
        HdbscanFit divided = LayerChoice.Take(fit, places, clusters, size, options.Resolution, CancellationToken.None)?.Fit ?? fit;
        HdbscanResult result = divided.Result.WithNoiseInNearest();
        self.Refresh();
        LabelAgreement agreement = new(texts.Labels, result.Labels);
        double rand = agreement.AdjustedRandIndex();
        double information = agreement.AdjustedMutualInformation();
        Console.WriteLine(FormattableString.Invariant(
            $"{name} {texts.Texts.Length} texts: {result.Persistences.Length} groups, ARI {rand:0.000}, AMI {information:0.000}; ")
            + FormattableString.Invariant(
                $"CPU s: vectors {(embedded - start).TotalSeconds:0.0}, groups {(self.TotalProcessorTime - embedded).TotalSeconds:0.0}"));
        return (rand, information);
    }

    private static int? Number(Dictionary<string, string> given, string name)
        => given.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
