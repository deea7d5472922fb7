using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Encoding.Bert;
using PSLlmCluster.Core.Tests.Llama;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Encoding;

/// <summary>
/// Vectors whose bytes are the same on every machine, for any number of threads and any width of registers, with fused multiply-add and
/// without; and the notebook's whole work, from its 30 texts to the clusters, with the model that comes with the module.
/// </summary>
internal static class EncoderPinned
{
    private const int TitleCount = 30;

    /// <summary>Gets the hashes as they have to be. A change that means to change results changes them, and says so.</summary>
    public static IReadOnlyDictionary<string, string> Expected { get; } = new Dictionary<string, string>
    {
        ["tiny BERT"] = "C4F07A95E82BA18AF46FA927518A74D7C513F72CB2DB53F2C94840E44AE7B05A",
        ["random network of odd sizes"] = "3A8DC9C74707E44F39225E4F129065BC22E9A9FFFD380959D8639501CD777449",
        ["random network, gated"] = "4B79B35C8B89C0D12734AE0BF3628C29FBD829C673F2BD3A86BC23B2219E740C",
    };

    /// <summary>Gets the hashes of what takes minutes without vectors.</summary>
    public static IReadOnlyDictionary<string, string> ExpectedOfWholeWork { get; } = new Dictionary<string, string>
    {
        ["MiniLM, the notebook's texts"] = "00FA6609FA6BDB73E3EE411938DB1E8D4826BE76BC587C1C916E40AB523A1A45",
        ["the notebook's map"] = "0C5E23F15F6E4C96A1F7EAF4224A467AE16657D7C3A3C5052F7A402341B8FCB0",
        ["the notebook's clusters"] = "EA4E8580B6031F982DD11982668C841F6A2628A6EC4640DC0C691E1813D4F2E3",
    };

    /// <summary>Returns the hash of each pinned result: SHA-256 of its numbers, little-endian.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Hashes(int? threadCount = null)
    {
        EmbeddingOptions options = new() { ThreadCount = threadCount };
        string[] texts = [.. new EmbeddingGolden("tiny-bert-f32").Texts.Take(50).Select(text => text.Text)];
        yield return KeyValuePair.Create("tiny BERT", Hash(Embed(EncoderModel.Load(TestModels.TinyBert), texts, options)));

        string[] letters = ["a b c d e", "abc", "m l k j i h g f e d c b a abcdefghijklm", "a"];
        NetworkSizes odd = new(36, 3, 401, 2, 64);
        yield return KeyValuePair.Create("random network of odd sizes", Hash(Embed(Random(odd), letters, options)));
        yield return KeyValuePair.Create("random network, gated", Hash(Embed(Random(odd with { Gated = true }), letters, options)));
    }

    /// <summary>Returns the hashes of the whole work.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HashesOfWholeWork(int? threadCount = null)
    {
        string[] titles = [.. new EmbeddingGolden("minilm-q8_0").Texts.Take(TitleCount).Select(text => text.Text)];
        float[] vectors = Embed(EncoderModel.Load(TestModels.MiniLm), titles, new EmbeddingOptions { ThreadCount = threadCount });
        yield return KeyValuePair.Create("MiniLM, the notebook's texts", Hash(vectors));

        UmapOptions umap = new() { NeighborCount = 5, Seed = 42, ThreadCount = threadCount ?? 0 };
        RowMatrix layout = UmapReduction.Compute(new RowMatrix(vectors, TitleCount, vectors.Length / TitleCount), umap).Layout;
        yield return KeyValuePair.Create("the notebook's map", Hash(layout.Values));

        HdbscanOptions hdbscan = new() { MinClusterSize = 2, ClusterSelectionEpsilon = 0.1, ThreadCount = threadCount ?? 0 };
        yield return KeyValuePair.Create("the notebook's clusters", Hash<int>(HdbscanClustering.Compute(layout, hdbscan).Labels));
    }

    private static EncoderModel Random(NetworkSizes sizes)
    {
        using GgufModel file = RandomNetwork.File(sizes).Open();
        return EncoderModel.Read(file, EncoderKernels.Widest, default, default);
    }

    private static float[] Embed(EncoderModel model, string[] texts, EmbeddingOptions options)
    {
        using ITextEmbedder embedder = model.Open(options);
        List<EmbeddingOutcome> outcomes = [];
        for (int i = 0; i < texts.Length; i++)
        {
            outcomes.AddRange(embedder.Add(i, texts[i]));
        }

        outcomes.AddRange(embedder.Flush());
        return [.. outcomes.SelectMany(outcome => outcome.Vector!)];
    }

    private static string Hash<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged
        => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(numbers)));

    private static string Hash(float[] numbers) => Hash<float>(numbers);
}
