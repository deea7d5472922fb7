using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Ctrl+C ends every cmdlet, and progress is shown and taken away.</summary>
public sealed class CancellationTests : IDisposable
{
    private const int ManyRows = 20_000;
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Embedding_can_be_stopped()
        => Stop("& { while ($true) { 'a text that comes again and again' } } | Get-TextEmbedding -Model $tiny", ("tiny", StagedModule.TinyBert));

    [Fact]
    public void Umap_can_be_stopped() => Stop("Invoke-Umap $rows", ("rows", TestRows.Clouds(ManyRows, 64)));

    [Fact]
    public void Hdbscan_can_be_stopped() => Stop("Invoke-Hdbscan $rows", ("rows", TestRows.Clouds(2 * ManyRows, 64)));

    [Fact]
    public void Measuring_can_be_stopped() => Stop("Measure-Clustering $rows", ("rows", TestRows.Clouds(2 * ManyRows, 64)));

    [Fact]
    public void The_session_works_on_after_a_stop()
    {
        Umap_can_be_stopped();

        Assert.Equal(3, _session.Run("'a', 'b', 'c' | Get-TextEmbedding -Model $tiny | Invoke-Umap -NeighborCount 2 -EpochCount 1", ("tiny", StagedModule.TinyBert)).Clean().Count);
    }

    [Fact]
    public void Progress_is_shown_seldom_and_taken_away_in_the_end()
    {
        // No limit on the time it takes: a rate, which holds on the slowest machine.
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        PipelineResult result = _session.Run("Invoke-Umap $rows -EpochCount 300", ("rows", TestRows.Clouds(1200, 32)));
        double seconds = watch.Elapsed.TotalSeconds;

        result.Clean();
        Assert.NotEmpty(result.Progress);
        Assert.Single(result.Progress.Select(record => record.ActivityId).Distinct());
        Assert.Equal(ProgressRecordType.Completed, result.Progress[^1].RecordType);
        Assert.All(result.Progress.SkipLast(1), record => Assert.Equal(ProgressRecordType.Processing, record.RecordType));
        Assert.All(result.Progress, record => Assert.InRange(record.PercentComplete, -1, 100));
        Assert.True(result.Progress.Count <= (5 * seconds) + 2, $"{result.Progress.Count} records in {seconds} s.");
    }

    [Fact]
    public void A_warning_that_is_to_end_the_pipeline_does_so()
    {
        PipelineResult result = _session.Run("Invoke-Umap $rows -NeighborCount 1000 -EpochCount 1 -WarningAction Stop", ("rows", TestRows.Clouds(20, 4)));

        Assert.StartsWith("ActionPreferenceStop", result.Terminating?.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    /// <summary>Starts a script that would run for long, waits until it is at work, and stops it.</summary>
    private void Stop(string script, (string Name, object? Value) variable)
    {
        using PowerShell shell = _session.Prepare(script, variable);
        using PSDataCollection<PSObject> output = [];
        using ManualResetEventSlim atWork = new();
        shell.Streams.Progress.DataAdded += (_, _) => atWork.Set();
        output.DataAdded += (_, _) => atWork.Set();
        IAsyncResult run = shell.BeginInvoke<PSObject, PSObject>(null, output);
        WaitHandle.WaitAny([atWork.WaitHandle, run.AsyncWaitHandle]);
        Assert.False(run.IsCompleted, "It ended before it could be stopped.");

        shell.Stop();

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Empty(shell.Streams.Error);
    }
}
