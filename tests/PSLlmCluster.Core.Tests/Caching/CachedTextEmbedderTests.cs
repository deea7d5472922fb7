using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;
using SQLitePCL;

namespace PSLlmCluster.Core.Tests.Caching;

/// <summary>Vectors that come from a cache, and those that it lacks.</summary>
public sealed class CachedTextEmbedderTests : IDisposable
{
    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void What_was_computed_once_is_found_and_leaves_in_its_place(int waitsFor)
    {
        string[] first = ["one", "two", "a longer text", "!"];
        string[] second = ["new", "two", "one", "!", "newer", "a longer text", "newest"];

        Assert.Equal(first, _folder.Run(first, waitsFor: waitsFor).Computed);
        (List<EmbeddingOutcome> outcomes, List<string> computed) = _folder.Run(second, waitsFor: waitsFor);

        Assert.Equal(["new", "!", "newer", "newest"], computed);
        Assert.Equal(Enumerable.Range(0, second.Length), outcomes.Select(outcome => outcome.Index));
        foreach (EmbeddingOutcome outcome in outcomes.Where(outcome => outcome.Index != 3))
        {
            string text = second[outcome.Index];
            Assert.Equal(CountingEmbedder.VectorOf(text), outcome.Vector);
            Assert.Equal(text.Length + 2, outcome.TokenCount);
            Assert.Equal(1 + (text.Length / 8), outcome.WindowCount);
        }

        Assert.Equal(EngineErrorIds.TextHasNoTokens, outcomes[3].Failure?.ErrorId);
    }

    [Fact]
    public void What_computes_is_opened_only_for_a_text_that_is_not_there()
    {
        _folder.Run(["one", "two"]);
        using CachedTextEmbedder embedder = new(
            new VectorStore(CacheFile.Open(_folder.Path), CacheFolder.Key),
            "model.gguf",
            () => throw new InvalidOperationException("opened"));

        Assert.Equal(3, embedder.Width);
        Assert.Equal(8, embedder.WindowLength);
        Assert.Single(embedder.Add(0, "two"));
        Assert.True(embedder.HasRoom);
        Assert.Equal(1, embedder.FoundCount);
        Assert.Empty(embedder.Add(1, "three"));
        Assert.False(embedder.HasRoom);
        Assert.Throws<InvalidOperationException>(() => embedder.TakeNext());
    }

    [Fact]
    public void Each_thing_that_a_vector_depends_on_keeps_vectors_apart()
    {
        CacheKey key = CacheFolder.Key;
        CacheKey[] others =
        [
            key with { Model = "AC" }, key with { Engine = EmbeddingEngine.Llama }, key with { EngineVersion = "2" },
            key with { Pooling = PoolingType.Cls }, key with { Window = 7 }, key with { Prefix = "query: " },
            key with { Prompt = "{0}" }, key with { LongText = LongTextHandling.Truncate }, key with { Normalize = true },
            key with { Precision = VectorPrecision.Half },
        ];
        Assert.Equal(typeof(CacheKey).GetProperties().Count(property => property.CanWrite), others.Length);

        _folder.Run(["one"]);
        Assert.All(others, other => Assert.Equal(["one"], _folder.Run(["one"], other).Computed));
        Assert.All(others.Append(key), other => Assert.Empty(_folder.Run(["one"], other).Computed));
    }

    [Fact]
    public void Texts_that_differ_in_one_character_of_any_kind_are_different_texts()
    {
        string[] texts = ["a", "a ", "A", "a\0", "\uD800", "\uFFFD", "\uDC00", "\uD83D\uDE00", "e\u0301", "\u00E9", "\u00FF\uD800", "ÿ"];

        Assert.Equal(texts, _folder.Run(texts).Computed);
        Assert.Empty(_folder.Run(texts).Computed);
        Assert.Equal(
            texts.Select(text => CountingEmbedder.VectorOf(text)), _folder.Run(texts).Outcomes.Select(outcome => outcome.Vector!));
    }

    [Fact]
    public void A_vector_may_be_changed_by_whoever_gets_it()
    {
        using (CountingEmbedder inner = new())
        using (CachedTextEmbedder embedder = _folder.Open(inner))
        {
            Assert.Single(embedder.Add(0, "first")).Vector!.AsSpan().Clear();
            Assert.Single(embedder.Add(1, "one")).Vector!.AsSpan().Clear();
        }

        Assert.Equal(
            [CountingEmbedder.VectorOf("first"), CountingEmbedder.VectorOf("one")],
            _folder.Run(["first", "one"]).Outcomes.Select(outcome => outcome.Vector!));
    }

