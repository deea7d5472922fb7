using System.Text.Json;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class ReferenceEpochScheduleTests
{
    private static readonly JsonElement _golden = GoldenSet.Umap.Json("epochs.json");

    public static TheoryData<string> Cases
        => [.. UmapGolden.Ids("graph_vals").Where(id => UmapGolden.Load(id).Json.TryGetProperty("epochs_per_sample", out _))];

    [Fact]
    public void Epochs_per_sample_equal_the_reference()
    {
        foreach (JsonElement row in _golden.GetProperty("rows").EnumerateArray())
        {
            float[] weights = [.. row.GetProperty("weights").EnumerateArray().Select(value => (float)value.GetDouble())];
            double[] expected = [.. row.GetProperty("epochs_per_sample").EnumerateArray().Select(value => value.GetDouble())];
            Assert.Equal(expected, ReferenceEpochSchedule.EpochsPerSample(weights, row.GetProperty("n_epochs").GetInt32()));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Epochs_per_sample_of_a_graph_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        JsonElement expected = golden.Json.GetProperty("epochs_per_sample");
        if (golden.EpochCount > 0)
        {
            double[] found = ReferenceEpochSchedule.EpochsPerSample(golden.PrunedGraph().Weights, golden.EpochCount);
            Assert.Equal(expected.GetProperty("min").GetDouble(), found.Min());
            Assert.Equal(expected.GetProperty("max").GetDouble(), found.Max());
            Assert.Equal(expected.GetProperty("mean").GetDouble(), found.Average(), 1e-9);
        }
    }

    [Fact]
    public void Uses_and_repelling_rows_occur_in_the_same_epochs_as_in_the_reference()
    {
        foreach (JsonElement row in _golden.GetProperty("schedule").EnumerateArray())
        {
            double period = row.GetProperty("epochs_per_sample").GetDouble();
            int epochs = row.GetProperty("n_epochs").GetInt32();

            ReferenceEpochSchedule schedule = new([period], row.GetProperty("negative_sample_rate").GetDouble());
            List<(int Epoch, int Negatives)> uses = [];
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                if (schedule.IsDue(0, epoch))
                {
                    uses.Add((epoch, schedule.Use(0, epoch)));
                }
            }

            Assert.Equal(row.GetProperty("times").GetInt32(), uses.Count);
            Assert.Equal(row.GetProperty("negatives").GetInt32(), uses.Sum(use => use.Negatives));
            Assert.Equal(row.GetProperty("first").EnumerateArray().Select(use => (use[0].GetInt32(), use[1].GetInt32())), uses.Take(20));
        }
    }

    [Fact]
    public void The_learning_rate_equals_the_reference()
    {
        foreach (JsonElement row in _golden.GetProperty("alpha").EnumerateArray())
        {
            int epochs = row.GetProperty("n_epochs").GetInt32();
            double initial = row.GetProperty("initial").GetDouble();
            int epoch = 0;
            foreach (JsonElement rate in row.GetProperty("by_epoch").EnumerateArray())
            {
                Assert.Equal(rate.GetDouble(), ReferenceEpochSchedule.LearningRate(initial, epoch++, epochs), 1e-15);
            }
        }
    }

    [Fact]
    public void No_repelling_rows_are_drawn_at_rate_0()
        => Assert.Equal(0, new ReferenceEpochSchedule([1.0], 0).Use(0, 5));
}
