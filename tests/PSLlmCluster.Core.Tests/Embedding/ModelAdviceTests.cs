using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Embedding;

public sealed class ModelAdviceTests
{
    [Theory]
    [InlineData(null, PoolingType.Mean, null)]
    [InlineData(0u, PoolingType.Mean, null)]
    [InlineData(1u, PoolingType.Mean, null)]
    [InlineData(2u, PoolingType.Cls, "asks for the pooling Cls, and Mean is used: -Pooling Model")]
    [InlineData(3u, PoolingType.Last, "asks for the pooling Last, and Mean is used: -Pooling Model")]
    [InlineData(4u, null, "asks for a rank")]
    public void A_pooling_that_is_not_the_default_is_told_to_who_gave_none(uint? asked, PoolingType? expected, string? line)
    {
        GgufFile file = asked is null ? GgufFile.Model() : GgufFile.Model().With("bert.pooling_type", asked.Value);
        ModelAdvice advice = ModelAdvice.Of(file.Read(), "model.gguf");

        Assert.Equal(expected, advice.Pooling);
        Assert.Empty(advice.Lines(poolingIsGiven: true, prefixIsGiven: false));
        if (line is null)
        {
            Assert.Empty(advice.Lines(poolingIsGiven: false, prefixIsGiven: false));
        }
        else
        {
            Assert.Contains(line, Assert.Single(advice.Lines(poolingIsGiven: false, prefixIsGiven: false)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_prefix_is_told_to_who_gave_none()
    {
        ModelAdvice advice = ModelAdvice.Of(GgufFile.Model().Read(), "e5-base-v2.gguf");

        string line = Assert.Single(advice.Lines(poolingIsGiven: false, prefixIsGiven: false));
        Assert.Contains("-Prefix 'query: '", line, StringComparison.Ordinal);
        Assert.EndsWith("(https://huggingface.co/intfloat/e5-base-v2).", line, StringComparison.Ordinal);
        Assert.Empty(advice.Lines(poolingIsGiven: false, prefixIsGiven: true));
        Assert.Equal("query: ", advice.Prefix);
    }

    [Fact]
    public void A_family_without_a_prefix_says_so_and_an_unknown_one_nothing()
    {
        ModelAdvice known = ModelAdvice.Of(GgufFile.Model().Read(), "bge-m3.gguf");
        ModelAdvice unknown = ModelAdvice.Of(GgufFile.Model().Read(), "mine.gguf");

        Assert.Null(known.Prefix);
        Assert.StartsWith("No text has a prefix", known.PrefixNote, StringComparison.Ordinal);
        Assert.Contains("BGE-M3", Assert.Single(known.Lines(false, false)), StringComparison.Ordinal);
        Assert.Null(unknown.Prefix);
        Assert.Null(unknown.PrefixNote);
        Assert.Empty(unknown.Lines(false, false));
    }

    [Fact]
    public void A_model_that_writes_text_has_one_hint_to_who_gave_nothing()
    {
        GgufFile file = GgufFile.Model("qwen2").With("tokenizer.chat_template", "{{ messages }}");
        ModelAdvice advice = ModelAdvice.Of(file.Read(), "mine.gguf");

        string line = Assert.Single(advice.Lines(poolingIsGiven: false, prefixIsGiven: false));
        Assert.Equal(advice.PromptHint, line);
        Assert.Contains("-Prompt OneWord or Topic", line, StringComparison.Ordinal);
        Assert.Contains("an embedding model's are better still", line, StringComparison.Ordinal);
        Assert.Empty(advice.Lines(true, false).Concat(advice.Lines(false, true)).Concat(advice.Lines(false, false, promptIsGiven: true)));
    }

    [Fact]
    public void A_model_that_says_how_it_is_pooled_or_sees_whole_texts_or_is_known_has_no_such_hint()
    {
        Assert.NotNull(Hint(Chat()));
        Assert.Null(Hint(Chat().Without("tokenizer.chat_template")));
        Assert.Null(Hint(Chat().With("qwen3.pooling_type", 3u)));
        Assert.Null(Hint(Chat().With("qwen3.attention.causal", false)));
        Assert.Null(ModelAdvice.Of(Chat().Read(), "harrier-oss-v1-0.6b.gguf").PromptHint);

        static GgufFile Chat() => GgufFile.Model("qwen3").With("tokenizer.chat_template", "{{ messages }}");

        static string? Hint(GgufFile model) => ModelAdvice.Of(model.Read(), "mine.gguf").PromptHint;
    }

    [Fact]
    public void A_prefix_of_several_lines_is_written_as_PowerShell_reads_it()
    {
        ModelAdvice advice = ModelAdvice.Of(GgufFile.Model().Read(), "Qwen3-Embedding-0.6B-Q8_0.gguf");

        string line = Assert.Single(advice.Lines(poolingIsGiven: false, prefixIsGiven: false));
        Assert.Contains("-Prefix \"Instruct: Identify the topic of the text`nQuery:\".", line, StringComparison.Ordinal);
    }
}
