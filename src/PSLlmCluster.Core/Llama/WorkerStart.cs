using System.Diagnostics;
using System.Reflection;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// How a worker is started: by the very program that runs the session, so that it needs nothing that is not there. <c>dotnet</c> runs the
/// worker's assembly. Any other host, pwsh above all, is started once more with the worker as its startup hook, which .NET runs before the
/// host's own entry, and which does not return (.NET documentation, "host startup hook").
/// </summary>
internal static class WorkerStart
{
    /// <summary>The environment variable that says whether the worker is a process; "None" has it in the session's own.</summary>
    public const string IsolationVariable = "PSLLMCLUSTER_ISOLATION";

    /// <summary>The environment variable that tells a startup hook that this process is to be a worker.</summary>
    public const string WorkerVariable = "PSLLMCLUSTER_WORKER";

    /// <summary>The name of .NET's environment variable of startup hooks.</summary>
    public const string HooksVariable = "DOTNET_STARTUP_HOOKS";

    /// <summary>The type that serves a worker's streams.</summary>
    public const string EntryType = "PSLlmCluster.Worker.Program";

    /// <summary>Its method, which takes the two streams and returns at their end.</summary>
    public const string EntryMethod = "Serve";

    private const string AssemblyName = "PSLlmCluster.Worker.dll";

    /// <summary>Gets the path of the worker's assembly.</summary>
    /// <exception cref="EngineException">It is not there.</exception>
    public static string AssemblyPath
    {
        get
        {
            string path = Path.Combine(Path.GetDirectoryName(typeof(WorkerStart).Assembly.Location)!, AssemblyName);
            return File.Exists(path)
                ? path
                : throw new EngineException(
                    EngineErrorIds.WorkerStartFailed,
                    FailureKind.NotInstalled,
                    $"{path} is missing, which runs llama.cpp.",
                    "Install or build the module again; it is part of it.");
        }
    }

    /// <summary>Gets a value indicating whether the worker is to be a process of its own.</summary>
    /// <exception cref="EngineException">The environment variable holds something else.</exception>
    public static bool IsIsolated => Environment.GetEnvironmentVariable(IsolationVariable) switch
    {
        null or "" => true,
        { } value when value.Equals("Process", StringComparison.OrdinalIgnoreCase) => true,
        { } value when value.Equals("None", StringComparison.OrdinalIgnoreCase) => false,
        { } value => throw new EngineException(
            EngineErrorIds.IsolationInvalid,
            FailureKind.InvalidArgument,
            $"The environment variable {IsolationVariable} is '{value}'.",
            "Set it to Process or None, or remove it: then it is Process."),
    };

    /// <summary>Starts a worker.</summary>
    /// <returns>The link to it.</returns>
    /// <exception cref="EngineException">It cannot be started.</exception>
    public static WorkerLink Start() => IsIsolated ? ProcessLink.Start(ForHost(Environment.ProcessPath)) : InProcessLink.Start();

    /// <summary>Returns how a worker is started by a host.</summary>
    /// <param name="host">The path of the program that runs the session.</param>
    /// <returns>How.</returns>
    /// <exception cref="EngineException">The host cannot start one.</exception>
    internal static ProcessStartInfo ForHost(string? host)
    {
        string assembly = AssemblyPath;
        ProcessStartInfo start = new()
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = System.Text.Encoding.UTF8,
            CreateNoWindow = true,
            UseShellExecute = false,

            // Not the session's: a worker holds no folder, and looks for no library there.
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
        };
        start.Environment[WorkerVariable] = FrameStream.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

        // A debugger that ggml would start writes all stacks to the error stream; and no diagnostics port is opened.
        start.Environment["GGML_NO_BACKTRACE"] = "1";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment.Remove(HooksVariable);
        if (IsMuxer(host))
        {
            Run(start, host!, assembly);
        }
        else if (host is not null && HooksAreSupported)
        {
            start.FileName = host;
            start.Environment[HooksVariable] = assembly;
            if (Path.GetFileNameWithoutExtension(host).Equals("pwsh", StringComparison.OrdinalIgnoreCase))
            {
                // What it does should the hook not run: nothing.
                foreach (string argument in (string[])["-NoProfile", "-NonInteractive", "-Command", "exit"])
                {
                    start.ArgumentList.Add(argument);
                }
            }
        }
        else
        {
            Run(start, FindMuxer() ?? throw Failed($"{host ?? "This host"} cannot run it, and there is no dotnet."), assembly);
        }

        return start;
    }

    /// <summary>Makes the error of a worker that does not come up.</summary>
    /// <param name="why">Why not, as a sentence.</param>
    /// <param name="cause">What was thrown, if anything.</param>
    /// <returns>The error.</returns>
    public static EngineException Failed(string why, Exception? cause = null) => new(
        EngineErrorIds.WorkerStartFailed,
        FailureKind.ResourceUnavailable,
        $"The process that runs llama.cpp did not come up. {why}",
        $"Allow this session to start processes. Where that cannot be, set $env:{IsolationVariable} = 'None': llama.cpp then runs in the "
            + "session itself, which it can end.",
        cause);

    // A program that .NET was loaded into later, such as a Python, runs no hook, and has no entry in .NET. A trimmed one says that it runs
    // none.
    private static bool HooksAreSupported => Assembly.GetEntryAssembly() is not null
        && (!AppContext.TryGetSwitch("System.StartupHookProvider.IsSupported", out bool on) || on);

    private static void Run(ProcessStartInfo start, string muxer, string assembly)
    {
        start.FileName = muxer;
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(assembly);
    }

    private static bool IsMuxer(string? path)
        => Path.GetFileNameWithoutExtension(path)?.Equals("dotnet", StringComparison.OrdinalIgnoreCase) ?? false;

    // The runtime lies in ROOT/shared/Microsoft.NETCore.App/VERSION where it was installed by itself.
    private static string? FindMuxer()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? string.Empty;
        IEnumerable<string> folders =
        [
            Path.GetFullPath(Path.Combine(runtime, "..", "..", "..")),
            Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? string.Empty,
            .. (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator),
        ];
        return folders.Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
