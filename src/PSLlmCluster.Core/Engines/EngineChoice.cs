using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Engines;

/// <summary>Which engine runs a model, and why.</summary>
/// <param name="IsManaged">Whether it is the managed engine, or llama.cpp.</param>
/// <param name="Reason">A sentence that says so.</param>
internal sealed record EngineChoice(bool IsManaged, string Reason)
{
    /// <summary>Chooses.</summary>
    /// <param name="file">The model's file.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="kernels">What the managed engine computes with here; null for the widest registers.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="EngineException">The managed engine was asked for, and does not know the model; or the file is damaged.</exception>
    public static EngineChoice For(CheckedModelFile file, ModelOptions options, EncoderKernels? kernels = null)
    {
        if (options.Engine == EmbeddingEngine.Llama)
        {
            return Llama("it was asked for");
        }

        string? obstacle = Obstacle(file);
        if (options.Engine == EmbeddingEngine.Managed)
        {
            return obstacle is null
                ? new EngineChoice(true, "The managed engine runs the model: it was asked for.")
                : throw new EngineException(
                    EngineErrorIds.EngineNotSuitable,
                    FailureKind.NotSupported,
                    $"The managed engine cannot run {file.Path}: {obstacle}.",
                    "Use -Engine Auto or Llama, which runs it with llama.cpp.");
        }

        if (options.AsksForGpu)
        {
            return Llama("a GPU was asked for, and the managed engine runs on the CPU");
        }

        if (obstacle is not null)
        {
            return Llama("the managed engine cannot, as " + obstacle);
        }

        return (kernels ?? EncoderKernels.Widest).IsFast
            ? new EngineChoice(true, $"The managed engine runs the model: an encoder of the architecture '{file.Header.Architecture}'.")
            : Llama("this processor has no fused multiply-add, without which the managed engine is very slow (-Engine Managed)");
    }

    /// <summary>Returns what keeps the managed engine from running a model.</summary>
    /// <param name="file">The model's file.</param>
    /// <returns>A clause, or null where it can.</returns>
    /// <exception cref="EngineException">The file is damaged, or cannot be read.</exception>
    public static string? Obstacle(CheckedModelFile file)
    {
        GgufHeader header = file.Header;
        if (!BertShape.Architectures.Contains(header.Architecture, StringComparer.Ordinal))
        {
            return $"it is of the architecture '{header.Architecture}'";
        }

        if (BertVocabulary.KindOf(header.TokenizerModel) is null)
        {
            return $"its tokenizer is of the kind '{header.TokenizerModel}'";
        }

        if (header.PartCount > 1)
        {
            return "it is split into several files";
        }

        using GgufModel model = GgufModel.Open(file.Path);
        return BertVocabulary.Obstacle(model) ?? BertSupport.Obstacle(model);
    }

    private static EngineChoice Llama(string reason) => new(false, $"llama.cpp runs the model: {reason}.");
}
