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
        => Stop("& { while ($true) { 'a text that comes again' } } | Get-TextEmbedding -Model $tiny", ("tiny", StagedModule.TinyBert));

    [LlamaFact]
    public void Embedding_through_llama_cpp_can_be_stopped()
        => Stop(
            "& { while ($true) { \"text $(($number++))\" } } | Get-TextEmbedding -Model $tiny -Engine Llama",
            ("tiny", StagedModule.TinyBert));

    [Fact]
    public void Umap_can_be_stopped() => Stop("while ($true) { Invoke-Umap $rows }", ("rows", TestRows.Clouds(ManyRows, 64)));

    [Fact]
    public void Hdbscan_can_be_stopped() => Stop("while ($true) { Invoke-Hdbscan $rows }", ("rows", TestRows.Clouds(2 * ManyRows, 64)));

    [Fact]
    public void Measuring_can_be_stopped()
        => Stop("while ($true) { Measure-Clustering $rows }", ("rows", TestRows.Clouds(2 * ManyRows, 64)));

    [Fact]
    public void The_session_works_on_after_a_stop()
    {
        Umap_can_be_stopped();

        const string Script = "'a', 'b', 'c' | Get-TextEmbedding -Model $tiny | Invoke-Umap -NeighborCount 2 -EpochCount 1";
        Assert.Equal(3, _session.Run(Script, ("tiny", StagedModule.TinyBert)).Clean().Count);
    }

    [Fact]
    public void Progress_is_shown_and_taken_away_in_the_end()
    {
        // Texts come until progress was shown, so there is some however fast the machine is.
        using ManualResetEventSlim shown = new();
        using PowerShell shell = _session.Prepare(
            "& { while (-not $shown.IsSet) { 'a text' } } | Get-TextEmbedding -Model $tiny",
            ("tiny", StagedModule.TinyBert),
            ("shown", shown));
        shell.Streams.Progress.DataAdded += (_, _) => shown.Set();
        PipelineResult result = PipelineResult.Of(shell);

        result.Clean();
        Assert.Single(result.Progress.Select(record => record.ActivityId).Distinct());
        Assert.Equal(ProgressRecordType.Completed, result.Progress[^1].RecordType);
        Assert.True(result.Progress.Count > 1);
        Assert.All(result.Progress.SkipLast(1), record => Assert.Equal(ProgressRecordType.Processing, record.RecordType));
        Assert.All(result.Progress, record => Assert.InRange(record.PercentComplete, -1, 100));

        // Far from each text had a display of its own.
        Assert.True(result.Progress.Count < result.Output.Count);
    }

    [Fact]
    public void A_warning_that_is_to_end_the_pipeline_does_so()
    {
        const string Script = "Invoke-Umap $rows -NeighborCount 1000 -EpochCount 1 -WarningAction Stop";
        PipelineResult result = _session.Run(Script, ("rows", TestRows.Clouds(20, 4)));

        Assert.StartsWith("ActionPreferenceStop", result.Terminating?.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    /// <summary>Starts a script that never ends by itself, and stops it once its first progress or output is there.</summary>
    private void Stop(string script, (string Name, object? Value) variable)
    {
        using PowerShell shell = _session.Prepare(script, variable);
        using PSDataCollection<PSObject> output = [];
        using ManualResetEventSlim atWork = new();
        shell.Streams.Progress.DataAdded += (_, _) => atWork.Set();
        output.DataAdded += (_, _) => atWork.Set();
        IAsyncResult run = shell.BeginInvoke<PSObject, PSObject>(null, output);
        WaitHandle.WaitAny([atWork.WaitHandle, run.AsyncWaitHandle]);

        shell.Stop();

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Empty(shell.Streams.Error);
    }
}
