using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>A cache before servers.</summary>
public sealed class EndpointCacheTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("psllmcluster-endpoint-");
    private static readonly string[] _texts = [.. Enumerable.Range(0, 40).Select(i => $"text {i}")];

    private CacheOptions Cache => new(Path.Combine(_folder.FullName, "vectors.db"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_made_before_the_end_is_not_asked_for_again()
    {
        int taken = 0;
        using FaultServer server = new(request => request.IsProbe || Interlocked.Increment(ref taken) <= 3
            ? FaultServer.Vectors(request)
            : FaultReply.Error(401, "expired"));
        EngineException end = Assert.Throws<EngineException>(() => Run(server, "model", many: true));
        Assert.True(end.Is("EndpointAccessDenied"));
        string[] made = [.. server.Texts.Take(24)];

        using FaultServer well = new();
        List<EmbeddingOutcome> outcomes = Run(well, "model");
        Assert.Equal(_texts.Except(made), well.Texts);
        Assert.All(outcomes, outcome => Assert.Equal(FaultServer.VectorOf(_texts[outcome.Index]), outcome.Vector));

        Run(well, "model");
        Assert.Equal(_texts.Length - made.Length, well.Texts.Count);
        EmbeddingCacheContent content = Assert.Single(CacheContents.List(Cache.Path));
        Assert.Equal(("model", EmbeddingEngine.Endpoint, 0), (content.Model, content.Engine, content.ContextLength));
    }

    [Fact]
    public void Vectors_of_a_server_that_comes_to_give_others_do_not_get_in()
    {
        int asked = 0;
        using FaultServer server = new(request => Interlocked.Increment(ref asked) <= 3
            ? FaultServer.Vectors(request)
            : FaultReply.Json(FaultServer.Answer(
                request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf("another " + text))))));
        Assert.True(Assert.Throws<EngineException>(() => Run(server, "model", many: true)).Is("EndpointModelChanged"));

        using FaultServer well = new();
        Assert.All(Run(well, "model"), outcome => Assert.Equal(FaultServer.VectorOf(_texts[outcome.Index]), outcome.Vector));
        Assert.Equal(_texts[8..], well.Texts);
    }

    [Fact]
    public void Another_model_of_the_same_name_is_an_error_and_another_name_is_not()
    {
        using FaultServer one = new();
        using FaultServer other = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf("another " + text))))));
        Run(one, "model");

        Assert.Equal("EmbeddingCacheModelMismatch", Assert.Throws<EngineException>(() => Run(other, "model")).ErrorId);
        Assert.Empty(other.Texts);
        Run(other, "model 2");
        Run(one, "model");
        Assert.Equal(2, CacheContents.List(Cache.Path).Count);
    }

    [Fact]
    public void Caches_that_other_models_of_one_name_filled_are_not_put_together()
    {
        using FaultServer one = new();
        using FaultServer other = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf("another " + text))))));
        Run(one, "model");
        CacheOptions second = new(Path.Combine(_folder.FullName, "second.db"));
        Run(other, "model", second);
        CacheOptions third = new(Path.Combine(_folder.FullName, "third.db"));
        Run(one, "model", third);

        EngineException failure = Assert.Throws<EngineException>(() => CacheMerging.Merge(second.Path, Cache.Path));
        Assert.Equal("EmbeddingCacheModelMismatch", failure.ErrorId);
        Assert.Equal(_texts.Length + 1, CacheMerging.Merge(third.Path, Cache.Path).PresentCount);
    }

    private List<EmbeddingOutcome> Run(FaultServer server, string name, CacheOptions? cache = null, bool many = false)
    {
        EndpointOptions endpoint = EndpointRun.Options(server) with { Model = name, Concurrency = 1 };
        using OpenedEmbedder opened = OpenedEmbedder.Open(ModelOptions.Of(endpoint), new EmbeddingOptions(), cache ?? Cache);
        List<EmbeddingOutcome> outcomes = [];
        for (int i = 0; i < (many ? 400 : _texts.Length); i++)
        {
            outcomes.AddRange(opened.Embedder.Add(i, i < _texts.Length ? _texts[i] : $"another {i}"));
        }

        outcomes.AddRange(opened.Embedder.Flush());
        return outcomes;
    }
}
