using System.Text.Json;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Umap;

public class CurveParametersTests
{
    [Fact]
    public void A_and_b_equal_the_reference_and_fit_no_worse()
    {
        foreach (JsonElement row in GoldenSet.Umap.Json("ab.json").GetProperty("rows").EnumerateArray())
        {
            double minDistance = row.GetProperty("min_dist").GetDouble();
            double spread = row.GetProperty("spread").GetDouble();
            double a = row.GetProperty("a").GetDouble();
            double b = row.GetProperty("b").GetDouble();
            CurveParameters found = CurveParameters.Fit(minDistance, spread);
            Assert.True(Math.Abs(found.A - a) <= 1e-5 * a, $"min_dist {minDistance}, spread {spread}: a {found.A:R} is not {a:R}");
            Assert.True(Math.Abs(found.B - b) <= 1e-5 * b, $"min_dist {minDistance}, spread {spread}: b {found.B:R} is not {b:R}");
            Assert.True(CurveParameters.SumOfSquares(minDistance, spread, found.A, found.B) <= row.GetProperty("sum_of_squares").GetDouble() + 1e-8);
        }
    }

    [Fact]
    public void Given_parameters_are_used_as_they_are()
        => Assert.Equal(new CurveParameters(1.2, 0.85), CurveParameters.For(new UmapOptions { A = 1.2, B = 0.85 }));

    /// <summary>So that a saved map with such a curve can be read again.</summary>
    [Theory]
    [InlineData(1e-6)]
    [InlineData(1)]
    [InlineData(1e6)]
    public void What_options_can_lead_to_is_within_the_bounds_of_curves(double spread)
    {
        foreach (double share in new[] { 0, 0.01, 0.5, 0.9, 1 })
        {
            CurveParameters curve = CurveParameters.For(new UmapOptions { MinDistance = share * spread, Spread = spread });
            Assert.True(curve.IsValid, $"spread {spread}, min_dist {share * spread}: {curve}");
        }

        Assert.False(new CurveParameters(1e308, 1).IsValid);
        Assert.False(new CurveParameters(1, 1e3).IsValid);
        Assert.False(new CurveParameters(double.NaN, 1).IsValid);
        Assert.False(new CurveParameters(1, 0).IsValid);
    }
}
