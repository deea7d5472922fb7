using System.Text.Json;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Tests.Generation;

public sealed class GenerationOptionsTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { """{ "MostTokens": 0 }""", "GenerationOptionInvalid" },
        { """{ "MostTokens": 65537 }""", "GenerationOptionInvalid" },
        { """{ "StopStrings": [""] }""", "GenerationOptionInvalid" },
        { """{ "StopStrings": ["a\u0000"] }""", "GenerationOptionInvalid" },
        { """{ "AllowedTexts": ["a"], "Grammar": "root ::= \u0022a\u0022" }""", "GenerationOptionInvalid" },
        { """{ "Thinking": 7 }""", "GenerationOptionInvalid" },
        { """{ "UsesChatTemplate": false, "ChatTemplate": "chatml" }""", "GenerationOptionInvalid" },
        { """{ "ChatTemplate": "" }""", "GenerationOptionInvalid" },
        { """{ "Grammar": "root" }""", "GrammarInvalid" },
        { """{ "ThreadCount": 0 }""", "ThreadCountInvalid" },
        { """{ "ContextLength": 1 }""", "ContextTooShort" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Options_that_make_no_sense_are_errors(string options, string errorId)
        => Assert.Equal(
            errorId,
            Assert.Throws<EngineException>(() => JsonSerializer.Deserialize<GenerationOptions>(options)!.Validate()).ErrorId);

    [Fact]
    public void Lists_have_bounds_and_no_half_characters()
    {
        string[] many = [.. Enumerable.Range(0, 1001).Select(i => $"{i}")];
        foreach (GenerationOptions options in (GenerationOptions[])[new() { TakenTexts = many }, new() { AllowedTexts = ["\uDC00"] }])
        {
            Assert.Equal("GenerationOptionInvalid", Assert.Throws<EngineException>(options.Validate).ErrorId);
        }
    }

    [Fact]
    public void Options_are_plain_data()
    {
        GenerationOptions options = new()
        {
            MostTokens = 7, StopStrings = ["\n"], TakenTexts = ["x"], AreDistinct = true, System = "s", Prefix = "p",
            ChatTemplate = "chatml", Thinking = ThinkingHandling.Remove, ThreadCount = 2, ContextLength = 99, AllowedTexts = ["日本"],
        };
        string written = JsonSerializer.Serialize(options);
        GenerationOptions read = JsonSerializer.Deserialize<GenerationOptions>(written)!;
        read.Validate();
        Assert.Equal(written, JsonSerializer.Serialize(read));
        Assert.Equal((7, "日本", ThinkingHandling.Remove), (read.MostTokens, read.AllowedTexts[0], read.Thinking));
    }
}
