using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PSLlmCluster.Core.Storage;

/// <summary>What the numbers of a section are.</summary>
internal enum ModelFileElement
{
    /// <summary>Text in UTF-8.</summary>
    Text = 1,

    /// <summary>IEEE 754 numbers of 32 bits.</summary>
    Single = 2,

    /// <summary>IEEE 754 numbers of 64 bits.</summary>
    Double = 3,

    /// <summary>Whole numbers of 32 bits with a sign.</summary>
    Int32 = 4,
}

/// <summary>
/// The container of a fitted model: a header of 64 bytes, named sections one after the other, and the SHA-256 of all before it. All numbers
/// are little-endian, whatever the machine, and each section starts at a multiple of 8 bytes. There is nothing in it but numbers and
/// settings: reading one runs no code of the file.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Header, bytes</term><description>what</description></listheader>
/// <item><term>0 to 15</term><description><see cref="Signature"/>; its last four bytes break when a transfer changes line ends, as in
/// PNG.</description></item>
/// <item><term>16 to 19</term><description>version of the container, <see cref="Version"/>.</description></item>
/// <item><term>20 to 23</term><description>version of the kind: what the sections mean.</description></item>
/// <item><term>24 to 39</term><description>the kind in ASCII, filled up with zeros.</description></item>
/// <item><term>40 to 47</term><description>length of the whole file.</description></item>
/// <item><term>48 to 51</term><description>number of sections.</description></item>
/// <item><term>52 to 63</term><description>zero.</description></item>
/// <listheader><term>Section, bytes</term><description>what</description></listheader>
/// <item><term>0 to 31</term><description>the name in ASCII, filled up with zeros.</description></item>
/// <item><term>32 to 35</term><description>the elements' type, a <see cref="ModelFileElement"/>.</description></item>
/// <item><term>36 to 39</term><description>zero.</description></item>
/// <item><term>40 to 47</term><description>number of elements.</description></item>
/// <item><term>48 on</term><description>the elements, filled up with zeros to a multiple of 8 bytes.</description></item>
/// </list>
/// </remarks>
internal static class ModelFileFormat
{
    /// <summary>The version of the container that this code writes, and the newest that it reads.</summary>
    public const int Version = 1;

    /// <summary>Bytes of the file's header.</summary>
    public const int HeaderLength = 64;

    /// <summary>Bytes of a section's header.</summary>
    public const int SectionHeaderLength = 48;

    /// <summary>Bytes of the checksum at the end.</summary>
    public const int ChecksumLength = 32;

    /// <summary>The longest name of a section.</summary>
    public const int NameLength = 32;

    /// <summary>The longest name of a kind.</summary>
    public const int KindLength = 16;

    /// <summary>The most sections of a file.</summary>
    public const int MostSections = 256;

    /// <summary>Elements that are read or written at once: spans of bytes end at 2 GiB, arrays of numbers do not.</summary>
    public const int ElementsPerChunk = 1 << 18;

    /// <summary>Gets the bytes that every model file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "PSLLMCLUSTER\r\n\u001a\n"u8;

    /// <summary>Returns the bytes of one element.</summary>
    /// <param name="element">Its type.</param>
    /// <returns>The size, or 0 where there is no such type.</returns>
    public static int SizeOf(ModelFileElement element) => element switch
    {
        ModelFileElement.Text => 1,
        ModelFileElement.Single or ModelFileElement.Int32 => 4,
        ModelFileElement.Double => 8,
        _ => 0,
    };

    /// <summary>Returns the length that a section's elements have in the file.</summary>
    public static long PaddedLength(long length) => (length + 7) & ~7L;

    /// <summary>Puts an ASCII name into a field that it need not fill.</summary>
    public static void WriteName(string name, Span<byte> field)
    {
        field.Clear();
        System.Text.Encoding.ASCII.GetBytes(name, field);
    }

    /// <summary>Reads an ASCII name.</summary>
    /// <returns>The name, or null where the field holds anything but letters, digits, points, hyphens and underscores, and zeros after
    /// them.</returns>
    public static string? ReadName(ReadOnlySpan<byte> field)
    {
        int length = field.IndexOf((byte)0);
        length = length < 0 ? field.Length : length;
        string name = System.Text.Encoding.ASCII.GetString(field[..length]);
        return IsName(name) && field[length..].IndexOfAnyExcept((byte)0) < 0 ? name : null;
    }

    /// <summary>Returns whether a text can be a name.</summary>
    public static bool IsName(string name)
        => name.Length > 0 && name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '-' or '_');

    /// <summary>
    /// Turns numbers of the machine into those of the file, or back: on a big-endian machine their bytes are turned round.
    /// </summary>
    /// <param name="bytes">The numbers' bytes.</param>
    /// <param name="size">Bytes of one number: 1, 4 or 8.</param>
    public static void ConvertByteOrder(Span<byte> bytes, int size)
    {
        if (!BitConverter.IsLittleEndian)
        {
            ReverseBytes(bytes, size);
        }
    }

    /// <summary>Turns the bytes of each number round.</summary>
    internal static void ReverseBytes(Span<byte> bytes, int size)
    {
        if (size == 4)
        {
            Span<uint> numbers = MemoryMarshal.Cast<byte, uint>(bytes);
            BinaryPrimitives.ReverseEndianness(numbers, numbers);
        }
        else if (size == 8)
        {
            Span<ulong> numbers = MemoryMarshal.Cast<byte, ulong>(bytes);
            BinaryPrimitives.ReverseEndianness(numbers, numbers);
        }
    }
}
