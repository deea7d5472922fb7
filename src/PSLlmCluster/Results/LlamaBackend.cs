namespace PSLlmCluster;

/// <summary>A GPU backend of llama.cpp that was installed: what <c>Install-LlamaBackend</c> writes.</summary>
/// <param name="Name">Its name: Cuda12, Cuda13 or Vulkan.</param>
/// <param name="Package">The package that it comes from.</param>
/// <param name="Version">The package's version.</param>
/// <param name="Path">The full path of its library.</param>
/// <param name="Length">The library's bytes.</param>
public sealed record LlamaBackend(string Name, string Package, string Version, string Path, long Length)
{
    /// <summary>Returns the name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
