using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class LayoutGradientTests
{
    private const int Lanes = LayoutGradient.Lanes;
    private const float Rate = 0.5f;

    public static TheoryData<double, double> Curves => new() { { 1.577, 0.895 }, { 1, 1 }, { 5, 0.5 }, { 0.6, 1.9 } };

    [Theory]
    [InlineData(0.895f)]
    [InlineData(0.3f)]
    [InlineData(1f)]
    [InlineData(2.5f)]
    public void A_power_is_exact_to_its_stated_error(float y)
    {
        for (double exponent = -60; exponent <= 40; exponent += 0.01)
        {
            float x = (float)Math.Pow(2, exponent);
            double expected = Math.Pow(x, y);
            double log = Math.Abs(y * Math.Log2(x));
            if (log < 74)
            {
                Assert.InRange(Math.Abs((Power(x, y) / expected) - 1), 0, 3e-7 + (1.2e-7 * log));
            }
        }
    }

    [Fact]
    public void Powers_beyond_what_single_precision_holds_are_held_within_it()
    {
        Assert.True(float.IsNormal(Power(0, 0.9f)));
        Assert.True(float.IsFinite(Power(1e30f, 100)));
        Assert.True(Power(1e-30f, 100) > 0);
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Points_move_by_the_forces_in_double_precision(double a, double b)
    {
        CurveParameters curve = new(a, b);
        TransformGradient forces = new(curve, 1.5);
        LayoutGradient kernel = new(curve, 1.5);
        foreach (int dim in new[] { 1, 2, 3, 10 })
        {
            float[] own = TestRows.Random(1, dim * Lanes, seed: dim).Values;
            float[] other = TestRows.Random(1, dim * Lanes, seed: 50 + dim).Values;
            float[] pulled = (float[])own.Clone();
            float[] partner = (float[])other.Clone();
            float[] pushed = (float[])own.Clone();
            int[] rows = [.. Enumerable.Range(0, Lanes)];
            int[] otherRows = [.. Enumerable.Range(1, Lanes)];
            otherRows[5] = rows[5];
            kernel.Attract(pulled, partner, Lanes, Rate);
            kernel.Repel(pushed, rows, other, otherRows, Lanes, Rate);
            for (int lane = 0; lane < Lanes; lane++)
            {
                double squared = Enumerable.Range(0, dim).Sum(
                    d => Math.Pow((double)own[(d * Lanes) + lane] - other[(d * Lanes) + lane], 2));
                for (int d = 0; d < dim; d++)
                {
                    int place = (d * Lanes) + lane;
                    double difference = (double)own[place] - other[place];
                    double pull = Rate * TransformGradient.Clip(forces.Attraction(squared) * difference);
                    double push = lane == 5 ? 0 : Rate * TransformGradient.Clip(forces.Repulsion(squared) * difference);
                    Assert.Equal(own[place] + pull, pulled[place], 1e-5);
                    Assert.Equal(other[place] - pull, partner[place], 1e-5);
                    Assert.Equal(own[place] + push, pushed[place], 1e-5);
                }
            }
        }
    }

    /// <summary>The largest parameters that the options allow, and points at one place, close by, and far away.</summary>
    [Theory]
    [InlineData(1e15, 100, 1e6)]
    [InlineData(1e15, 1e-3, 1e6)]
    [InlineData(1e-300, 100, 1e6)]
    [InlineData(1e-300, 1e-3, 0)]
    [InlineData(1.577, 0.895, 1e6)]
    public void Every_force_is_a_number(double a, double b, double gamma)
    {
        LayoutGradient kernel = new(new CurveParameters(a, b), gamma);
        float[] gaps = [0, 1e-40f, 1e-30f, 1e-19f, 1e-10f, 1e-3f, 0.9f, 1, 1.1f, 1e3f, 1e10f, 1e15f];
        float[] own = new float[2 * Lanes];
        float[] other = new float[2 * Lanes];
        float[] density = new float[3 * Lanes];
        for (int lane = 0; lane < Lanes; lane++)
        {
            own[lane] = gaps[lane % gaps.Length];
            density[lane] = lane % 2 == 0 ? 1e28f : -1e28f;
            density[Lanes + lane] = lane % 3 == 0 ? 1e20f : -1e20f;
            density[(2 * Lanes) + lane] = 1e6f;
        }

        int[] rows = new int[Lanes];
        int[] otherRows = [.. Enumerable.Range(1, Lanes)];
        float[] before = (float[])own.Clone();
        kernel.Attract(own, other, Lanes, Rate);
        kernel.Repel(own, rows, other, otherRows, Lanes, Rate);
        kernel.AttractByDensity(own, other, density, Lanes, Rate);
        Assert.All(own.Concat(other), value => Assert.True(float.IsFinite(value)));
        Assert.All(
            own.Zip(before),
            pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, (4 * 4 * Rate) + (1e-6f * Math.Abs(pair.Second))));
        kernel.Similarities(own, other, Lanes, density);
        Assert.All(density[..(2 * Lanes)], value => Assert.True(float.IsFinite(value)));
    }

    private static float Power(float x, float y)
    {
        float[] value = new float[64];
        NativeLanes.Store(LayoutGradient.Power(NativeLanes.All(x), NativeLanes.All(y)), ref value[0], 0);
        WideLanes.Store(LayoutGradient.Power(WideLanes.All(x), WideLanes.All(y)), ref value[32], 0);
        Assert.Equal(value[0], value[32]);
        Assert.Equal(16, Vector512<float>.Count);
        return value[0];
    }
}
