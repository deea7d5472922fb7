namespace PSLlmCluster.Core.Embedding;

/// <summary>Which model, and where it runs.</summary>
/// <param name="Path">A GGUF file, or the name of a model that servers run.</param>
/// <param name="Device">The kind of device.</param>
/// <param name="GpuLayerCount">How many of the model's layers go to a GPU, 0 or more; null for all.</param>
/// <param name="Engine">What runs it.</param>
/// <param name="MainGpu">The one GPU that holds the layers, from 0; null where all GPUs share them.</param>
/// <param name="TensorSplit">
/// The share of the layers that each GPU holds, in any unit: 3 and 1 for three quarters and one. None is negative, one is above 0, and
/// those that are missing are 0. Null for shares by free memory.
/// </param>
public sealed record ModelOptions(
    string Path,
    ComputeDevice Device = ComputeDevice.Auto,
    int? GpuLayerCount = null,
    EmbeddingEngine Engine = EmbeddingEngine.Auto,
    int? MainGpu = null,
    IReadOnlyList<float>? TensorSplit = null)
{
    /// <summary>
    /// Gets the servers that run the model, in place of this machine; null, the default, for a file. <see cref="Path"/> is then the model's
    /// name there.
    /// </summary>
    public EndpointOptions? Endpoint { get; init; }

    /// <summary>Gets the model's name for people: of a file its name, of a server's model the name there.</summary>
    public string Name => Endpoint?.Model ?? System.IO.Path.GetFileName(Path);

    /// <summary>Gets a value indicating whether a GPU was asked for, in one way or another.</summary>
    public bool AsksForGpu => Device == ComputeDevice.Gpu || GpuLayerCount > 0 || MainGpu is not null || TensorSplit is not null;

    /// <summary>Checks the options that need no file.</summary>
    /// <exception cref="EngineException">They make no sense.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Path);
        if (Engine == EmbeddingEngine.Endpoint)
        {
            throw new EngineException(
                EngineErrorIds.EngineNotSuitable,
                FailureKind.InvalidArgument,
                "The engine Endpoint says that vectors came from a server, and is not to be chosen.",
                "Give the server's address with -Endpoint, or use -Engine Auto, Managed or Llama.");
        }

        Endpoint?.Validate();
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

        ValidateGpus();
        if (Engine == EmbeddingEngine.Managed && AsksForGpu)
        {
            throw new EngineException(
                EngineErrorIds.EngineNotSuitable,
                FailureKind.InvalidArgument,
                "The managed engine runs on the CPU, and a GPU is asked for.",
                "Leave -Engine Managed out, or what asks for the GPU.");
        }
    }

    /// <summary>Returns the model that servers run.</summary>
    /// <param name="endpoint">The servers.</param>
    /// <returns>The options.</returns>
    public static ModelOptions Of(EndpointOptions endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new ModelOptions(endpoint.Model) { Endpoint = endpoint };
    }

    private void ValidateGpus()
    {
        bool hasNone = Device == ComputeDevice.Cpu || GpuLayerCount == 0;
        if (MainGpu is < 0 || (MainGpu is not null && hasNone))
        {
            throw new EngineException(
                EngineErrorIds.MainGpuInvalid,
                FailureKind.InvalidArgument,
                hasNone ? $"The GPU {MainGpu} is named, and no layer goes to a GPU." : $"There is no GPU {MainGpu}.",
                "Give the GpuIndex that Get-LlamaDevice shows, from 0, or leave -MainGpu out.");
        }

        if (TensorSplit is null)
        {
            return;
        }

        string? fault = TensorSplit.Any(share => !float.IsFinite(share) || share < 0) ? "A share is negative or no number."
            : !TensorSplit.Any(share => share > 0) ? "None of the shares is above 0."
            : hasNone ? "Shares of GPUs are given, and no layer goes to a GPU."
            : MainGpu is not null ? "Shares of several GPUs are given, and the one GPU that holds all layers."
            : null;
        if (fault is not null)
        {
            throw new EngineException(
                EngineErrorIds.TensorSplitInvalid,
                FailureKind.InvalidArgument,
                fault,
                "Give one share for each GPU, 0 or more, such as -TensorSplit 3, 1 for three quarters and one; -MainGpu takes one GPU "
                    + "alone.");
        }
    }
}
