using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Finds the classes of characters for the Unicode bidirectional algorithm by their blocks and general categories, as .NET does not tell
/// them: exact for letters, marks, digits and the usual signs; rare signs, such as superscripts and circled letters, are neutral.
/// </summary>
internal static class BidiClasses
{
    /// <summary>Finds the class of a character.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>Its class.</returns>
    public static BidiClass Of(Rune rune)
    {
        int code = rune.Value;
        if (OfSign(code) is { } sign)
        {
            return sign;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => BidiClass.Mark,
            _ when IsOfRightToLeftScript(code) => IsLikeArabic(code) ? BidiClass.Arabic : BidiClass.Right,
            UnicodeCategory.CurrencySymbol => BidiClass.EuropeanTerminator,
            UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber => BidiClass.Left,
            _ => Rune.IsLetter(rune) ? BidiClass.Left : BidiClass.Neutral,
        };
    }

    /// <summary>Says whether a character is in a block of right-to-left scripts.</summary>
    /// <param name="code">The character's number.</param>
    /// <returns>True for Hebrew, Arabic, Syriac, Thaana, N'Ko, Samaritan, Adlam, the old scripts and their presentation forms.</returns>
    public static bool IsOfRightToLeftScript(int code)
        => code is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC)
            or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);

    private static bool IsLikeArabic(int code)
        => code is (>= 0x0600 and <= 0x07BF) or (>= 0x0860 and <= 0x08FF) or (>= 0xFB50 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC)
            or (>= 0x10D00 and <= 0x10D3F) or (>= 0x10EC0 and <= 0x10EFF) or (>= 0x10F30 and <= 0x10F6F)
            or (>= 0x1EC70 and <= 0x1ECBF) or (>= 0x1ED00 and <= 0x1ED4F) or (>= 0x1EE00 and <= 0x1EEFF);

    // What its block or category would put elsewhere.
    private static BidiClass? OfSign(int code) => code switch
    {
        (>= '0' and <= '9') or (>= 0x06F0 and <= 0x06F9) or (>= 0xFF10 and <= 0xFF19) or (>= 0x1D7CE and <= 0x1D7FF)
            => BidiClass.EuropeanNumber,
        (>= 0x0660 and <= 0x0669) or 0x066B or 0x066C or (>= 0x0600 and <= 0x0605) or 0x06DD or (>= 0x10D30 and <= 0x10D39)
            or (>= 0x10E60 and <= 0x10E7E) => BidiClass.ArabicNumber,
        '+' or '-' or 0x2212 or 0xFB29 or 0xFF0B or 0xFF0D => BidiClass.EuropeanSeparator,
        ',' or '.' or '/' or ':' or 0x00A0 or 0x060C or 0x202F or 0x2044 or 0xFF0C or 0xFF0E or 0xFF0F or 0xFF1A
            => BidiClass.CommonSeparator,
        '#' or '%' or '°' or '±' or '‰' or '‱' or '′' or '″' or '‴' or '℮' or '∓' or 0x0609 or 0x060A or 0x066A or 0xFF03 or 0xFF05
            => BidiClass.EuropeanTerminator,
        0x0606 or 0x0607 or 0x060E or 0x060F or 0x06DE or 0x06E9 or (>= 0xFD3E and <= 0xFD4F) or 0xFDCF or (>= 0xFDFD and <= 0xFDFF)
            => BidiClass.Neutral,
        0x060B or 0xFDFC => BidiClass.Arabic,
        0x200E => BidiClass.Left,
        0x200F => BidiClass.Right,
        0x061C => BidiClass.Arabic,
        _ => null,
    };
}
