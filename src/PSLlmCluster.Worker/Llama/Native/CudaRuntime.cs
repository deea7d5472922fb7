using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Loads NVIDIA's runtime libraries from their usual locations before the CUDA backend asks for them by name: beside
/// the backend, in CUDA_PATH, in /usr/local/cuda. The operating system's own search comes after, when the backend loads.
/// </summary>
internal static class CudaRuntime
{
    /// <summary>Loads what can be found.</summary>
    /// <param name="version">CUDA's major version.</param>
    /// <param name="folder">The backend's folder.</param>
    public static void Preload(int version, string folder)
    {
        string[] folders = [.. Folders(folder, version).Where(Directory.Exists)];

        // In the order of their needs: cublas needs cublasLt.
        foreach (string library in (string[])["cudart", "cublasLt", "cublas"])
        {
            string name = OperatingSystem.IsWindows()
                ? $"{library}64_{version}.dll"
                : $"lib{library}.so.{version}";
            foreach (string candidate in folders)
            {
                string path = Path.Combine(candidate, name);
                if (File.Exists(path) && NativeLibrary.TryLoad(path, out _))
                {
                    break;
                }
            }
        }
    }

    private static IEnumerable<string> Folders(string folder, int version)
    {
        yield return folder;
        foreach (string variable in (string[])["CUDA_PATH", "CUDA_HOME"])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } root)
            {
                yield return Path.Combine(root, "bin");
                yield return Path.Combine(root, "bin", "x64");
                yield return Path.Combine(root, "lib64");
            }
        }

        if (OperatingSystem.IsLinux())
        {
            yield return $"/usr/local/cuda-{version}/lib64";
            yield return "/usr/local/cuda/lib64";
        }
    }
}
