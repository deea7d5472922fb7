using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Core.Tests.Caching;

/// <summary>What is in a cache, taking some of it out, and two caches in one.</summary>
public sealed class CacheContentsTests : IDisposable
{
    private static readonly CacheKey _other = CacheFolder.Key with { Model = "AC", Precision = VectorPrecision.Half, Prompt = "What? {0}" };
    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_model_with_its_options_is_listed()
    {
        _folder.Run(["one", "two"]);
        _folder.Run(["one"], _other);
        IReadOnlyList<EmbeddingCacheContent> contents = CacheContents.List(_folder.Path);

        Assert.Equal(["AB", "AC"], contents.Select(content => content.ModelHash));
        Assert.Equal([2L, 1L], contents.Select(content => content.Count));
        Assert.Equal([24L, 6L], contents.Select(content => content.Length));
        Assert.Equal([null, "What? {0}"], contents.Select(content => content.Prompt));
        Assert.Equal([VectorPrecision.Single, VectorPrecision.Half], contents.Select(content => content.Precision));
        Assert.All(contents, content =>
        {
            Assert.Equal(_folder.Path, content.CachePath);
            Assert.Equal("model.gguf", content.Model);
            Assert.Equal(3, content.Width);
            Assert.InRange(content.Oldest, DateTime.Now.AddHours(-1), content.Newest);
        });
    }

    [Fact]
    public void Vectors_of_a_model_are_taken_out_and_computed_again()
    {
        _folder.Run(["one", "two"]);
        _folder.Run(["one"], _other);
        Assert.Equal(1, CacheContents.Count(_folder.Path, (_, hash) => hash == "AC", null));
        CacheContents.Clear(_folder.Path, (_, hash) => hash == "AC", null);

        Assert.Equal("AB", Assert.Single(CacheContents.List(_folder.Path)).ModelHash);
        Assert.Empty(_folder.Run(["two", "one"]).Computed);
        Assert.Equal(["one"], _folder.Run(["one"], _other).Computed);
    }

    [Fact]
    public void Vectors_go_by_their_age_and_the_file_gets_smaller()
    {
        string[] texts = [.. Enumerable.Range(0, 2000).Select(i => $"text {i} " + new string('x', 200))];
        _folder.Run(texts);
        long length = new FileInfo(_folder.Path).Length;
        DateTimeOffset hourAgo = DateTimeOffset.UtcNow.AddHours(-1);
        DateTimeOffset inAnHour = DateTimeOffset.UtcNow.AddHours(1);

        Assert.Equal(0, CacheContents.Count(_folder.Path, (_, _) => true, hourAgo));
        CacheContents.Clear(_folder.Path, (_, _) => true, hourAgo);
        Assert.Empty(_folder.Run(texts).Computed);
        Assert.Equal(texts.Length, CacheContents.Count(_folder.Path, (_, _) => true, inAnHour));
        CacheContents.Clear(_folder.Path, (_, _) => true, inAnHour);
        Assert.Empty(CacheContents.List(_folder.Path));
        Assert.True(new FileInfo(_folder.Path).Length < length / 2);
    }

    [Fact]
    public void An_age_is_not_below_zero()
    {
        Assert.Null(CacheContents.TimeOf(null));
        Assert.Equal(DateTimeOffset.UnixEpoch, CacheContents.TimeOf(TimeSpan.MaxValue));
        Assert.Equal(
            EngineErrorIds.EmbeddingCacheAgeInvalid,
            Assert.Throws<EngineException>(() => CacheContents.TimeOf(TimeSpan.FromDays(-1))).ErrorId);
    }

    [Fact]
    public void What_one_cache_lacks_is_added_from_the_other()
    {
        using CacheFolder other = new();
        _folder.Run(["one", "two"]);
        other.Run(["two", "three"]);
        other.Run(["one"], _other);
        EmbeddingCacheMerge merge = CacheMerging.Merge(other.Path, _folder.Path);

        Assert.Equal((2, 1), (merge.AddedCount, merge.PresentCount));
        (List<Core.Embedding.EmbeddingOutcome> outcomes, List<string> computed) = _folder.Run(["three", "one", "two"]);
        Assert.Empty(computed);
        Assert.Equal(CountingEmbedder.VectorOf("three"), outcomes[0].Vector);
        Assert.Empty(_folder.Run(["one"], _other).Computed);
        EmbeddingCacheMerge again = CacheMerging.Merge(other.Path, _folder.Path);
        Assert.Equal((0, 3), (again.AddedCount, again.PresentCount));
    }

    [Fact]
    public void A_damaged_cache_gives_nothing_to_another()
    {
        using CacheFolder other = new();
        other.Run(["one"]);
        using (CacheFile file = CacheFile.Open(other.Path))
        {
            file.Execute("UPDATE vector SET tokens = 99");
        }

        Assert.Equal(
            EngineErrorIds.EmbeddingCacheDamaged,
            Assert.Throws<EngineException>(() => CacheMerging.Merge(other.Path, _folder.Path)).ErrorId);
        Assert.Empty(CacheContents.List(_folder.Path));
    }

    [Fact]
    public void A_cache_is_not_put_into_itself_and_has_to_be_there()
    {
        _folder.Run(["one"]);
        Assert.Equal(
            EngineErrorIds.EmbeddingCacheSame,
            Assert.Throws<EngineException>(() => CacheMerging.Merge(_folder.Path, _folder.Path)).ErrorId);
        Assert.Equal(
            EngineErrorIds.EmbeddingCacheNotFound,
            Assert.Throws<EngineException>(() => CacheMerging.Merge(_folder.Path + "x", _folder.Path)).ErrorId);
    }
}
