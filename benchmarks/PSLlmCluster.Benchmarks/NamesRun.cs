using System.Diagnostics;
using System.Globalization;
using System.Text;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Grouping;
using static System.FormattableString;

namespace PSLlmCluster.Benchmarks;

/// <summary>Names clusters that are known, and prints the names; or times the naming of many texts.</summary>
internal static class NamesRun
{
    /// <summary>
    /// Runs it: <c>names FILE.csv [members=N] [vectors=yes]</c> names the categories of the columns Label and Text, each of its first
    /// N texts, and with vectors says how often a name lies nearest to its own category; with model=CHAT.gguf see
    /// <see cref="ModelNamesRun"/>; <c>names made=N [clusters=N] [vectors=yes]</c> times made texts.
    /// </summary>
    /// <param name="args">The arguments after the word.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> args)
    {
        Dictionary<string, string> settings = [];
        string? path = null;
        foreach (string arg in args)
        {
            if (arg.Split('=', 2) is [string key, string value])
            {
                settings[key] = value;
            }
            else
            {
                path = arg;
            }
        }

        int Number(string name, int other)
            => settings.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : other;

        if (path is null && !settings.ContainsKey("made"))
        {
            Console.Error.WriteLine(
                "usage: names FILE.csv [members=N] [vectors=yes] [model=CHAT.gguf], or names made=N [clusters=N] [vectors=yes]");
            return 2;
        }

        if (path is not null && settings.TryGetValue("model", out string? model))
        {
            ModelNamesRun.Run(path, Number("members", 0), model);
        }
        else if (path is not null)
        {
            Quality(path, Number("members", int.MaxValue), settings.ContainsKey("vectors"));
        }
        else
        {
            Time(Number("made", 0), Number("clusters", 50), settings.ContainsKey("vectors"));
        }

        return 0;
    }

    private static void Quality(string path, int members, bool withVectors)
    {
        List<string[]> lines = ReadCsv(File.ReadAllText(path));
        int label = Array.IndexOf(lines[0], "Label");
        int text = Array.IndexOf(lines[0], "Text");
        string[] categories = [.. lines.Skip(1).Select(line => line[label]).Distinct().Order(StringComparer.Ordinal)];
        string[][] chosen = [.. categories.SelectMany(name => lines.Skip(1).Where(line => line[label] == name).Take(members))];
        string[] texts = [.. chosen.Select(line => line[text])];
        int[] labels = [.. chosen.Select(line => Array.IndexOf(categories, line[label]))];
        float[][]? vectors = withVectors ? Embed(texts) : null;
        IReadOnlyList<NamedCluster> named = ClusterNaming.Name(new ClusterRows(texts, labels) { Vectors = vectors });
        double[]? margins = vectors is null ? null : Margins(vectors, labels, Embed([.. named.Select(TopThree)]), categories.Length);
        foreach (NamedCluster cluster in named)
        {
            string margin = margins is null ? string.Empty : Invariant($"{margins[cluster.Cluster],6:F2} ");
            Console.WriteLine($"{margin}{categories[cluster.Cluster],-20} {cluster.Name}");
            Console.WriteLine("      " + string.Join(
                " | ", cluster.Keyphrases.Select(phrase => Invariant($"{phrase.Text} {phrase.Count} {phrase.Score:F1}"))));
        }

        if (margins is not null)
        {
            double median = margins.Order().ElementAt(margins.Length / 2);
            int right = margins.Count(margin => margin > 0);
            Console.WriteLine(Invariant($"{right} of {margins.Length} nearest to their own, median margin {median:F2}"));
        }
    }

    private static string TopThree(NamedCluster cluster)
        => cluster.Keyphrases.Count == 0 ? cluster.Name : string.Join(", ", cluster.Keyphrases.Take(3).Select(phrase => phrase.Text));

