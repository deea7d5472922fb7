using System.Reflection;
using System.Text.Json;

namespace PSLlmCluster.Core.Caching;

/// <summary>
/// All that a text's vector depends on beside the text. Vectors are taken from a cache only where each of these is the same.
/// </summary>
/// <param name="Model">The SHA-256 of the model's file, or, of one in several parts, of their hashes; in hexadecimal.
/// Of a server's model its name.</param>
/// <param name="Engine">What runs the model: Managed, Llama or Endpoint.</param>
/// <param name="EngineVersion">
/// Which bytes the engine gives: of the managed engine a number, of llama.cpp a hash of its libraries and the devices that compute.
/// </param>
/// <param name="Pooling">How the tokens' vectors become one: Mean, Cls or Last.</param>
/// <param name="Window">The most tokens of a window.</param>
/// <param name="Prefix">What is put before the text.</param>
/// <param name="Prompt">What the text is put into, with {0} for it; null for none.</param>
/// <param name="LongText">How a text that is longer than a window is handled.</param>
/// <param name="Normalize">Whether vectors are scaled to length 1.</param>
/// <param name="Precision">How the vectors are stored.</param>
internal sealed record CacheKey(
    string Model,
    EmbeddingEngine Engine,
    string EngineVersion,
    PoolingType Pooling,
    int Window,
    string Prefix,
    string? Prompt,
    LongTextHandling LongText,
    bool Normalize,
    VectorPrecision Precision)
{
    /// <summary>Returns the key as a text, which is the same for the same key and for no other.</summary>
    /// <returns>The text, in JSON.</returns>
    public string ToText() => JsonSerializer.Serialize(this);

    /// <summary>Reads a key.</summary>
    /// <param name="text">Its text.</param>
    /// <returns>The key; null where the text is none.</returns>
    public static CacheKey? FromText(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<CacheKey>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Says in what two keys differ, either of which may not be known.</summary>
    /// <param name="one">The one; null where it is not known.</param>
    /// <param name="other">The other.</param>
    /// <returns>The differences, as parts of a sentence; null where there are none.</returns>
    public static string? Difference(CacheKey? one, CacheKey? other)
    {
        if (one == other)
        {
            return null;
        }

        return one is null || other is null
            ? $"their origin ({Shown(one)} and {Shown(other)})"
            : string.Join(", ", one.DifferencesFrom(other));

        static string Shown(CacheKey? key) => key is null ? "not known" : $"the model {key.Model}";
    }

    /// <summary>Says what differs between this key and another, each by its name and both values.</summary>
    /// <param name="other">The other.</param>
    /// <returns>The differences, as parts of a sentence.</returns>
    public IEnumerable<string> DifferencesFrom(CacheKey other)
    {
        foreach (PropertyInfo property in typeof(CacheKey).GetProperties())
        {
            object? mine = property.GetValue(this);
            object? theirs = property.GetValue(other);
            if (!Equals(mine, theirs))
            {
                yield return $"{property.Name} ('{mine ?? "none"}' and '{theirs ?? "none"}')";
            }
        }
    }
}
