using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Embedding;

public sealed class ModelFamilyTests
{
    [Theory]
    [InlineData("e5-base-v2", "E5", "query: ")]
    [InlineData("E5 Large v2", "E5", "query: ")]
    [InlineData("multilingual-e5-small.Q8_0.gguf", "E5", "query: ")]
    [InlineData("Multilingual E5 Large Instruct", "E5 instruct", null)]
    [InlineData("e5-mistral-7b-instruct.Q4_K_M.gguf", "E5 instruct", null)]
    [InlineData("nomic-embed-text-v1", "nomic-embed-text", "clustering: ")]
    [InlineData("nomic-embed-text-v1.5.Q8_0.gguf", "nomic-embed-text", "clustering: ")]
    [InlineData("Nomic Embed Text v2 Moe", "nomic-embed-text v2", "clustering: ")]
    [InlineData("embeddinggemma-300M-Q8_0.gguf", "EmbeddingGemma", "task: clustering | query: ")]
    [InlineData("Embedding_Gemma 300m", "EmbeddingGemma", "task: clustering | query: ")]
    [InlineData("Qwen3 Embedding 0.6B", "Qwen3-Embedding", "Instruct: Identify the topic of the text\nQuery:")]
    [InlineData("harrier-oss-v1-270m.Q8_0.gguf", "Harrier-OSS", "Instruct: Identify the topic of the text\nQuery: ")]
    [InlineData("bge-small-en-v1.5-q8_0.gguf", "BGE v1.5", null)]
    [InlineData("bge-m3.gguf", "BGE-M3", null)]
    [InlineData("mxbai-embed-large-v1-f16.gguf", "mxbai-embed-large", null)]
    [InlineData("snowflake-arctic-embed-l-v2.0", "Arctic Embed", null)]
    [InlineData("gte-base-en-v1.5", "GTE", null)]
    [InlineData("all-MiniLM-L12-v2", "all-MiniLM", null)]
    [InlineData("jina-embeddings-v2-base-de", "Jina Embeddings v2", null)]
    [InlineData("jina-embeddings-v4-text-matching-Q8_0.gguf", "Jina Embeddings v4", null)]
    public void A_model_is_of_its_family_by_its_name(string name, string family, string? prefix)
    {
        ModelFamily? found = ModelFamily.Named(name);

        Assert.Equal(family, found?.Name);
        Assert.Equal(prefix, found?.Prefix);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("model.gguf")]
    [InlineData("bge-reranker-v2-m3")]
    [InlineData("bge-en-icl")]
    [InlineData("Qwen3-Reranker-0.6B")]
    [InlineData("Qwen3-0.6B-Instruct")]
    [InlineData("gemma-3-270m")]
    [InlineData("nomic-embed-code")]
    [InlineData("phone5-based")]
    [InlineData("jina-embeddings-v3")]
    public void Other_names_are_of_none(string name) => Assert.Null(ModelFamily.Named(name));

    [Fact]
    public void What_the_file_says_goes_before_its_name()
    {
        GgufFile file = GgufFile.Model();
        const string path = "/models/nomic-embed-text-v1.5.gguf";

        Assert.Equal("nomic-embed-text", ModelFamily.Of(file.Read(), path)?.Name);
        Assert.Equal("BGE-M3", ModelFamily.Of(file.With("general.basename", "bge-m3").Read(), path)?.Name);
        Assert.Equal("E5", ModelFamily.Of(file.With("general.name", "E5 Small v2").Read(), path)?.Name);
        Assert.Equal("BGE-M3", ModelFamily.Of(file.With("general.name", "tmp").Read(), path)?.Name);
    }

    [Fact]
    public void Each_line_says_where_it_comes_from()
        => Assert.All(
            ModelFamily.All,
            family =>
            {
                Assert.Matches("^https://huggingface.co/[^/]+/[^/]+$", family.Card);
                Assert.Matches("^[A-Z].*[^.]$", family.Note);
                Assert.NotEmpty(family.Words);
                Assert.True(family.Prefix is null || family.Prefix.TrimEnd().EndsWith(':'), family.Name);
            });
}
