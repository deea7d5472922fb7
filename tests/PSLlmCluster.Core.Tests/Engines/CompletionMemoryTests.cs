using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Engines;

public sealed class CompletionMemoryTests : IDisposable
{
    private readonly Upper _inner = new();

    public void Dispose() => _inner.Dispose();

    [Fact]
    public void Equal_work_is_done_once_and_reported_in_order()
    {
        string origin = Guid.NewGuid().ToString();
        Reports reports = new();
        using CompletionMemory.RememberingGenerator first = new(_inner, origin);
        using CompletionMemory.RememberingGenerator second = new(_inner, origin);
        using CompletionMemory.RememberingGenerator other = new(_inner, origin + "x");

        Assert.Equal(["A", "B"], Texts(first.Complete(["a", "b"])));
        Assert.Equal(["C", "B", "D", "A"], Texts(second.Complete(["c", "b", "d", "a"], reports)));
        Assert.Equal(["a", "b", "c", "d"], _inner.Prompts);
        Assert.Equal([0, 1, 2, 3], reports.Outcomes.Select(outcome => outcome.Index));
        Assert.Equal(["C", "B", "D", "A"], Texts(reports.Outcomes));
        Assert.Equal(["A"], Texts(other.Complete(["a"])));
        Assert.Equal(5, _inner.Prompts.Count);
        CompletionMemory.Clear();
        Assert.Equal(["A"], Texts(first.Complete(["a"])));
        Assert.Equal(6, _inner.Prompts.Count);
    }

    [Fact]
    public void What_was_done_before_a_cancellation_is_not_done_again_and_a_failure_is()
    {
        string origin = Guid.NewGuid().ToString();
        using CompletionMemory.RememberingGenerator generator = new(_inner, origin);
        _inner.CancelAt = 2;
        Assert.Throws<OperationCanceledException>(() => generator.Complete(["a", "b", "c"]));
        _inner.CancelAt = -1;
        _inner.Prompts.Clear();

        Assert.Equal(["A", "B", "C"], Texts(generator.Complete(["a", "b", "c"])));
        Assert.Equal(["c"], _inner.Prompts);

        Assert.NotNull(generator.Complete(["fail"])[0].Failure);
        Assert.NotNull(generator.Complete(["fail"])[0].Failure);
        Assert.Equal(["c", "fail", "fail"], _inner.Prompts);
    }

    [Fact]
    public void Completions_that_depend_on_one_another_are_refused()
        => Assert.Equal(
            "GenerationOptionInvalid",
            Assert.Throws<EngineException>(() => CompletionMemory.OpenGenerator(
                TestModels.OnCpu(TestModels.TinyQwen), new GenerationOptions { AreDistinct = true })).ErrorId);

    private static IEnumerable<string?> Texts(IEnumerable<GenerationOutcome> outcomes) => outcomes.Select(outcome => outcome.Text);

    private sealed class Upper : ITextGenerator
    {
        public List<string> Prompts { get; } = [];

        public int CancelAt { get; set; } = -1;

        public int ContextLength => 100;

        public IReadOnlyList<GenerationOutcome> Complete(IReadOnlyList<string> prompts, IProgress<GenerationOutcome>? progress = null)
        {
            List<GenerationOutcome> outcomes = [];
            foreach (string prompt in prompts)
            {
                if (outcomes.Count == CancelAt)
                {
                    throw new OperationCanceledException();
                }

                Prompts.Add(prompt);
                EngineException? failure = prompt == "fail" ? new EngineException("X", FailureKind.Internal, "failed", "try") : null;
                outcomes.Add(new GenerationOutcome(
                    outcomes.Count, failure is null ? prompt.ToUpperInvariant() : null, 1, 1, GenerationEnding.EndOfText, failure));
                progress?.Report(outcomes[^1]);
            }

            return outcomes;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Reports : IProgress<GenerationOutcome>
    {
        public List<GenerationOutcome> Outcomes { get; } = [];

        public void Report(GenerationOutcome value) => Outcomes.Add(value);
    }
}
