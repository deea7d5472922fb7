using System.Runtime.InteropServices;

namespace RandomModel;

/// <summary>
/// A type of ggml that weights are written in, with a block of random weights of it: uniform around 0 with a given standard deviation.
/// Formats: ggml-common.h of llama.cpp, block_q8_0 (a half scale, 32 signed bytes) and block_q4_K (two half scales, 12 bytes of sub-scales,
/// 256 nibbles).
/// </summary>
/// <param name="Name">ggml's name for it.</param>
/// <param name="Number">ggml's number for it.</param>
/// <param name="FileType">llama.cpp's number for a file that is mostly of it (general.file_type).</param>
/// <param name="BlockElements">The weights of a block, which the length of a row has to be a multiple of.</param>
/// <param name="BlockBytes">The bytes of a block.</param>
internal sealed record WeightType(string Name, uint Number, uint FileType, int BlockElements, int BlockBytes)
{
    public static readonly WeightType F32 = new("F32", 0, 0, 1, 4);
    public static readonly WeightType F16 = new("F16", 1, 1, 1, 2);
    public static readonly WeightType Q8_0 = new("Q8_0", 8, 7, 32, 34);
    public static readonly WeightType Q4_K = new("Q4_K", 12, 15, 256, 144);

    public static readonly IReadOnlyList<WeightType> All = [F32, F16, Q8_0, Q4_K];

    /// <summary>The standard deviation of a uniform distribution from -1 to 1.</summary>
    private static readonly double _uniformDeviation = 1 / Math.Sqrt(3);

    // Of the whole numbers from -128 to 127, and from 0 to 15.
    private static readonly double _byteDeviation = Math.Sqrt(((256.0 * 256) - 1) / 12);
    private static readonly double _nibbleDeviation = Math.Sqrt(((16.0 * 16) - 1) / 12);

    // All sub-scales of a Q4_K block are 32 and all sub-minima 48, packed as 6 bits each: with a scale of d and a minimum of 5 d a weight
    // is 32 d (nibble - 7.5).
    private const int SubScale = 32;
    private const float MinimumOfScale = 5;
    private static readonly byte[] _subScales = [160, 160, 160, 160, 240, 240, 240, 240, 0, 0, 0, 0];

    /// <summary>Returns this type, or where a row is no multiple of its block the next that fits: Q8_0, F16.</summary>
    /// <param name="rowLength">The length of a row.</param>
    /// <returns>The type.</returns>
    public WeightType For(long rowLength) => rowLength % BlockElements == 0 ? this : this == Q4_K ? Q8_0.For(rowLength) : F16;

    /// <summary>Fills whole blocks with random weights.</summary>
    /// <param name="target">The bytes, whole blocks.</param>
    /// <param name="random">Where the bits come from.</param>
    /// <param name="mean">What is added to each weight; for F32 and F16 alone.</param>
    /// <param name="deviation">The standard deviation.</param>
    public void Fill(Span<byte> target, RandomBits random, double mean, double deviation)
    {
        if (this == F32)
        {
            foreach (ref float weight in MemoryMarshal.Cast<byte, float>(target))
            {
                weight = (float)(mean + (deviation / _uniformDeviation * random.NextSigned()));
            }
        }
        else if (this == F16)
        {
            foreach (ref Half weight in MemoryMarshal.Cast<byte, Half>(target))
            {
                weight = (Half)(mean + (deviation / _uniformDeviation * random.NextSigned()));
            }
        }
        else
        {
            FillBlocks(target, random, deviation);
        }
    }

    private void FillBlocks(Span<byte> target, RandomBits random, double deviation)
    {
        random.Fill(target);
        Half scale = (Half)(this == Q8_0 ? deviation / _byteDeviation : deviation / (SubScale * _nibbleDeviation));
        for (int at = 0; at < target.Length; at += BlockBytes)
        {
            BitConverter.TryWriteBytes(target[at..], scale);
            if (this == Q4_K)
            {
                BitConverter.TryWriteBytes(target[(at + 2)..], (Half)(MinimumOfScale * (float)scale));
                _subScales.CopyTo(target[(at + 4)..]);
            }
        }
    }
}

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): bits that depend on the seed and the tensor's name alone.</summary>
internal sealed class RandomBits
{
    private ulong _state;

    /// <summary>Initializes a new instance of the <see cref="RandomBits"/> class.</summary>
    /// <param name="seed">The file's seed.</param>
    /// <param name="name">The tensor's name.</param>
    public RandomBits(ulong seed, string name)
    {
        // FNV-1a.
        ulong hash = 14695981039346656037;
        foreach (char letter in name)
        {
            hash = (hash ^ letter) * 1099511628211;
        }

        _state = hash ^ (seed * 0x9E3779B97F4A7C15);
    }

    /// <summary>Returns the next number, uniform from -1 to 1.</summary>
    /// <returns>The number.</returns>
    public double NextSigned() => ((Next() >> 11) * (2.0 / (1UL << 53))) - 1;

    /// <summary>Fills bytes with random bits.</summary>
    /// <param name="target">The bytes.</param>
    public void Fill(Span<byte> target)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(target);
        foreach (ref ulong word in words)
        {
            word = Next();
        }

        ulong rest = Next();
        foreach (ref byte last in target[(words.Length * sizeof(ulong))..])
        {
            last = (byte)rest;
            rest >>= 8;
        }
    }

    private ulong Next()
    {
        ulong word = _state += 0x9E3779B97F4A7C15;
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
        return word ^ (word >> 31);
    }
}
