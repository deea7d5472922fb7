namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// Reads a GGUF file's header: magic, version, counts, key-value pairs, tensor table (docs/gguf.md of ggml; gguf.cpp of
/// llama.cpp v0.5.0 is what it is held against). It exists so that a file that is cut, or is no model at all, is reported
/// in plain words before native code reads it, and so that the managed engine can read models at all. Versions 2 and 3, little-endian,
/// which is what llama.cpp reads here.
/// </summary>
internal sealed class GgufReader
{
    // gguf.cpp: the limits that llama.cpp itself sets, so that a broken count is not taken for an amount of work.
    private const long MostPairs = 1 << 20;
    private const long MostTensors = 1 << 20;
    private const int MostDimensions = 4;

    // docs/gguf.md; llama.cpp takes one byte less of a tensor's name.
    private const int LongestKey = ushort.MaxValue;
    private const int LongestName = 64;

    private readonly GgufCursor _cursor;
    private readonly Dictionary<string, GgufValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GgufTensorEntry> _tensors = new(StringComparer.Ordinal);
    private string? _repeatedKey;
    private string? _repeatedTensor;
    private ulong _dataLength;

    private GgufReader(GgufCursor cursor) => _cursor = cursor;

    /// <summary>Reads what both engines ask of the header.</summary>
    /// <param name="stream">The file; it can seek.</param>
    /// <returns>The header.</returns>
    /// <exception cref="GgufFormatException">It is no GGUF file, or a broken one.</exception>
    public static GgufHeader Read(Stream stream) => Read(new GgufCursor(stream)).ToHeader();

    /// <summary>Reads all of the header.</summary>
    /// <param name="cursor">The file, from its start.</param>
    /// <returns>What it says; arrays are passed over.</returns>
    /// <exception cref="GgufFormatException">It is no GGUF file, or a broken one.</exception>
    public static GgufMetadata Read(GgufCursor cursor) => new GgufReader(cursor).Read();

    private GgufMetadata Read()
    {
        if (!"GGUF"u8.StartsWith(_cursor.TakeAtMost(4)))
        {
            throw new GgufFormatException(isCut: false, "it does not start with GGUF");
        }

        uint version = _cursor.UInt32();
        if (version is 0 or 1 or > 3)
        {
            throw new GgufFormatException(
                isCut: false,
                (version & 0xFFFF) == 0 && version != 0
                    ? "it is written for big-endian machines"
                    : $"it is of GGUF version {version}, and llama.cpp reads 2 and 3");
        }

        long tensors = Count(MostTensors, "tensors");
        long pairs = Count(MostPairs, "key-value pairs");
        for (long i = 0; i < pairs; i++)
        {
            Pair();
        }

        long alignment = GgufMetadata.Number(_values, "general.alignment", 32);
        if (alignment < 1 || (alignment & (alignment - 1)) != 0)
        {
            throw new GgufFormatException(isCut: false, $"its alignment of {alignment} is no power of 2");
        }

        for (long i = 0; i < tensors; i++)
        {
            Tensor();
        }

        // The tensor table, then padding to the alignment, then the data, to which the offsets refer.
        long start = (_cursor.Position + alignment - 1) / alignment * alignment;
        return new GgufMetadata
        {
            Version = version,
            Values = _values,
            RepeatedKey = _repeatedKey,
            Tensors = _tensors,
            RepeatedTensor = _repeatedTensor,
            TensorCount = tensors,
            Alignment = alignment,
            DataStart = start,
            NeededLength = tensors == 0 ? _cursor.Position
                : _dataLength > (ulong)(long.MaxValue - start) ? long.MaxValue : start + (long)_dataLength,
        };
    }

    private void Pair()
    {
        string key = _cursor.String(LongestKey);
        GgufValueType type = (GgufValueType)_cursor.UInt32();
        GgufValue value = type switch
        {
            GgufValueType.Array => Array(key),
            GgufValueType.String => Text(),
            _ => new GgufValue(type, _cursor.Bits(SizeOf(type, key))),
        };
        if (!_values.TryAdd(key, value))
        {
            _values[key] = value;
            _repeatedKey ??= key;
        }
    }

    // A text that is longer than any which is asked for is passed over, as one that is made of a broken length may be all of the file.
    private GgufValue Text()
    {
        long start = _cursor.Position;
        _cursor.SkipStrings(1);
        long end = _cursor.Position;
        if (end - start - sizeof(ulong) > GgufValue.LongestText)
        {
            return new GgufValue(GgufValueType.String, Start: start, End: end);
        }

        _cursor.MoveTo(start);
        return new GgufValue(GgufValueType.String, Text: _cursor.String(), Start: start, End: end);
    }

    private GgufValue Array(string key)
    {
        GgufValueType element = (GgufValueType)_cursor.UInt32();
        long count = Count(long.MaxValue, "elements of " + Shown(key));
        long start = _cursor.Position;
        if (element == GgufValueType.String)
        {
            _cursor.SkipStrings(count);
        }
        else
        {
            int size = SizeOf(element, key);
            _cursor.Skip(count <= long.MaxValue / size ? count * size : long.MaxValue);
        }

        return new GgufValue(
            GgufValueType.Array, ElementType: element, Count: count, Start: start, End: _cursor.Position);
    }

    private void Tensor()
    {
        string name = _cursor.String(LongestName);
        uint dimensions = _cursor.UInt32();
        if (dimensions > MostDimensions)
        {
            throw new GgufFormatException(isCut: false, $"its tensor {Shown(name)} has {dimensions} dimensions");
        }

        ulong elements = 1;
        long[] shape = new long[dimensions];
        for (int dimension = 0; dimension < shape.Length; dimension++)
        {
            ulong length = _cursor.UInt64();
            if (length > long.MaxValue || (length != 0 && elements > long.MaxValue / length))
            {
                throw new GgufFormatException(isCut: false, $"its tensor {Shown(name)} has more elements than there can be");
            }

            elements *= length;
            shape[dimension] = (long)length;
        }

        uint type = _cursor.UInt32();
        ulong offset = _cursor.UInt64();
        ulong size = GgmlTensorType.ByteCount(type, elements)
            ?? throw new GgufFormatException(
                isCut: false, $"its tensor {Shown(name)} is of type {type}, which llama.cpp v0.5.0 does not know");
        _dataLength = Math.Max(_dataLength, checked(Math.Min(offset, long.MaxValue) + size));
        if (!_tensors.TryAdd(name, new GgufTensorEntry(name, type, shape, offset, size)))
        {
            _repeatedTensor ??= name;
        }
    }

    private long Count(long most, string what)
    {
        ulong count = _cursor.UInt64();
        return count <= (ulong)most ? (long)count : throw new GgufFormatException(isCut: false, $"its header counts {count} {what}");
    }

    /// <summary>Returns the bytes that a number or a truth value takes.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="key">Its key.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="GgufFormatException">It is of another type.</exception>
    public static int SizeOf(GgufValueType type, string key) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => throw new GgufFormatException(isCut: false, $"the value of its key {Shown(key)} is of the unknown type {(uint)type}"),
    };

    /// <summary>Returns a name of a file as messages show it: what a broken file has there may be any bytes.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Its start, without control characters.</returns>
    public static string Shown(string name)
        => string.Concat(name.Take(LongestName).Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
