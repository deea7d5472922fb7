using System.Globalization;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>
/// Writes colours as escape sequences (ECMA-48, SGR 38;2 and 38;5). A map has few colours and changes between them in nearly every cell, so
/// that each is looked for among the terminal's once.
/// </summary>
/// <param name="colors">The colours that are written.</param>
internal sealed class TerminalPen(TerminalColors colors)
{
    /// <summary>Takes all colours back.</summary>
    public const string Reset = "\u001B[0m";

    private readonly Dictionary<MapColor, string> _sequences = [];

    /// <summary>Gets a value indicating whether colours are written.</summary>
    public bool HasColor => colors != TerminalColors.None;

    /// <summary>Returns what turns to a colour.</summary>
    /// <param name="color">The colour, or null for the terminal's own.</param>
    /// <returns>The escape sequence.</returns>
    public string TurnTo(MapColor? color)
    {
        if (color is not { } given)
        {
            return Reset;
        }

        if (!_sequences.TryGetValue(given, out string? sequence))
        {
            sequence = colors == TerminalColors.Full
                ? string.Create(CultureInfo.InvariantCulture, $"\u001B[38;2;{given.Red};{given.Green};{given.Blue}m")
                : string.Create(CultureInfo.InvariantCulture, $"\u001B[38;5;{IndexedColor.Nearest(given)}m");
            _sequences.Add(given, sequence);
        }

        return sequence;
    }
}
