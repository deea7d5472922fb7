using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>
/// A line of coloured texts. Colours are written where they change (ECMA-48, SGR 38;2 and 38;5), and taken back at the end of the line, so
/// that each line can stand alone. Spaces at its end are left out.
/// </summary>
/// <param name="colors">The colours that are written.</param>
internal sealed class TerminalLine(TerminalColors colors)
{
    private const string Reset = "\u001B[0m";
    private readonly StringBuilder _text = new();
    private int _spaces;
    private MapColor? _color;

    /// <summary>Gets how many columns the line has.</summary>
    public int Columns { get; private set; }

    /// <summary>Adds a character of one column.</summary>
    /// <param name="character">The character.</param>
    /// <param name="color">Its colour, or null for the terminal's own.</param>
    public void Add(char character, MapColor? color)
    {
        if (character == ' ')
        {
            AddSpaces(1);
            return;
        }

        Columns++;
        Turn(color);
        _text.Append(character);
    }

    /// <summary>Adds spaces.</summary>
    /// <param name="count">How many.</param>
    public void AddSpaces(int count)
    {
        Columns += count;
        _spaces += count;
    }

    /// <summary>Adds a safe text.</summary>
    /// <param name="text">The text, which does not end in a space.</param>
    /// <param name="color">Its colour, or null for the terminal's own.</param>
    public void Add(string text, MapColor? color)
    {
        if (text.Length > 0)
        {
            Columns += TerminalText.Columns(text);
            Turn(color);
            _text.Append(text);
        }
    }

    /// <summary>Returns the line.</summary>
    /// <returns>The text, with its escape sequences where there are colours.</returns>
    public string End() => _color is null ? _text.ToString() : _text.ToString() + Reset;

    private void Turn(MapColor? color)
    {
        _text.Append(' ', _spaces);
        _spaces = 0;
        if (colors != TerminalColors.None && color != _color)
        {
            _text.Append(color is { } given ? Sequence(given) : Reset);
            _color = color;
        }
    }

    private string Sequence(MapColor color) => colors == TerminalColors.Full
        ? string.Create(CultureInfo.InvariantCulture, $"\u001B[38;2;{color.Red};{color.Green};{color.Blue}m")
        : string.Create(CultureInfo.InvariantCulture, $"\u001B[38;5;{IndexedColor.Nearest(color)}m");
}
