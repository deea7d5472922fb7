using System.Diagnostics;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>A script in a process of its own, with the module imported: for what has to be seen in a fresh process or on a console.</summary>
internal static class ScriptProcess
{
    /// <summary>Runs a script in tools/ScriptHost and returns what it printed.</summary>
    public static string Run(string script)
    {
        (int exitCode, string output, string errors) = RunToEnd(script);
        Assert.True(exitCode == 0, output + errors);
        return output;
    }

    /// <summary>Runs a script with arguments, whatever becomes of it.</summary>
    public static (int ExitCode, string Output, string Errors) RunToEnd(string script, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("script.ps1");
        File.WriteAllText(file, script);

        // The host was built as this test was: artifacts/bin/PROJECT/CONFIGURATION.
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string host = Path.Combine(StagedModule.RepositoryRoot, "artifacts", "bin", "ScriptHost", configuration, "ScriptHost.dll");
        ProcessStartInfo start = new("dotnet", ["exec", host, file, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
