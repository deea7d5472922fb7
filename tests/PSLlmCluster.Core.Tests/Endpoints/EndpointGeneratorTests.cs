using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Endpoints;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>Completions of servers.</summary>
public sealed class EndpointGeneratorTests
{
    private static readonly GenerationOptions _naming = new()
    {
        System = "Find names.",
        Prefix = "Texts: ",
        AnswerStart = "The name of the group is \"",
        StopStrings = ["\"", "\n"],
        MostTokens = 48,
    };

    [Fact]
    public void Prompts_are_messages_and_outcomes_come_in_their_order()
    {
        using FaultServer server = new(request => FaultServer.Message(request.Messages[^1].Text.ToUpperInvariant()));
        List<int> reported = [];
        Collector progress = new(outcome => reported.Add(outcome.Index));
        string[] prompts = [.. Enumerable.Range(0, 20).Select(i => $"p{i}")];

        IReadOnlyList<GenerationOutcome> outcomes = Complete(server, _naming, prompts, progress);

        Assert.Equal(prompts.Select(prompt => "TEXTS: " + prompt.ToUpperInvariant()), outcomes.Select(outcome => outcome.Text));
        Assert.Equal(Enumerable.Range(0, 20), reported);
        Assert.All(outcomes, outcome => Assert.Equal((2, 5), (outcome.TokenCount, outcome.PromptTokenCount)));
        Assert.All(server.Requests, request =>
        {
            Assert.Equal("/v1/chat/completions", request.Path);
            Assert.Equal(("system", "Find names."), request.Messages[0]);
            Assert.Equal(0, request.Body.GetProperty("temperature").GetInt32());
            Assert.InRange(request.Body.GetProperty("max_tokens").GetInt32(), 48, 4096);
        });
    }

    [Theory]
    [InlineData("Printer problems", "Printer problems")]
    [InlineData("\"Printer problems\"", "Printer problems")]
    [InlineData("The name of the group is \"Printer problems\".", "Printer problems")]
    [InlineData("the name of the group is \"Printer problems", "Printer problems")]
    [InlineData("I would call it \"Printer problems\", as they all are about printers.", "Printer problems")]
    [InlineData("<think>They say \"jam\".</think>\n\nPrinter problems\nOr: Jams", "Printer problems")]
    [InlineData("<think>It goes on", "")]
    [InlineData("", "")]
    [InlineData("\"", "")]
    public void What_a_model_puts_around_a_name_is_taken_off(string written, string name)
        => Assert.Equal(name, ChatAnswer.Read(written, _naming));

    [Fact]
    public void A_text_that_is_taken_is_asked_for_again_with_those_that_are_in_sight()
    {
        using FaultServer server = new(request => FaultServer.Message(request.Messages.Length switch
        {
            2 => "Printers",
            4 => "Jams.",
            _ => "Paper",
        }));
        GenerationOptions options = _naming with { TakenTexts = ["printers", "jams"] };
        Assert.Equal("Paper", Assert.Single(Complete(server, options, ["p"])).Text);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(("assistant", "Printers"), server.Requests[1].Messages[2]);
        Assert.Contains("\"printers\", \"jams\"", server.Requests[1].Messages[3].Text, StringComparison.Ordinal);

        using FaultServer stubborn = new(_ => FaultServer.Message("Printers"));
        Assert.Equal("Printers", Assert.Single(Complete(stubborn, options, ["p"])).Text);
        Assert.Equal(3, stubborn.Requests.Count);
    }

    [Fact]
    public void A_server_with_another_name_for_the_limit_is_asked_its_way()
    {
        using FaultServer server = new(request => request.Body.TryGetProperty("max_tokens", out _)
            ? FaultReply.Error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
            : FaultServer.Message("A"));
        Assert.Equal("A", Assert.Single(Complete(server, _naming, ["p"])).Text);
        Assert.False(server.Requests[1].Body.TryGetProperty("temperature", out _));
    }

    [Fact]
    public void An_answer_that_was_cut_says_so()
    {
        using FaultServer server = new(_ => FaultServer.Message("The name", "length"));
        Assert.Equal(GenerationEnding.MostTokens, Assert.Single(Complete(server, _naming, ["p"])).Ending);
    }

    [Fact]
    public void A_prompt_that_fails_fails_alone_and_several_in_a_row_fail_the_rest()
    {
        using FaultServer server = new(request => request.Messages[^1].Text.Contains("bad", StringComparison.Ordinal)
            ? FaultReply.Error(400, "no")
            : FaultServer.Message("A"));
        IReadOnlyList<GenerationOutcome> outcomes = Complete(server, _naming, ["a", "bad", "c"]);
        Assert.Equal(["A", null, "A"], outcomes.Select(outcome => outcome.Text));
        Assert.True(outcomes[1].Failure!.Is("EndpointRefused"));

        using FaultServer dead = new(_ => FaultReply.Error(503, "loading"));
        IReadOnlyList<GenerationOutcome> none = Complete(dead, _naming, [.. Enumerable.Range(0, 40).Select(i => $"p{i}")], one: true);
        Assert.All(none, outcome => Assert.True(outcome.Failure!.Is("EndpointFailed")));
        Assert.Equal(3 * 5, dead.Requests.Count);
    }

