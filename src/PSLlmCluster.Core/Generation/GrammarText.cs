using System.Globalization;

namespace PSLlmCluster.Core.Generation;

/// <summary>The text of a grammar, and how far it is read.</summary>
/// <param name="text">The text, without NUL characters.</param>
internal sealed class GrammarText(string text)
{
    /// <summary>The largest number of repetitions, as in llama.cpp.</summary>
    public const int MostRepetitions = 2000;

    /// <summary>Gets how many characters are read.</summary>
    public int Position { get; private set; }

    /// <summary>Gets a value indicating whether all of it is read.</summary>
    public bool IsAtEnd => Position >= text.Length;

    /// <summary>Gets the next character; NUL at the end.</summary>
    public char Current => Peek(0);

    /// <summary>Returns a character further on.</summary>
    /// <param name="ahead">How far.</param>
    /// <returns>The character; NUL behind the end.</returns>
    public char Peek(int ahead) => Position + ahead < text.Length ? text[Position + ahead] : '\0';

    /// <summary>Reads some characters.</summary>
    /// <param name="count">How many.</param>
    public void Skip(int count = 1) => Position += count;

    /// <summary>Reads a number of repetitions.</summary>
    /// <returns>The number.</returns>
    public int ReadCount()
    {
        int start = Position;
        while (char.IsAsciiDigit(Current))
        {
            Position++;
        }

        return int.TryParse(text.AsSpan(start, Position - start), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count <= MostRepetitions
                ? count
                : throw Wrong($"a number from 0 to {MostRepetitions} is missing");
    }

    /// <summary>Reads a character of a literal or of a class, or an escape.</summary>
    public void ReadCharacter()
    {
        if (Position >= text.Length)
        {
            throw Wrong("it ends in the middle");
        }

        if (Current != '\\')
        {
            Position += char.IsSurrogate(Current) ? 2 : 1;
            return;
        }

        char escape = Position + 1 < text.Length ? text[Position + 1] : '\0';
        Position += 2;
        int digits = escape switch
        {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            't' or 'r' or 'n' or '\\' or '"' or '[' or ']' or '-' => 0,
            _ => throw Wrong("an escape that does not exist"),
        };
        if (digits == 0)
        {
            return;
        }

        string hexadecimal = text[Position..Math.Min(Position + digits, text.Length)];
        bool isNumber = uint.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value);
        if (!isNumber || hexadecimal.Length != digits || value > 0x10FFFF)
        {
            throw Wrong($"{digits} hexadecimal digits of a character are missing");
        }

        Position += digits;
    }

    /// <summary>Reads the name of a rule.</summary>
    /// <returns>The name.</returns>
    public string ReadName()
    {
        int start = Position;
        while (IsWord(Current))
        {
            Position++;
        }

        return Position > start ? text[start..Position] : throw Wrong("the name of a rule is missing");
    }

    /// <summary>Reads white space and comments.</summary>
    /// <param name="acrossLines">Whether line breaks are read, too.</param>
    public void SkipSpace(bool acrossLines)
    {
        while (Current is ' ' or '\t' or '#' || (acrossLines && Current is '\r' or '\n'))
        {
            if (Current != '#')
            {
                Position++;
                continue;
            }

            while (Position < text.Length && Current is not ('\r' or '\n'))
            {
                Position++;
            }
        }
    }

    /// <summary>Says whether a character may stand in a name.</summary>
    /// <param name="character">The character.</param>
    /// <returns>True where it may.</returns>
    public static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '-';

    /// <summary>Makes the error of what stands at a place.</summary>
    /// <param name="reason">What is wrong.</param>
    /// <param name="position">The place; where the reading is by default.</param>
    /// <returns>The error.</returns>
    public EngineException Wrong(string reason, int? position = null)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, Math.Min(position ?? Position, text.Length));
        int column = before.Length - before.LastIndexOf('\n');
        return GrammarError.Because($"line {before.Count('\n') + 1}, character {column}: {reason}");
    }
}
