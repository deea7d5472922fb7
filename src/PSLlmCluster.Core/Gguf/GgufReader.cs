using System.Buffers.Binary;

namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// Reads a GGUF file's header: magic, version, counts, key-value pairs, tensor table (docs/gguf.md of ggml; gguf.cpp of
/// llama.cpp v0.5.0 is what it is held against). It exists so that a file that is cut, or is no model at all, is reported
/// in plain words before native code reads it. Versions 2 and 3, little-endian, which is what llama.cpp reads here.
/// </summary>
internal sealed class GgufReader
{
    // gguf.cpp: the limits that llama.cpp itself sets, so that a broken count is not taken for an amount of work.
    private const long MostPairs = 1 << 20;
    private const long MostTensors = 1 << 20;
    private const long LongestString = 1 << 30;
    private const int MostDimensions = 4;

    private readonly Stream _stream;
    private readonly byte[] _scratch = new byte[8];
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _arrayLengths = new(StringComparer.Ordinal);

    private readonly long _length;

    private GgufReader(Stream stream)
    {
        _stream = stream;
        _length = stream.Length;
    }

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The file from its start; it can seek.</param>
    /// <returns>The header.</returns>
    /// <exception cref="GgufFormatException">It is no GGUF file, or a broken one.</exception>
    public static GgufHeader Read(Stream stream) => new GgufReader(stream).Read();

    private GgufHeader Read()
    {
        Span<byte> magic = stackalloc byte[4];
        int got = _stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (!"GGUF"u8.StartsWith(magic[..got]))
        {
            throw new GgufFormatException(isCut: false, "it does not start with GGUF");
        }

        uint version = UInt32();
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

        long needed = Tensors(tensors);
        return new GgufHeader(
            version,
            Text("general.architecture"),
            Text("general.type") is { Length: > 0 } type ? type : "model",
            Text("tokenizer.ggml.model"),
            Text("tokenizer.ggml.pre"),
            _arrayLengths.GetValueOrDefault("tokenizer.ggml.tokens"),
            (GgufPooling)Math.Clamp(Number(Text("general.architecture") + ".pooling_type", -1), -1, 4),
            Number(Text("general.architecture") + ".block_count", 1),
            (int)Math.Clamp(Number("split.count", 1), 1, ushort.MaxValue),
            (int)Math.Clamp(Number("split.no", 0), 0, ushort.MaxValue),
            tensors,
            needed);
    }

    private void Pair()
    {
        string key = String();
        GgufType type = (GgufType)UInt32();
        if (type != GgufType.Array)
        {
            _values[key] = Value(type, key);
            return;
        }

        GgufType element = (GgufType)UInt32();
        long count = Count(long.MaxValue, "elements of " + key);
        _arrayLengths[key] = count;
        if (element == GgufType.String)
        {
            for (long i = 0; i < count; i++)
            {
                Skip(StringLength());
            }
        }
        else
        {
            int size = SizeOf(element, key);
            Skip(count <= long.MaxValue / size ? count * size : long.MaxValue);
        }
    }

    private object Value(GgufType type, string key)
    {
        switch (type)
        {
            case GgufType.String:
                return String();
            case GgufType.Float64:
                return BitConverter.UInt64BitsToDouble(UInt64());
            case GgufType.Float32:
                return (double)BitConverter.UInt32BitsToSingle(UInt32());
            default:
                Span<byte> bytes = _scratch.AsSpan(0, SizeOf(type, key));
                ReadExactly(bytes);
                long value = 0;
                for (int i = bytes.Length - 1; i >= 0; i--)
                {
                    value = (value << 8) | bytes[i];
                }

                return value;
        }
    }

