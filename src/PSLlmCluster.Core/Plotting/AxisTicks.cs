using System.Globalization;

namespace PSLlmCluster.Core.Plotting;

/// <summary>One mark of an axis.</summary>
/// <param name="Fraction">Where it lies on the axis, from 0 to 1.</param>
/// <param name="Label">The number, written out.</param>
internal readonly record struct AxisTick(double Fraction, string Label);

/// <summary>
/// The marks of an axis: multiples of 1, 2 or 5 times a power of ten, as many as there is room for. They are made here
/// and not by ScottPlot, because its way of writing numbers depends on the user's culture.
/// </summary>
internal static class AxisTicks
{
    private const double LargestPlain = 1e7;
    private const int MostDecimals = 6;

    /// <summary>The most figures after the first that a double holds.</summary>
    private const int MostDigits = 16;

    /// <summary>Returns the marks of an axis that runs from left to right: as many as leave room for their labels.</summary>
    /// <param name="range">What the axis spans.</param>
    /// <param name="pixels">Its length.</param>
    /// <param name="leastGap">The smallest distance between marks, in pixels.</param>
    /// <returns>The marks in rising order.</returns>
    public static IReadOnlyList<AxisTick> Across(PlotRange range, double pixels, double leastGap)
    {
        IReadOnlyList<AxisTick> ticks = Up(range, pixels, leastGap);
        double needed = WidestLabel(ticks) + PlotFrame.SmallSize;
        return needed > leastGap ? Up(range, pixels, needed) : ticks;
    }

    /// <summary>Returns the marks of an axis that runs upward.</summary>
    /// <param name="range">What the axis spans.</param>
    /// <param name="pixels">Its length.</param>
    /// <param name="leastGap">The smallest distance between marks, in pixels.</param>
    /// <returns>The marks in rising order.</returns>
    public static IReadOnlyList<AxisTick> Up(PlotRange range, double pixels, double leastGap)
    {
        (double step, int exponent) = Step(range.Span * Math.Min(1, leastGap / pixels));
        double largest = Math.Max(Math.Abs(range.Low), Math.Abs(range.High));
        bool isPlain = largest < LargestPlain && exponent >= -MostDecimals;

        // Enough figures to tell two marks apart.
        int digits = isPlain ? Math.Max(0, -exponent) : Math.Clamp((int)Math.Floor(Math.Log10(largest)) - exponent, 0, MostDigits);
        List<AxisTick> ticks = [];

        // Counted in whole numbers: beyond 2^53 a double plus 1 is the same double, and the loop would never end.
        double first = Math.Ceiling(range.Low / step);
        int count = (int)Math.Clamp(Math.Floor(range.High / step) - first + 1, 0, (pixels / leastGap) + 2);
        for (int i = 0; i < count; i++)
        {
            double value = (first + i) * step;
            ticks.Add(new AxisTick(range.FractionOf(value), Write(value, isPlain, digits)));
        }

        return ticks;
    }

    /// <summary>Estimates the width of the widest label.</summary>
    /// <param name="ticks">The marks.</param>
    /// <returns>The width in pixels, 0 without marks.</returns>
    public static double WidestLabel(IReadOnlyList<AxisTick> ticks)
        => ticks.Select(tick => PlotText.EstimateWidth(tick.Label, PlotFrame.SmallSize)).DefaultIfEmpty(0).Max();

    private static (double Step, int Exponent) Step(double least)
    {
        int exponent = (int)Math.Floor(Math.Log10(least));
        double unit = Math.Pow(10, exponent);
        double ratio = least / unit;
        return ratio <= 1
            ? (unit, exponent)
            : ratio <= 2
            ? (2 * unit, exponent)
            : ratio <= 5
            ? (5 * unit, exponent)
            : (10 * unit, exponent + 1);
    }

    // No 0 at the end, and a real minus sign, as plotly writes it.
    private static string Write(double value, bool isPlain, int digits)
    {
        string number = value.ToString((isPlain ? "F" : "E") + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        int end = isPlain ? number.Length : number.IndexOf('E', StringComparison.Ordinal);
        string figures = digits == 0 ? number[..end] : number[..end].TrimEnd('0').TrimEnd('.');
        string power = isPlain || value == 0
            ? string.Empty
            : int.Parse(number[(end + 1)..], CultureInfo.InvariantCulture).ToString("'e'+0;'e'-0", CultureInfo.InvariantCulture);
        return value == 0 ? "0" : (figures + power).Replace('-', '\u2212');
    }
}
