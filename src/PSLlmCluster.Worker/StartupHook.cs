using System.Diagnostics.CodeAnalysis;
using PSLlmCluster.Worker;

/// <summary>
/// What .NET runs in a host before the host's own entry, where the environment names this assembly: it makes the process a worker. Its name
/// and its method's are .NET's.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = ".NET looks for this name, in no namespace.")]
internal static class StartupHook
{
    // As WorkerStart has them; the engine cannot be found yet.
    private const string WorkerVariable = "PSLLMCLUSTER_WORKER";
    private const string HooksVariable = "DOTNET_STARTUP_HOOKS";

    /// <summary>Makes the process a worker, and does not return.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WorkerVariable) is null)
        {
            return;
        }

        Environment.SetEnvironmentVariable(WorkerVariable, null);
        Environment.SetEnvironmentVariable(HooksVariable, null);
        AssemblyLookup.Use();
        Program.Run();
    }
}
