using System.Text;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>
/// A line of coloured texts. Colours are written where they change, and taken back at the end of the line, so that each line can stand
/// alone. Spaces at its end are left out.
/// </summary>
/// <param name="pen">What writes colours.</param>
internal sealed class TerminalLine(TerminalPen pen)
{
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
    public string End() => _color is null ? _text.ToString() : _text.ToString() + TerminalPen.Reset;

    private void Turn(MapColor? color)
    {
        _text.Append(' ', _spaces);
        _spaces = 0;
        if (pen.HasColor && color != _color)
        {
            _text.Append(pen.TurnTo(color));
            _color = color;
        }
    }
}
