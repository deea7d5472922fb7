using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>Asks NVIDIA's driver for the newest CUDA that it can run: cuDriverGetVersion of cuda.h, which needs no GPU.</summary>
internal static unsafe class CudaDriver
{
    /// <summary>Gets the name of the driver's library.</summary>
    public static string FileName => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>Returns the version, major * 1000 + minor * 10.</summary>
    /// <returns>The version; null where there is no driver, or it does not say.</returns>
    public static int? Version()
    {
        if (!NativeLibrary.TryLoad(FileName, out nint driver)
            || !NativeLibrary.TryGetExport(driver, "cuDriverGetVersion", out nint function))
        {
            return null;
        }

        int version = 0;
        return ((delegate* unmanaged<int*, int>)function)(&version) == 0 && version > 0 ? version : null;
    }

    /// <summary>Returns why a driver is too old.</summary>
    /// <param name="version">The driver's version, as <see cref="Version"/> returns it; null where it is not known.</param>
    /// <param name="cuda">The major version of CUDA that is needed.</param>
    /// <returns>Why and what to do, in a sentence or two; null where it is new enough or not known.</returns>
    public static string? TooOld(int? version, int cuda) => version / 1000 < cuda
        ? $"NVIDIA's driver is for CUDA {version / 1000}.{version % 1000 / 10}, and this backend needs one for CUDA {cuda}. "
            + (cuda > 12
                ? "Install a newer driver (580 or later for CUDA 13), or the backend Cuda12 with the CUDA 12 runtime."
                : "Install a newer driver (525 or later for CUDA 12).")
        : null;
}
