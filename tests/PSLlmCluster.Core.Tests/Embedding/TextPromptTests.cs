using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Tests.Embedding;

public sealed class TextPromptTests
{
    [Theory]
    [InlineData("OneWord", PoolingType.Last, false)]
    [InlineData("topic", PoolingType.Last, false)]
    [InlineData("ECHO", PoolingType.Mean, true)]
    public void A_name_is_a_prompt_whatever_its_case(string name, PoolingType pooling, bool isTwice)
    {
        TextPrompt prompt = TextPrompt.Of(name)!;

        Assert.Equal(name, prompt.Name, ignoreCase: true);
        Assert.Equal(pooling, prompt.DefaultPooling);
        Assert.Equal(isTwice, prompt.IsTwice);
        Assert.Equal(prompt.Template, string.Join(TextPrompt.Placeholder, prompt.Pieces));
    }

    [Fact]
    public void None_is_no_prompt_and_ones_own_takes_the_text_once_or_twice()
    {
        Assert.Null(TextPrompt.Of("none"));
        Assert.Equal(["a ", " {b} {1}"], TextPrompt.Of("a {0} {b} {1}")!.Pieces);
        Assert.Equal((PoolingType.Last, null), (TextPrompt.Of("{0}")!.DefaultPooling, TextPrompt.Of("{0}")!.Name));
        Assert.Equal(["", "", ""], TextPrompt.Of("{0}{0}")!.Pieces);
        Assert.Equal(PoolingType.Mean, TextPrompt.Of("{0}, {0}")!.DefaultPooling);
        Assert.Equal(["OneWord", "Topic", "Echo"], TextPrompt.Named.Select(prompt => prompt.Name));
    }

    [Theory]
    [InlineData("", "0 times")]
    [InlineData("OneWrod", "0 times")]
    [InlineData("{ 0 }", "0 times")]
    [InlineData("{0}{0}{0}", "3 times")]
    public void Any_other_number_of_texts_is_an_error(string prompt, string times)
    {
        EngineException failure = Assert.Throws<EngineException>(() => new EmbeddingOptions { Prompt = prompt }.Validate());

        Assert.Equal("PromptInvalid", failure.ErrorId);
        Assert.Contains(times, failure.Message, StringComparison.Ordinal);
        Assert.Contains("OneWord", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OneWord", PoolingType.Mean, "goes with the pooling Last, and Mean")]
    [InlineData("Topic", PoolingType.Model, "goes with the pooling Last, and Model")]
    [InlineData("Echo", PoolingType.Last, "goes with the pooling Mean, and Last")]
    [InlineData("a {0}", PoolingType.Cls, "makes no sense")]
    public void A_pooling_that_does_not_suit_is_an_error(string prompt, PoolingType pooling, string words)
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => new EmbeddingOptions { Prompt = prompt, Pooling = pooling }.Validate());

        Assert.Equal("PromptPoolingInvalid", failure.ErrorId);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_and_a_prefix_are_an_error_and_what_suits_is_none()
    {
        EmbeddingOptions both = new() { Prompt = "Echo", Prefix = "query: " };
        Assert.Equal("PromptPrefixInvalid", Assert.Throws<EngineException>(both.Validate).ErrorId);
        (both with { Prompt = "none" }).Validate();
        (both with { Prefix = "" }).Validate();
        foreach (PoolingType pooling in (PoolingType[])[PoolingType.Mean, PoolingType.Last, PoolingType.Model])
        {
            new EmbeddingOptions { Prompt = "a {0}", Pooling = pooling }.Validate();
        }
    }
}
