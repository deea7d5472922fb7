using PSLlmCluster.Core.Generation;
using static PSLlmCluster.Core.Tests.Llama.TestModels;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Completions that may not be anything: grammars, lists of texts, taken texts.</summary>
[Collection("llama")]
public sealed class GeneratedSequenceTests
{
    [LlamaFact]
    public void A_grammar_is_followed_and_its_end_ends_the_text()
    {
        GenerationOptions options = Short with { Grammar = "root ::= [a-c] [0-9] \"日本\"?", MostTokens = 40 };
        Assert.All(Complete(Qwen, options, Prompts), outcome =>
        {
            Assert.Matches("^[a-c][0-9](日本)?$", outcome.Text);
            Assert.Contains(outcome.Ending, (GenerationEnding[])[GenerationEnding.GrammarDone, GenerationEnding.EndOfText]);
        });
        Assert.Equal(1, Complete(Qwen, options with { MostTokens = 1 }, "tea")[0].Text!.Length);
        Assert.Equal("", Complete(Qwen, options with { Grammar = "root ::= \"日本\"", MostTokens = 1 }, "tea")[0].Text);
        Assert.Equal("", Complete(Qwen, options with { Grammar = "root ::= \"\"" }, "tea")[0].Text);
    }

    [LlamaFact]
    public void Only_allowed_texts_are_written_and_distinct_ones_until_none_is_left()
    {
        string[] allowed = ["sea birds", "sea", "\"quoted\"", "日本"];
        GenerationOptions options = Short with { AllowedTexts = allowed, MostTokens = 40 };
        Assert.All(Complete(Qwen, options, Prompts), outcome => Assert.Contains(outcome.Text, allowed));

        GenerationOutcome[] distinct = Complete(Qwen, options with { AreDistinct = true, TakenTexts = ["SEA "] }, "tea", "tea", "x", "y");
        Assert.Equal(["\"quoted\"", "sea birds", "日本"], distinct[..3].Select(outcome => outcome.Text).Order(StringComparer.Ordinal));
        Assert.Equal("GenerationNotPossible", distinct[3].Failure!.ErrorId);
        Assert.Equal(
            "GenerationNotPossible",
            Assert.Throws<EngineException>(() => Qwen.OpenGenerator(options with { TakenTexts = allowed })).ErrorId);
    }

    [LlamaFact]
    public void Distinct_completions_are_those_of_one_prompt_after_the_other()
    {
        // A grammar that leaves 14 texts, so that prompts meet, and have to turn back where all texts with a beginning are taken.
        GenerationOptions options = Short with { Grammar = "root ::= [a-b]{1,3}", AreDistinct = true };
        string[] texts = [.. Enumerable.Range(0, 15).Select(i => $"text {i % 3}")];
        GenerationOutcome[] together = Complete(Qwen, options, texts);
        List<string> taken = [];
        foreach (GenerationOutcome outcome in together)
        {
            GenerationOutcome alone = Complete(Qwen, options with { AreDistinct = false, TakenTexts = taken }, texts[outcome.Index])[0];
            Assert.Equal((alone.Text, alone.Ending, alone.Failure?.ErrorId), (outcome.Text, outcome.Ending, outcome.Failure?.ErrorId));
            if (outcome.Text is not null)
            {
                Assert.DoesNotContain(outcome.Text, taken);
                taken.Add(outcome.Text);
            }
        }

        Assert.Equal(14, taken.Count);
        Assert.Equal("GenerationNotPossible", together[14].Failure!.ErrorId);
    }
}
