namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// A value of a GGUF file's header. Of an array, and of a long text, it is only known where it lies, so that a vocabulary which nobody
/// asks for costs nothing.
/// </summary>
/// <param name="Type">Its type.</param>
/// <param name="Bits">The bits of a number or of a truth value.</param>
/// <param name="Text">The text of a string of at most <see cref="LongestText"/> bytes.</param>
/// <param name="ElementType">The type of an array's elements.</param>
/// <param name="Count">The elements of an array.</param>
/// <param name="Start">Where a text or an array's first element starts, in bytes from the file's start.</param>
/// <param name="End">Where it, or the last element, ends.</param>
internal sealed record GgufValue(
    GgufValueType Type,
    ulong Bits = 0,
    string? Text = null,
    GgufValueType ElementType = default,
    long Count = 0,
    long Start = 0,
    long End = 0)
{
    /// <summary>The most bytes of a text that is read; all that either engine asks for are shorter.</summary>
    public const int LongestText = GgufCursor.BufferLength;

    /// <summary>Gets a value indicating whether it is a whole number.</summary>
    public bool IsInteger => IsIntegerType(Type);

    /// <summary>Gets the whole number; one of 64 bits without sign that is too large comes out negative.</summary>
    public long Integer => ToInteger(Type, Bits);

    /// <summary>Gets the number, of whatever type; null of what is none.</summary>
    public double? Number => Type switch
    {
        GgufValueType.Float32 => BitConverter.UInt32BitsToSingle((uint)Bits),
        GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(Bits),
        GgufValueType.UInt64 => Bits,
        _ => IsInteger ? Integer : null,
    };

    /// <summary>Returns the whole number that bits mean.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="bits">The bits; those above the type's are 0.</param>
    /// <returns>The number.</returns>
    public static long ToInteger(GgufValueType type, ulong bits) => type switch
    {
        GgufValueType.Int8 => (sbyte)bits,
        GgufValueType.Int16 => (short)bits,
        GgufValueType.Int32 => (int)bits,
        _ => (long)bits,
    };

    /// <summary>Returns whether a type is that of whole numbers.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsIntegerType(GgufValueType type)
        => type is <= GgufValueType.Int32 or GgufValueType.UInt64 or GgufValueType.Int64;
}

/// <summary>A tensor as the header's table describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, a number of <see cref="GgmlTensorType"/>.</param>
/// <param name="Shape">Its dimensions, the length of a row first; up to 4.</param>
/// <param name="Offset">Where its bytes start, from the start of all tensors' data.</param>
/// <param name="ByteCount">Its bytes.</param>
internal sealed record GgufTensorEntry(string Name, uint Type, long[] Shape, ulong Offset, ulong ByteCount);

/// <summary>All that a GGUF file's header says.</summary>
internal sealed class GgufMetadata
{
    /// <summary>Gets the format's version.</summary>
    public required uint Version { get; init; }

    /// <summary>Gets the values by their keys; the last one of a key that comes twice.</summary>
    public required IReadOnlyDictionary<string, GgufValue> Values { get; init; }

    /// <summary>Gets a key that comes twice, which llama.cpp refuses; null where there is none.</summary>
    public string? RepeatedKey { get; init; }

    /// <summary>Gets the tensors by their names; the first one of a name that comes twice.</summary>
    public required IReadOnlyDictionary<string, GgufTensorEntry> Tensors { get; init; }

    /// <summary>Gets a tensor's name that comes twice; null where there is none.</summary>
    public string? RepeatedTensor { get; init; }

    /// <summary>Gets the tensors that the header counts.</summary>
    public required long TensorCount { get; init; }

    /// <summary>Gets what every tensor's offset has to be a multiple of, in bytes: a power of 2.</summary>
    public required long Alignment { get; init; }

    /// <summary>Gets where the data of all tensors starts, in bytes from the file's start.</summary>
    public required long DataStart { get; init; }

    /// <summary>Gets how long the file has to be for all its tensors, in bytes.</summary>
    public required long NeededLength { get; init; }

    /// <summary>Returns what both engines ask first.</summary>
    /// <returns>The header.</returns>
    public GgufHeader ToHeader()
    {
        string architecture = Text("general.architecture");
        return new GgufHeader(
            Version,
            architecture,
            Text("general.type") is { Length: > 0 } type ? type : "model",
            Text("general.name"),
            Text("general.basename"),
            Text("tokenizer.ggml.model"),
            Text("tokenizer.ggml.pre"),
            Values.GetValueOrDefault("tokenizer.ggml.tokens")?.Count ?? 0,
            (GgufPooling)Math.Clamp(Number(architecture + ".pooling_type", -1), -1, 4),
            Number(architecture + ".attention.causal", 1) != 0,
            Values.ContainsKey("tokenizer.chat_template"),
            Tensors.Values.Where(tensor => tensor.Shape.Length > 1).Select(tensor => tensor.Type).ToHashSet(),
            Number(architecture + ".block_count", 1),
            (int)Math.Clamp(Number("split.count", 1), 1, ushort.MaxValue),
            (int)Math.Clamp(Number("split.no", 0), 0, ushort.MaxValue),
            TensorCount,
            NeededLength);
    }

    /// <summary>Returns a whole number or a truth value.</summary>
    /// <param name="values">The values by their keys.</param>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">What is returned where there is none, or one of another type.</param>
    /// <returns>The number.</returns>
    public static long Number(IReadOnlyDictionary<string, GgufValue> values, string key, long otherwise)
        => values.TryGetValue(key, out GgufValue? value) && (value.IsInteger || value.Type == GgufValueType.Bool)
            ? value.Integer
            : otherwise;

    private string Text(string key) => Values.GetValueOrDefault(key)?.Text ?? string.Empty;

    private long Number(string key, long otherwise) => Number(Values, key, otherwise);
}
