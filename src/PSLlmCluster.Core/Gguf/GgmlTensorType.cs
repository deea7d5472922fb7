namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// ggml's tensor types: their numbers, names, and the elements and bytes of a block, as ggml_blck_size and ggml_type_size of
/// v0.5.0 say (a test asks them). Numbers that are missing were given up. The types with a constant are those that the managed engine
/// reads (<see cref="GgufWidening"/>).
/// </summary>
internal static class GgmlTensorType
{
    public const uint F32 = 0;
    public const uint F16 = 1;
    public const uint Q4_0 = 2;
    public const uint Q4_1 = 3;
    public const uint Q5_0 = 6;
    public const uint Q5_1 = 7;
    public const uint Q8_0 = 8;
    public const uint Q3_K = 11;
    public const uint Q4_K = 12;
    public const uint Q5_K = 13;
    public const uint Q6_K = 14;
    public const uint BF16 = 30;

    private static readonly Dictionary<uint, (string Name, int Elements, int Bytes)> _blocks = new()
    {
        [F32] = ("F32", 1, 4),
        [F16] = ("F16", 1, 2),
        [Q4_0] = ("Q4_0", 32, 18),
        [Q4_1] = ("Q4_1", 32, 20),
        [Q5_0] = ("Q5_0", 32, 22),
        [Q5_1] = ("Q5_1", 32, 24),
        [Q8_0] = ("Q8_0", 32, 34),
        [9] = ("Q8_1", 32, 36),
        [10] = ("Q2_K", 256, 84),
        [Q3_K] = ("Q3_K", 256, 110),
        [Q4_K] = ("Q4_K", 256, 144),
        [Q5_K] = ("Q5_K", 256, 176),
        [Q6_K] = ("Q6_K", 256, 210),
        [15] = ("Q8_K", 256, 292),
        [16] = ("IQ2_XXS", 256, 66),
        [17] = ("IQ2_XS", 256, 74),
        [18] = ("IQ3_XXS", 256, 98),
        [19] = ("IQ1_S", 256, 50),
        [20] = ("IQ4_NL", 32, 18),
        [21] = ("IQ3_S", 256, 110),
        [22] = ("IQ2_S", 256, 82),
        [23] = ("IQ4_XS", 256, 136),
        [24] = ("I8", 1, 1),
        [25] = ("I16", 1, 2),
        [26] = ("I32", 1, 4),
        [27] = ("I64", 1, 8),
        [28] = ("F64", 1, 8),
        [29] = ("IQ1_M", 256, 56),
        [BF16] = ("BF16", 1, 2),
        [34] = ("TQ1_0", 256, 54),
        [35] = ("TQ2_0", 256, 66),
        [39] = ("MXFP4", 32, 17),
        [40] = ("NVFP4", 64, 36),
        [41] = ("Q1_0", 128, 18),
        [42] = ("Q2_0", 64, 18),
    };

    /// <summary>Gets all types, with the elements and the bytes of a block.</summary>
    public static IReadOnlyDictionary<uint, (string Name, int Elements, int Bytes)> Blocks => _blocks;

    /// <summary>Returns the bytes that a tensor takes.</summary>
    /// <param name="type">Its type's number.</param>
    /// <param name="elements">Its elements.</param>
    /// <returns>The bytes; null for an unknown type.</returns>
    public static ulong? ByteCount(uint type, ulong elements)
        => _blocks.TryGetValue(type, out (string Name, int Elements, int Bytes) block)
            ? (ulong)UInt128.Min((UInt128)elements * (uint)block.Bytes / (uint)block.Elements, long.MaxValue)
            : null;
}
