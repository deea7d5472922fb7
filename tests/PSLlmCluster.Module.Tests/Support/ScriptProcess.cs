using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>A script in a process of its own, with the module imported: for what has to be seen in a fresh process or on a console.</summary>
internal static partial class ScriptProcess
{
    /// <summary>Runs a script in tools/ScriptHost and returns what it printed.</summary>
    public static string Run(string script)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("script.ps1");
        File.WriteAllText(file, script);

        // The host was built as this test was: artifacts/bin/PROJECT/CONFIGURATION.
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string host = Path.Combine(StagedModule.RepositoryRoot, "artifacts", "bin", "ScriptHost", configuration, "ScriptHost.dll");
        ProcessStartInfo start = new("dotnet", ["exec", host, file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + errors.Result);
        return Escape().Replace(output, string.Empty);
    }

    /// <summary>What colours a console.</summary>
    [GeneratedRegex("\u001B\\[[0-9;]*m")]
    private static partial Regex Escape();
}
