using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PSLlmCluster.Core.Caching;

/// <summary>How a text and its vector are written as bytes, and the checksum that binds them together.</summary>
internal static class VectorRow
{
    // No UTF-8 text begins with it.
    private const byte Utf16Mark = 0xFF;
    private const int HashBytes = 6;
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Returns a text's bytes, which no other text has: UTF-8, or, where a half of a surrogate pair stands alone, UTF-16 after a mark.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The bytes.</returns>
    public static byte[] BytesOf(string text)
    {
        try
        {
            return _strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return [Utf16Mark, .. MemoryMarshal.AsBytes(text.AsSpan())];
        }
    }

    /// <summary>Returns the text of which <see cref="BytesOf"/> made bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The text; null where they are none.</returns>
    public static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[0] == Utf16Mark)
        {
            return bytes.Length % 2 == 1 ? new string(MemoryMarshal.Cast<byte, char>(bytes[1..])) : null;
        }

        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Returns the number that a text is looked up by.</summary>
    /// <param name="text">The text's bytes.</param>
    /// <returns>The first 48 bits of their SHA-256. Two texts may share it; the texts themselves are compared.</returns>
    public static long HashOf(ReadOnlySpan<byte> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, digest);
        return BinaryPrimitives.ReadInt64BigEndian(digest) >>> (8 * (sizeof(long) - HashBytes));
    }

    /// <summary>Rounds a vector to half precision and back.</summary>
    /// <param name="vector">The vector; changed where that is possible.</param>
    /// <returns>Whether all its numbers are within the range of half precision; where not, the vector stays as it is.</returns>
    public static bool TryRound(Span<float> vector)
    {
        foreach (float value in vector)
        {
            if (!Half.IsFinite((Half)value))
            {
                return false;
            }
        }

        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(Half)vector[i];
        }

        return true;
    }

    /// <summary>Writes a vector as bytes, the low ones first.</summary>
    /// <param name="vector">The vector; for half precision it is rounded already.</param>
    /// <param name="precision">How.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Encode(ReadOnlySpan<float> vector, VectorPrecision precision)
    {
        if (precision == VectorPrecision.Single)
        {
            return MemoryMarshal.AsBytes(vector).ToArray();
        }

        Half[] halves = new Half[vector.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)vector[i];
        }

        return MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
    }

    /// <summary>Reads a vector.</summary>
    /// <param name="bytes">Its bytes, as many as it needs.</param>
    /// <param name="precision">How it is written.</param>
    /// <returns>The vector.</returns>
    public static float[] Decode(ReadOnlySpan<byte> bytes, VectorPrecision precision)
    {
        if (precision == VectorPrecision.Single)
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
        float[] vector = new float[halves.Length];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)halves[i];
        }

        return vector;
    }

    /// <summary>Returns how many bytes a number of a vector takes.</summary>
    /// <param name="precision">How it is written.</param>
    /// <returns>The bytes.</returns>
    public static int BytesPerNumber(VectorPrecision precision) => precision == VectorPrecision.Half ? 2 : sizeof(float);

    /// <summary>Returns what the checksums of rows with a key start from.</summary>
    /// <param name="key">The key's text.</param>
    /// <returns>The start.</returns>
    public static uint SeedOf(string key) => Add(uint.MaxValue, _strict.GetBytes(key));

    /// <summary>Returns the checksum of a row (CRC-32C, RFC 3720): of its key, text, counts and vector.</summary>
    /// <param name="seed">What the key gives.</param>
    /// <param name="text">The text's bytes.</param>
    /// <param name="tokenCount">Its tokens.</param>
    /// <param name="windowCount">Its windows.</param>
    /// <param name="vector">The vector's bytes.</param>
    /// <returns>The checksum.</returns>
    public static uint ChecksumOf(uint seed, ReadOnlySpan<byte> text, int tokenCount, int windowCount, ReadOnlySpan<byte> vector)
    {
        uint sum = BitOperations.Crc32C(BitOperations.Crc32C(seed, (uint)tokenCount), (uint)windowCount);
        return ~Add(Add(BitOperations.Crc32C(sum, (uint)text.Length), text), vector);
    }

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return sum;
    }
}
