using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// Reads a GGUF file's header piece by piece, through a buffer of its own: a vocabulary is a hundred thousand short pieces, and a stream's
/// calls would cost more than the pieces. Every piece is checked against the file's length before anything is allocated for it.
/// </summary>
/// <param name="stream">The file; it can seek.</param>
internal sealed class GgufCursor(Stream stream)
{
    /// <summary>The most bytes that are read at once.</summary>
    public const int BufferLength = 1 << 16;

    // gguf.cpp: the limit that llama.cpp itself sets.
    private const long LongestString = 1 << 30;

    private readonly byte[] _buffer = new byte[BufferLength];
    private long _start;
    private int _filled;
    private int _at;

    /// <summary>Gets the file's length in bytes, as it was when the cursor was made.</summary>
    public long Length { get; } = stream.Length;

    /// <summary>Gets where the next piece starts, in bytes from the file's start.</summary>
    public long Position => _start + _at;

    /// <summary>Goes to a place in the file.</summary>
    /// <param name="position">The place, in bytes from the file's start; at most its length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveTo(long position)
    {
        if (position >= _start && position <= _start + _filled)
        {
            _at = (int)(position - _start);
            return;
        }

        _start = position;
        _filled = 0;
        _at = 0;
    }

    /// <summary>Passes over bytes.</summary>
    /// <param name="count">How many; 0 or more.</param>
    /// <exception cref="GgufFormatException">The file ends before.</exception>
    public void Skip(long count)
    {
        if (count > Length - Position)
        {
            throw Cut();
        }

        MoveTo(Position + count);
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="count">How many; at most <see cref="BufferLength"/>.</param>
    /// <returns>The bytes, until the next call.</returns>
    /// <exception cref="GgufFormatException">The file ends before.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Take(int count)
    {
        if (_filled - _at < count)
        {
            Fill(count);
        }

        ReadOnlySpan<byte> taken = _buffer.AsSpan(_at, count);
        _at += count;
        return taken;
    }

    /// <summary>Reads bytes, or what is left of the file.</summary>
    /// <param name="count">How many are wanted; at most <see cref="BufferLength"/>.</param>
    /// <returns>The bytes, until the next call.</returns>
    public ReadOnlySpan<byte> TakeAtMost(int count) => Take((int)Math.Min(count, Math.Max(Length - Position, 0)));

    /// <summary>Reads a number of 4 bytes.</summary>
    /// <returns>The number.</returns>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads a number of 8 bytes.</summary>
    /// <returns>The number.</returns>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads a number of 1 to 8 bytes.</summary>
    /// <param name="size">Its bytes.</param>
    /// <returns>The number, without regard to its sign.</returns>
    public ulong Bits(int size)
    {
        ReadOnlySpan<byte> bytes = Take(size);
        ulong value = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    /// <summary>Reads a string.</summary>
    /// <param name="most">The most bytes that it can have; at most <see cref="BufferLength"/>.</param>
    /// <returns>The string; a replacement character stands for what is no UTF-8.</returns>
    /// <exception cref="GgufFormatException">The file ends before, or it is longer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public string String(int most = BufferLength) => System.Text.Encoding.UTF8.GetString(Take((int)StringLength(most)));

    /// <summary>Reads strings. As with passing over them, the loop is compiled well at once: it runs once, over a vocabulary.</summary>
    /// <param name="strings">Receives them.</param>
    /// <exception cref="GgufFormatException">The file ends before, or one is longer than <see cref="BufferLength"/> bytes.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Strings(Span<string> strings)
    {
        for (int i = 0; i < strings.Length; i++)
        {
            strings[i] = String();
        }
    }

    /// <summary>Reads numbers in single precision.</summary>
    /// <param name="numbers">Receives them.</param>
    /// <exception cref="GgufFormatException">The file ends before.</exception>
    public void Floats(Span<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BitConverter.UInt32BitsToSingle(UInt32());
        }
    }

    /// <summary>Reads whole numbers.</summary>
    /// <param name="numbers">Receives them.</param>
    /// <param name="type">Their type.</param>
    /// <param name="size">The bytes of each.</param>
    /// <returns>Whether all fit into 32 bits with a sign; if not, those before were read.</returns>
    /// <exception cref="GgufFormatException">The file ends before.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Integers(Span<int> numbers, GgufValueType type, int size)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            ulong bits = Bits(size);
            long number = GgufValue.ToInteger(type, bits);
            if (number is < int.MinValue or > int.MaxValue || (type == GgufValueType.UInt64 && bits > int.MaxValue))
            {
                return false;
            }

            numbers[i] = (int)number;
        }

        return true;
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="bytes">Receives them.</param>
    /// <exception cref="GgufFormatException">The file ends before.</exception>
    public void Bytes(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = Take(Math.Min(bytes.Length, BufferLength));
            piece.CopyTo(bytes);
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Passes over strings.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="GgufFormatException">The file ends before, or one is longer than any.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SkipStrings(long count)
    {
        for (long i = 0; i < count; i++)
        {
            Skip(StringLength(LongestString));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long StringLength(long most)
    {
        ulong length = UInt64();
        if (length > (ulong)most)
        {
            throw TooLong(length);
        }

        return (long)length <= Length - Position ? (long)length : throw Cut();
    }

    private void Fill(int count)
    {
        int left = _filled - _at;
        _buffer.AsSpan(_at, left).CopyTo(_buffer);
        _start += _at;
        _at = 0;
        stream.Position = _start + left;
        _filled = left + stream.ReadAtLeast(_buffer.AsSpan(left), count - left, throwOnEndOfStream: false);
        if (_filled < count)
        {
            throw Cut();
        }
    }

    private static GgufFormatException TooLong(ulong length)
        => new(isCut: false, $"a string in its header is {length} bytes long");

    private static GgufFormatException Cut() => new(isCut: true, "it ends within its header");
}
