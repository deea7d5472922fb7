using System.Text;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Texts for plotly, which reads a few tags and entities of HTML in every text (svg_text_utils.js, buildSVGText). A user's text is letters:
/// what would begin a tag or an entity is written as one.
/// </summary>
internal static class PlotlyText
{
    private const int LineLength = 80;
    private const int MostLines = 25;

    /// <summary>Returns the text so that plotly shows it letter by letter.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same text, unless it has a less-than sign or an ampersand.</returns>
    public static string Literal(string text)
        => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    /// <summary>Says whether a text is too long for one line beside the pointer.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True when it has to be folded.</returns>
    public static bool IsLong(string text) => text.Length > LineLength;

    /// <summary>Folds a long text into lines, at spaces where there are any, for what shows beside the pointer.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text for plotly; what is beyond the last line is left out with an ellipsis.</returns>
    public static string Folded(string text)
    {
        StringBuilder folded = new();
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        for (int line = 0; line < MostLines && rest.Length > LineLength; line++)
        {
            int space = rest[..(LineLength + 1)].LastIndexOf(' ');
            int end = space > LineLength / 2 ? space : LineLength;
            if (char.IsHighSurrogate(rest[end - 1]))
            {
                end--;
            }

            folded.Append(Literal(rest[..end].ToString())).Append("<br>");
            rest = rest[end..].TrimStart(' ');
        }

        return rest.Length > LineLength ? folded.Append('…').ToString() : folded.Append(Literal(rest.ToString())).ToString();
    }
}
