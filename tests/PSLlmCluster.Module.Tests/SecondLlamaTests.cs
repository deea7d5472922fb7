using System.Runtime.InteropServices;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// Another module has brought a llama.cpp of its own, LLamaSharp's. Ours is in a process of its own and does not meet it; where it has to
/// run in the session, the process lives, whichever comes first.
/// </summary>
public sealed class SecondLlamaTests
{
    // The other's libraries have the names of ours and another version. Each script says at its end that it is alive.
    private const string Theirs = "Add-Type -Path $Assembly; \"theirs $([SecondLlama.Embedding]::Of($Model, 'a cup of tea').Length)\"\n";
    private const string Ours =
        """
        try { "ours $(('a cup of tea' | Get-TextEmbedding -Model $Model -Engine Llama -ErrorAction Stop).Vector.Length)" }
        catch { "$($_.FullyQualifiedErrorId)|$($_.CategoryInfo.Category)|$_|$($_.ErrorDetails.RecommendedAction)" }

        """;

    private const string InTheSession = "$env:PSLLMCLUSTER_ISOLATION = 'None'\n";

    [SecondLlamaFact]
    public void Ours_works_beside_theirs_in_any_order()
        => Assert.Equal(["ours 64", "theirs 64", "ours 64", "alive"], Run(Ours + Theirs + Ours + "'alive'"));

    [SecondLlamaFact]
    public void Ours_after_theirs_in_the_session_is_refused_with_the_way_out_or_works()
    {
        // Many attempts: the library asserts as it is loaded, and would not be loaded at the same place each time.
        const int attempts = 10;
        string[] lines = Run(InTheSession + Theirs + string.Concat(Enumerable.Repeat(Ours, attempts)) + "'alive'");

        Assert.Equal(["theirs 64", "alive"], [lines[0], lines[^1]]);
        Assert.Equal(attempts + 2, lines.Length);
        Assert.All(lines[1..^1], line =>
        {
            if (line != "ours 64")
            {
                Assert.StartsWith("NativeLibraryConflict,", line, StringComparison.Ordinal);
                Assert.Contains("|ResourceUnavailable|", line, StringComparison.Ordinal);
                Assert.Contains("SecondLlama", line, StringComparison.Ordinal);
                Assert.Contains("PSLLMCLUSTER_ISOLATION", line, StringComparison.Ordinal);
            }
        });
    }

    [SecondLlamaFact]
    public void Ours_before_theirs_in_the_session_works_and_goes_on_working()
        => Assert.Equal(["ours 64", "theirs 64", "ours 64", "alive"], Run(InTheSession + Ours + Theirs + Ours + "'alive'"));

    private static string[] Run(string script)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string assembly = Path.Combine(StagedModule.RepositoryRoot, "artifacts", "bin", "SecondLlama", configuration, "SecondLlama.dll");
        string output = ScriptProcess.Run(
            "param([string] $Assembly, [string] $Model)\n" + script, "-Assembly", assembly, "-Model", StagedModule.TinyBert);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}

/// <summary>A test of llama.cpp beside LLamaSharp's, whose libraries want libgomp on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SecondLlamaFactAttribute : FactAttribute
{
    public SecondLlamaFactAttribute()
    {
        if (OperatingSystem.IsLinux() && !NativeLibrary.TryLoad("libgomp.so.1", out _))
        {
            Skip = "LLamaSharp's libraries need libgomp.so.1, which is not there. (Debian: apt install libgomp1)";
        }

        Skip ??= NodePackages.WithoutLlama;
    }
}
