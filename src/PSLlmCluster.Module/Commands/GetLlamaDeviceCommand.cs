using System.Management.Automation;
using PSLlmCluster.Core.Llama;

namespace PSLlmCluster.Module.Commands;

/// <summary>Shows what llama.cpp can compute on, and why it cannot use the rest.</summary>
/// <remarks>
/// <para>
/// Get-LlamaDevice writes the processor and every GPU that llama.cpp can use here, each with its memory. After them comes each GPU backend
/// of this platform that brings no GPU, and Reason says why and what to do: it is not installed, there is no driver, the driver is too old
/// for this CUDA, a library is missing (which file, and where it comes from), the backend's own file is damaged.
/// </para>
/// <para>
/// The backends are tried in the order Cuda13, Cuda12, Vulkan, and the first that brings a GPU is the one that models run on. GpuIndex is
/// the number that -MainGpu of Get-TextEmbedding takes, and the place of a GPU in -TensorSplit. On macOS Metal comes with the module.
/// </para>
/// </remarks>
/// <example>
/// <title>What is there</title>
/// <code>
/// Get-LlamaDevice
/// </code>
/// <para>Shows a table of the processor, the GPUs with their memory, and the backends that cannot be used.</para>
/// </example>
/// <example>
/// <title>Why is the GPU not used?</title>
/// <code>
/// Get-LlamaDevice Cuda12, Cuda13 | Where-Object { -not $_.IsUsable } | Format-List Backend, Reason
/// </code>
/// <para>Shows what each backend for NVIDIA's cards lacks.</para>
/// </example>
/// <example>
/// <title>A script that wants a GPU with 20 GB</title>
/// <code>
/// if (-not (Get-LlamaDevice | Where-Object { $_.Type -eq 'Gpu' -and $_.FreeMemory -ge 20GB })) { 'No such GPU here.' }
/// </code>
/// <para>Memory is in bytes.</para>
/// </example>
/// <inputs>
/// <type name="None">It takes no input.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.LlamaDevice">One for each device, and one for each backend without: Backend, Name, Description, Type, GpuIndex,
/// TotalMemory, FreeMemory, IsUsable, Reason and Library.</type>
/// </outputs>
/// <seealso cref="InstallLlamaBackendCommand"/>
/// <seealso cref="GetTextEmbeddingCommand"/>
[Cmdlet(VerbsCommon.Get, "LlamaDevice")]
[OutputType(typeof(LlamaDevice))]
public sealed class GetLlamaDeviceCommand : CancellableCmdlet
{
    private const int ActivityId = 724_107;

    /// <summary>Initializes a new instance of the <see cref="GetLlamaDeviceCommand"/> class.</summary>
    public GetLlamaDeviceCommand()
        : base("Looking for devices", ActivityId)
    {
    }

    /// <summary>Only what these backends bring: Cpu, Metal, Cuda12, Cuda13 or Vulkan. It is all of them unless given.</summary>
    [Parameter(Position = 0)]
    [ValidateSet("Cpu", "Metal", "Cuda12", "Cuda13", "Vulkan")]
    public string[]? Backend { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        IEnumerable<LlamaDevice> devices = RunEngine(() => WorkerDevices.List(Log, Token), null);
        WriteObject(
            devices.Where(device => Backend is null || Backend.Contains(device.Backend, StringComparer.OrdinalIgnoreCase)),
            enumerateCollection: true);
    }
}
