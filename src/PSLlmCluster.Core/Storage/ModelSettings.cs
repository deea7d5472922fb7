using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Storage;

/// <summary>
/// Named settings as lines of key=value, in the order in which they were set. Numbers are written so that they come back to the bit, in the
/// same way in every culture. What is asked for and not there, or there and never asked for, makes the file a damaged one.
/// </summary>
internal sealed class ModelSettings
{
    private readonly List<KeyValuePair<string, string>> _lines = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly string _path;

    /// <summary>Initializes a new instance of the <see cref="ModelSettings"/> class to write.</summary>
    public ModelSettings()
        : this(string.Empty)
    {
    }

    private ModelSettings(string path) => _path = path;

    /// <summary>Reads settings.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="EngineException">A line is none (ModelFileDamaged).</exception>
    public static ModelSettings Parse(string text, string path)
    {
        ModelSettings settings = new(path);
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int place = line.IndexOf('=', StringComparison.Ordinal);
            if (place < 1 || !keys.Add(line[..place]))
            {
                throw ModelFileErrors.Damaged(path, $"its settings hold '{line}'");
            }

            settings._lines.Add(new KeyValuePair<string, string>(line[..place], line[(place + 1)..]));
        }

        return settings;
    }

    /// <summary>Sets a text without line ends.</summary>
    public void Set(string key, string value)
    {
        if (!ModelFileFormat.IsName(key) || value.AsSpan().IndexOfAny('\r', '\n') >= 0 || _lines.Exists(line => line.Key == key))
        {
            throw new ArgumentException($"'{key}' cannot be set to '{value}'.", nameof(key));
        }

        _lines.Add(new KeyValuePair<string, string>(key, value));
    }

    /// <summary>Sets a whole number.</summary>
    public void Set(string key, long value) => Set(key, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a number.</summary>
    public void Set(string key, double value) => Set(key, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Sets a number, or a word where there is none.</summary>
    public void Set(string key, double? value, string none)
    {
        if (value is double number)
        {
            Set(key, number);
        }
        else
        {
            Set(key, none);
        }
    }

    /// <summary>Sets a truth.</summary>
    public void Set(string key, bool value) => Set(key, value ? "true" : "false");

    /// <summary>Sets a choice, by its name.</summary>
    public void Set<TChoice>(string key, TChoice value)
        where TChoice : struct, Enum
        => Set(key, Enum.GetName(value) ?? throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such choice."));

    /// <summary>Returns a text.</summary>
    public string Text(string key)
    {
        _asked.Add(key);
        foreach (KeyValuePair<string, string> line in _lines)
        {
            if (line.Key == key)
            {
                return line.Value;
            }
        }

        throw ModelFileErrors.Damaged(_path, $"its settings lack '{key}'");
    }

    /// <summary>Returns a whole number within bounds.</summary>
    public int Int32(string key, int smallest = int.MinValue, int largest = int.MaxValue) => (int)Int64(key, smallest, largest);

    /// <summary>Returns a long whole number within bounds.</summary>
    public long Int64(string key, long smallest = long.MinValue, long largest = long.MaxValue)
        => long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value >= smallest
            && value <= largest
            ? value
            : throw Invalid(key);

    /// <summary>Returns a number, which may be infinite where that is said.</summary>
    public double Double(string key, bool mayBeInfinite = false)
        => double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && !double.IsNaN(value)
            && (mayBeInfinite || double.IsFinite(value))
            ? value
            : throw Invalid(key);

    /// <summary>Returns a truth.</summary>
    public bool Boolean(string key) => Text(key) switch { "true" => true, "false" => false, _ => throw Invalid(key) };

    /// <summary>Returns a choice.</summary>
    public TChoice Choice<TChoice>(string key)
        where TChoice : struct, Enum
    {
        string name = Text(key);
        return Enum.TryParse(name, ignoreCase: false, out TChoice value) && Enum.GetName(value) == name ? value : throw Invalid(key);
    }

    /// <summary>Refuses settings that nothing asked for: ignoring them could change what the model means.</summary>
    /// <exception cref="EngineException">There are some (ModelFileDamaged).</exception>
    public void RequireAllRead()
    {
        foreach (KeyValuePair<string, string> line in _lines)
        {
            if (!_asked.Contains(line.Key))
            {
                throw ModelFileErrors.Damaged(_path, $"its settings hold '{line.Key}', which is not known");
            }
        }
    }

    /// <summary>Returns the lines.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        foreach (KeyValuePair<string, string> line in _lines)
        {
            text.Append(line.Key).Append('=').Append(line.Value).Append('\n');
        }

        return text.ToString();
    }

    private EngineException Invalid(string key) => ModelFileErrors.Damaged(_path, $"its setting '{key}' is '{Text(key)}'");
}
