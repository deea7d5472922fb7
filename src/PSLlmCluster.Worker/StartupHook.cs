using System.Diagnostics.CodeAnalysis;
using PSLlmCluster.Core.Llama;
using PSLlmCluster.Worker;

/// <summary>
/// What .NET runs in a host before the host's own entry, where the environment names this assembly: it makes the process a worker. Its name
/// and its method's are .NET's.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = ".NET looks for this name, in no namespace.")]
internal static class StartupHook
{
    /// <summary>Makes the process a worker, and does not return.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WorkerStart.WorkerVariable) is null)
        {
            return;
        }

        Environment.SetEnvironmentVariable(WorkerStart.WorkerVariable, null);
        Environment.SetEnvironmentVariable(WorkerStart.HooksVariable, null);
        AssemblyLookup.Use();
        Program.Run();
    }
}
