using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Llama;

namespace PSLlmCluster.Module;

/// <summary>Frees what a session keeps; the module's script calls it when the module is removed.</summary>
public static class ModuleCleanup
{
    /// <summary>
    /// Frees the models that were loaded, and ends llama.cpp's process. What a running command uses stays until that command ends.
    /// </summary>
    public static void FreeModels()
    {
        ModelCache.Clear();
        CompletionMemory.Clear();
        WorkerSession.Stop();
    }
}
