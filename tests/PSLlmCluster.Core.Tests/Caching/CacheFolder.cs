using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Tests.Caching;

/// <summary>A folder with a cache in it, which is deleted at the end.</summary>
internal sealed class CacheFolder : IDisposable
{
    public static readonly CacheKey Key = new(
        "AB", EmbeddingEngine.Managed, "1", PoolingType.Mean, 8, string.Empty, null, LongTextHandling.Split, false, VectorPrecision.Single);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("psllmcluster-cache-");

    public string Folder => _folder.FullName;

    public string Path => System.IO.Path.Combine(_folder.FullName, "vectors.db");

    public CachedTextEmbedder Open(CountingEmbedder inner, CacheKey? key = null)
        => new(new VectorStore(CacheFile.Open(Path), key ?? Key), "model.gguf", () => inner);

    /// <summary>Runs texts through, and returns what left and which of them were computed.</summary>
    public (List<EmbeddingOutcome> Outcomes, List<string> Computed) Run(IReadOnlyList<string> texts, CacheKey? key = null, int waitsFor = 1)
    {
        using CountingEmbedder inner = new(waitsFor);
        using CachedTextEmbedder embedder = Open(inner, key);
        List<EmbeddingOutcome> outcomes = [];
        for (int i = 0; i < texts.Count; i++)
        {
            outcomes.AddRange(embedder.Add(i, texts[i]));
        }

        outcomes.AddRange(embedder.Flush());
        return (outcomes, inner.Texts);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