    [Fact]
    public void Where_one_server_fails_another_completes()
    {
        using FaultServer well = new(_ => FaultServer.Message("A"));
        EndpointOptions options = EndpointRun.Options([FaultServer.NobodysAddress(), well.Address]);
        using EndpointGenerator generator = new(options, _naming, null, default, new HandTime());
        Assert.All(generator.Complete(["a", "b", "c", "d"]), outcome => Assert.Equal("A", outcome.Text));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"message":{"content":5}}]}""")]
    [InlineData("""{"choices":{"message":"x"}}""")]
    [InlineData("[]")]
    [InlineData("text")]
    public void An_answer_that_is_none_is_a_failure(string body)
    {
        using FaultServer server = new(_ => FaultReply.Json(body));
        Assert.True(Assert.Single(Complete(server, _naming, ["p"])).Failure!.Is("EndpointAnswerInvalid"));
    }

    [Theory]
    [InlineData("""{"error": {"message": "no credits left", "code": 402}}""", "EndpointAccessDenied")]
    [InlineData("""{"error": {"message": "no credits left"}, "choices": []}""", "EndpointFailed")]
    public void An_error_in_an_answer_of_status_200_reaches_the_user(string answer, string id)
    {
        using FaultServer server = new(_ => FaultReply.Json(answer));
        EngineException failure = Assert.IsType<EngineException>(Assert.Single(Complete(server, _naming, ["p"])).Failure);
        Assert.Equal(id, failure.ErrorId);
        Assert.Contains("no credits left", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_server_answered_is_not_remembered()
    {
        int asked = 0;
        using FaultServer server = new(_ => FaultServer.Message($"Name {Interlocked.Increment(ref asked)}"));
        ModelOptions model = ModelOptions.Of(EndpointRun.Options(server));
        for (int i = 1; i <= 2; i++)
        {
            using ITextGenerator generator = CompletionMemory.OpenGenerator(model, _naming);
            Assert.Equal($"Name {i}", Assert.Single(generator.Complete(["p"])).Text);
        }
    }

    [Fact]
    public void What_a_server_cannot_be_asked_is_an_error()
    {
        EndpointOptions options = EndpointRun.Options([new Uri("http://localhost")]);
        GenerationOptions[] wrong =
        [
            new() { Grammar = "root ::= \"a\"" }, new() { AllowedTexts = ["a"] }, new() { UsesChatTemplate = false },
            new() { ChatTemplate = "chatml" }, new() { AreDistinct = true },
        ];
        Assert.All(wrong, generation => Assert.Equal(
            "GenerationOptionInvalid",
            Assert.Throws<EngineException>(() => ModelCache.OpenGenerator(ModelOptions.Of(options), generation)).ErrorId));
    }

    [Fact]
    public void Servers_are_looked_at_before_any_work_and_work_can_be_cancelled()
    {
        using FaultServer server = new(_ => FaultReply.Error(404, "no such model"));
        EngineException failure = Assert.Throws<EngineException>(() => ModelCache.CheckGenerator(EndpointRun.Options(server)));
        Assert.Equal("EndpointNotFound", failure.ErrorId);
        Assert.Contains("/chat/completions", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("llama-server -m chat.gguf", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("--embedding", failure.RecommendedAction, StringComparison.Ordinal);

        using CancellationTokenSource cancellation = new();
        using FaultServer hanging = new(_ =>
        {
            cancellation.CancelAsync();
            return FaultReply.Never();
        });
        using EndpointGenerator generator = new(EndpointRun.Options(hanging), _naming, null, cancellation.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => generator.Complete(["a", "b"]));
    }

    private static IReadOnlyList<GenerationOutcome> Complete(
        FaultServer server,
        GenerationOptions options,
        IReadOnlyList<string> prompts,
        IProgress<GenerationOutcome>? progress = null,
        bool one = false)
    {
        EndpointOptions endpoint = EndpointRun.Options(server) with { Concurrency = one ? 1 : 4 };
        using EndpointGenerator generator = new(endpoint, options, null, default, new HandTime());
        return generator.Complete(prompts, progress);
    }

    private sealed class Collector(Action<GenerationOutcome> take) : IProgress<GenerationOutcome>
    {
        public void Report(GenerationOutcome value) => take(value);
    }
}
