using System.Diagnostics;

namespace PSLlmCluster.Core.Tests.Determinism;

/// <summary>A child process that prints the pinned results as it computes them: the test assembly, run by itself.</summary>
internal static class PinnedProcess
{
    /// <summary>Gets where the test assembly lies.</summary>
    public static string Assembly { get; } = typeof(PinnedProcess).Assembly.Location;

    /// <summary>Returns how the assembly is run by this machine's .NET.</summary>
    public static ProcessStartInfo OnThisMachine() => new("dotnet", ["exec", Assembly]);

    /// <summary>Runs the process and asserts that it prints every pinned hash as it has to be.</summary>
    /// <param name="start">A program and its arguments.</param>
    /// <returns>What it printed, by what stands before each line's equals sign.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> AssertPrintsThePinnedResults(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, await errors);
        Dictionary<string, string> lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]);
        foreach ((string name, string hash) in PinnedResults.Expected(hasWholeWork: lines[PinnedResults.WidthLabel] != "0"))
        {
            Assert.Equal($"{name}={hash}", $"{name}={lines.GetValueOrDefault(name)}");
        }

        return lines;
    }
}
