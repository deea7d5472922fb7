using System.ComponentModel;
using System.Diagnostics;

namespace PSLlmCluster.Core.Backends;

/// <summary>
/// Runs npm, the package manager of Node.js, where it is on the PATH. It fetches from whatever registry it is set up for; no address is
/// named here.
/// </summary>
internal static class NpmClient
{
    private const int MostWords = 1500;

    /// <summary>Fetches the archive of a package.</summary>
    /// <param name="pin">The package.</param>
    /// <param name="folder">An empty folder that it is written to.</param>
    /// <param name="searchPath">The folders that npm is looked for in, as PATH has them; null for PATH itself.</param>
    /// <param name="log">Receives the command and what npm says.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The archive's path.</returns>
    /// <exception cref="EngineException">There is no npm, or it fails; the message has its own words.</exception>
    public static string Pack(BackendPin pin, string folder, string? searchPath, Action<string>? log, CancellationToken token)
    {
        string npm = Find(searchPath) ?? throw Missing(pin, null);
        string[] arguments =
        [
            "pack", $"{pin.Package}@{pin.Version}", "--pack-destination", folder,
            "--ignore-scripts", "--loglevel", "error", "--fetch-retries", "2",
        ];
        log?.Invoke($"{npm} {string.Join(' ', arguments)}");
        (int exitCode, string words) = Run(npm, arguments, folder, pin, token);
        log?.Invoke(words);
        string[] archives = Directory.GetFiles(folder, "*.tgz");
        return exitCode == 0 && archives.Length == 1
            ? archives[0]
            : throw new EngineException(
                EngineErrorIds.BackendDownloadFailed,
                FailureKind.ReadError,
                $"npm could not fetch {pin.Package} {pin.Version} (exit code {exitCode}): {words}",
                "Check the network and npm's settings for its registry and a proxy (npm ping must work). "
                    + ByHand(pin));
    }

    private static string? Find(string? searchPath)
    {
        string[] names = OperatingSystem.IsWindows() ? ["npm.cmd", "npm.exe"] : ["npm"];
        return (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    private static (int ExitCode, string Words) Run(
        string npm, IEnumerable<string> arguments, string folder, BackendPin pin, CancellationToken token)
    {
        ProcessStartInfo start = new(npm, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment["npm_config_update_notifier"] = "false";
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration registration = token.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            token.ThrowIfCancellationRequested();
            string words = string.Join(' ', (errors.Result + "\n" + output).Split('\n', StringSplitOptions.TrimEntries
                | StringSplitOptions.RemoveEmptyEntries));
            return (process.ExitCode, words.Length > MostWords ? words[..MostWords] + "…" : words);
        }
        catch (Win32Exception failure)
        {
            throw Missing(pin, failure);
        }
    }

    private static EngineException Missing(BackendPin pin, Win32Exception? cause) => new(
        EngineErrorIds.NpmMissing,
        FailureKind.NotInstalled,
        cause is null ? "npm is not on the PATH, and the backend is fetched with it." : $"npm cannot be started: {cause.Message}",
        "Install Node.js 20 or later (npm comes with it), and open a new terminal so that its PATH counts. " + ByHand(pin),
        cause);

    private static string ByHand(BackendPin pin)
        => $"Or carry the archive here by hand: where npm works, npm pack {pin.Package}@{pin.Version} writes it, and -Path takes it.";
}
