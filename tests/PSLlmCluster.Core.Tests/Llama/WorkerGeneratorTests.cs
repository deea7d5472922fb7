using System.Diagnostics;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Llama;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Completions from the worker, and what becomes of them where it ends.</summary>
[Collection("llama")]
public sealed class WorkerGeneratorTests
{
    private static readonly GenerationOptions _options = new() { MostTokens = 5, ThreadCount = 1, Prefix = "Name this: " };
    private static readonly string[] _prompts = ["cups of tea", "a cat", "<|im_start|>", string.Empty, "\ud800", "a dog"];

    [LlamaFact]
    public void A_completion_is_the_same_from_the_worker_as_from_this_process()
    {
        using ITextGenerator here = TestModels.Load(TestModels.TinyQwen).OpenGenerator(_options);
        using ITextGenerator there = Open(_options);
        Assert.Equal(here.ContextLength, there.ContextLength);
        Reports reports = new();
        IReadOnlyList<GenerationOutcome> outcomes = there.Complete(_prompts, reports);
        Assert.Equal(here.Complete(_prompts), outcomes);
        Assert.Equal(outcomes, reports.Outcomes);
        Assert.Equal(here.Complete(["once more"]), there.Complete(["once more"]));
        Assert.Empty(there.Complete([]));
    }

    [LlamaFact]
    public void Options_that_do_not_suit_the_model_are_the_error_that_this_process_would_have_given()
    {
        GenerationOptions options = new() { ContextLength = 100_000 };
        EngineException here = Assert.Throws<EngineException>(() => TestModels.Load(TestModels.TinyQwen).OpenGenerator(options));
        Assert.Equal((here.ErrorId, here.Message), OfWorker(() => Open(options)));
        foreach (ModelOptions encoder in (ModelOptions[])[TestModels.OnCpu(TestModels.TinyBert), new(TestModels.TinyBert)])
        {
            Assert.Equal("ModelNotGenerative", OfWorker(() => ModelCache.OpenGenerator(encoder, _options)).ErrorId);
        }

        Assert.Equal("GrammarInvalid", OfWorker(() => Open(_options with { Grammar = "root ::= other" })).ErrorId);

        static (string ErrorId, string Message) OfWorker(Func<object?> open)
        {
            EngineException failure = Assert.Throws<EngineException>(open);
            return (failure.ErrorId, failure.Message);
        }
    }

    [LlamaFact]
    public void A_worker_that_ends_fails_the_rest_and_the_next_prompts_go_to_another()
    {
        using ITextGenerator generator = Open(_options);
        IReadOnlyList<GenerationOutcome> expected = generator.Complete(_prompts);

        // So many that the worker is not through with them when it is killed: what it had written before its death would still come.
        string[] many = [.. Enumerable.Repeat(_prompts, 100).SelectMany(prompts => prompts)];
        IReadOnlyList<GenerationOutcome> outcomes = generator.Complete(many, new KillAt(2));

        Assert.Equal(Enumerable.Range(0, many.Length), outcomes.Select(outcome => outcome.Index));
        Assert.Equal(expected.Take(3), outcomes.Take(3));
        GenerationOutcome[] lost = [.. outcomes.Where(outcome => outcome.Failure is not null)];
        Assert.NotEmpty(lost);
        Assert.All(lost, outcome => Assert.Equal(("WorkerDied", GenerationEnding.Failed), (outcome.Failure!.ErrorId, outcome.Ending)));
        Assert.Equal(expected, generator.Complete(_prompts));
    }

    [LlamaFact]
    public void Completions_stay_distinct_across_workers()
    {
        using ITextGenerator generator = Open(_options with { AreDistinct = true });
        string? first = generator.Complete(["a cat"])[0].Text;
        Kill();
        GenerationOutcome lost = generator.Complete(["a cat"])[0];
        string? second = lost.Text ?? generator.Complete(["a cat"])[0].Text;
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
    }

    [LlamaFact]
    public void Three_deaths_in_a_row_end_the_work()
    {
        bool dies = false;
        using ITextGenerator generator = ModelCache.OpenGenerator(TestModels.OnCpu(TestModels.TinyQwen), _options, KillAtStart);
        dies = true;
        Kill();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("WorkerDied", generator.Complete(["tea"])[0].Failure!.ErrorId);
        }

        Assert.Equal("WorkerDiedRepeatedly", Assert.Throws<EngineException>(() => generator.Complete(["tea"])).ErrorId);

        void KillAtStart(string line)
        {
            if (dies && line.StartsWith("llama.cpp runs in process", StringComparison.Ordinal))
            {
                Kill();
            }
        }
    }

    [LlamaFact]
    public void Completing_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        using ITextGenerator generator = ModelCache.OpenGenerator(TestModels.OnCpu(TestModels.TinyQwen), _options, token: source.Token);
        Assert.ThrowsAny<OperationCanceledException>(
            () => generator.Complete([.. Enumerable.Repeat("a cat", 2000)], new Cancel(source)));
    }

    private static ITextGenerator Open(GenerationOptions options)
        => ModelCache.OpenGenerator(TestModels.OnCpu(TestModels.TinyQwen), options);

    private static void Kill()
    {
        using Process worker = Process.GetProcessById(WorkerSession.ProcessId!.Value);
        worker.Kill();
        worker.WaitForExit();
    }

    private sealed class Reports : IProgress<GenerationOutcome>
    {
        public List<GenerationOutcome> Outcomes { get; } = [];

        public void Report(GenerationOutcome value) => Outcomes.Add(value);
    }

    private sealed class KillAt(int index) : IProgress<GenerationOutcome>
    {
        public void Report(GenerationOutcome value)
        {
            if (value.Index == index)
            {
                Kill();
            }
        }
    }

    private sealed class Cancel(CancellationTokenSource source) : IProgress<GenerationOutcome>
    {
        public void Report(GenerationOutcome value) => source.Cancel();
    }
}
