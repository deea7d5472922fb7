using System.Diagnostics;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// llama.cpp in a process of its own, as a session has it: the host of these scripts is one that is neither pwsh nor dotnet.
/// </summary>
public sealed class WorkerProcessTests
{
    private const string Embed =
        "$found = 'a cup of tea', 'a cat' | Get-TextEmbedding -Model $Model -Engine Llama; \"$($found.Count) vectors\"\n";

    // The worker's number, and what of llama.cpp is mapped into the session.
    private const string Look =
        """
        $worker = Get-Worker
        $own = [Diagnostics.Process]::GetCurrentProcess()
        "worker $($null -ne $worker)"
        "loaded here $(@($own.Modules | Where-Object ModuleName -Match 'ggml|llama').Count -gt 0)"

        """;

    [LlamaFact]
    public void A_session_loads_no_library_of_llama_cpp_and_its_worker_is_the_same_program()
    {
        string[] lines = Run(Embed + Look + "\"$((Get-Process -Id $worker).Path -eq $own.MainModule.FileName)\"");
        Assert.Equal(["2 vectors", "worker True", "loaded here False", "True"], lines);
    }

    [LlamaFact]
    public void Where_no_other_process_may_start_it_runs_in_the_session()
    {
        string[] lines = Run("$env:PSLLMCLUSTER_ISOLATION = 'None'\n" + Embed + Look + Embed);
        Assert.Equal(["2 vectors", "worker False", "loaded here True", "2 vectors"], lines);
    }

    [Fact]
    public void Another_isolation_is_an_error_before_any_work()
    {
        string[] lines = Run(
            "$env:PSLLMCLUSTER_ISOLATION = 'Perhaps'\n"
            + "try { 'tea' | Get-TextEmbedding -Model $Model -Engine Llama } catch { $_.FullyQualifiedErrorId; $_.CategoryInfo.Category }");
        Assert.Equal(["IsolationInvalid,PSLlmCluster.Module.Commands.GetTextEmbeddingCommand", "InvalidArgument"], lines);
    }

    [LlamaFact]
    public void Removing_the_module_ends_the_worker()
        => Assert.Equal(
            ["2 vectors", "worker True", "loaded here False", "ended"],
            Run(Embed + Look + "$process = Get-Process -Id $worker; Remove-Module PSLlmCluster; $process.WaitForExit(); 'ended'"));

    [Fact]
    public void The_worker_ends_with_the_session_however_that_ends()
    {
        foreach (string end in (string[])["exit 0", "[Diagnostics.Process]::GetCurrentProcess().Kill()", "[Environment]::FailFast('end')"])
        {
            (_, string output, _) = ScriptProcess.RunToEnd(
                Parameters + Embed + "\"$((Get-Worker))\"\n" + end, Arguments);
            int number = int.Parse(
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], System.Globalization.CultureInfo.InvariantCulture);
            WaitUntilGone(number);
        }
    }

    [LlamaFact]
    public void Only_the_texts_that_a_killed_worker_had_are_lost_and_the_session_lives()
    {
        string[] lines = Run(
            """
            & {
                1..300 | ForEach-Object { "text number $_" }
                $process = [Diagnostics.Process]::GetProcessById((Get-Worker))
                $process.Kill()
                $process.WaitForExit()
                301..600 | ForEach-Object { "text number $_" }
            } | Get-TextEmbedding -Model $Model -Engine Llama -ErrorVariable lost -ErrorAction SilentlyContinue |
                ForEach-Object -Begin { $count = 0 } -Process { $count++ } -End { "all $($count + $lost.Count)" }
            "some $($count -ge 299)"
            "lost $($lost.Count -gt 0)"
            ($lost.FullyQualifiedErrorId | Sort-Object -Unique) -replace ',.*'
            $lost[0].TargetObject -like 'text number *'
            """);
        Assert.Equal(["all 600", "some True", "lost True", "WorkerDied", "True"], lines);
    }

    [LlamaFact]
    public void Eight_runspaces_share_one_worker()
        => Assert.Equal(
            ["1", "8"],
            Run(
                """
                $manifest = (Get-Module PSLlmCluster).Path
                $found = 1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
                    Import-Module $using:manifest
                    $vectors = 1..20 | ForEach-Object { "text $_" } | Get-TextEmbedding -Model $using:Model -Engine Llama -ThreadCount 1
                    @($vectors).Count
                }
                @(Get-Process | Where-Object { $_.Parent.Id -eq $PID }).Count
                @($found -eq 20).Count
                """));

    private static readonly string[] Arguments = ["-Model", StagedModule.TinyBert];

    // The engine lies in a load context of its own.
    private const string Parameters =
        """
        param([string] $Model)
        function Get-Worker {
            $engine = [Runtime.Loader.AssemblyLoadContext]::All.Where({ $_.Name -eq 'PSLlmCluster' }).Assemblies |
                Where-Object { $_.GetName().Name -eq 'PSLlmCluster.Core' }
            $engine.GetType('PSLlmCluster.Core.Llama.WorkerSession').GetProperty('ProcessId').GetValue($null)
        }

        """;

    private static string[] Run(string script)
        => ScriptProcess.Run(Parameters + script, Arguments)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void WaitUntilGone(int number)
    {
        try
        {
            using Process worker = Process.GetProcessById(number);
            worker.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
    }
}
