using System.Text;
using SkiaSharp;

namespace PSLlmCluster.Core.Plotting;

/// <summary>A piece of a text that one font draws.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Family">The font's family.</param>
internal readonly record struct FontRun(string Text, string Family);

/// <summary>
/// Chooses fonts by what they can draw. SkiaSharp's Linux build without dependencies matches no font to a character by itself
/// (SKFontManager.MatchCharacter returns null), so the families are gone through one by one.
/// </summary>
internal sealed class PlotFonts
{
    /// <summary>The families that are tried first: plotly's, the systems' own, then those made for Japanese.</summary>
    private static readonly string[] _preferred =
    [
        "Open Sans", "Verdana", "Arial", "DejaVu Sans", "Liberation Sans", "Helvetica", "Segoe UI", "Noto Sans", "Roboto",
        "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic", "Meiryo", "MS Gothic",
        "IPAexGothic", "IPAPGothic", "IPAGothic",
        "TakaoPGothic", "VL PGothic", "Segoe UI Symbol",
    ];

    private readonly string[] _families;
    private readonly Func<string, Rune, bool> _hasGlyph;
    private readonly Dictionary<Rune, string?> _known = [];

    /// <summary>Initializes a new instance of the <see cref="PlotFonts"/> class.</summary>
    /// <param name="families">The families there are.</param>
    /// <param name="hasGlyph">Says whether a family has a character.</param>
    internal PlotFonts(IEnumerable<string> families, Func<string, Rune, bool> hasGlyph)
    {
        _families = [.. families.Distinct(StringComparer.Ordinal).OrderBy(Preference).ThenBy(family => family, StringComparer.Ordinal)];
        _hasGlyph = hasGlyph;
    }

    /// <summary>Gets the fonts of this machine, looked up again, so that a font just installed counts.</summary>
    public static PlotFonts Installed
    {
        get
        {
            Dictionary<string, SKTypeface?> faces = new(StringComparer.Ordinal);
            return new PlotFonts(SKFontManager.Default.FontFamilies, (family, rune) =>
            {
                if (!faces.TryGetValue(family, out SKTypeface? face))
                {
                    faces.Add(family, face = SKFontManager.Default.MatchFamily(family));
                }

                return face?.ContainsGlyph(rune.Value) == true;
            });
        }
    }

    /// <summary>Splits a text so that each piece has a font that can draw it: one font for the whole text if there is one.</summary>
    /// <param name="text">The text, of one line.</param>
    /// <returns>The pieces in order; what no font can draw is left to the first font, which draws a box.</returns>
    public IReadOnlyList<FontRun> Split(string text)
    {
        if (_families.Length == 0)
        {
            return [];
        }

        Rune[] runes = [.. text.EnumerateRunes()];
        string? whole = Array.Find(_families, family => Array.TrueForAll(runes, rune => NeedsNoGlyph(rune) || _hasGlyph(family, rune)));
        if (whole is not null)
        {
            return [new FontRun(text, whole)];
        }

        List<FontRun> runs = [];
        StringBuilder piece = new();
        string current = _families[0];
        foreach (Rune rune in runes)
        {
            // A space or a mark that is not drawn goes with what stands before it.
            string family = NeedsNoGlyph(rune) ? current : FamilyOf(rune) ?? _families[0];
            if (family != current && piece.Length > 0)
            {
                runs.Add(new FontRun(piece.ToString(), current));
                piece.Clear();
            }

            current = family;
            piece.Append(rune.ToString());
        }

        runs.Add(new FontRun(piece.ToString(), current));
        return runs;
    }

    /// <summary>Says how many texts no installed font can draw whole.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="format">What they are drawn in.</param>
    /// <returns>One warning for all of them, or null when every character has a font.</returns>
    public EngineWarning? Missing(IEnumerable<string> texts, PlotFormat format)
    {
        int count = 0;
        string first = string.Empty;
        foreach (string text in texts)
        {
            foreach (Rune rune in text.EnumerateRunes())
            {
                if (!NeedsNoGlyph(rune) && FamilyOf(rune) is null)
                {
                    first = count++ == 0 ? $"{rune} (U+{rune.Value:X4})" : first;
                    break;
                }
            }
        }

        if (count == 0)
        {
            return null;
        }

        string what = format is PlotFormat.Png or PlotFormat.Pdf
            ? "the picture shows boxes in their place"
            : "this machine shows boxes in their place; the file keeps the characters, and shows them where a font has them";
        return new EngineWarning(
            "GlyphsMissing",
            $"{count} {(count == 1 ? "text" : "texts")} of the plot {(count == 1 ? "has" : "have")} characters "
                + $"that no installed font has, the first of them {first}: {what}. Install a font that has them (for Japanese "
                + "on Debian or Ubuntu: apt install fonts-noto-cjk; on Fedora: dnf install google-noto-sans-cjk-fonts; "
                + "elsewhere Noto Sans CJK from fonts.google.com/noto), or write an .html map, which is drawn with the "
                        + "browser's fonts.");
    }

    private static int Preference(string family)
    {
        int place = Array.IndexOf(_preferred, family);
        return place < 0 ? _preferred.Length : place;
    }

    private static bool NeedsNoGlyph(Rune rune) => Rune.IsWhiteSpace(rune) || PlotText.IsInvisible(rune);

    private string? FamilyOf(Rune rune)
    {
        if (!_known.TryGetValue(rune, out string? family))
        {
            _known.Add(rune, family = Array.Find(_families, candidate => _hasGlyph(candidate, rune)));
        }

        return family;
    }
}
