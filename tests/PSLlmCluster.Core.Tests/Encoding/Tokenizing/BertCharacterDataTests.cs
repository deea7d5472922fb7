using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>
/// The generated table against .NET's own data, which is of another version of Unicode: where they speak of the same characters they agree.
/// Nothing here, nor in the tokenizers, asks ICU: the categories and the simple case mapping under InvariantGlobalization are .NET's own.
/// </summary>
public sealed class BertCharacterDataTests
{
    [Fact]
    public void What_is_removed_is_a_control_or_a_format_character_or_private()
        => Assert.All(SlowWordPiece.Removed, value => Assert.True(
            value == 0xFFFD || Rune.GetUnicodeCategory(new Rune(value)) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.PrivateUse,
            $"{value:x}"));

    [Fact]
    public void Punctuation_is_punctuation_or_a_symbol_of_ASCII()
        => Assert.All(SlowWordPiece.Punctuation, value => Assert.True(
            Rune.IsPunctuation(new Rune(value)) || (value < 0x80 && char.IsSymbol((char)value))
                || value == 0x166D || value == 0x111C9, // U+166D is a symbol, and U+111C9 a mark, since Unicode 12 and 8.
            $"{value:x}"));

    [Fact]
    public void Characters_that_vanish_when_decomposed_are_nonspacing_marks()
        => Assert.All(SlowWordPiece.Decompositions.Where(pair => pair.Value.Length == 0), pair => Assert.True(
            Rune.GetUnicodeCategory(new Rune(pair.Key)) == UnicodeCategory.NonSpacingMark
                || pair.Key is 0x1734 or 0x1171E, // Spacing marks since Unicode 14 and 15.
            $"{pair.Key:x}"));

    [Theory]
    [InlineData(0x300, 0x36F)]
    [InlineData(0x483, 0x487)]
    [InlineData(0x591, 0x5BD)]
    [InlineData(0x64B, 0x65F)]
    [InlineData(0x941, 0x948)]
    [InlineData(0xE34, 0xE3A)]
    [InlineData(0x20D0, 0x20DC)]
    public void The_marks_of_common_scripts_vanish(int first, int last)
        => Assert.All(Enumerable.Range(first, last - first + 1), value => Assert.Empty(SlowWordPiece.Decompositions[value]));

    [Fact]
    public void The_lower_case_is_the_simple_one_but_for_the_dotted_capital_I()
    {
        int equal = 0;
        foreach ((int source, int[] target) in SlowWordPiece.LowerCase.Where(pair => pair.Key != 0x130))
        {
            // Pairs that are newer than this .NET's data are not in it.
            int lower = Rune.ToLowerInvariant(new Rune(source)).Value;
            Assert.True(target.Length == 1 && (lower == target[0] || lower == source), $"{source:x}");
            equal += lower == target[0] ? 1 : 0;
        }

        Assert.True(equal > 1380, $"{equal}");
        Assert.Equal([0x69, 0x307], SlowWordPiece.LowerCase[0x130]);
    }

    [Fact]
    public void No_letter_of_ASCII_is_changed_but_in_case()
    {
        Assert.All(Enumerable.Range(0x20, 0x5F), value => Assert.False(SlowWordPiece.Decompositions.ContainsKey(value)));
        Assert.All(Enumerable.Range('A', 26), value => Assert.Equal([value + 32], SlowWordPiece.LowerCase[value]));
    }
}
