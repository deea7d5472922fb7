using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Plotting.Terminal;

namespace PSLlmCluster.Core.Tests.Plotting.Terminal;

public class TerminalTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two\nlines\tand a tab", "two lines and a tab")]
    [InlineData("\u001b[31mred\u001b[0m", "\uFFFD[31mred\uFFFD[0m")]
    [InlineData("\u001b]8;;http://x\u0007link", "\uFFFD]8;;http://x\uFFFDlink")]
    [InlineData("\u009b2J", "\uFFFD2J")]
    [InlineData("a\rb\bc\u007fd", "a b\uFFFDc\uFFFDd")]
    [InlineData("\u202Eevil\u202C \u2066x\u2069\u200F", "evil x")]
    [InlineData("a\u00ADb\uFEFFc\u200B", "abc")]
    [InlineData("\u2764\uFE0F", "\u2764")]
    [InlineData("👍🏽 👩‍💻", "👍 👩💻")]
    [InlineData("می‌خواهم", "می‌خواهم")]
    [InlineData("क्‍ष", "क्‍ष")]
    [InlineData("  \u200E ", "")]
    public void Nothing_in_a_text_moves_colours_or_turns_what_is_around_it(string text, string expected)
        => Assert.Equal(expected, TerminalText.Safe(text));

    [Fact]
    public void No_control_and_no_mark_of_direction_is_left_of_any_character()
    {
        StringBuilder all = new();
        for (int code = 0; code <= 0x10FFFF; code++)
        {
            if (Rune.IsValid(code))
            {
                all.Append(new Rune(code).ToString());
            }
        }

        foreach (Rune rune in TerminalText.Safe(all.ToString()).EnumerateRunes())
        {
            Assert.False(Rune.IsControl(rune), $"U+{rune.Value:X}");
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            Assert.False(
                category is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    && rune.Value is not (0x200C or 0x200D),
                $"U+{rune.Value:X}");
        }
    }

    [Fact]
    public void Half_a_character_is_the_replacement_character() => Assert.Equal("a\uFFFDb", TerminalText.Safe("a\uD83Db"));

    [Fact]
    public void Marks_beyond_four_on_a_letter_are_left_out()
        => Assert.Equal("a" + new string('\u0301', 4) + "b", TerminalText.Safe("a" + new string('\u0301', 40) + "b"));

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("e\u0301", 1)]
    [InlineData("日本語", 6)]
    [InlineData("ﾊﾝｶｸ", 4)]
    [InlineData("ＡＢ", 4)]
    [InlineData("한국", 4)]
    [InlineData("\u1112\u1161\u11ab", 2)]
    [InlineData("😀", 2)]
    [InlineData("🇯🇵", 2)]
    [InlineData("⭐✓☀", 4)]
    [InlineData("שלום\u200E", 4)]
    [InlineData("สวัสดี", 4)]
    [InlineData("𠮷", 2)]
    public void A_wide_character_takes_two_columns_and_a_mark_none(string text, int columns)
        => Assert.Equal(columns, TerminalText.Columns(text));

    [Theory]
    [InlineData(0x10FF, false)]
    [InlineData(0x1100, true)]
    [InlineData(0x115F, true)]
    [InlineData(0x1160, false)]
    [InlineData(0x23F0, true)]
    [InlineData(0x23F1, false)]
    [InlineData(0x3000, true)]
    [InlineData(0xA4CF, true)]
    [InlineData(0xA4D0, false)]
    [InlineData(0x1F321, false)]
    [InlineData(0x1F680, true)]
    [InlineData(0x2FFFD, true)]
    [InlineData(0x2FFFE, false)]
    [InlineData(0x3FFFE, false)]
    [InlineData('a', false)]
    public void Ranges_of_wide_characters_hold_their_ends_and_no_more(int code, bool isWide)
        => Assert.Equal(isWide, WideCharacters.Contains(code));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("abc def", 5, "abc…")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301…")]
    [InlineData("abc", 1, "…")]
    [InlineData("abc", 0, "")]
    public void A_text_is_cut_to_columns_between_characters(string text, int columns, string expected)
        => Assert.Equal(expected, TerminalText.Cut(text, columns, "…"));

    [Fact]
    public void What_follows_a_text_from_right_to_left_is_no_part_of_it()
    {
        Assert.Equal("שלום\u200E", TerminalText.Closed("שלום"));
        Assert.Equal("peace", TerminalText.Closed("peace"));
    }
}
