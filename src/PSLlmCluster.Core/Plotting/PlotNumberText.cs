using System.Globalization;

namespace PSLlmCluster.Core.Plotting;

/// <summary>How a text that is a number writes it: whether it is meant as one, and whether a page would write it in the same way.</summary>
internal static class PlotNumberText
{
    /// <summary>Up to this number doubles hold every whole number.</summary>
    private const double LargestWhole = 9_007_199_254_740_992;

    /// <summary>What the signs of numbers end in, in the cultures of .NET.</summary>
    private const string Signs = "+-\u2212";

    /// <summary>
    /// Says whether a text that is a number is a name all the same: with zeros in front (007), or a whole number of more digits than a
    /// double holds, such as an identifier.
    /// </summary>
    /// <param name="text">The text, in any culture.</param>
    /// <param name="number">The number that it is.</param>
    /// <returns>Whether it is a name.</returns>
    public static bool IsName(ReadOnlySpan<char> text, double number)
    {
        (int first, int end) = WholePart(text);
        return (end - first > 1 && text[first] == '0')
            || (end > first && text[end..].Trim().IsEmpty && Math.Abs(number) > LargestWhole);
    }

    /// <summary>Returns how many decimals a text writes.</summary>
    /// <param name="text">A text that is a number, in any culture.</param>
    /// <param name="isPadded">Receives whether there are two or more and the last is a zero, as in 1.10.</param>
    /// <returns>The number of decimals; 0 where it has none.</returns>
    public static int Decimals(ReadOnlySpan<char> text, out bool isPadded)
    {
        // What follows the whole part is a decimal point, of one sign or more, or an exponent.
        ReadOnlySpan<char> rest = text[WholePart(text).End..];
        int first = rest.IndexOfAnyInRange('0', '9');
        bool hasDecimals = first > 0 && rest[..first].IndexOfAny('e', 'E') < 0;
        int decimals = hasDecimals ? CountDigits(rest[first..]) : 0;
        isPadded = decimals > 1 && rest[first + decimals - 1] == '0';
        return decimals;
    }

    /// <summary>Says whether a page that is given a number alone writes just this text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The number that it is.</param>
    /// <returns>Whether it does; numbers with an exponent, of which scripts write fewer, it never does.</returns>
    public static bool IsShortest(string text, double number)
    {
        if (!double.IsFinite(number) || (number == 0 && text != "0"))
        {
            return false;
        }

        Span<char> shortest = stackalloc char[32];
        return number.TryFormat(shortest, out int length, default, CultureInfo.InvariantCulture)
            && !shortest[..length].Contains('E')
            && shortest[..length].SequenceEqual(text);
    }

    /// <summary>Finds the digits before the decimal point; none lie there in .5, whose decimals begin at the point.</summary>
    private static (int First, int End) WholePart(ReadOnlySpan<char> text)
    {
        int first = text.IndexOfAnyInRange('0', '9');
        if (first < 0)
        {
            return (text.Length, text.Length);
        }

        bool hasPoint = first > 0 && !char.IsWhiteSpace(text[first - 1]) && !Signs.Contains(text[first - 1]);
        return hasPoint ? (first - 1, first - 1) : (first, first + CountDigits(text[first..]));
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
