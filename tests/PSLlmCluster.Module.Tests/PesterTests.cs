using System.Reflection;
using System.Text.Json;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// The Pester tests of tests/pester and examples, each of them a test here: the module's surface in the whole of PowerShell, and every
/// block of code in the README, the docs and the help. Pester is restored with this project's packages, and runs once, in tools/ScriptHost.
/// </summary>
public sealed class PesterTests
{
    private static readonly Lazy<PesterTest[]> _tests = new(Run);

    public static TheoryData<PesterTest> Tests => [.. _tests.Value];

    // Not while tests are looked for, as an editor does after each build.
    [PesterTheory]
    [MemberData(nameof(Tests), DisableDiscoveryEnumeration = true)]
    public void Passes(PesterTest test) => Assert.True(test.Result == "Passed", $"{test.Result}: {test.Message}");

    private static PesterTest[] Run()
    {
        using TemporaryFolder folder = new();
        string results = folder.File("results.json");
        string pester = typeof(PesterTests).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "Pester").Value!;
        string script = Path.Combine(StagedModule.RepositoryRoot, "tests", "pester", "run.ps1");
        (int exitCode, string output, string errors) = ScriptProcess.RunFile(script, "-Pester", pester, "-ResultFile", results);
        Assert.True(File.Exists(results), $"Pester ended with {exitCode} and wrote no results.\n{output}{errors}");
        PesterTest[] tests = JsonSerializer.Deserialize<PesterTest[]>(File.ReadAllText(results))!;
        Assert.NotEmpty(tests);
        return tests;
    }
}

/// <summary>What Pester says of a test, or of a file or block that could not be run.</summary>
public sealed record PesterTest(string Name, string Result, string Message)
{
    public override string ToString() => Name;
}
