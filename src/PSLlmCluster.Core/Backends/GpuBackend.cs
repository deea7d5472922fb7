namespace PSLlmCluster.Core.Backends;

/// <summary>
/// A GPU backend of llama.cpp that is a library of its own, in a folder of its own beside the CPU's libraries. On macOS there is none:
/// Metal is part of the base.
/// </summary>
/// <param name="Name">Its name, as -Name of Install-LlamaBackend and -Backend of the build have it.</param>
/// <param name="LibraryName">The library's name without prefix and ending.</param>
/// <param name="CudaVersion">The major version of CUDA that it was built with; null for one without CUDA.</param>
internal sealed record GpuBackend(string Name, string LibraryName, int? CudaVersion)
{
    /// <summary>Gets the platforms that the backends are made for.</summary>
    public static IReadOnlyList<string> Platforms { get; } = ["linux-x64", "win-x64"];

    /// <summary>Gets all backends, in the order in which they are tried.</summary>
    public static IReadOnlyList<GpuBackend> All { get; } =
        [new("Cuda13", "ggml-cuda", 13), new("Cuda12", "ggml-cuda", 12), new("Vulkan", "ggml-vulkan", null)];

    /// <summary>Gets the name of its folder.</summary>
    public string Folder => Name.ToLowerInvariant();

    /// <summary>Gets the name of its library's file on this system.</summary>
    public string FileName => OperatingSystem.IsWindows() ? LibraryName + ".dll" : "lib" + LibraryName + ".so";

    /// <summary>Returns a backend by its name, whatever the case.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The backend.</returns>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static GpuBackend Named(string name)
        => All.FirstOrDefault(backend => backend.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no backend {name}.", nameof(name));

    /// <summary>Returns where its library lies.</summary>
    /// <param name="nativeFolder">The folder of llama.cpp's libraries.</param>
    /// <returns>The path, whether or not there is a file.</returns>
    public string FileIn(string nativeFolder) => Path.Combine(nativeFolder, Folder, FileName);
}