    [Fact]
    public void In_half_precision_what_is_computed_is_what_is_found()
    {
        CacheKey key = CacheFolder.Key with { Precision = VectorPrecision.Half };
        float[] computed = _folder.Run(["one"], key).Outcomes[0].Vector!;
        (List<EmbeddingOutcome> outcomes, List<string> again) = _folder.Run(["one"], key);

        Assert.Empty(again);
        Assert.Equal(computed, outcomes[0].Vector);
        Assert.NotEqual(CountingEmbedder.VectorOf("one"), computed);
        Assert.Equal(CountingEmbedder.VectorOf("one").Select(value => (float)(Half)value), computed);
    }

    [Fact]
    public void A_vector_beyond_half_precision_is_neither_rounded_nor_kept()
    {
        CacheKey key = CacheFolder.Key with { Precision = VectorPrecision.Half };
        for (int run = 0; run < 2; run++)
        {
            using CountingEmbedder inner = new(scale: 1e5f);
            using CachedTextEmbedder embedder = _folder.Open(inner, key);
            List<EmbeddingOutcome> outcomes = [.. embedder.Add(0, "one"), .. embedder.Flush()];

            Assert.Equal(["one"], inner.Texts);
            Assert.Equal(CountingEmbedder.VectorOf("one", 1e5f), Assert.Single(outcomes).Vector);
            Assert.Null(embedder.TakeWarning());
        }
    }

    [Fact]
    public void A_full_disk_ends_the_caching_with_one_warning_and_not_the_work()
    {
        string[] texts = [.. Enumerable.Range(0, 5000).Select(i => $"text {i} " + new string('x', 200))];
        using CountingEmbedder inner = new();
        CacheFile file = CacheFile.Open(_folder.Path);
        file.Execute("PRAGMA max_page_count = 12");
        int count = 0;
        int warnings = 0;
        using (CachedTextEmbedder embedder = new(new VectorStore(file, CacheFolder.Key), "model.gguf", () => inner))
        {
            for (int i = 0; i < texts.Length; i++)
            {
                count += embedder.Add(i, texts[i]).Count;
                warnings += embedder.TakeWarning() is null ? 0 : 1;
            }

            count += embedder.Flush().Count;
            warnings += embedder.TakeWarning() is null ? 0 : 1;
        }

        Assert.Equal(texts.Length, count);
        Assert.Equal(1, warnings);
        (List<EmbeddingOutcome> outcomes, List<string> computed) = _folder.Run(texts);
        Assert.InRange(computed.Count, 1, texts.Length);
        Assert.Equal(texts.Select(text => CountingEmbedder.VectorOf(text)), outcomes.Select(outcome => outcome.Vector!));
    }

    [Fact]
    public void A_disk_that_is_full_from_the_start_ends_the_caching_with_one_warning_and_not_the_work()
    {
        CacheKey key = CacheFolder.Key with { Precision = VectorPrecision.Half };
        (List<EmbeddingOutcome> kept, _) = _folder.Run(["one", "two", "one"], key);
        using CountingEmbedder inner = new();
        string path = Path.Combine(_folder.Folder, "full.db");
        CacheFile file = CacheFile.OpenForWork(path, full => throw CacheErrors.Of(full, raw.SQLITE_FULL, "database or disk is full"));
        using CachedTextEmbedder embedder = new(new VectorStore(file, key), "model.gguf", () => inner);
        EngineWarning? warning = embedder.TakeWarning();
        List<EmbeddingOutcome> outcomes =
            [.. embedder.Add(0, "one"), .. embedder.Add(1, "two"), .. embedder.Add(2, "one"), .. embedder.Flush()];

        Assert.Contains($"The disk of the cache '{path}' is full.", warning!.Message, StringComparison.Ordinal);
        Assert.Null(embedder.TakeWarning());
        Assert.Equal(["one", "two", "one"], inner.Texts);
        Assert.Equal(kept.Select(outcome => outcome.Vector), outcomes.Select(outcome => outcome.Vector));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void What_else_a_cache_cannot_be_opened_for_stays_an_error()
        => Assert.Equal(
            EngineErrorIds.EmbeddingCacheNotRegular,
            Assert.Throws<EngineException>(() => CacheFile.OpenForWork(_folder.Folder)).ErrorId);

    [Fact]
    public void Shared_memory_that_cannot_grow_is_a_disk_that_is_full()
        => Assert.Equal(EngineErrorIds.EmbeddingCacheFull, CacheErrors.Of("a.db", raw.SQLITE_IOERR_SHMSIZE, "disk I/O error").ErrorId);
}
