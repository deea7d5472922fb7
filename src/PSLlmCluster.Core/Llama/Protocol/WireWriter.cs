using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Llama.Protocol;

/// <summary>Writes the payload of a frame: numbers little-endian, texts in UTF-8 after their length, null as the length -1.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Gets what was written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Writes a truth value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>This.</returns>
    public WireWriter Bool(bool value)
    {
        _buffer.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        _buffer.Advance(1);
        return this;
    }

    /// <summary>Writes a whole number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public WireWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
        return this;
    }

    /// <summary>Writes a whole number or null.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public WireWriter OptionalInt(int? value)
    {
        Bool(value is not null);
        return value is int number ? Int(number) : this;
    }

    /// <summary>Writes a whole number of 64 bits.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public WireWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
        return this;
    }

    /// <summary>Writes a whole number of 64 bits or null.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public WireWriter OptionalLong(long? value)
    {
        Bool(value is not null);
        return value is long number ? Long(number) : this;
    }

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public WireWriter Double(double value) => Long(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes a text or null. Half a surrogate pair becomes U+FFFD, as in every UTF-8.</summary>
    /// <param name="value">The text.</param>
    /// <returns>This.</returns>
    public WireWriter Text(string? value)
    {
        if (value is null)
        {
            return Int(-1);
        }

        int length = System.Text.Encoding.UTF8.GetByteCount(value);
        Int(length);
        System.Text.Encoding.UTF8.GetBytes(value, _buffer.GetSpan(length));
        _buffer.Advance(length);
        return this;
    }

    /// <summary>Writes texts.</summary>
    /// <param name="values">The texts.</param>
    /// <returns>This.</returns>
    public WireWriter Texts(IReadOnlyList<string> values)
    {
        Int(values.Count);
        foreach (string value in values)
        {
            Text(value);
        }

        return this;
    }

    /// <summary>Writes a vector or null.</summary>
    /// <param name="value">The vector.</param>
    /// <returns>This.</returns>
    public WireWriter Floats(float[]? value)
    {
        if (value is null)
        {
            return Int(-1);
        }

        Int(value.Length);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<float>(value);
        _buffer.Write(bytes);
        return this;
    }
}

/// <summary>Reads the payload of a frame. Each length is checked against what is there before memory is taken for it.</summary>
/// <param name="payload">The payload.</param>
internal ref struct WireReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Reads a truth value.</summary>
    /// <returns>The value.</returns>
    public bool Bool() => Take(1)[0] != 0;

    /// <summary>Reads a whole number.</summary>
    /// <returns>The number.</returns>
    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    /// <summary>Reads a whole number or null.</summary>
    /// <returns>The number.</returns>
    public int? OptionalInt() => Bool() ? Int() : null;

    /// <summary>Reads a whole number of 64 bits.</summary>
    /// <returns>The number.</returns>
    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>Reads a whole number of 64 bits or null.</summary>
    /// <returns>The number.</returns>
    public long? OptionalLong() => Bool() ? Long() : null;

    /// <summary>Reads a number.</summary>
    /// <returns>The number.</returns>
    public double Double() => BitConverter.Int64BitsToDouble(Long());

    /// <summary>Reads a text or null.</summary>
    /// <returns>The text.</returns>
    public string? Text()
    {
        int length = Int();
        return length == -1 ? null : System.Text.Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>Reads a text that has to be there.</summary>
    /// <returns>The text.</returns>
    public string NeededText() => Text() ?? throw new InvalidDataException("A text is missing in a frame.");

    /// <summary>Reads texts.</summary>
    /// <returns>The texts.</returns>
    public string[] Texts()
    {
        string[] values = new string[Count(sizeof(int))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = NeededText();
        }

        return values;
    }

    /// <summary>Reads a vector or null.</summary>
    /// <returns>The vector.</returns>
    public float[]? Floats()
    {
        int length = Int();
        return length switch
        {
            -1 => null,
            >= 0 and <= int.MaxValue / sizeof(float) => MemoryMarshal.Cast<byte, float>(Take(length * sizeof(float))).ToArray(),
            _ => throw new InvalidDataException($"A vector of {length} numbers is none."),
        };
    }

    /// <summary>Reads the number of things that follow.</summary>
    /// <param name="leastLength">The fewest bytes that one of them takes.</param>
    /// <returns>The number.</returns>
    public int Count(int leastLength)
    {
        int count = Int();
        return count >= 0 && (long)count * leastLength <= _rest.Length
            ? count
            : throw new InvalidDataException($"A frame cannot hold {count} entries.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw new InvalidDataException("A frame ends too early.");
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
