using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// Cuts and folds texts between what readers take for one character (the extended grapheme clusters of UAX 29), so that no accent, no
/// joined emoji and no half of a character is torn off.
/// </summary>
internal static class TextElements
{
    /// <summary>What stands for what is cut off.</summary>
    public const string Ellipsis = "\u2026";

    /// <summary>Cuts a text to a length.</summary>
    /// <param name="text">The text, of one line.</param>
    /// <param name="most">How many characters, as readers count them, it may have with the ellipsis; at least 1.</param>
    /// <returns>The text itself where it is short enough, else its beginning and an ellipsis.</returns>
    public static string Cut(string text, int most)
    {
        int count = 0;
        int keep = 0;
        int at = 0;
        while (at < text.Length)
        {
            int length = StringInfo.GetNextTextElementLength(text, at);
            count++;
            if (count == most)
            {
                keep = at;
            }

            at += length;
            if (count > most)
            {
                return string.Concat(text.AsSpan(0, keep).TrimEnd(), Ellipsis);
            }
        }

        return text;
    }

    /// <summary>Folds a text into lines, at spaces where there are any, else where a line may end (<see cref="LineBreaks"/>).</summary>
    /// <param name="text">The text, of one line.</param>
    /// <param name="width">How many columns a line may have; a wide character (CJK, emoji) takes two.</param>
    /// <param name="lines">How many lines there may be; the last is cut with an ellipsis.</param>
    /// <returns>The lines, none empty; no line for a text of white space.</returns>
    public static IReadOnlyList<string> Fold(string text, int width, int lines)
    {
        List<string> folded = [];
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        while (!rest.IsEmpty && folded.Count < lines)
        {
            bool isLast = folded.Count == lines - 1;
            (int fits, int space) = Measure(rest, width);
            if (fits == rest.Length)
            {
                folded.Add(rest.ToString());
                break;
            }

            if (isLast)
            {
                (int most, int before) = Measure(rest, width - 1);
                int cut = before * 2 > most ? before : most;
                folded.Add(string.Concat(rest[..cut].TrimEnd().TrimEnd(",;:").TrimEnd(), Ellipsis));
                break;
            }

            int end = space > 0 ? space : EndWithoutSpace(rest, fits, width);
            folded.Add(rest[..end].TrimEnd().ToString());
            rest = rest[end..].TrimStart();
        }

        return folded;
    }

    /// <summary>Counts the columns of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The columns; a wide character takes two.</returns>
    public static int Columns(ReadOnlySpan<char> text)
    {
        int columns = 0;
        while (!text.IsEmpty)
        {
            int length = StringInfo.GetNextTextElementLength(text);
            columns += ColumnsOf(text[..length]);
            text = text[length..];
        }

        return columns;
    }

    // A few characters alone on the last line look lost: two even lines then.
    private static int EndWithoutSpace(ReadOnlySpan<char> text, int fits, int width)
    {
        int end = LastBreak(text, fits, width);
        return Columns(text[end..]) * 4 < width ? LastBreak(text, Measure(text, (Columns(text) + 1) / 2).Fits, width) : end;
    }

    // The last break in the second half of what fits; between words a little before that too, where the next word has a line then.
    private static int LastBreak(ReadOnlySpan<char> text, int fits, int width)
    {
        int columns = Columns(text[..fits]);
        int end = LineBreaks.LastBefore(text, Measure(text[..fits], columns / 5).Fits, fits, out bool isBetweenWords);
        int space = text[end..].IndexOf(' ');
        return isBetweenWords && Columns(space < 0 ? text[end..] : text.Slice(end, space)) <= width
            ? end
            : LineBreaks.LastBefore(text, Measure(text[..fits], columns / 2).Fits, fits, out _);
    }

    // How much of the text fits, and where its last space within that is.
    private static (int Fits, int Space) Measure(ReadOnlySpan<char> text, int width)
    {
        int columns = 0;
        int at = 0;
        int space = 0;
        while (at < text.Length)
        {
            int length = StringInfo.GetNextTextElementLength(text[at..]);
            if (char.IsWhiteSpace(text[at]) && text[at] is not ('\u00A0' or '\u202F'))
            {
                space = at;
            }

            columns += ColumnsOf(text.Slice(at, length));
            if (columns > width && at > 0)
            {
                return (at, space);
            }

            at += length;
        }

        return (text.Length, space);
    }

    private static int ColumnsOf(ReadOnlySpan<char> element)
    {
        Rune.DecodeFromUtf16(element, out Rune rune, out _);
        return PlotText.IsWide(rune.Value) ? 2 : 1;
    }
}
