using System.Diagnostics;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Llama;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>The process that holds llama.cpp: what it computes, and what becomes of the work where it ends.</summary>
[Collection("llama")]
public sealed class WorkerTests
{
    private const int KillCount = 200;
    private static readonly EmbeddingOptions _oneThread = new() { ThreadCount = 1 };
    private static readonly string[] _texts = [.. Enumerable.Range(0, 30).Select(i => $"text number {i} about {i % 7} cups of tea")];

    [LlamaFact]
    public void A_vector_is_the_same_from_the_worker_as_from_this_process()
    {
        float[][] here = Vectors(TestModels.Embed(TestModels.Load(TestModels.TinyQwen), _texts));
        Assert.Equal(here, Vectors(TestModels.Embed(TestModels.Acquire(TestModels.TinyQwen), _texts)));
    }

    [LlamaFact]
    public void A_text_of_any_kind_crosses()
    {
        string[] texts = ["\0", "\ud800 half a pair", "line\r\nline", "茶🍵", new string('x', 5_000), "<|im_start|>"];
        float[][] here = Vectors(TestModels.Embed(TestModels.Load(TestModels.TinyQwen), texts));
        Assert.Equal(here, Vectors(TestModels.Embed(TestModels.Acquire(TestModels.TinyQwen), texts)));
    }

    [LlamaFact]
    public void Outcomes_come_as_they_are_computed_and_not_at_the_end()
    {
        using ITextEmbedder embedder = TestModels.Acquire(TestModels.TinyQwen).Open(_oneThread);
        List<EmbeddingOutcome> outcomes = [.. Enumerable.Range(0, 300).SelectMany(i => embedder.Add(i, $"text {i}"))];
        int rounds = 0;
        while (embedder.TakeNext() is { Count: > 0 } next)
        {
            outcomes.AddRange(next);
            rounds++;
        }

        Assert.Equal(Enumerable.Range(0, 300), outcomes.Select(outcome => outcome.Index));
        Assert.InRange(rounds, 1, 300);
        Assert.Empty(embedder.TakeNext());
        embedder.Add(300, "once more");
        Assert.Equal(300, embedder.TakeNext().Single().Index);
    }

    [Fact]
    public void An_error_of_the_worker_is_the_error_that_this_process_would_have_given()
    {
        EmbeddingOptions options = new() { ContextLength = 4096 };
        EngineException here = Assert.Throws<EngineException>(() => TestModels.Load(TestModels.TinyQwen).Open(options));
        EngineException there = Assert.Throws<EngineException>(() => TestModels.Acquire(TestModels.TinyQwen).Open(options));
        Assert.Equal(
            (here.ErrorId, here.Kind, here.Message, here.RecommendedAction),
            (there.ErrorId, there.Kind, there.Message, there.RecommendedAction));
    }

    [LlamaFact]
    public void What_the_worker_had_is_lost_with_it_and_the_next_text_goes_to_another()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        float[] expected = TestModels.Embed(model, ["tea"])[0].Vector!;
        List<string> log = [];
        using ITextEmbedder embedder = model.Open(_oneThread, log.Add);
        Assert.Empty(embedder.Add(0, "one"));
        Assert.Empty(embedder.Add(1, "two"));
        int first = Kill();
        IReadOnlyList<EmbeddingOutcome> lost = embedder.Flush();

