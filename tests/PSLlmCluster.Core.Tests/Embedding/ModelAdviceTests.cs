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
}
