using System.Text.Json;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class EpochScheduleTests
{
    private static readonly JsonElement _golden = GoldenSet.Umap.Json("epochs.json");

    /// <summary>
    /// Where the time since the last draw is a whole number of draws to the last bit, the reference's sum may round below it, and one row
    /// comes a use later.
    /// </summary>
    [Fact]
    public void Uses_and_repelling_rows_occur_in_the_same_epochs_as_in_the_reference()
    {
        // Only whole numbers of repelling rows can be asked for; the reference's own keyword may be a fraction.
        JsonElement[] rows = [
            .. _golden.GetProperty("schedule")
                .EnumerateArray()
                .Where(row => double.IsInteger(row.GetProperty("negative_sample_rate").GetDouble()))
        ];
        Assert.NotEmpty(rows);
        foreach (JsonElement row in rows)
        {
            List<(int Epoch, int Negatives)> uses = Uses(
                1 / row.GetProperty("epochs_per_sample").GetDouble(),
                row.GetProperty("n_epochs").GetInt32(),
                (int)row.GetProperty("negative_sample_rate").GetDouble());
            Assert.Equal(row.GetProperty("times").GetInt32(), uses.Count);
            Assert.InRange(uses.Sum(use => use.Negatives) - row.GetProperty("negatives").GetInt32(), -1, 1);
            Assert.Equal(
                row.GetProperty("first").EnumerateArray().Select(use => use[0].GetInt32()), uses.Take(20).Select(use => use.Epoch));
            Assert.All(
                uses.Zip(row.GetProperty("first").EnumerateArray()),
                pair => Assert.InRange(pair.First.Negatives - pair.Second[1].GetInt32(), -1, 1));
        }
    }

    /// <summary>
    /// The schedule with a state, which adds up periods, may be an epoch off where a period ends with an epoch to the last bit; the numbers
    /// of uses are the same, but for the last.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    public void The_phase_and_the_schedule_agree_on_which_edges_are_due(int rate)
    {
        const int Epochs = 500;
        float[] weights = [.. TestRows.Random(1, 200, seed: 3).Values.Select(value => Math.Min(1, 0.01f + Math.Abs(value))), 1f];
        ReferenceEpochSchedule schedule = new(weights, Epochs, rate);
        for (int edge = 0; edge < weights.Length; edge++)
        {
            List<(int Epoch, int Negatives)> expected = [];
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                if (schedule.IsDue(edge, epoch))
                {
                    expected.Add((epoch, schedule.Use(edge, epoch)));
                }
            }

            List<(int Epoch, int Negatives)> found = Uses(weights[edge], Epochs, rate);
            Assert.InRange(found.Count - expected.Count, -1, 1);
            Assert.InRange(found.Sum(use => use.Negatives) - expected.Sum(use => use.Negatives), -rate - 1, rate + 1);
            Assert.All(found.Zip(expected), pair => Assert.InRange(pair.First.Epoch - pair.Second.Epoch, -1, 1));
        }
    }

    [Fact]
    public void An_edge_without_weight_is_never_due()
    {
        uint rate = EpochSchedule.Rate(0, 1);
        Assert.All(Enumerable.Range(1, 100), epoch => Assert.False(EpochSchedule.Phase(rate, (uint)epoch) < rate));
    }

    [Fact]
    public void No_repelling_rows_are_drawn_at_rate_0()
        => Assert.All(Uses(0.7, 50, 0), use => Assert.Equal(0, use.Negatives));

    private static List<(int Epoch, int Negatives)> Uses(double share, int epochs, int negatives)
    {
        uint rate = EpochSchedule.Rate(share);
        List<(int Epoch, int Negatives)> uses = [];
        for (uint epoch = 1; epoch < epochs; epoch++)
        {
            uint phase = EpochSchedule.Phase(rate, epoch);
            if (phase < rate)
            {
                uses.Add(((int)epoch, EpochSchedule.Negatives(rate, phase, epoch, negatives)));
            }
        }

        return uses;
    }
}
