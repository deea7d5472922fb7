using System.Text.Json;
using System.Text.Json.Serialization;
using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// How files of embeddings say what their vectors depend on: the model's name and a cache's key, in JSON, choices by name.
/// </summary>
/// <param name="Name">The model's name for people.</param>
/// <param name="Key">All that the vectors depend on.</param>
internal sealed record OriginText(string Name, CacheKey Key)
{
    private static readonly JsonSerializerOptions _options = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Returns the text.</summary>
    /// <returns>The text, in JSON.</returns>
    public string ToText() => JsonSerializer.Serialize(this, _options);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text, in UTF-8.</param>
    /// <returns>What it says; null where it is none.</returns>
    public static OriginText? FromText(ReadOnlySpan<byte> text)
    {
        try
        {
            OriginText? origin = JsonSerializer.Deserialize<OriginText>(text, _options);
            return origin?.Key.Engine == EmbeddingEngine.Auto ? null : origin;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
