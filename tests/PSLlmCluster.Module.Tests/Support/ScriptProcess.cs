using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>
/// A script in a PowerShell of its own, tools/ScriptHost, with the module imported: for what has to be seen in a fresh process.
/// </summary>
internal static class ScriptProcess
{
    /// <summary>Gets the host. It was built as this test was: artifacts/bin/PROJECT/CONFIGURATION.</summary>
    public static string Program => Path.Combine(
        StagedModule.RepositoryRoot,
        "artifacts",
        "bin",
        "ScriptHost",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        OperatingSystem.IsWindows() ? "ScriptHost.exe" : "ScriptHost");

    /// <summary>Gets the .NET that runs this test, which the host needs too.</summary>
    public static string DotNetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Runs a script and returns what it printed.</summary>
    public static string Run(string script, params string[] arguments)
    {
        (int exitCode, string output, string errors) = RunToEnd(script, arguments);
        Assert.True(exitCode == 0, $"Exit code {exitCode}\n{output}{errors}");
        return output;
    }

    /// <summary>Runs a script with arguments, however it ends.</summary>
    public static (int ExitCode, string Output, string Errors) RunToEnd(string script, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("script.ps1");
        File.WriteAllText(file, script);
        return RunFile(file, arguments);
    }

    /// <summary>Runs a script that is in a file, however it ends.</summary>
    public static (int ExitCode, string Output, string Errors) RunFile(string file, params string[] arguments)
    {
        using Process process = Start(file, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>Starts a script that is in a file; what it prints is the caller's to read, and the process the caller's to end.</summary>
    public static Process Start(string file, params string[] arguments)
    {
        ProcessStartInfo start = new(Program, [file, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = DotNetRoot;
        start.Environment["NO_COLOR"] = "1";
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
