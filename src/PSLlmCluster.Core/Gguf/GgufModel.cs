namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// A whole model in one GGUF file, opened for what reads more than its header: its values by their keys, and its tensors by their names.
/// Nothing is taken on trust: a value or a tensor that is not what is asked for is an error that names the file and the key, and nothing is
/// allocated before it is known to be in the file. The file is read, never mapped, so that one which is cut while it is open is an error
/// too. It is for one thread at a time.
/// </summary>
internal sealed class GgufModel : IDisposable
{
    private readonly Stream _stream;
    private readonly GgufCursor _cursor;
    private readonly GgufMetadata _metadata;
    private readonly FileStamp? _stamp;
    private readonly GgufTensorReader _tensors;

    private GgufModel(Stream stream, string path, FileStamp? stamp)
    {
        _stream = stream;
        _stamp = stamp;
        Path = path;
        _cursor = ModelStream.Reading(path, () => new GgufCursor(stream));
        _metadata = ModelStream.Reading(path, () => GgufReader.Read(_cursor));
        ModelStream.RequireLength(path, _cursor.Length, _metadata.NeededLength);
        CheckNames();
        _tensors = new GgufTensorReader(_cursor, _metadata, path);
        Header = _metadata.ToHeader();
        Architecture = Text("general.architecture") ?? string.Empty;
    }

    /// <summary>Gets the file's path, as messages name it.</summary>
    public string Path { get; }

    /// <summary>Gets what both engines ask of the header.</summary>
    public GgufHeader Header { get; }

    /// <summary>Gets the value of general.architecture; empty where it is not said.</summary>
    public string Architecture { get; }

    /// <summary>Gets the tensors by their names, as the file's table describes them.</summary>
    public IReadOnlyDictionary<string, GgufTensorEntry> Tensors => _metadata.Tensors;

