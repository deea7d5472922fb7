using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class TextDirectionTests
{
    [Theory]
    [InlineData("plain, text.", "plain, text.")]
    [InlineData("", "")]
    [InlineData("שלום", "שלום")]
    [InlineData("abc שלום עולם, def", "abc |שלום עולם|, def")]
    [InlineData("שלום 123 עולם!", " עולם|123|שלום |!")]
    [InlineData("42 مرحبا", "42 |مرحبا")]
    public void Pieces_stand_from_left_to_right(string text, string pieces)
        => Assert.Equal(pieces, string.Join('|', TextDirection.InDrawingOrder(text)));
}
