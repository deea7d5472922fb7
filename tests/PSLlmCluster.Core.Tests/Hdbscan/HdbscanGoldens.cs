using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>The reference results whose metric and parameters are in <see cref="HdbscanOptions"/>, and readers for them.</summary>
internal static class HdbscanGoldens
{
    /// <summary>Cases with all steps: everything but the largest sets and the single row, at which the reference fails.</summary>
    public static TheoryData<string> Cases { get; } = [.. GoldenSet.Hdbscan.CaseIds().Where(id => IsOurs(id, "canonical_labels"))];

    /// <summary>
    /// The cases in which hdbscan's answer does not depart from the canonical one on rows where it is stable, those without a canonical one
    /// included; the three others are in the goldens' README.
    /// </summary>
    public static TheoryData<string> CasesLikeHdbscan { get; }
        = [.. GoldenSet.Hdbscan.CaseIds().Where(id => IsOurs(id, "stable") && DiffersOnStableRows(id) == 0)];

    /// <summary>Gets a value indicating whether the set of 20,000 rows is there.</summary>
    public static bool HasLargeSet { get; } = GoldenSet.Hdbscan.CaseIds().Contains("mixture20k");

    public static RowMatrix Data(string name)
    {
        GoldenFile data = GoldenSet.Hdbscan.Data(name);
        int[] shape = data.Shape("X");
        return new RowMatrix(data.Floats("X"), shape[0], shape[1]);
    }

    public static RowMatrix Rows(GoldenFile golden) => Data(golden.Json.GetProperty("dataset").GetString()!);

    public static HdbscanOptions Options(GoldenFile golden) => Options(golden.Json.GetProperty("params"));

    public static HdbscanOptions Options(JsonElement parameters)
    {
        HdbscanOptions options = new();
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            options = parameter.Name switch
            {
                "min_cluster_size" => options with { MinClusterSize = parameter.Value.GetInt32() },
                "min_samples" => options with
                {
                    MinSampleCount = parameter.Value.ValueKind == JsonValueKind.Null ? null : parameter.Value.GetInt32(),
                },
                "cluster_selection_epsilon" => options with { ClusterSelectionEpsilon = parameter.Value.GetDouble() },
                "cluster_selection_method" => options with
                {
                    ClusterSelectionMethod = Enum.Parse<ClusterSelectionMethod>(parameter.Value.GetString()!, ignoreCase: true),
                },
                "max_cluster_size" => options with { MaxClusterSize = parameter.Value.GetInt32() },
                "allow_single_cluster" => options with { AllowSingleCluster = parameter.Value.GetBoolean() },
                "cluster_selection_epsilon_max" => options with { ClusterSelectionEpsilonMax = parameter.Value.GetDouble() },
                "cluster_selection_persistence" => options with { ClusterSelectionPersistence = parameter.Value.GetDouble() },
                "alpha" => options with { Alpha = parameter.Value.GetDouble() },
                "p" => options with { MinkowskiPower = parameter.Value.GetDouble() },
                "metric" => options with { Metric = Enum.Parse<Metric>(parameter.Value.GetString()!, ignoreCase: true) },
                _ => throw new InvalidDataException($"{parameter.Name} is no parameter of HdbscanOptions."),
            };
        }

        return options;
    }

    /// <summary>Asserts that numbers are equal to a relative tolerance, or to an absolute one where that is given.</summary>
    public static void AssertNear(IReadOnlyList<double> expected, IReadOnlyList<double> found, double relative, double absolute = 0)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            double tolerance = (relative * Math.Abs(expected[i])) + absolute;
            Assert.True(Math.Abs(found[i] - expected[i]) <= tolerance, $"number {i}: {found[i]:R} is not {expected[i]:R}");
        }
    }

    private static int DiffersOnStableRows(string id)
        => GoldenSet.Hdbscan.Json($"cases/{id}.json").TryGetProperty("canonical", out JsonElement canonical)
            ? canonical.GetProperty("differs_on_stable_rows").GetInt32()
            : 0;

    public static bool IsOurs(string id, string array)
    {
        // The case at which the reference fails has no arrays and no file for them.
        JsonElement golden = GoldenSet.Hdbscan.Json($"cases/{id}.json");
        JsonElement parameters = golden.GetProperty("params");
        bool metricIsOurs = !parameters.TryGetProperty("metric", out JsonElement metric) || Enum.TryParse<Metric>(
            metric.GetString(), ignoreCase: true, out _);
        return metricIsOurs
            && golden.TryGetProperty("arrays", out JsonElement arrays) && arrays.EnumerateArray().Any(
                entry => entry.GetProperty("name").GetString() == array);
    }
}

/// <summary>A test over the set of 20,000 rows, which is too large for the clone.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LargeSetFactAttribute() : SharedFactAttribute(HdbscanGoldens.HasLargeSet);
