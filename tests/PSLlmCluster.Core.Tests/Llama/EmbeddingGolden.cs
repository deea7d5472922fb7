using System.Runtime.InteropServices;
using System.Text.Json;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>The reference's tokens and vectors of one model.</summary>
internal sealed class EmbeddingGolden
{
    private readonly float[] _vectors;
    private readonly string[] _poolings;

    public EmbeddingGolden(string name)
    {
        JsonElement json = GoldenSet.Embedding.Json(name + ".json");
        Window = json.GetProperty("window").GetInt32();
        Width = json.GetProperty("width").GetInt32();
        _poolings = [.. json.GetProperty("poolings").EnumerateArray().Select(pooling => pooling.GetString()!)];
        Texts = [.. json.GetProperty("texts").EnumerateArray().Select(text => new GoldenText(
            text.GetProperty("id").GetString()!,
            text.GetProperty("text").GetString()!,
            [.. text.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())],
            text.GetProperty("windows").GetInt32(),
            text.TryGetProperty("llama_cpp_differs", out _)))];
        _vectors = MemoryMarshal.Cast<byte, float>(GoldenSet.Embedding.Bytes(name + ".bin")).ToArray();
        Assert.Equal(_poolings.Length * Texts.Count * Width, _vectors.Length);
    }

    public int Window { get; }

    public int Width { get; }

    public IReadOnlyList<GoldenText> Texts { get; }

    public ReadOnlySpan<float> Vector(string pooling, int text) =>
        _vectors.AsSpan(((Array.IndexOf(_poolings, pooling) * Texts.Count) + text) * Width, Width);
}

internal sealed record GoldenText(string Id, string Text, int[] Tokens, int Windows, bool TokensDiffer);