    internal static float[][] Embed(string[] texts)
    {
        EngineFiles.Root = StagedModule.Find();
        float[][] vectors = new float[texts.Length][];
        using ITextEmbedder embedder = ModelCache.Acquire(new ModelOptions(EngineFiles.DefaultModel, ComputeDevice.Cpu)).Open(
            new EmbeddingOptions { ThreadCount = 1 });
        for (int i = 0; i < texts.Length; i++)
        {
            Take(embedder.Add(i, texts[i]));
        }

        Take(embedder.Flush());
        return vectors;

        void Take(IReadOnlyList<EmbeddingOutcome> outcomes)
        {
            foreach (EmbeddingOutcome outcome in outcomes)
            {
                vectors[outcome.Index] = outcome.Vector!;
            }
        }
    }

    // By how much a name is more like its own cluster's mean than like any other's, with the mean of all taken off.
    private static double[] Margins(float[][] vectors, int[] labels, float[][] names, int clusters)
    {
        int width = vectors[0].Length;
        double[] all = new double[width];
        double[][] means = [.. Enumerable.Range(0, clusters).Select(_ => new double[width])];
        int[] counts = new int[clusters];
        for (int row = 0; row < vectors.Length; row++)
        {
            double[] unit = Unit(vectors[row]);
            counts[labels[row]]++;
            for (int i = 0; i < width; i++)
            {
                all[i] += unit[i] / vectors.Length;
                means[labels[row]][i] += unit[i];
            }
        }

        double[] margins = new double[clusters];
        for (int c = 0; c < clusters; c++)
        {
            double[] name = [.. Unit(names[c]).Select((value, i) => value - all[i])];
            double[] near =
            [
                .. means.Select((mean, other) => Cosine(name, [.. mean.Select((value, i) => (value / counts[other]) - all[i])])),
            ];
            margins[c] = near[c] - near.Where((_, other) => other != c).Max();
        }

        return margins;
    }

    private static double[] Unit(float[] vector)
    {
        double length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return [.. vector.Select(value => value / length)];
    }

    private static double Cosine(double[] first, double[] second)
        => first.Zip(second, (x, y) => x * y).Sum() / Math.Sqrt(first.Sum(x => x * x) * second.Sum(x => x * x));

    private static void Time(int count, int clusters, bool withVectors)
    {
        // Words as frequent as in a language (Zipf), and of each cluster forty of its own.
        Random random = new(7);
        string[] texts = new string[count];
        int[] labels = new int[count];
        for (int row = 0; row < count; row++)
        {
            labels[row] = random.Next(clusters);
            StringBuilder text = new();
            for (int word = random.Next(5, 13); word > 0; word--)
            {
                int number = random.NextDouble() < 0.3
                    ? 100_000 + (labels[row] * 40) + random.Next(40)
                    : (int)Math.Exp(random.NextDouble() * Math.Log(30_000));
                text.Append(text.Length > 0 ? " " : string.Empty).Append('w').Append(number.ToString("x", CultureInfo.InvariantCulture));
            }

            texts[row] = text.ToString();
        }

        float[][]? vectors = withVectors
            ? [.. labels.Select(label => Enumerable.Range(0, 384).Select(i => random.NextSingle() + (i == label ? 3 : 0)).ToArray())]
            : null;
        for (int turn = 0; turn < 5; turn++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            long memory = GC.GetTotalAllocatedBytes();
            IReadOnlyList<NamedCluster> named = ClusterNaming.Name(new ClusterRows(texts, labels) { Vectors = vectors });
            double seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            double allocated = (GC.GetTotalAllocatedBytes() - memory) / 1e6;
            double peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
            Console.WriteLine(
                Invariant($"{count} texts, {named.Count} clusters: {seconds:F2} s of processor time, {allocated:F0} MB allocated, ")
                    + Invariant($"peak of the process {peak:F0} MB"));
        }
    }

    internal static List<string[]> ReadCsv(string text)
    {
        List<string[]> lines = [];
        List<string> fields = [];
        StringBuilder field = new();
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && text[i] is ',' or '\n' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
                if (text[i] == '\n')
                {
                    lines.Add([.. fields]);
                    fields.Clear();
                }
            }
            else if (text[i] != '\r' || isQuoted)
            {
                field.Append(text[i]);
            }
        }

        return lines;
    }
}
