using System.Management.Automation;
using PSLlmCluster.Core.Backends;

namespace PSLlmCluster.Module.Commands;

/// <summary>Removes what llama.cpp needs to use a GPU.</summary>
/// <remarks>
/// <para>
/// Uninstall-LlamaBackend removes the folder of a GPU backend from the module, or from the folder that the environment variable
/// PSLLMCLUSTER_NATIVE names. Nothing else is touched: drivers and NVIDIA's CUDA runtime are not the module's.
/// </para>
/// <para>
/// On Windows a backend that a session uses cannot be removed; the error says so, and the backend stays whole. Elsewhere a session that
/// uses it keeps it until it ends.
/// </para>
/// </remarks>
/// <example>
/// <title>Remove a backend</title>
/// <code>
/// Uninstall-LlamaBackend Cuda13
/// </code>
/// <para>Removes it; models run on another backend, or on the CPU.</para>
/// </example>
/// <example>
/// <title>What would be done</title>
/// <code>
/// Uninstall-LlamaBackend Vulkan -WhatIf
/// </code>
/// <para>Names the folder, and removes nothing.</para>
/// </example>
/// <example>
/// <title>Another backend in its place</title>
/// <code>
/// Uninstall-LlamaBackend Cuda13
/// Install-LlamaBackend Cuda12
/// </code>
/// <para>For a driver that is too old for CUDA 13. Both may be installed side by side as well; the first that brings a GPU is used.</para>
/// </example>
/// <inputs>
/// <type name="None">It takes no input.</type>
/// </inputs>
/// <outputs>
/// <type name="None">It writes nothing.</type>
/// </outputs>
/// <seealso cref="InstallLlamaBackendCommand"/>
/// <seealso cref="GetLlamaDeviceCommand"/>
[Cmdlet(VerbsLifecycle.Uninstall, "LlamaBackend", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class UninstallLlamaBackendCommand : CancellableCmdlet
{
    private const int ActivityId = 724_109;

    /// <summary>Initializes a new instance of the <see cref="UninstallLlamaBackendCommand"/> class.</summary>
    public UninstallLlamaBackendCommand()
        : base("Removing a backend", ActivityId)
    {
    }

    /// <summary>The backend: Cuda12, Cuda13 or Vulkan.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateSet("Cuda12", "Cuda13", "Vulkan")]
    public string Name { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string folder = string.Empty;
        Guard(() => folder = BackendInstaller.InstalledFolder(Name), Name);
        if (ShouldProcess(folder, $"Remove the backend {Name}"))
        {
            Guard(() => BackendInstaller.Remove(folder), Name);
        }
    }
}
