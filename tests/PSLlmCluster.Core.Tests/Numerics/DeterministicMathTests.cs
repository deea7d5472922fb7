using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Numerics;

public class DeterministicMathTests
{
    [Fact]
    public void Exp_is_within_two_units_of_the_platforms()
    {
        for (double x = -745; x < 709.5; x += 0.00713)
        {
            AssertUlps(Math.Exp(x), DeterministicMath.Exp(x), 2, $"exp({x:R})");
        }
    }

    [Fact]
    public void Log_is_within_two_units_of_the_platforms()
    {
        for (double exponent = -1074; exponent < 1023.9; exponent += 0.0137)
        {
            double x = Math.Pow(2, exponent);
            AssertUlps(Math.Log(x), DeterministicMath.Log(x), 2, $"log({x:R})");
        }

        for (double x = 0.5; x < 2; x += 0.000123)
        {
            AssertUlps(Math.Log(x), DeterministicMath.Log(x), 2, $"log({x:R})");
        }
    }

    [Fact]
    public void Pow_keeps_its_stated_error()
    {
        for (double x = 1e-12; x < 1e12; x *= 1.37)
        {
            for (double y = -4; y <= 4; y += 0.19)
            {
                double expected = Math.Pow(x, y);
                double bound = (2 + Math.Abs(y * Math.Log(x))) * 2.3e-16;
                Assert.InRange(DeterministicMath.Pow(x, y) / expected, 1 - bound, 1 + bound);
            }
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-746, 0)]
    [InlineData(710, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_at_the_ends_of_its_range(double x, double expected) => Assert.Equal(expected, DeterministicMath.Exp(x));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(-1, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Log_at_the_ends_of_its_range(double x, double expected) => Assert.Equal(expected, DeterministicMath.Log(x));

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 2, 0)]
    [InlineData(0, -1, double.PositiveInfinity)]
    [InlineData(1, 1e300, 1)]
    [InlineData(5, 0, 1)]
    public void Pow_at_the_ends_of_its_range(double x, double y, double expected) => Assert.Equal(expected, DeterministicMath.Pow(x, y));

    private static void AssertUlps(double expected, double actual, long most, string what)
    {
        long distance = Math.Abs(BitConverter.DoubleToInt64Bits(expected) - BitConverter.DoubleToInt64Bits(actual));
        Assert.True(distance <= most, $"{what}: {actual:R} is {distance} units from {expected:R}.");
    }
}
