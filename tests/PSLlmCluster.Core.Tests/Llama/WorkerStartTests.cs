using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipes;
using PSLlmCluster.Core.Llama;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>How a worker comes up, and what is said where it does not.</summary>
public sealed class WorkerStartTests
{
    [Theory]
    [InlineData("/usr/bin/dotnet", true)]
    [InlineData("/opt/microsoft/powershell/7/pwsh", false)]
    [InlineData("/somebody/else", false)]
    public void The_sessions_own_host_runs_it(string host, bool runsAssembly)
    {
        ProcessStartInfo start = WorkerStart.ForHost(host);
        Assert.Equal(host, start.FileName);
        Assert.Equal(runsAssembly, start.ArgumentList is ["exec", _]);
        start.Environment.TryGetValue(WorkerStart.HooksVariable, out string? hook);
        Assert.Equal(runsAssembly ? null : WorkerStart.AssemblyPath, hook);
        Assert.True(start is { RedirectStandardInput: true, RedirectStandardOutput: true, CreateNoWindow: true, UseShellExecute: false });
        if (host.EndsWith("pwsh", StringComparison.Ordinal))
        {
            Assert.Equal(["-NoProfile", "-NonInteractive", "-Command", "exit"], start.ArgumentList);
        }
    }

    [Fact]
    public void A_host_that_is_not_there_is_an_error_with_the_way_out()
    {
        EngineException failure = Assert.Throws<EngineException>(() => ProcessLink.Start(WorkerStart.ForHost("/no/such/host")));
        Assert.Equal(("WorkerStartFailed", FailureKind.ResourceUnavailable), (failure.ErrorId, failure.Kind));
        Assert.Contains("PSLLMCLUSTER_ISOLATION = 'None'", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 7", "exit code 7")]
    [InlineData("echo the last words >&2; exit 7", "exit code 7: the last words")]
    [InlineData("echo this is no frame; cat >/dev/null", "")]
    [InlineData("kill -SEGV $$", "SIGSEGV")]
    public void A_host_that_is_no_worker_is_an_error_that_says_what_it_did(string script, string says)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        ProcessStartInfo start = WorkerStart.ForHost("/bin/sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        WorkerConnection connection = new(ProcessLink.Start(start), () => { });
        Exception failure = Assert.ThrowsAny<Exception>(() =>
        {
            using WorkerChannel channel = connection.OpenChannel(default) ?? throw connection.Ended();
            channel.Send(FrameKind.Flush);
            channel.Receive(null);
        });
        EngineException reported = Assert.IsType<EngineException>(failure);
        Assert.Equal("WorkerStartFailed", reported.ErrorId);
        Assert.Contains(says, reported.Message, StringComparison.Ordinal);
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public void A_worker_of_another_version_is_an_error()
    {
        WorkerConnection connection = new(new FakeLink(FrameStream.Version + 1), () => { });
        using WorkerChannel? channel = connection.OpenChannel(default);
        EngineException failure = Assert.IsType<EngineException>(connection.Ended());
        Assert.Equal("WorkerStartFailed", failure.ErrorId);
        Assert.Contains("another version", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_that_is_idle_says_so_and_one_that_is_retired_ends_with_its_last_channel()
    {
        int idle = 0;
        FakeLink link = new(FrameStream.Version);
        WorkerConnection connection = new(link, () => Interlocked.Increment(ref idle));
        WorkerChannel first = connection.OpenChannel(default)!;
        WorkerChannel second = connection.OpenChannel(default)!;
        link.Answer(FrameKind.Closed, first.Number);
        WaitFor(() => first.IsAtEnd);
        Assert.Equal((0, false), (idle, connection.IsIdle));
        connection.Retire();
        Assert.Null(connection.OpenChannel(default));
        Assert.False(link.InputIsClosed);
        link.Answer(FrameKind.Closed, second.Number);
        WaitFor(() => link.InputIsClosed);
        link.End();
        Assert.True(Assert.IsType<WorkerEndedException>(connection.Ended()).End.IsOurs);
    }

    [Fact]
    public void A_channel_that_is_cancelled_before_anything_was_sent_is_nothing_to_the_worker()
    {
        FakeLink link = new(FrameStream.Version);
        WorkerConnection connection = new(link, () => { });
        using CancellationTokenSource source = new();
        source.Cancel();
        using WorkerChannel channel = connection.OpenChannel(source.Token)!;
        Assert.ThrowsAny<OperationCanceledException>(() => channel.Send(FrameKind.Load));
        WaitFor(() => connection.IsIdle);
        Assert.True(connection.IsUsable);
        connection.Retire();
        link.End();
        Assert.True(Assert.IsType<WorkerEndedException>(connection.Ended()).End.IsOurs);
    }

    private static void WaitFor(Func<bool> condition)
    {
        while (!condition())
        {
            Thread.Yield();
        }
    }

    /// <summary>A worker of the test's own: it answers what it is told to.</summary>
    [SuppressMessage(
        "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The connection closes them.")]
    private sealed class FakeLink : WorkerLink
    {
        private readonly AnonymousPipeServerStream _answers = new(PipeDirection.Out);
        private readonly AnonymousPipeClientStream _fromWorker;
        private readonly ClosableStream _toWorker = new();
        private readonly FrameStream _frames;

        public FakeLink(int version)
        {
            _fromWorker = new AnonymousPipeClientStream(PipeDirection.In, _answers.ClientSafePipeHandle);
            _frames = new FrameStream(Stream.Null, _answers);
            _frames.Write(FrameKind.Welcome, 0, new WireWriter().Int(unchecked((int)FrameStream.Mark)).Int(version));
        }

        public override Stream FromWorker => _fromWorker;

        public override Stream ToWorker => _toWorker;

        public override string Description => "a test";

        public bool InputIsClosed => _toWorker.IsClosed;

        public void Answer(FrameKind kind, int channel) => _frames.Write(kind, channel);

        public void End() => _answers.Dispose();

        public override IReadOnlyList<string> TakeErrorLines() => [];

        public override void Kill() => End();

        public override (int? ExitCode, IReadOnlyList<string> LastWords) WaitForEnd() => (0, []);

        private sealed class ClosableStream : MemoryStream
        {
            public volatile bool IsClosed;

            protected override void Dispose(bool disposing)
            {
                IsClosed = true;
                base.Dispose(disposing);
            }
        }
    }
}
