using System.Buffers.Binary;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Checks that the end of a Parquet file is one structure of Thrift's compact protocol, of just the length that the file says: what reads
/// it for its meaning can otherwise run on without end where a byte is damaged.
/// </summary>
internal static class ParquetFooter
{
    private const int MagicLength = 4;
    private const int DeepestStructure = 32;
    private const int LongestVarint = 10;
    private const int LongestFooter = 1 << 28;

    /// <summary>Returns whether the end of a file is sound.</summary>
    /// <param name="stream">The file; its position changes.</param>
    /// <param name="hasContent">Receives whether anything stands before the end, as where there are rows.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsSound(Stream stream, out bool hasContent)
    {
        hasContent = false;
        Span<byte> end = stackalloc byte[sizeof(int) + MagicLength];
        if (stream.Length < MagicLength + end.Length)
        {
            return false;
        }

        stream.Position = stream.Length - end.Length;
        stream.ReadExactly(end);
        int length = BinaryPrimitives.ReadInt32LittleEndian(end);
        long start = stream.Length - end.Length - length;
        if (!end[sizeof(int)..].SequenceEqual("PAR1"u8) || length is <= 0 or > LongestFooter || start < MagicLength)
        {
            return false;
        }

        hasContent = start > MagicLength;
        byte[] footer = new byte[length];
        stream.Position = start;
        stream.ReadExactly(footer);
        int place = 0;
        return Skip(footer, ref place, Kind.Structure, 0) && place == length;
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
            byte head = bytes[place++];
            if (head == 0)
            {
                return true;
            }

            // The number of the field follows where it is not a little more than that before; a truth value is in its head.
            Kind kind = (Kind)(head & 0x0F);
            if ((head >> 4 == 0 && !TryVarint(bytes, ref place, out _))
                || (kind is not (Kind.True or Kind.False) && !Skip(bytes, ref place, kind, depth)))
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
    private enum Kind
    {
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
