using System.Runtime.InteropServices;
using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Layers;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Layers;

/// <summary>The reference results of layers, which were counted: steps, peaks, order and labels, all exactly.</summary>
public class LayerGoldenTests
{
    public static TheoryData<string> Cases => [.. GoldenSet.Layers.CaseIds(string.Empty)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_peaks_order_and_labels_are_those_that_were_counted(string id)
    {
        JsonElement golden = GoldenSet.Layers.Json(id + ".json");
        HdbscanOptions options = HdbscanGoldens.Options(golden.GetProperty("params")) with
        {
            MinClusterSize = golden.GetProperty("base").GetInt32(),
            MinSampleCount = golden.GetProperty("min_samples").GetInt32(),
        };
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanGoldens.Data(golden.GetProperty("dataset").GetString()!), options);
        LeafSpans spans = LeafSpans.Compute(fit.Stages.Tree, options.MinClusterSize);
        List<PersistenceStep> steps = TotalPersistence.Compute(spans, options.MinClusterSize, fit.Result.Labels.Length, default);

        Assert.Equal(Steps(golden.GetProperty("steps")), steps.Where(step => step.Total > 0));
        Assert.Equal(Steps(golden.GetProperty("peaks")), LayerPeaks.Find(steps));
        Assert.Equal(
            golden.GetProperty("order").EnumerateArray().Select(size => size.GetInt32()),
            LayerPeaks.Order(steps).Select(step => step.First));

        IReadOnlyList<HdbscanLayer> layers = fit.Layers();
        int[] labels = MemoryMarshal.Cast<byte, int>(GoldenSet.Layers.Bytes(id + ".bin")).ToArray();
        Assert.Equal(
            golden.GetProperty("auto").EnumerateArray().Select(size => size.GetInt32()), layers.Select(layer => layer.MinClusterSize));
        Assert.Equal(labels, layers.SelectMany(layer => layer.Labels));
    }

    private static IEnumerable<PersistenceStep> Steps(JsonElement steps) => steps.EnumerateArray().Select(
        step => new PersistenceStep(
            step.GetProperty("first").GetInt32(),
            step.GetProperty("last").GetInt32(),
            step.GetProperty("total").GetInt64(),
            step.GetProperty("clusters").GetInt32()));
}
