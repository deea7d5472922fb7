using System.Diagnostics;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Grouping.Naming;
using PSLlmCluster.Core.Llama;
using static System.FormattableString;

namespace PSLlmCluster.Benchmarks;

/// <summary>Has a language model name the categories of a file, or the groups that its texts part into, and prints the names.</summary>
internal static class ModelNamesRun
{
    /// <summary>Runs it.</summary>
    /// <param name="path">A CSV file with the columns Label and Text.</param>
    /// <param name="members">The first texts of each category to take; 0 for the groups that all texts part into.</param>
    /// <param name="model">The language model.</param>
    public static void Run(string path, int members, string model)
    {
        EngineFiles.Root = StagedModule.Find();
        ModelOptions vectorModel = new(EngineFiles.DefaultModel, ComputeDevice.Cpu);
        List<string[]> lines = NamesRun.ReadCsv(File.ReadAllText(path));
        int label = Array.IndexOf(lines[0], "Label");
        int text = Array.IndexOf(lines[0], "Text");
        string[][] chosen =
            [.. lines.Skip(1).GroupBy(line => line[label]).SelectMany(group => group.Take(members > 0 ? members : int.MaxValue))];
        string[] categories = [.. chosen.Select(line => line[label]).Distinct().Order(StringComparer.Ordinal)];
        string[] texts = [.. chosen.Select(line => line[text])];
        ClusterRows rows = members > 0
            ? new ClusterRows(texts, [.. chosen.Select(line => Array.IndexOf(categories, line[label]))]) { Vectors = NamesRun.Embed(texts) }
            : Grouped(texts, new TextGroupingOptions { Model = vectorModel });
        IReadOnlyList<NamedCluster> phrases = ClusterNaming.Name(rows);
        ModelNamingOptions options = new()
        {
            NameModel = new ModelOptions(model, ComputeDevice.Cpu),
            Model = vectorModel,
            HasVectorsOfModel = true,
            ThreadCount = 1,
        };
        ModelNaming.Check(options);
        double before = WorkerSeconds();
        ModelNames names = ModelNaming.Name(phrases, rows, options, Console.Error.WriteLine);
        double seconds = WorkerSeconds() - before;
        for (int c = 0; c < phrases.Count; c++)
        {
            NamedCluster cluster = names.Clusters[c];
            string what = members > 0 ? categories[cluster.Cluster] : Invariant($"{cluster.Count,4}");
            Console.WriteLine(Invariant($"{what,-18} {cluster.Source,-9} {cluster.Score,6:F2} {cluster.Name,-40} {phrases[c].Name}"));
        }

        Console.WriteLine(
            Invariant($"{phrases.Count} clusters, {names.Clusters.Count(cluster => cluster.Source == NameSource.Model)} of the model, ")
                + Invariant($"{seconds:F1} s of llama.cpp's processor time"));
    }

    private static double WorkerSeconds()
        => Process.GetProcessById(WorkerSession.ProcessId ?? Environment.ProcessId).TotalProcessorTime.TotalSeconds;

    private static ClusterRows Grouped(string[] texts, TextGroupingOptions options)
    {
        TextGroups groups = TextGrouping.Find(texts, options);
        return new ClusterRows([.. groups.Texts.Select(at => texts[at])], groups.Labels)
        {
            Vectors = [.. Enumerable.Range(0, groups.Vectors.RowCount).Select(row => groups.Vectors.Row(row).ToArray())],
            Strengths = groups.Strengths,
        };
    }
}
