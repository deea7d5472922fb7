using System.Buffers.Binary;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Checks that the end of a Parquet file is one structure of Thrift's compact protocol (<see cref="CompactThrift"/>), of just the length
/// that the file says: what reads it for its meaning can otherwise run on without end where a byte is damaged.
/// </summary>
internal static class ParquetFooter
{
    private const int MagicLength = 4;
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
        return CompactThrift.Skip(footer, ref place, CompactThrift.Kind.Structure) && place == length;
    }
}
