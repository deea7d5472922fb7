using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Endpoints;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>Addresses and numbers, which are checked before any work.</summary>
public sealed class EndpointOptionsTests
{
    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080/v1/embeddings")]
    [InlineData("http://localhost:8080/", "http://localhost:8080/v1/embeddings")]
    [InlineData("http://localhost:8080/v1", "http://localhost:8080/v1/embeddings")]
    [InlineData("http://localhost:8080/v1/", "http://localhost:8080/v1/embeddings")]
    [InlineData("http://localhost:8080/v1/embeddings", "http://localhost:8080/v1/embeddings")]
    [InlineData("https://host/openai/v1?api-version=2", "https://host/openai/v1/embeddings?api-version=2")]
    public void An_address_is_completed(string given, string whole)
        => Assert.Equal(new Uri(whole), EndpointClient.Whole(new Uri(given), "embeddings"));

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("server")]
    [InlineData("ftp://server/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:hunter2@server/")]
    [InlineData("http://server/#part")]
    public void An_address_that_is_none_is_an_error_without_its_secrets(string address)
    {
        EndpointOptions options = EndpointRun.Options([new Uri(address, UriKind.RelativeOrAbsolute)]);
        EngineException failure = Assert.Throws<EngineException>(options.Validate);
        Assert.Equal("EndpointAddressInvalid", failure.ErrorId);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_make_no_sense_are_errors()
    {
        EndpointOptions fine = EndpointRun.Options([new Uri("http://localhost")]);
        fine.Validate();
        EndpointOptions[] wrong =
        [
            fine with { Addresses = [] }, fine with { Model = " " }, fine with { Model = "a\nb" }, fine with { Concurrency = 0 },
            fine with { Concurrency = 257 }, fine with { MostTexts = 0 }, fine with { Timeout = TimeSpan.Zero },
            fine with { Timeout = TimeSpan.FromDays(2) },
        ];
        Assert.All(wrong, options => Assert.Equal("EndpointOptionInvalid", Assert.Throws<EngineException>(options.Validate).ErrorId));
        ModelOptions chosen = new("model.gguf", Engine: EmbeddingEngine.Endpoint);
        Assert.Equal("EngineNotSuitable", Assert.Throws<EngineException>(chosen.Validate).ErrorId);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("abcd", 1)]
    [InlineData("abcde", 2)]
    [InlineData("漢字", 2)]
    [InlineData("ab漢", 2)]
    public void Tokens_are_estimated(string text, int count) => Assert.Equal(count, TokenEstimate.Of(text));
}
