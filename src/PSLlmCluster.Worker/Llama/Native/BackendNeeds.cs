using System.Runtime.InteropServices;
using PSLlmCluster.Core.Backends;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Says what a GPU backend lacks before it is loaded, and where that comes from. readelf -d shows what they need: libcudart.so.N,
/// libcublas.so.N and the driver's libcuda.so.1 for CUDA N, and libvulkan.so.1 for Vulkan; on Windows the names are those of the vendors'
/// files.
/// </summary>
internal static class BackendNeeds
{
    /// <summary>Returns why a backend cannot be loaded.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="path">Its library, a file that is there.</param>
    /// <returns>Why and what to do, in a few sentences; null where nothing is known to stand against it.</returns>
    public static string? Obstacle(GpuBackend backend, string path)
    {
        SharedLibrary library = SharedLibrary.Read(path);
        if (library.Fault is not null)
        {
            return $"{path} cannot be loaded: {library.Fault}. Install the backend again: Install-LlamaBackend {backend.Name} -Force.";
        }

        if (backend.CudaVersion is int cuda)
        {
            CudaRuntime.Preload(cuda, Path.GetDirectoryName(path)!);
        }

        IEnumerable<string> needs = OperatingSystem.IsWindows() ? OnWindows(backend) : library.Needs;
        string[] missing =
            [.. needs.Where(name => !name.Contains("ggml", StringComparison.Ordinal) && !NativeLibrary.TryLoad(name, out _))];
        return missing.Length > 0
            ? Missing(backend, missing, Path.GetDirectoryName(path)!)
            : backend.CudaVersion is int wanted ? CudaDriver.TooOld(CudaDriver.Version(), wanted) : null;
    }

    /// <summary>Says what a backend needs that is not there, and where each comes from.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="missing">The names of the files.</param>
    /// <param name="folder">The backend's folder.</param>
    /// <returns>Why and what to do, in a few sentences.</returns>
    internal static string Missing(GpuBackend backend, IReadOnlyList<string> missing, string folder)
    {
        List<string> sentences = [];
        List<string> runtime = [];
        List<string> others = [];
        foreach (string name in missing)
        {
            if (name == CudaDriver.FileName)
            {
                sentences.Add(
                    $"There is no NVIDIA driver ({name} is missing). Install NVIDIA's driver for the card; a container needs the GPU "
                        + "passed in (docker run --gpus all).");
            }
            else if (name.Contains("vulkan", StringComparison.Ordinal))
            {
                sentences.Add(
                    $"There is no Vulkan loader ({name} is missing). Install it, on Debian and Ubuntu libvulkan1, on Fedora "
                        + "vulkan-loader, on Windows with the graphics driver; the card's driver has to know Vulkan too.");
            }
            else
            {
                (backend.CudaVersion is not null && IsOfCudaRuntime(name) ? runtime : others).Add(name);
            }
        }

        if (runtime.Count > 0)
        {
            string cublas = runtime.Any(name => name.Contains("cublas", StringComparison.Ordinal)) ? " with its cublasLt" : string.Empty;
            sentences.Add(
                $"Of the CUDA {backend.CudaVersion} runtime {string.Join(" and ", runtime)} {(runtime.Count == 1 ? "is" : "are")} missing. "
                    + $"Install NVIDIA's CUDA Toolkit {backend.CudaVersion} (its packages cuda-cudart and libcublas are enough), set "
                    + $"CUDA_PATH to where it is, or copy the files{cublas} into {folder}.");
        }

        if (others.Count > 0)
        {
            sentences.Add(
                $"{string.Join(" and ", others)} {(others.Count == 1 ? "is" : "are")} missing, which the backend needs. Install the "
                    + "system's package that holds it.");
        }

        return string.Join(' ', sentences);
    }

    private static bool IsOfCudaRuntime(string name)
        => name.Contains("cudart", StringComparison.Ordinal) || name.Contains("cublas", StringComparison.Ordinal);

    private static IEnumerable<string> OnWindows(GpuBackend backend) => backend.CudaVersion is int version
        ? [$"cudart64_{version}.dll", $"cublas64_{version}.dll", CudaDriver.FileName]
        : ["vulkan-1.dll"];
}
