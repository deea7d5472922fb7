using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

public sealed class TextTokensTests
{
    [Theory]
    [InlineData("Reset my pass-word, don't wait", "Reset my pass-word/don't wait")]
    [InlineData("node.js and C++ or C# in R&D", "node.js and C++ or C# in R&D")]
    [InlineData("v1.2.3 of Windows 11", "v1.2.3 of Windows 11")]
    [InlineData("a <b class=\"x\">bold</b>&nbsp;word &amp; more", "a/bold/word/more")]
    [InlineData("x < y and y > z", "x/y and y/z")]
    [InlineData("e\u0301te\u0301 \u200Fשלום\u200E عالم", "e\u0301te\u0301 שלום عالم")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("fine \U0001F600 day", "fine/day")]
    [InlineData("\U00020BB7野家で食べる", "\U00020BB7野家/食")]
    [InlineData("VPN接続のエラーコード", "VPN 接続/エラーコード")]
    [InlineData("らーめんタイマー", "タイマー")]
    [InlineData("すごーーーい", "")]
    [InlineData("ล็อก", "ล็อก")]
    [InlineData("VPN을 설치", "VPN 을 설치")]
    [InlineData("איי הבתולה (ארה\"ב), דו״ח \"שלום\"", "איי הבתולה/ארה\"ב/דו״ח/שלום")]
    [InlineData("\u001B[31mERROR\u001B[0m disk \u001B[1;33mfull\u001B[m", "ERROR/disk/full")]
    [InlineData("\u001B ERROR \u001B[", "ERROR")]
    [InlineData(" \t\u200B ", "")]
    public void A_text_is_split_into_words_and_runs(string text, string expected)
    {
        ValueList<TextToken> tokens = new();
        TextTokens.Read(text, tokens);

        string found = string.Concat(tokens.Items.ToArray().Select((token, i) => string.Concat(
            i == 0 ? string.Empty : token.IsApart ? "/" : " ", text.AsSpan(token.Start, token.Length))));
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Very_long_words_and_halves_of_characters_are_no_words()
    {
        ValueList<TextToken> tokens = new();
        TextTokens.Read("key " + new string('f', 64) + " end \uD83D", tokens);

        Assert.Equal([(0, 3, false), (69, 3, true)], tokens.Items.ToArray().Select(token => (token.Start, token.Length, token.IsApart)));
    }
}
