namespace PSLlmCluster.Core.Embedding;

/// <summary>Which model, and where it runs.</summary>
/// <param name="Path">A GGUF file.</param>
/// <param name="Device">The kind of device.</param>
/// <param name="GpuLayerCount">How many of the model's layers go to a GPU, 0 or more; null for all.</param>
/// <param name="Engine">What runs it.</param>
public sealed record ModelOptions(
    string Path,
    ComputeDevice Device = ComputeDevice.Auto,
    int? GpuLayerCount = null,
    EmbeddingEngine Engine = EmbeddingEngine.Auto)
{
    /// <summary>Checks the options that need no file.</summary>
    /// <exception cref="EngineException">They make no sense.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Path);
        if (GpuLayerCount is < 0)
        {
            throw new EngineException(
                EngineErrorIds.GpuLayerCountInvalid,
                FailureKind.InvalidArgument,
                $"{GpuLayerCount} layers on a GPU make no sense.",
                "Give 0 or more, or leave it out for all layers.");
        }

        if ((Device == ComputeDevice.Cpu && GpuLayerCount > 0) || (Device == ComputeDevice.Gpu && GpuLayerCount == 0))
        {
            throw new EngineException(
                EngineErrorIds.GpuLayerCountInvalid,
                FailureKind.InvalidArgument,
                $"{GpuLayerCount} layers on a GPU and the device {Device} contradict each other.",
                "Leave one of the two out.");
        }

        if (Engine == EmbeddingEngine.Managed && (Device == ComputeDevice.Gpu || GpuLayerCount > 0))
        {
            throw new EngineException(
                EngineErrorIds.EngineNotSuitable,
                FailureKind.InvalidArgument,
                "The managed engine runs on the CPU, and a GPU is asked for.",
                "Leave -Engine Managed out, or what asks for the GPU.");
        }
    }
}