        Assert.Equal([0, 1], lost.Select(outcome => outcome.Index));
        Assert.All(lost, outcome =>
        {
            Assert.Equal(("WorkerDied", FailureKind.ResourceUnavailable), (outcome.Failure!.ErrorId, outcome.Failure.Kind));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Contains("SIGKILL", outcome.Failure.Message, StringComparison.Ordinal);
                Assert.Contains("memory", outcome.Failure.RecommendedAction, StringComparison.Ordinal);
            }
        });
        Assert.Contains(log, line => line.StartsWith("llama.cpp's process ended (", StringComparison.Ordinal));
        Assert.False(embedder.HasRoom);
        embedder.Add(2, "tea");
        Assert.Equal(expected, embedder.Flush().Single().Vector);
        Assert.NotEqual(first, WorkerSession.ProcessId);
    }

    [LlamaFact]
    public void Three_deaths_in_a_row_end_the_work_and_a_vector_in_between_starts_the_count_again()
    {
        using ITextEmbedder embedder = TestModels.Acquire(TestModels.TinyQwen).Open(_oneThread);
        foreach (bool dies in (bool[])[true, true, false, true, true])
        {
            embedder.Add(0, "tea");
            if (dies)
            {
                Kill();
            }

            Assert.Equal(dies, embedder.Flush().Single().Failure is not null);
        }

        embedder.Add(0, "tea");
        Kill();
        EngineException failure = Assert.Throws<EngineException>(embedder.Flush);
        Assert.Equal("WorkerDiedRepeatedly", failure.ErrorId);
    }

    [LlamaFact]
    public void A_worker_that_is_gone_when_something_is_begun_costs_nothing()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        float[] expected = TestModels.Embed(model, ["tea"])[0].Vector!;
        for (int i = 0; i < 3; i++)
        {
            // Not waited for: the session may notice or not.
            TryKill();
            Assert.Equal(expected, TestModels.Embed(model, ["tea"])[0].Vector);
        }
    }

    [LlamaFact]
    public void A_worker_that_ends_while_it_loads_the_model_again_is_one_more_death()
    {
        bool dies = false;
        using ITextEmbedder embedder = TestModels.Acquire(TestModels.TinyQwen).Open(_oneThread, KillAtStart);
        dies = true;
        Kill();
        Assert.Equal("WorkerDied", Outcome(0).Failure!.ErrorId);
        Assert.Equal("WorkerDied", Outcome(1).Failure!.ErrorId);
        dies = false;
        Assert.NotNull(Outcome(2).Vector);

        EmbeddingOutcome Outcome(int index) => embedder.Add(index, "tea").Concat(embedder.Flush()).Single();

        void KillAtStart(string line)
        {
            if (dies && line.StartsWith("llama.cpp runs in process", StringComparison.Ordinal))
            {
                Kill();
            }
        }
    }

    [LlamaFact]
    public void A_worker_that_another_piece_of_work_had_ended_loses_no_text()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        float[][] expected = Vectors(TestModels.Embed(model, _texts));
        using ITextEmbedder embedder = model.Open(_oneThread);
        List<EmbeddingOutcome> outcomes = [.. _texts.SelectMany((text, index) =>
        {
            if (index % 10 == 9)
            {
                // As where a cancelled computation does not end.
                using WorkerChannel channel = WorkerSession.Open(default);
                channel.Connection.Kill();
            }

            return embedder.Add(index, text);
        })];
        outcomes.AddRange(embedder.Flush());
        Assert.Equal(expected, Vectors(outcomes));
    }

    [LlamaFact]
    public async Task A_worker_killed_at_any_moment_leaves_a_vector_or_an_error_for_each_text()
    {
        float[][] expected = Vectors(TestModels.Embed(TestModels.Load(TestModels.TinyQwen), _texts));
        Random random = new(5);
        int lost = 0;
        for (int kills = 0; kills < KillCount;)
        {
            // Each kill comes after another bit of work: in the start, the loading, the setting up or the texts.
            int spins = random.Next(3) == 0 ? random.Next(500_000) : random.Next(5_000_000);
            Task<bool> killing = Task.Run(() =>
            {
                Thread.SpinWait(spins);
                return TryKill();
            });
            EmbeddingOutcome[] outcomes = [];
            EngineException? failure = Record.Exception(
                () => outcomes = TestModels.Embed(TestModels.Acquire(TestModels.TinyQwen), _texts, _oneThread)) switch
            {
                null => null,
                EngineException ends => ends,
                { } other => throw other,
            };
            Assert.True(failure is null || failure.ErrorId is "WorkerDied" or "WorkerStartFailed", failure?.ToString());
            foreach (EmbeddingOutcome outcome in outcomes)
            {
                if (outcome.Failure is null)
                {
                    Assert.Equal(expected[outcome.Index], outcome.Vector);
                }
                else
                {
                    Assert.Equal("WorkerDied", outcome.Failure.ErrorId);
                    lost++;
                }
            }

            kills += await killing ? 1 : 0;
        }

        Assert.InRange(lost, 1, KillCount * _texts.Length);
        Assert.Equal(expected, Vectors(TestModels.Embed(TestModels.Acquire(TestModels.TinyQwen), _texts)));
    }

    [LlamaFact]
    public void A_cancelled_computation_ends_in_the_worker_and_the_worker_lives()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.MiniLm);
        TestModels.Embed(model, ["tea"]);
        int? before = WorkerSession.ProcessId;
        using CancellationTokenSource source = new();
        using (ITextEmbedder embedder = model.Open(_oneThread, null, source.Token))
        {
            // Enough for the first of it to be under way: the channel is full.
            string text = string.Concat(Enumerable.Repeat("a cup of tea ", 300));
            for (int i = 0; embedder.HasRoom; i++)
            {
                embedder.Add(i, text);
            }

            source.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(embedder.Flush);
        }

        Assert.NotNull(TestModels.Embed(model, ["tea"])[0].Vector);
        Assert.Equal(before, WorkerSession.ProcessId);
    }

    [LlamaFact]
    public void A_worker_that_hangs_is_ended_when_its_work_is_cancelled()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        using CancellationTokenSource source = new();
        using ITextEmbedder embedder = model.Open(_oneThread, null, source.Token);
        using Process worker = Process.GetProcessById(WorkerSession.ProcessId!.Value);
        using (Process stop = Process.Start("kill", ["-STOP", $"{worker.Id}"]))
        {
            stop.WaitForExit();
        }

        embedder.Add(0, "tea");
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => embedder.TakeNext());
        worker.WaitForExit();
        Assert.NotNull(TestModels.Embed(model, ["tea"])[0].Vector);
    }

    [LlamaFact]
    public void The_worker_ends_when_it_is_stopped_and_only_after_the_work_that_uses_it()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        ITextEmbedder embedder = model.Open(_oneThread);
        using Process worker = Process.GetProcessById(WorkerSession.ProcessId!.Value);
        WorkerSession.Stop();
        Assert.Null(WorkerSession.ProcessId);
        embedder.Add(0, "tea");
        Assert.NotNull(embedder.Flush().Single().Vector);
        embedder.Dispose();
        worker.WaitForExit();

        // The model is found in the next one.
        Assert.NotNull(TestModels.Embed(model, ["tea"])[0].Vector);
    }

    [LlamaFact]
    public void An_idle_worker_ends_and_one_in_use_does_not()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        using (ITextEmbedder embedder = model.Open(_oneThread))
        {
            int? worker = WorkerSession.ProcessId;
            WorkerSession.EndIdle();
            Assert.Equal(worker, WorkerSession.ProcessId);
            embedder.Add(0, "tea");
            Assert.NotNull(embedder.Flush().Single().Vector);
        }

        // The channel is closed when the worker says so.
        using Process process = Process.GetProcessById(WorkerSession.ProcessId!.Value);
        while (WorkerSession.ProcessId is not null)
        {
            WorkerSession.EndIdle();
        }

        process.WaitForExit();
        Assert.NotNull(TestModels.Embed(model, ["tea"])[0].Vector);
        Assert.Equal(TimeSpan.FromMinutes(10), WorkerSession.IdleTime);
    }

    [LlamaFact]
    public async Task Eight_threads_share_one_worker()
    {
        float[][] expected = Vectors(TestModels.Embed(TestModels.Acquire(TestModels.TinyQwen), _texts));
        int? worker = WorkerSession.ProcessId;
        float[][][] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Vectors(TestModels.Embed(TestModels.Acquire(TestModels.TinyQwen), _texts, _oneThread)))));
        Assert.All(results, vectors => Assert.Equal(expected, vectors));
        Assert.Equal(worker, WorkerSession.ProcessId);
    }

    [LlamaFact]
    public void A_file_that_was_replaced_is_not_taken_for_the_model_when_a_new_worker_needs_it()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.gguf", File.ReadAllBytes(TestModels.TinyQwen));
        IEmbeddingModel model = TestModels.Acquire(path);
        using ITextEmbedder embedder = model.Open(_oneThread);
        File.WriteAllBytes(path, File.ReadAllBytes(TestModels.TinyBert));
        Kill();
        embedder.Add(0, "tea");
        Exception? failure = Record.Exception(() =>
        {
            embedder.Flush();
            embedder.Add(1, "tea");
        });
        Assert.Equal("ModelReleased", Assert.IsType<EngineException>(failure).ErrorId);
        ModelCache.Clear();
    }

    private static float[][] Vectors(IEnumerable<EmbeddingOutcome> outcomes) => [.. outcomes.Select(outcome => outcome.Vector!)];

    /// <summary>Ends the worker by force, and waits until it is gone.</summary>
    private static int Kill()
    {
        using Process worker = Process.GetProcessById(WorkerSession.ProcessId!.Value);
        worker.Kill();
        worker.WaitForExit();
        return worker.Id;
    }

    private static bool TryKill()
    {
        try
        {
            if (WorkerSession.ProcessId is not int number)
            {
                return false;
            }

            using Process worker = Process.GetProcessById(number);
            worker.Kill();
            return true;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            // It ended meanwhile.
            return false;
        }
    }
}
