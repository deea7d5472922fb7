using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Groups labelled texts and says how far the groups agree with the labels: <c>groups FILE… [draw=N] [draws=N] [seed=N] [resolution=R]
/// [metric=M] [center=yes|no] [neighbors=N] [components=N] [distance=D] [samples=N] [smallest=N] [size=N] [refine=N]</c>. A FILE is a CSV
/// with the columns Label and Text. What is left out is as Group-Text has it; size is the fewest texts of a group at the resolution Auto.
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
        TextVectors vectors = TextVectors.Compute(texts.Texts, options, null, default, CancellationToken.None);
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
        HdbscanFit fit = HdbscanClustering.Fit(UmapReduction.Compute(vectors.Rows, layout).Layout, clusters);
        int size = Number(given, "size") ?? GroupingRules.Size(texts.Texts.Length);
        HdbscanFit divided = LayerChoice.Take(fit, clusters, size, options.Resolution, CancellationToken.None)?.Fit ?? fit;
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
