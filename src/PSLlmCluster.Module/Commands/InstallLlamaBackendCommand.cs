using System.Management.Automation;
using PSLlmCluster.Core.Backends;

namespace PSLlmCluster.Module.Commands;

/// <summary>Adds what llama.cpp needs to use a GPU.</summary>
/// <remarks>
/// <para>
/// Install-LlamaBackend puts a GPU backend of llama.cpp into the module: Cuda12 or Cuda13 for NVIDIA's cards, Vulkan for any card whose
/// driver knows Vulkan. On macOS nothing is needed, as Metal comes with the module.
/// </para>
/// <para>
/// The backend is one package, which this version of the module knows by name, version and SHA-512 hash. npm fetches it (Node.js 20 or
/// later has to be installed), from whatever registry it is set up for; on a machine without a network -Path takes the package's archive,
/// which npm pack writes anywhere else. An archive with another hash is refused. Only the backend's own library and its licence are taken
/// from it. It is written to the module's folder, or to the one that the environment variable PSLLMCLUSTER_NATIVE names, whole or not at
/// all.
/// </para>
/// <para>
/// A backend needs the card's driver; Cuda12 and Cuda13 also NVIDIA's CUDA runtime of that version (cudart, cublas, cublasLt), which is not
/// part of it. Get-LlamaDevice says what is missing. Where both CUDA backends are installed Cuda13 comes first; an older driver needs
/// Cuda12. The archives are about 180 MB for CUDA and 25 MB for Vulkan.
/// </para>
/// </remarks>
/// <example>
/// <title>For an NVIDIA card</title>
/// <code>
/// Install-LlamaBackend Cuda12
/// Get-LlamaDevice
/// </code>
/// <para>Fetches the backend with npm, and shows whether the card can be used now.</para>
/// </example>
/// <example>
/// <title>What would be done</title>
/// <code>
/// Install-LlamaBackend Vulkan -WhatIf
/// </code>
/// <para>Names the package and the folder, and fetches nothing. It is the package to fetch where the machine has no network.</para>
/// </example>
/// <example>
/// <title>On a machine without a network</title>
/// <code>
/// Install-LlamaBackend Cuda12 -Path ./node-llama-cpp-linux-x64-cuda-ext-3.22.1.tgz
/// </code>
/// <para>Takes the archive that npm pack wrote elsewhere. Of several the right one is found by its hash.</para>
/// </example>
/// <inputs>
/// <type name="None">It takes no input.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.LlamaBackend">What was installed: Name, Package, Version, Path and Length.</type>
/// </outputs>
/// <seealso cref="GetLlamaDeviceCommand"/>
/// <seealso cref="UninstallLlamaBackendCommand"/>
[Cmdlet(VerbsLifecycle.Install, "LlamaBackend", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(LlamaBackend))]
public sealed class InstallLlamaBackendCommand : CancellableCmdlet
{
    private const int ActivityId = 724_108;

    /// <summary>Initializes a new instance of the <see cref="InstallLlamaBackendCommand"/> class.</summary>
    public InstallLlamaBackendCommand()
        : base("Installing a backend", ActivityId)
    {
    }

    /// <summary>The backend: Cuda12, Cuda13 or Vulkan.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateSet("Cuda12", "Cuda13", "Vulkan")]
    public string Name { get; set; } = string.Empty;

    /// <summary>
    /// The paths of archives (.tgz) that npm pack wrote elsewhere, one of which is the backend's. Without it npm fetches the archive.
    /// </summary>
    [Parameter]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Replaces the backend where it is installed already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string[] archives = [.. (Path ?? []).Select(path => FilePaths.Resolve(this, path))];
        BackendInstaller? installer = null;
        Guard(() => installer = BackendInstaller.For(Name, Force), Name);
        if (ShouldProcess(installer!.Folder, $"Install {Name} from the package {installer.Package}"))
        {
            WriteObject(RunEngine(() => installer.Install(archives, Log, Progress, Token), Name));
        }
    }
}
