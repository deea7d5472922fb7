namespace PSLlmCluster;

/// <summary>
/// A device that llama.cpp can compute on, or a backend that gives it none and why: what <c>Get-LlamaDevice</c> writes.
/// </summary>
public sealed record LlamaDevice
{
    /// <summary>Gets the backend that drives the device: Cpu, Metal, Cuda12, Cuda13, Vulkan.</summary>
    public required string Backend { get; init; }

    /// <summary>Gets llama.cpp's short name for the device, such as CUDA0; null for a backend without one.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what the device is, as its driver says; null for a backend without one.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the kind of device; null for a backend without one.</summary>
    public LlamaDeviceType? Type { get; init; }

    /// <summary>
    /// Gets the number, from 0, that -MainGpu of Get-TextEmbedding takes for the device, and its place in -TensorSplit; null for what
    /// cannot be chosen.
    /// </summary>
    public int? GpuIndex { get; init; }

    /// <summary>Gets the bytes of memory of the device; null where its driver does not say.</summary>
    public long? TotalMemory { get; init; }

    /// <summary>
    /// Gets the bytes that were free when it was asked; null where its driver does not say. Of the processor it is known on Windows only.
    /// </summary>
    public long? FreeMemory { get; init; }

    /// <summary>Gets a value indicating whether llama.cpp can use it now.</summary>
    public required bool IsUsable { get; init; }

    /// <summary>Gets why it cannot be used and what to do about it; null for one that can.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the file of the backend; null for one that is not installed and for the processor's.</summary>
    public string? Library { get; init; }

    /// <summary>Returns its name and what it is, or the backend's name.</summary>
    /// <returns>One text, CUDA0 (NVIDIA H100).</returns>
    public override string ToString() => Name is null ? Backend : Description is null ? Name : $"{Name} ({Description})";
}
