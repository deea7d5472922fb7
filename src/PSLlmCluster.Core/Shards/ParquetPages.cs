namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Checks the headers of a column's pages before the column is read: that each is one sound structure, that its sizes lie within the file,
/// and that the pages have just as many values as the file says. A damaged length is otherwise taken at its word, with memory for it, and
/// read for as long.
/// </summary>
/// <remarks>
/// The fields are those of PageHeader, DataPageHeader, DictionaryPageHeader and DataPageHeaderV2 in Apache Parquet's parquet.thrift.
/// </remarks>
internal static class ParquetPages
{
    // Headers are some tens of bytes, and longer by the least and the largest value of the page, which may be texts.
    private const int FirstLength = 1 << 12;
    private const int Growth = 16;
    private const int LongestHeader = 1 << 28;

    /// <summary>Returns whether a column's pages are sound.</summary>
    /// <param name="stream">The file; its position is put back.</param>
    /// <param name="start">Where the first page is.</param>
    /// <param name="values">How many values the pages have together.</param>
    /// <param name="most">The most bytes of a page when it is unpacked.</param>
    /// <returns>Whether they are.</returns>
    public static bool AreSound(Stream stream, long start, long values, long most)
    {
        long position = stream.Position;
        byte[] bytes = new byte[FirstLength];
        long found = 0;
        long place = start;
        bool isSound = true;
        while (isSound && found < values)
        {
            isSound = TryRead(stream, place, ref bytes, out Header header, out int length)
                && header.Packed >= 0 && header.Packed <= stream.Length - place - length
                && header.Unpacked >= 0 && header.Unpacked <= most
                && header.Values >= 0 && (!header.IsDictionary || header.Values <= header.Unpacked)
                && header.Levels >= 0 && header.Levels <= header.Packed;
            found += header.IsDictionary ? 0 : header.Values;
            place += length + header.Packed;
        }

        stream.Position = position;
        return isSound && found == values;
    }

    private static bool TryRead(Stream stream, long place, ref byte[] bytes, out Header header, out int length)
    {
        (header, length) = (default, 0);
        if (place < 0 || place >= stream.Length)
        {
            return false;
        }

        while (true)
        {
            stream.Position = place;
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (TryParse(bytes.AsSpan(0, read), out header, out length))
            {
                return true;
            }

            // What is not sound may have been cut off here.
            if (read < bytes.Length || bytes.Length >= LongestHeader)
            {
                return false;
            }

            bytes = new byte[Growth * bytes.Length];
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> bytes, out Header header, out int length)
    {
        // Without its sizes, as among zeros, it is no header.
        header = new Header(Packed: -1, Unpacked: -1, Values: 0, Levels: 0, IsDictionary: false);
        length = 0;
        int field = 0;
        while (CompactThrift.TryField(bytes, ref length, ref field, out CompactThrift.Kind kind))
        {
            long number = 0;
            bool isSound = kind switch
            {
                CompactThrift.Kind.End or CompactThrift.Kind.True or CompactThrift.Kind.False => true,
                CompactThrift.Kind.Int32 => CompactThrift.TryNumber(bytes, ref length, out number),
                CompactThrift.Kind.Structure when field is 5 or 7 or 8 => TryParseOwn(bytes, ref length, field, ref header),
                _ => CompactThrift.Skip(bytes, ref length, kind),
            };
            if (kind == CompactThrift.Kind.End || !isSound)
            {
                return isSound;
            }

            header = (field, kind) switch
            {
                (2, CompactThrift.Kind.Int32) => header with { Unpacked = number },
                (3, CompactThrift.Kind.Int32) => header with { Packed = number },
                _ => header,
            };
        }

        return false;
    }

    /// <summary>Reads what a page says for its kind: 5 of data, 7 of a dictionary, 8 of data in the second version.</summary>
    private static bool TryParseOwn(ReadOnlySpan<byte> bytes, ref int length, int page, ref Header header)
    {
        header = header with { IsDictionary = page == 7 };
        int field = 0;
        while (CompactThrift.TryField(bytes, ref length, ref field, out CompactThrift.Kind kind))
        {
            long number = 0;
            bool isSound = kind switch
            {
                CompactThrift.Kind.End or CompactThrift.Kind.True or CompactThrift.Kind.False => true,
                CompactThrift.Kind.Int32 => CompactThrift.TryNumber(bytes, ref length, out number),
                _ => CompactThrift.Skip(bytes, ref length, kind),
            };
            if (kind == CompactThrift.Kind.End || !isSound)
            {
                return isSound;
            }

            // In the second version the levels have lengths of their own, 5 and 6, neither of which may be below 0.
            bool isLevel = page == 8 && kind == CompactThrift.Kind.Int32 && field is 5 or 6;
            header = field == 1 && kind == CompactThrift.Kind.Int32 ? header with { Values = number }
                : isLevel ? header with { Levels = number < 0 || header.Levels < 0 ? -1 : header.Levels + number }
                : header;
        }

        return false;
    }

    /// <summary>What the header of a page says: its bytes in the file and unpacked, its values, and the bytes of their levels.</summary>
    private readonly record struct Header(long Packed, long Unpacked, long Values, long Levels, bool IsDictionary);
}
