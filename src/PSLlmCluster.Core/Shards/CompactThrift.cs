namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Reads what Parquet says of itself, which is in Thrift's compact protocol, without ever leaving the bytes at hand or taking memory for
/// what they say (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
/// </summary>
internal static class CompactThrift
{
    private const int DeepestStructure = 32;
    private const int LongestVarint = 10;

    /// <summary>Passes over a value.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="place">Where the value is; receives where it ends.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>Whether it is sound, and all of it there.</returns>
    public static bool Skip(ReadOnlySpan<byte> bytes, ref int place, Kind kind) => Skip(bytes, ref place, kind, 0);

    /// <summary>Reads the head of a field.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="place">Where it is; receives where its value is.</param>
    /// <param name="field">The number of the field before it; receives its own.</param>
    /// <param name="kind">Receives what its value is; <see cref="Kind.End"/> after the last field.</param>
    /// <returns>Whether it is sound.</returns>
    public static bool TryField(ReadOnlySpan<byte> bytes, ref int place, ref int field, out Kind kind)
    {
        kind = Kind.End;
        if (place >= bytes.Length)
        {
            return false;
        }

        byte head = bytes[place++];
        kind = (Kind)(head & 0x0F);
        if (head == 0)
        {
            return true;
        }

        // Its number follows where it is not a little more than that before.
        long number = field + (head >> 4);
        bool isSound = kind != Kind.End && (head >> 4 != 0 || TryNumber(bytes, ref place, out number));
        field = (int)Math.Clamp(number, short.MinValue, short.MaxValue);
        return isSound;
    }

    /// <summary>Reads a whole number.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="place">Where it is; receives where it ends.</param>
    /// <param name="number">Receives the number.</param>
    /// <returns>Whether it is sound.</returns>
    public static bool TryNumber(ReadOnlySpan<byte> bytes, ref int place, out long number)
    {
        bool isSound = TryVarint(bytes, ref place, out ulong folded);
        number = (long)(folded >> 1) ^ -(long)(folded & 1);
        return isSound;
    }

    private static bool Skip(ReadOnlySpan<byte> bytes, ref int place, Kind kind, int depth) => kind switch
    {
        Kind.True or Kind.False or Kind.Byte => Advance(bytes, ref place, 1),
        Kind.Int16 or Kind.Int32 or Kind.Int64 => TryVarint(bytes, ref place, out _),
        Kind.Double => Advance(bytes, ref place, sizeof(double)),
        Kind.Binary => TryVarint(bytes, ref place, out ulong length) && Advance(bytes, ref place, length),
        Kind.List or Kind.Set => SkipList(bytes, ref place, depth + 1),
        Kind.Map => SkipMap(bytes, ref place, depth + 1),
        Kind.Structure => SkipStructure(bytes, ref place, depth + 1),
        _ => false,
    };

    private static bool SkipStructure(ReadOnlySpan<byte> bytes, ref int place, int depth)
    {
        while (depth <= DeepestStructure && place < bytes.Length)
        {
            int field = 0;
            if (!TryField(bytes, ref place, ref field, out Kind kind))
            {
                return false;
            }

            if (kind == Kind.End)
            {
                return true;
            }

            // A truth value is in the head of its field.
            if (kind is not (Kind.True or Kind.False) && !Skip(bytes, ref place, kind, depth))
            {
                return false;
            }
        }

        return false;
    }

    private static bool SkipList(ReadOnlySpan<byte> bytes, ref int place, int depth)
    {
        const int SizeFollows = 15;
        if (depth > DeepestStructure || place >= bytes.Length)
        {
            return false;
        }

        byte head = bytes[place++];
        ulong size = (ulong)head >> 4;
        return (size != SizeFollows || TryVarint(bytes, ref place, out size))
            && SkipElements(bytes, ref place, size, (Kind)(head & 0x0F), null, depth);
    }

    private static bool SkipMap(ReadOnlySpan<byte> bytes, ref int place, int depth)
    {
        if (depth > DeepestStructure || !TryVarint(bytes, ref place, out ulong size))
        {
            return false;
        }

        if (size == 0)
        {
            return true;
        }

        byte kinds = place < bytes.Length ? bytes[place++] : (byte)0;
        return SkipElements(bytes, ref place, size, (Kind)(kinds >> 4), (Kind)(kinds & 0x0F), depth);
    }

    private static bool SkipElements(ReadOnlySpan<byte> bytes, ref int place, ulong size, Kind kind, Kind? second, int depth)
    {
        // Each takes a byte at least.
        if (size > (ulong)(bytes.Length - place))
        {
            return false;
        }

        for (ulong i = 0; i < size; i++)
        {
            if (!Skip(bytes, ref place, kind, depth) || (second is { } value && !Skip(bytes, ref place, value, depth)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a whole number of variable length.</summary>
    private static bool TryVarint(ReadOnlySpan<byte> bytes, ref int place, out ulong value)
    {
        value = 0;
        for (int i = 0; i < LongestVarint && place < bytes.Length; i++)
        {
            byte next = bytes[place++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Advance(ReadOnlySpan<byte> bytes, ref int place, ulong count)
    {
        if (count > (ulong)(bytes.Length - place))
        {
            return false;
        }

        place += (int)count;
        return true;
    }

    /// <summary>The kinds of value, by their numbers in the protocol.</summary>
    public enum Kind
    {
        End = 0,
        True = 1,
        False = 2,
        Byte = 3,
        Int16 = 4,
        Int32 = 5,
        Int64 = 6,
        Double = 7,
        Binary = 8,
        List = 9,
        Set = 10,
        Map = 11,
        Structure = 12,
    }
}