    /// <summary>Gets the values by their keys, as they stand in the file; of arrays only what they are.</summary>
    public IReadOnlyDictionary<string, GgufValue> Values => _metadata.Values;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">It cannot be read, or its header is wrong; the id says what it is.</exception>
    public static GgufModel Open(string path)
    {
        ModelStream.RequireRegular(path);
        FileStamp stamp = FileStamp.Of(path);
        FileStream stream = ModelStream.Open(path);
        try
        {
            return new GgufModel(stream, path, stamp);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file's bytes, wherever they lie.</summary>
    /// <param name="stream">The bytes; it can seek. It is the model's from now on.</param>
    /// <param name="name">How messages name them.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">They cannot be read, or the header is wrong; the id says what it is.</exception>
    public static GgufModel Open(Stream stream, string name) => new(stream, name, stamp: null);

    /// <summary>Returns a text.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The text; null where there is none.</returns>
    /// <exception cref="EngineException">The value is no text, or one of more than <see cref="GgufValue.LongestText"/> bytes.</exception>
    public string? Text(string key)
        => Value(key) is not { } value ? null
            : value.Text ?? throw (value.Type == GgufValueType.String
                ? Corrupt($"its text {key} is {value.End - value.Start:N0} bytes long")
                : Other(key, value, "a text"));

    /// <summary>Returns a whole number, of whatever type.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="least">The least that it can be.</param>
    /// <param name="most">The most that it can be.</param>
    /// <returns>The number; null where there is none.</returns>
    /// <exception cref="EngineException">The value is no whole number, or out of range.</exception>
    public long? Integer(string key, long least = long.MinValue, long most = long.MaxValue)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        if (!value.IsInteger)
        {
            throw Other(key, value, "a whole number");
        }

        bool fits = value.Type != GgufValueType.UInt64 || value.Bits <= long.MaxValue;
        return fits && value.Integer >= least && value.Integer <= most
            ? value.Integer
            : throw Corrupt($"its value of {key} is {(fits ? value.Integer : value.Bits)}, out of the range that it can have");
    }

    /// <summary>Returns a number, of whatever type.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The number, which is finite; null where there is none.</returns>
    /// <exception cref="EngineException">The value is no number, or not finite.</exception>
    public double? Number(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        double number = value.Number ?? throw Other(key, value, "a number");
        return double.IsFinite(number) ? number : throw Corrupt($"its value of {key} is not finite");
    }

    /// <summary>Returns a truth value.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The value; null where there is none.</returns>
    /// <exception cref="EngineException">The value is none.</exception>
    public bool? Flag(string key) => Value(key) switch
    {
        null => null,
        { Type: GgufValueType.Bool, Bits: 0 or 1 } value => value.Bits != 0,
        { } value => throw Other(key, value, "true or false"),
    };

    /// <summary>Returns the elements of an array, without reading them.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>How many there are; null where there is no such array.</returns>
    /// <exception cref="EngineException">The value is no array.</exception>
    public long? Count(string key)
        => Value(key) is not { } value ? null : value.Type == GgufValueType.Array ? value.Count : throw Other(key, value, "an array");

    /// <summary>Reads an array of texts, each time it is asked for.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The texts; null where there are none.</returns>
    /// <exception cref="EngineException">The value is no such array, or the file was changed.</exception>
    public string[]? Texts(string key)
        => Array<string>(key, type => type == GgufValueType.String, "an array of texts", (texts, _) => _cursor.Strings(texts));

    /// <summary>Reads an array of numbers in single precision, each time it is asked for.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The numbers, finite or not; null where there are none.</returns>
    /// <exception cref="EngineException">The value is no such array, or the file was changed.</exception>
    public float[]? Floats(string key) => Array<float>(
        key, type => type == GgufValueType.Float32, "an array of numbers in single precision", (floats, _) => _cursor.Floats(floats));

    /// <summary>Reads an array of whole numbers, of whatever type, each time it is asked for.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The numbers; null where there are none.</returns>
    /// <exception cref="EngineException">The value is no such array, a number needs more than 32 bits, or the file was changed.</exception>
    public int[]? Integers(string key) => Array<int>(
        key,
        GgufValue.IsIntegerType,
        "an array of whole numbers",
        (integers, type) =>
        {
            if (!_cursor.Integers(integers, type, GgufReader.SizeOf(type, key)))
            {
                throw Corrupt($"its array {key} has a number that needs more than 32 bits");
            }
        });

    /// <summary>Reads an array of bytes, each time it is asked for.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The bytes; null where there are none.</returns>
    /// <exception cref="EngineException">The value is no such array, or the file was changed.</exception>
    public byte[]? Bytes(string key) => Array<byte>(
        key, type => type is GgufValueType.UInt8 or GgufValueType.Int8, "an array of bytes", (bytes, _) => _cursor.Bytes(bytes));

    /// <summary>Reads a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The dimensions that it has to have, the length of a row first; none where it may have any.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="EngineException">It is missing, of another shape or of a type that cannot be widened, or the file was
    /// changed.</exception>
    public GgufTensor Tensor(string name, params ReadOnlySpan<int> shape) => _tensors.Read(Entry(name), shape);

    /// <summary>Reads a tensor that may be missing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The dimensions that it has to have, the length of a row first; none where it may have any.</param>
    /// <returns>The tensor; null where there is none of the name.</returns>
    /// <exception cref="EngineException">It is of another shape or of a type that cannot be widened, or the file was changed.</exception>
    public GgufTensor? TryTensor(string name, params ReadOnlySpan<int> shape)
        => Tensors.TryGetValue(name, out GgufTensorEntry? entry) ? _tensors.Read(entry, shape) : null;

    /// <summary>
    /// Reads a tensor whose bytes are needed for a moment only. They lie in an array that the next tensor of as many bytes is read to: the
    /// first touch of fresh memory costs more than the reading, and the layers of a model are all alike.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The dimensions that it has to have, the length of a row first; none where it may have any.</param>
    /// <returns>The tensor, valid until another is borrowed.</returns>
    /// <exception cref="EngineException">It is missing, of another shape or of a type that cannot be widened, or the file was
    /// changed.</exception>
    public GgufTensor BorrowTensor(string name, params ReadOnlySpan<int> shape) => _tensors.Borrow(Entry(name), shape);

    /// <summary>
    /// Checks that the file is the one that was opened, unchanged. What was read of it holds together only if it is, so this comes after
    /// the last read.
    /// </summary>
    /// <exception cref="EngineException">It was changed, replaced or deleted.</exception>
    public void RequireUnchanged()
    {
        if (_stamp is not null && !FileStamp.AreUnchanged([_stamp]))
        {
            throw Changed();
        }
    }

    /// <summary>Returns the error of a file whose content is wrong.</summary>
    /// <param name="what">What is wrong with it, a clause.</param>
    /// <param name="inner">What was thrown; may be null.</param>
    /// <returns>The error.</returns>
    public EngineException Corrupt(string what, Exception? inner = null) => ModelStream.Corrupt(Path, what, inner);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void CheckNames()
    {
        if (_metadata.RepeatedKey is { } key)
        {
            throw Corrupt($"its key {GgufReader.Shown(key)} comes twice");
        }

        if (_metadata.RepeatedTensor is { } tensor)
        {
            throw Corrupt($"its tensor {GgufReader.Shown(tensor)} comes twice");
        }
    }

    private T[]? Array<T>(string key, Func<GgufValueType, bool> fits, string what, Action<T[], GgufValueType> read)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        if (value.Type != GgufValueType.Array || !fits(value.ElementType) || value.Count > System.Array.MaxLength)
        {
            throw Other(key, value, what);
        }

        try
        {
            return ModelStream.Reading(
                Path,
                () =>
                {
                    // The elements were passed over once, so they are in the file.
                    T[] elements = new T[value.Count];
                    _cursor.MoveTo(value.Start);
                    read(elements, value.ElementType);
                    return _cursor.Position == value.End ? elements : throw Changed();
                });
        }
        catch (EngineException failure) when (failure.Is(EngineErrorIds.ModelNotGguf))
        {
            // A text that is too long, or a length that was overwritten since the file was opened.
            RequireUnchanged();
            throw Corrupt($"its array {key} cannot be read", failure);
        }
    }

    private GgufValue? Value(string key) => _metadata.Values.GetValueOrDefault(key);

    private EngineException Other(string key, GgufValue value, string what)
        => Corrupt(
            value.Type == GgufValueType.Array
                ? $"its value of {key} is an array of {value.Count:N0} of the type {value.ElementType}, not {what}"
                : $"its value of {key} is of the type {value.Type}, not {what}");

    private GgufTensorEntry Entry(string name)
        => Tensors.GetValueOrDefault(name) ?? throw Corrupt($"its tensor {name} is missing");

    private EngineException Changed() => new(
        EngineErrorIds.ModelReadFailed,
        FailureKind.ReadError,
        $"{Path} was changed, replaced or deleted while it was being read.",
        "Load it again when nothing writes to it any more.");
}
