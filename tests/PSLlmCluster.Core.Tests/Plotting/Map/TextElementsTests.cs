using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Tests.Plotting.Map;

public class TextElementsTests
{
    private const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("exactly-10", 10, "exactly-10")]
    [InlineData("eleven-long", 10, "eleven-lo\u2026")]
    [InlineData("one two", 5, "one\u2026")]
    [InlineData("e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301\u2026")]
    [InlineData(Family + Family + Family, 2, Family + "\u2026")]
    [InlineData("", 3, "")]
    public void A_text_is_cut_between_characters_as_readers_count_them(string text, int most, string expected)
        => Assert.Equal(expected, TextElements.Cut(text, most));

    [Theory]
    [InlineData("one two three", 30, "one two three")]
    [InlineData("one two three four", 8, "one two|three\u2026")]
    [InlineData("incomprehensibilities", 8, "incompre|hensibi\u2026")]
    [InlineData("日本語の文章です", 8, "日本語の|文章です")]
    [InlineData("日本語の文章ですよ", 8, "日本語の|文章で\u2026")]
    [InlineData("オフィス作業環境スイート", 20, "オフィス作業環境|スイート")]
    [InlineData("日本語プロポーショナル", 12, "日本語|プロポーシ\u2026")]
    [InlineData("日本語版Thunderbirdです", 16, "日本語版|Thunderbirdです")]
    [InlineData("音楽（再生）", 6, "音楽|（再…")]
    [InlineData("終わります。次", 10, "終わりま|す。次")]
    [InlineData("プロポーショナルフォント", 8, "プロポー|ショナ\u2026")]
    [InlineData("プロポーショナルフォント", 6, "プロ|ポー\u2026")]
    [InlineData("สหพันธ์สาธารณรัฐประชาธิปไตยเอธิโอเปีย", 30, "สหพันธ์สาธารณรัฐประ|ชาธิปไตยเอธิโอเปีย")]
    [InlineData("日本語の文章", 10, "日本語|の文章")]
    [InlineData("Python-3-Kryptographiebibliothek", 30, "Python-3-|Kryptographiebibliothek")]
    [InlineData("Debian-Systemverwaltungshandbuch, deutsche", 30, "Debian-|Systemverwaltungshandbuch\u2026")]
    [InlineData("internationalization-framework-core", 30, "internationalization-|framework-core")]
    [InlineData("インターネットサービスマネージャ", 30, "インターネット|サービスマネージャ")]
    [InlineData("   ", 8, "")]
    [InlineData("a,b, c, d, e, f, g, h", 5, "a,b,|c, d\u2026")]
    public void A_text_is_folded_at_spaces_or_between_characters(string text, int width, string expected)
        => Assert.Equal(expected, string.Join('|', TextElements.Fold(text, width, 2)));

    [Fact]
    public void No_line_is_too_wide_and_no_character_is_torn_whatever_the_text()
    {
        string[] parts = ["a", " ", "e\u0301", Family, "語", "שלום", "\u0E33", "mm", "\U0001F1E9\U0001F1EA", "-", ","];
        Random random = new(7);
        for (int i = 0; i < 2_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => parts[random.Next(parts.Length)]));
            int width = random.Next(4, 31);
            IReadOnlyList<string> lines = TextElements.Fold(text, width, 2);
            Assert.InRange(lines.Count, string.IsNullOrWhiteSpace(text) ? 0 : 1, 2);
            foreach (string line in lines)
            {
                Assert.InRange(TextElements.Columns(line), 1, width);
                Assert.Equal(line, PlotText.OneLine(line));
                Assert.NotEqual('\u0301', line[0]);
            }
        }
    }
}
