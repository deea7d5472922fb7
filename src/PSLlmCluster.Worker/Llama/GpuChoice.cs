using System.Globalization;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Worker.Llama;

/// <summary>Which GPUs hold how much of a model, decided before it is loaded.</summary>
/// <param name="LayerCount">How many layers go to GPUs; 0 for the CPU alone, null for all of them.</param>
/// <param name="MainGpu">The one GPU that holds them; null where they are split.</param>
/// <param name="TensorSplit">The share of each GPU; null where llama.cpp splits by free memory.</param>
internal sealed record GpuChoice(int? LayerCount, int? MainGpu, IReadOnlyList<float>? TensorSplit)
{
    /// <summary>Decides.</summary>
    /// <param name="path">The model's path, for messages.</param>
    /// <param name="sizes">The model's sizes.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="gpus">The GPUs that there are, at least one.</param>
    /// <param name="log">Receives the estimate, and why fewer layers or none go to a GPU.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="EngineException">
    /// There is no such GPU, or the GPU was asked for and has no room; where nobody asked, what fits is taken.
    /// </exception>
    public static GpuChoice For(
        string path, LayerSizes sizes, ModelOptions options, IReadOnlyList<GpuMemory> gpus, Action<string>? log)
    {
        Check(options, gpus);
        IReadOnlyList<GpuMemory> used = options.MainGpu is int main ? [gpus[main]] : gpus;
        int asked = Math.Min(options.GpuLayerCount ?? sizes.LayerCount, sizes.LayerCount);
        GpuPlan plan = GpuPlan.For(sizes, asked, used, options.TensorSplit);
        log?.Invoke($"Of {sizes.LayerCount} layers, {plan}.");
        if (plan.Fits)
        {
            return new GpuChoice(options.GpuLayerCount, options.MainGpu, options.TensorSplit);
        }

        int most = GpuPlan.MostThatFit(sizes, asked - 1, used, options.TensorSplit);
        if (options.AsksForGpu)
        {
            throw new EngineException(
                EngineErrorIds.GpuMemoryTooSmall,
                FailureKind.ResourceUnavailable,
                $"{path} does not fit: {plan}. "
                    + (most > 0 ? $"{most} of its {sizes.LayerCount} layers would." : "Not even one layer would."),
                (most > 0
                    ? string.Create(CultureInfo.InvariantCulture, $"Give -GpuLayerCount {most}, and the CPU computes the rest; or take ")
                    : "Use -Device Cpu, or take ")
                    + "the model in a smaller quantization, or close what else uses the GPU's memory (Get-LlamaDevice shows it).");
        }

        log?.Invoke(most > 0
            ? $"Not all layers fit on the GPU, so {most} of {sizes.LayerCount} go there, and the CPU computes the rest."
            : "Not even one layer fits on the GPU, so the CPU is used.");
        return new GpuChoice(most, options.MainGpu, options.TensorSplit);
    }

    private static void Check(ModelOptions options, IReadOnlyList<GpuMemory> gpus)
    {
        string names = string.Join(", ", gpus.Select((gpu, i) => $"{i} is {gpu.Name}"));
        if (options.MainGpu >= gpus.Count)
        {
            throw new EngineException(
                EngineErrorIds.MainGpuInvalid,
                FailureKind.InvalidArgument,
                $"There is no GPU {options.MainGpu}: {names}.",
                $"Give a number from 0 to {gpus.Count - 1}; Get-LlamaDevice shows them as GpuIndex.");
        }

        if (options.TensorSplit?.Count > gpus.Count)
        {
            throw new EngineException(
                EngineErrorIds.TensorSplitInvalid,
                FailureKind.InvalidArgument,
                $"{options.TensorSplit.Count} shares are more than there are GPUs: {names}.",
                "Give one share for each GPU, in the order of GpuIndex of Get-LlamaDevice, or leave it out.");
        }
    }
}
