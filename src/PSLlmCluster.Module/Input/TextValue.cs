using System.Buffers;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace PSLlmCluster.Module.Input;

/// <summary>Says what of a value is a text.</summary>
internal static class TextValue
{
    /// <summary>
    /// Characters that show nothing, though Unicode does not count them as format or control characters: fillers of Hangul, the empty
    /// pattern of Braille, an empty note head, variation selectors, vowels of Khmer that are never shown, and places that Unicode keeps for
    /// characters to be ignored.
    /// </summary>
    private static readonly (int First, int Last)[] _invisible =
    [
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x2800, 0x2800), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1D159, 0x1D159), (0xE0000, 0xE0FFF),
    ];

    /// <summary>
    /// Reads a text: a string or a character; a number, a date, a span of time, a truth, an id or a choice as PowerShell writes it in a
    /// string, which is the same in all cultures; or the message of an error or of a line of another stream.
    /// </summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <param name="text">Receives the text; null where the value is blank.</param>
    /// <returns>Whether it is a text, or blank.</returns>
    public static bool TryText(object? value, out string? text)
    {
        object? plain = PropertyReader.Unwrap(value);
        text = plain switch
        {
            string itself => itself,
            Enum or bool or char or Guid => Convert.ToString(plain, CultureInfo.InvariantCulture),
            DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan => Convert.ToString(plain, CultureInfo.InvariantCulture),
            ErrorRecord error => error.ErrorDetails?.Message ?? error.Exception.Message,
            Exception error => error.Message,
            InformationalRecord line => line.Message,
            InformationRecord line => line.MessageData?.ToString(),
            object number when NumberReader.IsNumber(number) => Convert.ToString(number, CultureInfo.InvariantCulture),
            _ => null,
        };
        return text is not null || PropertyReader.IsBlank(plain);
    }

    /// <summary>
    /// Says whether a text shows nothing: it is empty, or holds nothing but blanks, control and format characters, and others that are
    /// never seen.
    /// </summary>
    /// <param name="text">The text, or null.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsBlank(string? text)
    {
        if (text is null)
        {
            return true;
        }

        int place = 0;
        while (place < text.Length)
        {
            // Half of a pair is shown as a mark of its own.
            OperationStatus status = Rune.DecodeFromUtf16(text.AsSpan(place), out Rune sign, out int length);
            if (status != OperationStatus.Done || !IsInvisible(sign))
            {
                return false;
            }

            place += length;
        }

        return true;
    }

    private static bool IsInvisible(Rune sign)
        => Rune.IsWhiteSpace(sign)
            || Rune.GetUnicodeCategory(sign) is UnicodeCategory.Control or UnicodeCategory.Format
            || Array.Exists(_invisible, range => sign.Value >= range.First && sign.Value <= range.Last);
}
