using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Tests.Support;

/// <summary>Points the engine at the files of the staged module, since the tests run from a folder of their own.</summary>
internal static class StagedModule
{
    public static string Root { get; } = Path.Combine(Repository.Root, "artifacts", "module", "PSLlmCluster");

    [ModuleInitializer]
    internal static void UseItsFiles() => EngineFiles.Root = Root;
}