    // The tensor table, then padding to the alignment, then the data, to which the offsets refer.
    private long Tensors(long count)
    {
        long alignment = Number("general.alignment", 32);
        if (alignment < 1 || (alignment & (alignment - 1)) != 0)
        {
            throw new GgufFormatException(isCut: false, $"its alignment of {alignment} is no power of 2");
        }

        ulong end = 0;
        for (long i = 0; i < count; i++)
        {
            string name = String();
            uint dimensions = UInt32();
            if (dimensions > MostDimensions)
            {
                throw new GgufFormatException(isCut: false, $"its tensor {name} has {dimensions} dimensions");
            }

            ulong elements = 1;
            for (uint dimension = 0; dimension < dimensions; dimension++)
            {
                ulong length = UInt64();
                if (length > long.MaxValue || (length != 0 && elements > long.MaxValue / length))
                {
                    throw new GgufFormatException(isCut: false, $"its tensor {name} has more elements than there can be");
                }

                elements *= length;
            }

            uint type = UInt32();
            ulong offset = UInt64();
            ulong size = GgmlTensorType.ByteCount(type, elements)
                ?? throw new GgufFormatException(
                    isCut: false, $"its tensor {name} is of type {type}, which llama.cpp v0.5.0 does not know");
            end = Math.Max(end, checked(Math.Min(offset, long.MaxValue) + size));
        }

        long start = (_stream.Position + alignment - 1) / alignment * alignment;
        return count == 0 ? _stream.Position : end > (ulong)(long.MaxValue - start) ? long.MaxValue : start + (long)end;
    }

    private string Text(string key) => _values.TryGetValue(key, out object? value) && value is string text ? text : string.Empty;

    private long Number(string key, long otherwise)
        => _values.TryGetValue(key, out object? value) && value is long number ? number : otherwise;

    private long Count(long most, string what)
    {
        ulong count = UInt64();
        return count <= (ulong)most ? (long)count : throw new GgufFormatException(isCut: false, $"its header counts {count} {what}");
    }

    private uint UInt32()
    {
        Span<byte> bytes = _scratch.AsSpan(0, sizeof(uint));
        ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private ulong UInt64()
    {
        Span<byte> bytes = _scratch.AsSpan(0, sizeof(ulong));
        ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private long StringLength()
    {
        ulong length = UInt64();
        return length <= LongestString
            ? (long)length
            : throw new GgufFormatException(isCut: false, $"a string in its header is {length} bytes long");
    }

    private string String()
    {
        long length = StringLength();
        if (length > _length - _stream.Position)
        {
            throw Cut();
        }

        byte[] bytes = new byte[length];
        ReadExactly(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private void Skip(long count)
    {
        if (count > _length - _stream.Position)
        {
            throw Cut();
        }

        // A short hop within what is buffered anyway costs less than a seek.
        if (count <= _scratch.Length)
        {
            ReadExactly(_scratch.AsSpan(0, (int)count));
        }
        else
        {
            _stream.Seek(count, SeekOrigin.Current);
        }
    }

    private void ReadExactly(Span<byte> bytes)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Cut();
        }
    }

    private static GgufFormatException Cut() => new(isCut: true, "it ends within its header");

    private static int SizeOf(GgufType type, string key) => type switch
    {
        GgufType.UInt8 or GgufType.Int8 or GgufType.Bool => 1,
        GgufType.UInt16 or GgufType.Int16 => 2,
        GgufType.UInt32 or GgufType.Int32 or GgufType.Float32 => 4,
        GgufType.UInt64 or GgufType.Int64 or GgufType.Float64 => 8,
        _ => throw new GgufFormatException(isCut: false, $"the value of its key {key} is of the unknown type {(uint)type}"),
    };

    // gguf.h, enum gguf_type.
    private enum GgufType : uint
    {
        UInt8 = 0,
        Int8 = 1,
        UInt16 = 2,
        Int16 = 3,
        UInt32 = 4,
        Int32 = 5,
        Float32 = 6,
        Bool = 7,
        String = 8,
        Array = 9,
        UInt64 = 10,
        Int64 = 11,
        Float64 = 12,
    }
}
