using System.Buffers.Binary;
using System.IO.Hashing;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// The file of embeddings: a header, and blocks of rows one after the other. All numbers are little-endian, every part begins at a multiple
/// of 64 bytes, and what lies between is zero. Digests are XXH128 with the seed 0, in its canonical byte order. The same rows give the same
/// bytes, however they came: in one run, or out of several files. docs/shard-format.md says the same for other programs.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Header, bytes</term><description>what</description></listheader>
/// <item><term>0 to 15</term><description><see cref="Signature"/>.</description></item>
/// <item><term>16, Int32</term><description>version, <see cref="Version"/>.</description></item>
/// <item><term>20, Int32</term><description>length of the header, where the first block begins.</description></item>
/// <item><term>24, Int64</term><description>length of the whole file.</description></item>
/// <item><term>32, Int64</term><description>number of rows.</description></item>
/// <item><term>40, Int32</term><description>numbers of a vector; 0 without rows.</description></item>
/// <item><term>44, Int32</term><description>bytes of a number: 4 (binary32) or 2 (binary16).</description></item>
/// <item><term>48, Int32</term><description>the most rows of a block.</description></item>
/// <item><term>52, Int32</term><description>bytes of the origin, 0 where it is not known.</description></item>
/// <item><term>56, Int64</term><description>the first key.</description></item>
/// <item><term>64, Int64</term><description>the last key.</description></item>
/// <item><term>72, Int64</term><description>number of blocks.</description></item>
/// <item><term>80 to 95</term><description>digest of the blocks' digests, in their order.</description></item>
/// <item><term>96 to 111</term><description>zero.</description></item>
/// <item><term>112 to 127</term><description>digest of the header without these 16 bytes.</description></item>
/// <item><term>128 on</term><description>the origin: JSON in UTF-8.</description></item>
/// <listheader><term>Block, bytes</term><description>what</description></listheader>
/// <item><term>0, Int32</term><description><see cref="BlockMark"/>.</description></item>
/// <item><term>4, Int32</term><description>number of rows, 1 or more.</description></item>
/// <item><term>8, Int64</term><description>number of rows before it.</description></item>
/// <item><term>16, Int64</term><description>bytes of its texts.</description></item>
/// <item><term>24, Int64</term><description>length of the block.</description></item>
/// <item><term>32 to 47</term><description>zero.</description></item>
/// <item><term>48 to 63</term><description>digest of bytes 0 to 47 and of all that follows them in the block.</description></item>
/// <item><term>64 on</term><description>five parts: the vectors, row after row; the keys (Int64); the numbers of tokens (Int32); the
/// lengths of the texts in bytes (Int32), -1 for none; the texts, in UTF-8, or, where half a surrogate pair stands alone, the byte 0xFF and
/// UTF-16.</description></item>
/// </list>
/// </remarks>
internal static class ShardFormat
{
    /// <summary>The version that this code writes, and the newest that it reads.</summary>
    public const int Version = 1;

    /// <summary>What every part's place is a multiple of.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes of the header before the origin.</summary>
    public const int HeaderLength = 128;

    /// <summary>The place of the header's digest.</summary>
    public const int HeaderDigest = 112;

    /// <summary>Bytes of a block's header.</summary>
    public const int BlockHeaderLength = 64;

    /// <summary>The place of a block's digest.</summary>
    public const int BlockDigest = 48;

    /// <summary>Bytes of a digest.</summary>
    public const int DigestLength = 16;

    /// <summary>The first number of every block: "ROWS".</summary>
    public const int BlockMark = 0x53574F52;

    /// <summary>The longest header that is read.</summary>
    public const int LongestHeader = 1 << 26;

    private const int NumbersPerBlock = 1 << 20;
    private const int FewestRows = 16;
    private const int MostRows = 4096;

    /// <summary>Gets the bytes that every such file begins with; its last four break when a transfer changes line ends.</summary>
    public static ReadOnlySpan<byte> Signature => "PSLLMVECTORS\r\n\u001a\n"u8;

    /// <summary>Returns the length that a part takes.</summary>
    /// <param name="length">Its bytes.</param>
    /// <returns>The bytes, up to where the next part begins.</returns>
    public static long Padded(long length) => (length + Alignment - 1) & ~(long)(Alignment - 1);

    /// <summary>Returns the most rows of a block: some 4 MB of numbers.</summary>
    /// <param name="width">Numbers of a vector.</param>
    /// <returns>The rows.</returns>
    public static int RowsPerBlock(int width) => Math.Clamp(NumbersPerBlock / Math.Max(1, width), FewestRows, MostRows);

    /// <summary>Returns the length of a block.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="numberLength">Bytes of a number.</param>
    /// <param name="textLength">Bytes of its texts.</param>
    /// <returns>The bytes.</returns>
    public static long BlockLength(int rows, int width, int numberLength, long textLength)
        => BlockHeaderLength + Padded((long)rows * width * numberLength) + Padded((long)rows * sizeof(long))
            + (2 * Padded((long)rows * sizeof(int))) + Padded(textLength);

    /// <summary>Writes a digest in its canonical order.</summary>
    /// <param name="hash">What it is the digest of; it begins again.</param>
    /// <param name="target">Takes it.</param>
    public static void TakeDigest(XxHash128 hash, Span<byte> target)
    {
        UInt128 digest = hash.GetCurrentHashAsUInt128();
        hash.Reset();
        BinaryPrimitives.WriteUInt128BigEndian(target, digest);
    }
}
