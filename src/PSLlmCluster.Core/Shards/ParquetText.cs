using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// What a Parquet file says of itself beside its columns, in its metadata under "pslmcluster": JSON. The digests, one for each group of
/// rows, hold only in a file that this module wrote: another program that reads and writes it again keeps the text and makes other groups.
/// </summary>
/// <param name="Version">The version of this text.</param>
/// <param name="Precision">How the numbers were rounded, Single or Half; the column is always of single precision.</param>
/// <param name="Origin">What the vectors depend on; null where that is not known.</param>
/// <param name="Digests">The digests of the groups of rows, in hexadecimal.</param>
internal sealed record ParquetText(int Version, VectorPrecision Precision, OriginText? Origin, IReadOnlyList<string> Digests)
{
    /// <summary>The version that this code writes, and the newest that it reads.</summary>
    public const int NewestVersion = 1;

    /// <summary>The name of the text in the metadata.</summary>
    public const string Name = "pslmcluster";

    /// <summary>The columns' names.</summary>
    public const string Key = "key";

    /// <inheritdoc cref="Key"/>
    public const string Text = "text";

    /// <inheritdoc cref="Key"/>
    public const string Tokens = "tokens";

    /// <inheritdoc cref="Key"/>
    public const string Vector = "vector";

    private static readonly JsonSerializerOptions _options = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Returns the text.</summary>
    /// <returns>The text, in JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, _options);

    /// <summary>Reads a text.</summary>
    /// <param name="json">The text.</param>
    /// <returns>What it says; null where it is none.</returns>
    public static ParquetText? FromJson(string json)
    {
        try
        {
            ParquetText? text = JsonSerializer.Deserialize<ParquetText>(json, _options);
            return text?.Origin?.Key.Engine == EmbeddingEngine.Auto ? null : text;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns the digest (XXH128) of rows: of their keys, tokens, vectors and texts.</summary>
    /// <param name="block">The rows.</param>
    /// <returns>The digest in hexadecimal.</returns>
    public static string DigestOf(EmbeddingBlock block)
    {
        XxHash128 hash = new();
        hash.Append(MemoryMarshal.AsBytes(block.Keys));
        hash.Append(MemoryMarshal.AsBytes(block.TokenCounts));
        hash.Append(MemoryMarshal.AsBytes(block.Vectors));
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string? text in block.Texts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, text?.Length ?? -1);
            hash.Append(length);
            hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        }

        return Convert.ToHexString(hash.GetCurrentHash());
    }
}
