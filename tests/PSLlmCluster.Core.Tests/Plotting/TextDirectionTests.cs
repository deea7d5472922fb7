using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class TextDirectionTests
{
    // A piece from right to left has < before it, one from left to right >.
    [Theory]
    [InlineData("plain, text.", ">plain, text.")]
    [InlineData("", "")]
    [InlineData("שלום", "<שלום")]
    [InlineData("abc שלום עולם, def", ">abc |<שלום עולם|>, def")]
    [InlineData("שלום 123 עולם!", "< עולם!|>123|<שלום ")]
    [InlineData("42 مرحبا", "< مرحبا|>42")]
    [InlineData("اتصال VPN من المنزل", "< من المنزل|>VPN|<اتصال ")]
    [InlineData("الشبكة,", "<الشبكة,")]
    [InlineData("שלום 3.5, 10:30 עולם", "< עולם|>10:30|<, |>3.5|<שלום ")]
    [InlineData("שלום VPN 2 (a-b) 3D", ">VPN 2 (a-b) 3D|<שלום ")]
    [InlineData("שלום 3D עולם", "< עולם|>3D|<שלום ")]
    [InlineData("VPN, שלום 2 עולם.", ">VPN, |< עולם|>2|<שלום |>.")]
    public void Pieces_stand_from_left_to_right(string text, string pieces) => Assert.Equal(pieces, PiecesOf(text));

    [Theory]
    [InlineData("שלום (3)", "<)|>3|<שלום (")]
    [InlineData("שלום [VPN] (2", ">2|<] (|>VPN|<שלום [")]
    [InlineData("abc שלום (עולם)", ">abc |<שלום (עולם)")]
    [InlineData("abc (שלום)", ">abc (|<שלום|>)")]
    [InlineData("שלום VPN (a)", ">VPN (a)|<שלום ")]
    [InlineData("שלום VPN (עולם)", "< (עולם)|>VPN|<שלום ")]
    [InlineData("שלום VPN a) b]", "<]|>VPN a) b|<שלום ")]
    public void Brackets_run_as_what_is_around_them(string text, string pieces) => Assert.Equal(pieces, PiecesOf(text));

    [Theory]
    [InlineData("הנחה 50% היום", "< היום|>50%|<הנחה ")]
    [InlineData("מחיר $20 או 30€", ">30€|< או |>$20|<מחיר ")]
    [InlineData("חום 38.5° #7", ">#7|< |>38.5°|<חום ")]
    [InlineData("תאריך 2026-11-30", ">2026-11-30|<תאריך ")]
    [InlineData("בתאריך - 30", ">30|<בתאריך - ")]
    [InlineData("تاريخ 2026-11-30", ">30|<-|>11|<-|>2026|<تاريخ ")]
    [InlineData("تاريخ 30/11/2026 10:30", ">10:30|< |>30/11/2026|<تاريخ ")]
    [InlineData("خصم 50%", "<%|>50|<خصم ")]
    [InlineData("سعر ٣٫٥ و ٤", ">٤|< و |>٣٫٥|<سعر ")]
    [InlineData("۱۲ VPN", ">۱۲ VPN")]
    public void Signs_belong_to_numbers_as_the_letter_before_them_says(string text, string pieces)
        => Assert.Equal(pieces, PiecesOf(text));

    [Theory]
    [InlineData("שלום cafe\u0301 עולם", "< עולם|>cafe\u0301|<שלום ")]
    [InlineData("שלום हिन्दी עולם", "< עולם|>हिन्दी|<שלום ")]
    [InlineData("abc שָׁלוֹם", ">abc |<שָׁלוֹם")]
    [InlineData("می\u200Cخواهم VPN", ">VPN|<می\u200Cخواهم ")]
    public void Marks_belong_to_the_word_they_follow(string text, string pieces) => Assert.Equal(pieces, PiecesOf(text));

    [Theory]
    [InlineData("12 שלום", true)]
    [InlineData("(VPN) שלום", false)]
    [InlineData("۱۲ VPN", false)]
    [InlineData("۱۲ فارسی", true)]
    [InlineData("\U0001E900\U0001E922", true)]
    [InlineData("ࠀࠁ", true)]
    [InlineData("12 %", false)]
    public void First_letter_gives_the_direction(string text, bool isFromRight)
        => Assert.Equal(isFromRight, TextDirection.IsFromRight(text));

    [Theory]
    [InlineData("News store תגיד.", true, "< תגיד.|>News store")]
    [InlineData("News store.", true, "<.|>News store")]
    [InlineData("שלום, world", false, "<שלום|>, world")]
    public void A_line_has_the_direction_of_its_text(string line, bool isTextFromRight, string pieces)
        => Assert.Equal(pieces, PiecesOf(line, isTextFromRight));

    private static string PiecesOf(string text, bool? isTextFromRight = null)
        => string.Join(
            '|',
            TextDirection.InDrawingOrder(text, isTextFromRight ?? TextDirection.IsFromRight(text))
                .Select(piece => (piece.IsFromRight ? "<" : ">") + piece.Text));
}
