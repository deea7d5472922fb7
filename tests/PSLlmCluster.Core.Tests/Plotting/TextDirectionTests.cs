using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class TextDirectionTests
{
    [Theory]
    [InlineData("plain, text.", "plain, text.")]
    [InlineData("", "")]
    [InlineData("שלום", "שלום")]
    [InlineData("abc שלום עולם, def", "abc |שלום עולם|, def")]
    [InlineData("שלום 123 עולם!", " עולם!|123|שלום ")]
    [InlineData("42 مرحبا", " مرحبا|42")]
    [InlineData("اتصال VPN من المنزل", " من المنزل|VPN|اتصال ")]
    [InlineData("الشبكة,", "الشبكة,")]
    [InlineData("שלום 3.5, 10:30 עולם", " עולם|10:30|, |3.5|שלום ")]
    [InlineData("שלום VPN 2 (a-b) 3D", "VPN 2 (a-b) 3D|שלום ")]
    [InlineData("שלום 3D עולם", " עולם|3D|שלום ")]
    [InlineData("VPN, שלום 2 עולם.", "VPN, | עולם|2|שלום |.")]
    public void Pieces_stand_from_left_to_right(string text, string pieces)
        => Assert.Equal(pieces, string.Join('|', TextDirection.InDrawingOrder(text)));
}
