using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Finds a GPU. ggml's GPU backends lie in folders of their own beside the CPU libraries (cuda13, cuda12, vulkan), each
/// one library that needs the vendor's: readelf -d shows libcudart.so.N, libcublas.so.N and the driver's libcuda.so.1
/// for CUDA N, and libvulkan.so.1 for Vulkan. They are loaded when a model may use a GPU, the first that brings a device wins.
/// On macOS Metal is in the base folder and loaded with it.
/// </summary>
internal static class GpuBackends
{
    private static readonly (string Folder, string Library, string Needs)[] _backends =
    [
        ("cuda13", "ggml-cuda", "an NVIDIA driver for CUDA 13 and the CUDA 13 runtime (cudart, cublas, cublasLt)"),
        ("cuda12", "ggml-cuda", "an NVIDIA driver for CUDA 12 and the CUDA 12 runtime (cudart, cublas, cublasLt)"),
        ("vulkan", "ggml-vulkan", "a graphics driver with Vulkan and the Vulkan loader (libvulkan, vulkan-1)"),
    ];

    private static readonly object _gate = new();
    private static (IReadOnlyList<NativeDevice> Devices, string Reason)? _found;

    /// <summary>Loads the backends that are there until one brings a GPU.</summary>
    /// <param name="files">The base libraries, which are loaded.</param>
    /// <param name="log">Receives what ggml says.</param>
    /// <returns>The GPUs, or none and the reason.</returns>
    public static (IReadOnlyList<NativeDevice> Devices, string Reason) Find(NativeLibraryFiles files, Action<string>? log)
    {
        lock (_gate)
        {
            return _found ??= Search(files, log);
        }
    }

    private static (IReadOnlyList<NativeDevice> Devices, string Reason) Search(NativeLibraryFiles files, Action<string>? log)
    {
        List<string> reasons = [];
        NativeDevice[] gpus = Gpus();
        foreach ((string folder, string library, string needs) in _backends)
        {
            string path = Path.Combine(files.Folder, folder, OperatingSystem.IsWindows() ? library + ".dll" : "lib" + library + ".so");
            if (gpus.Length > 0 || !File.Exists(path))
            {
                continue;
            }

            using NativeLogBuffer buffer = NativeLog.Collect(log);
            CudaRuntime.Preload(folder, Path.GetDirectoryName(path)!);
            bool loaded = GgmlNative.ggml_backend_load(path) != 0;
            gpus = Gpus();
            if (gpus.Length == 0)
            {
                // Windows gives ggml no words for it; asking once more through .NET does.
                string words = buffer.LastErrors() is { Length: > 0 } said ? said : WhyNot(path);
                reasons.Add(loaded
                    ? $"the {folder} backend sees no GPU ({words})"
                    : $"the {folder} backend cannot be loaded: {words}; it needs {needs}");
            }
        }

        string reason = gpus.Length > 0 ? string.Empty
            : reasons.Count > 0 ? string.Join("; ", reasons)
            : $"no GPU backend is installed in {files.Folder} (build the module with -Backend Cuda12, Cuda13 or Vulkan)";
        return (gpus, reason);
    }

    private static NativeDevice[] Gpus() => [.. NativeDevice.All().Where(device => device.IsGpu)];

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
}
