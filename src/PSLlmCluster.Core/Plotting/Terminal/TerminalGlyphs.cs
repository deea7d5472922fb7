namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>The characters that cells are drawn with.</summary>
internal sealed class TerminalGlyphs
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const char Further = '+';

    // By which quarters are filled: 1 the upper left one, 2 the upper right, 4 the lower left, 8 the lower right.
    private const string Quarters = " \u2598\u259D\u2580\u2596\u258C\u259E\u259B\u2597\u259A\u2590\u259C\u2584\u2599\u259F\u2588";
    private readonly TerminalPlotStyle _style;

    /// <summary>Initializes a new instance of the <see cref="TerminalGlyphs"/> class.</summary>
    /// <param name="options">How the map looks.</param>
    public TerminalGlyphs(TerminalPlotOptions options)
    {
        _style = options.Style != TerminalPlotStyle.Auto ? options.Style
            : options.IsUnicode && options.Colors != TerminalColors.None ? TerminalPlotStyle.Braille : TerminalPlotStyle.Ascii;
        Ellipsis = _style == TerminalPlotStyle.Ascii ? "..." : "\u2026";
    }

    /// <summary>Gets what stands for what is cut off.</summary>
    public string Ellipsis { get; }

    /// <summary>Returns the character of a cell.</summary>
    /// <param name="dots">Its dots; none is a space.</param>
    /// <param name="owner">The place of its cluster among the clusters, or -1.</param>
    /// <returns>The character.</returns>
    public char Of(byte dots, int owner) => dots == 0 ? ' ' : _style switch
    {
        TerminalPlotStyle.Braille => (char)(0x2800 | dots),
        TerminalPlotStyle.Block => Quarters[
            Bit(dots, 0x03, 1) | Bit(dots, 0x18, 2) | Bit(dots, 0x44, 4) | Bit(dots, 0xA0, 8)],
        _ => owner < 0 ? '.' : owner < Letters.Length ? Letters[owner] : Further,
    };

    /// <summary>Returns the character that stands for a cluster in the legend.</summary>
    /// <param name="owner">The place of the cluster among the clusters, or -1 for none.</param>
    /// <returns>The character.</returns>
    public char Key(int owner) => Of(0xFF, owner);

    private static int Bit(byte dots, byte mask, int bit) => (dots & mask) != 0 ? bit : 0;
}
