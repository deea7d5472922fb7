using System.IO.Compression;
using System.Security.Cryptography;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>
/// Writes bytes into a page as base64 of zlib's format, which a browser unpacks by itself. What is written goes on as it comes, so that no
/// block is in memory as a whole.
/// </summary>
internal static class PackedBlock
{
    /// <summary>Writes a block.</summary>
    /// <param name="page">Takes the letters.</param>
    /// <param name="write">Writes the bytes.</param>
    public static void Write(Stream page, Action<Stream> write)
    {
        using ToBase64Transform base64 = new();
        using CryptoStream letters = new(page, base64, CryptoStreamMode.Write, leaveOpen: true);
        using ZLibStream packed = new(letters, CompressionLevel.Optimal);
        using BufferedStream buffered = new(packed, 1 << 16);
        write(buffered);
    }
}
