using System.Text;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>Random texts of what tokenizers trip over.</summary>
internal sealed class HostileTexts(int seed)
{
    private static readonly string[] _bits =
    [
        "[CLS]", "[SEP]", "[UNK]", "##", "##ing", "\u2581", "\u00A0", "\u2028", "\u2029", "\u0085", "\r\n", "\r", "\n", "\t", "  ",
        "\u0130", "\u03C2", "\u03A3", "\uFB01", "\uFB00", "\u00E9", "e\u0301", "\uFF41", "\uFF41\u0301", "\uAC00", "\u1100\u1161\u11A8",
        "\u6F22", "\uF900", "\u00AD", "\uFEFF", "\u200B", "\u200D", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F1E9\U0001F1EA",
        "\0", "\uFFFD", "\uD800", "\uDC00", "\uDFFF", "\uDBFF\uDFFE", "\u1734", "\u302E", "\u0E33", "\u0600", "\u00A9\uFE0F", "a\uFE0F",
        "\uFDFA", "\u00BD", "\u2167", "\u2026", "\u2122", "<s>", "</s>", "<unk>", "<0x41>", "I\u0307", "\u0345", "\u1E9E", "\u212B",
        "\u037E", "\u2260", "\u180E", "\u3000", "hello", "world", "ing", "un", "Stra\u00DFe", "3.14", "don't", "\U00020000", "\U0002B820",
    ];

    private readonly Random _random = new(seed);

    public string Next()
    {
        StringBuilder text = new();
        if (_random.Next(50) == 0)
        {
            text.Append('a', _random.Next(95, 106));
        }

        int kinds = _random.Next(3) switch { 0 => 3, 1 => 7, _ => 12 };
        for (int left = 1 + _random.Next(1 + _random.Next(40)); left > 0; left--)
        {
            switch (_random.Next(kinds))
            {
                case 0:
                    text.Append((char)('a' + _random.Next(26)));
                    break;
                case 1:
                    text.Append(_bits[_random.Next(_bits.Length)]);
                    break;
                case 2:
                    text.Append(' ');
                    break;
                case 3:
                    text.Append((char)_random.Next(0x300, 0x370));
                    break;
                case 4:
                    text.Append((char)_random.Next(0x600));
                    break;
                case 5:
                    text.Append((char)_random.Next(0x10000));
                    break;
                case 6:
                    text.Append((char)_random.Next(0xAC00, 0xD7A4));
                    break;
                case 7:
                    text.Append((char)_random.Next(0x4E00, 0xA000));
                    break;
                case 8:
                    text.Append(char.ConvertFromUtf32(_random.Next(0x10000, 0x110000)));
                    break;
                case 9:
                    text.Append(char.ConvertFromUtf32(_random.Next(0x1F300, 0x1FA00)));
                    break;
                case 10:
                    text.Append((char)_random.Next(0x1100, 0x1200));
                    break;
                default:
                    text.Append((char)_random.Next(0x900, 0xE80));
                    break;
            }
        }

        return text.ToString();
    }
}
