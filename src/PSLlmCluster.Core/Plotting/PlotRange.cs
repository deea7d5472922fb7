namespace PSLlmCluster.Core.Plotting;

/// <summary>What an axis spans.</summary>
/// <param name="Low">The number at the left or the bottom.</param>
/// <param name="High">The number at the right or the top, larger than <paramref name="Low"/>.</param>
internal readonly record struct PlotRange(double Low, double High)
{
    /// <summary>
    /// The largest number that can be drawn: beyond it a browser's plotly draws nothing, and the distance of two numbers may be infinite.
    /// </summary>
    public const double Largest = 1e300;

    /// <summary>A span smaller than this part of the numbers themselves is rounding, not distance.</summary>
    private const double SmallestSpan = 2e-15;

    /// <summary>Enough rounds for the range to settle: each leaves at most half of what was wrong.</summary>
    private const int Rounds = 40;

    /// <summary>Gets the distance between the ends.</summary>
    public double Span => High - Low;

    /// <summary>Returns where a number lies: 0 at the low end, 1 at the high end.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The part of the range that lies below it.</returns>
    public double FractionOf(double value) => (value - Low) / Span;

    /// <summary>Finds the smallest range that holds all points with all that is drawn around them.</summary>
    /// <param name="values">The points' numbers, none beyond <see cref="Largest"/>; none at all gives 0 to 1.</param>
    /// <param name="before">What each needs below it, in pixels.</param>
    /// <param name="after">What each needs above it, in pixels; with <paramref name="before"/> at most half of
    /// <paramref name="pixels"/>.</param>
    /// <param name="pixels">The length of the axis.</param>
    /// <returns>The range.</returns>
    public static PlotRange Around(ReadOnlySpan<double> values, ReadOnlySpan<double> before, ReadOnlySpan<double> after, double pixels)
    {
        if (values.IsEmpty)
        {
            return new PlotRange(0, 1);
        }

        // The room in units depends on the range, and the range on the room: begin with the points alone, and repeat.
        PlotRange range = Tight(values);
        for (int round = 0; round < Rounds; round++)
        {
            double perPixel = range.Span / pixels;
            double low = double.MaxValue;
            double high = double.MinValue;
            for (int i = 0; i < values.Length; i++)
            {
                low = Math.Min(low, values[i] - (before[i] * perPixel));
                high = Math.Max(high, values[i] + (after[i] * perPixel));
            }

            if (IsPoint(low, high))
            {
                break;
            }

            range = new PlotRange(low, high);
        }

        return range;
    }

    private static PlotRange Tight(ReadOnlySpan<double> values)
    {
        double low = double.MaxValue;
        double high = double.MinValue;
        foreach (double value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (!IsPoint(low, high))
        {
            return new PlotRange(low, high);
        }

        // All in one place: one unit to each side, as plotly does, or more where a unit is nothing beside the number.
        double margin = Math.Max(1, Math.Max(Math.Abs(low), Math.Abs(high)) * 0.1);
        return new PlotRange(low - margin, high + margin);
    }

    private static bool IsPoint(double low, double high)
        => high - low <= Math.Max(Math.Max(Math.Abs(low), Math.Abs(high)) * SmallestSpan, 1 / Largest);
}
