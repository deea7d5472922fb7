using System.Runtime.InteropServices;
using PSLlmCluster.Core.Backends;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Finds a GPU. ggml's GPU backends lie in folders of their own beside the CPU libraries, each one library that needs the vendor's
/// (<see cref="BackendNeeds"/>). They are loaded when a model may use a GPU, and the first that brings one wins: two would bring the same
/// card twice. On macOS Metal is in the base folder and loaded with it.
/// </summary>
internal static class GpuBackends
{
    private static readonly object _gate = new();

    // What was loaded and brought no GPU: it stays loaded, and a second time would register it twice.
    private static readonly Dictionary<string, string> _withoutGpu = new(StringComparer.Ordinal);
    private static GpuSearch? _found;

    /// <summary>
    /// Loads the backends that are there until one brings a GPU. A second call returns the GPUs that the first one found; where there was
    /// none it looks again, as a backend may have been installed meanwhile.
    /// </summary>
    /// <param name="files">The base libraries, which are loaded.</param>
    /// <param name="log">Receives what ggml says.</param>
    /// <returns>The GPUs, and what became of each backend.</returns>
    public static GpuSearch Find(NativeLibraryFiles files, Action<string>? log)
    {
        lock (_gate)
        {
            return _found is { Gpus.Count: > 0 } found ? found : _found = Search(files.Folder, log);
        }
    }

    /// <summary>Loads the backends of a folder until one brings a GPU.</summary>
    /// <param name="folder">The folder that holds the backends' folders.</param>
    /// <param name="log">Receives what ggml says.</param>
    /// <returns>The GPUs, and what became of each backend.</returns>
    internal static GpuSearch Search(string folder, Action<string>? log)
    {
        List<BackendOutcome> outcomes = [];
        IReadOnlyList<NativeDevice> gpus = NativeDevice.Gpus();
        string? winner = gpus.Count > 0 ? gpus[0].Registry : null;
        foreach (GpuBackend backend in GpuBackend.Platforms.Contains(NativePlatform.Name, StringComparer.Ordinal) ? GpuBackend.All : [])
        {
            string path = backend.FileIn(folder);
            bool isInstalled = File.Exists(path);
            string? obstacle = !isInstalled ? $"It is not installed. Install-LlamaBackend {backend.Name} installs it."
                : winner is not null ? $"It is not loaded, as {winner} has the GPU already."
                : Load(backend, path, log);
            outcomes.Add(new BackendOutcome(backend, isInstalled ? path : null, obstacle));
            if (obstacle is null)
            {
                gpus = NativeDevice.Gpus();
                winner = backend.Name;
            }
        }

        return new GpuSearch(gpus, folder, outcomes);
    }

    /// <summary>Asks .NET why a library cannot be loaded.</summary>
    /// <param name="path">The library.</param>
    /// <returns>Why, in one line.</returns>
    internal static string WhyNot(string path)
    {
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(path));
            return "it says no more";
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            return failure.Message.ReplaceLineEndings(" ");
        }
    }

    private static string? Load(GpuBackend backend, string path, Action<string>? log)
    {
        if (_withoutGpu.TryGetValue(path, out string? known))
        {
            return known;
        }

        if (BackendNeeds.Obstacle(backend, path) is { } obstacle)
        {
            log?.Invoke($"The backend {backend.Name} is not used. {obstacle}");
            return obstacle;
        }

        using NativeLogBuffer buffer = NativeLog.Collect(log);
        bool isLoaded = GgmlNative.ggml_backend_load(path) != 0;
        if (NativeDevice.Gpus().Count > 0)
        {
            return null;
        }

        // Windows gives ggml no words for it; asking once more through .NET does.
        string words = buffer.LastErrors() is { Length: > 0 } said ? said : isLoaded ? "it says no more" : WhyNot(path);
        if (!isLoaded)
        {
            return $"{path} cannot be loaded: {words}.";
        }

        string tool = backend.CudaVersion is null ? "vulkaninfo" : "nvidia-smi";
        return _withoutGpu[path] = $"It sees no GPU ({words}). Check with the driver's own tool ({tool}) that the card is there, and that "
            + "this user or container may use it.";
    }
}

/// <summary>What became of a backend.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Path">Its library; null where it is not installed.</param>
/// <param name="Obstacle">Why it brings no GPU and what to do, in a few sentences; null for the one that brings one.</param>
internal sealed record BackendOutcome(GpuBackend Backend, string? Path, string? Obstacle);

/// <summary>The GPUs that were found, and what became of each backend.</summary>
/// <param name="Gpus">The GPUs that a model may use, in llama.cpp's order.</param>
/// <param name="Folder">The folder that was searched.</param>
/// <param name="Backends">All backends that there are for this platform.</param>
internal sealed record GpuSearch(IReadOnlyList<NativeDevice> Gpus, string Folder, IReadOnlyList<BackendOutcome> Backends)
{
    /// <summary>Gets why there is no GPU, without a stop at the end; empty where there is one.</summary>
    public string Reason
    {
        get
        {
            BackendOutcome[] installed = [.. Backends.Where(outcome => outcome.Path is not null)];
            return Gpus.Count > 0 ? string.Empty
                : installed.Length > 0
                    ? string.Join("; ", installed.Select(outcome => $"{outcome.Backend.Name}: {outcome.Obstacle?.TrimEnd('.')}"))
                : Backends.Count > 0
                    ? $"no GPU backend is installed in {Folder} (Install-LlamaBackend Cuda12, Cuda13 or Vulkan)"
                : $"there is no GPU backend for {NativePlatform.Name}";
        }
    }
}
