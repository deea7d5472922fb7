using System.Text;

namespace PSLlmCluster.Core.Generation;

/// <summary>UTF-8 that arrives token by token, where a token may end in the middle of a character.</summary>
internal static class Utf8Text
{
    private const int MostBytesOfACharacter = 4;

    /// <summary>Says whether a string has no half of a surrogate pair.</summary>
    /// <param name="text">The string.</param>
    /// <returns>True where every pair is whole.</returns>
    public static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Decodes bytes, without the beginning of a character at their end that is not there to its end.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The text; bytes in its middle that are no UTF-8 are U+FFFD.</returns>
    public static string Decode(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes[..WholeLength(bytes)]);

    /// <summary>Returns how many of the bytes are whole characters, or no characters at all.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The number of bytes before the character that is cut off at the end.</returns>
    public static int WholeLength(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back < MostBytesOfACharacter && back <= bytes.Length; back++)
        {
            // A character is cut off exactly where more bytes could make one of what is there.
            ReadOnlySpan<byte> tail = bytes[^back..];
            if (Rune.DecodeFromUtf8(tail, out _, out _) == System.Buffers.OperationStatus.NeedMoreData)
            {
                return bytes.Length - back;
            }
        }

        return bytes.Length;
    }
}
