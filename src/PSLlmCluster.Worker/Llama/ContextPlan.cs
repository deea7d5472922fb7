using System.Runtime.InteropServices;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// How a model is computed: in how many contexts, of how many threads, and which windows make a call
/// (docs/decisions/0008-llama-cpp-batches-and-contexts.md). A window gives the same bits whatever comes with it.
/// On a CPU a call takes one window, and then nothing can change its bits; or, where every kernel of the computation treats each token by
/// itself, as many windows as have fewer than 64 tokens together, which is where ggml's flash attention begins to go through tiles of 64.
/// No token is spent on alignment. SmolLM2 in Q4_1 takes 0.6 of the processor time of calls of 128 tokens with windows aligned to 16,
/// MiniLM in Q8_0 0.53.
/// Threads of one context wait for each other after every operation, spinning. So a small model runs in one context of one thread for each
/// processor, each with windows of its own; a large one, of which one window alone takes a core many seconds, and a context much memory,
/// in one context over all cores.
/// On a GPU a call takes many windows, which start at multiples of 16 tokens.
/// </summary>
/// <param name="ContextCount">The contexts, 1 or more; they are set up as there is work for them.</param>
/// <param name="ThreadCount">The threads of a context.</param>
/// <param name="BatchSize">The most tokens of a call, at least a window.</param>
/// <param name="CallSize">The tokens after which a call takes no further window; 1 where a window always goes alone.</param>
/// <param name="AlignsWindows">Whether windows start at multiples of 16 tokens, and calls are filled before they are run.</param>
/// <param name="SequenceCount">The most sequences of a call.</param>
/// <param name="SharesBeginnings">
/// Whether windows of a call that begin alike have those tokens in it once. Where each token is treated by itself and sees what is before
/// it alone, its bits are the same whoever's those are. Not with a recurrent memory, nor in a context without any, whose model reads a text
/// both ways, even where the file does not say so (EmbeddingGemma).
/// </param>
/// <param name="UsesFlashAttention">
/// Whether attention is computed in one operation, over K and V in float16, or in steps in float32. It spares a decoder an eighth of the
/// time, since a memory is never less than 256 tokens wide and steps go through all of them. It is further from the reference by 1e-4 (1 -
/// cosine), which is less than quantised weights are, so it is for those alone. Encoders have no memory, and lose by it.
/// </param>
internal sealed record ContextPlan(
    int ContextCount,
    int ThreadCount,
    int BatchSize,
    int CallSize,
    bool AlignsWindows,
    int SequenceCount,
    bool SharesBeginnings,
    bool UsesFlashAttention)
{
    /// <summary>The tokens of a call on a GPU where no batch size is asked for.</summary>
    internal const int GpuCallSize = 512;

    /// <summary>The most bytes of weights of a model that runs in one context for each processor.</summary>
    internal const long MostBytesOfSmallModel = 1L << 30;

    // A context takes about a fifth of the weights at a window of 512 tokens (measured: MiniLM 5 of 25 MB, SmolLM2 20 of 98).
    private const long MostBytesOfContexts = 4L << 30;
    private const int WeightsForEachContext = 5;

    // GGML_FA_TILE_Q of ggml-cpu/common.h: with as many tokens flash attention goes through tiles, and a window's place among them counts.
    private const int FlashAttentionTile = 64;

    // Q8_0 takes 8.5 bits a weight, and F16 and BF16 take 16.
    private const double MostBitsOfQuantizedWeight = 12;

    // Types that ggml multiplies, on x64, token by token (vec_dot), or in tiles of which each sum is taken in the same order whatever the
    // tile's size (tinyBLAS). Others are repacked, and the last tokens of a call, up to 3, then go through another kernel.
    private static readonly uint[] _typesByToken =
    [
        GgmlTensorType.F32, GgmlTensorType.Q3_K, GgmlTensorType.Q4_1, GgmlTensorType.Q5_0, GgmlTensorType.Q5_1, GgmlTensorType.Q5_K,
        GgmlTensorType.Q6_K, GgmlTensorType.Q8_0,
    ];

    /// <summary>
    /// Gets the threads of one context where no number is asked for: two threads that wait for each other gain nothing where they share a
    /// core by hyperthreading.
    /// </summary>
    internal static int ThreadsOfOneContext
        => Environment.ProcessorCount <= 4 ? Environment.ProcessorCount : Environment.ProcessorCount / 2;

    /// <summary>Plans the computation of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="EngineException">The batch size that is asked for is less than a window.</exception>
    public static ContextPlan For(LlamaModel model, EmbeddingOptions options, int windowLength)
    {
        if (options.BatchSize < windowLength)
        {
            throw new EngineException(
                EngineErrorIds.BatchSizeTooSmall,
                FailureKind.InvalidArgument,
                $"A batch size of {options.BatchSize} tokens is less than a window of {windowLength}.",
                $"Give at least {windowLength}, or a smaller ContextLength, or leave it out.");
        }

        if (model.GpuLayers > 0)
        {
            return Packed(options.ThreadCount ?? ThreadsOfOneContext, options.BatchSize ?? GpuCallSize, windowLength);
        }

        bool isSmall = model.WeightBytes <= MostBytesOfSmallModel;
        bool usesFlashAttention = model.IsCausal && model.BitsPerWeight < MostBitsOfQuantizedWeight;
        int callSize = usesFlashAttention && TakesEachTokenByItself(model) ? FlashAttentionTile - 1 : 1;
        return new ContextPlan(
            isSmall ? options.ThreadCount ?? DefaultContextCount(model) : 1,
            isSmall ? 1 : options.ThreadCount ?? ThreadsOfOneContext,
            WindowBatch.RoundUp(Math.Max(callSize, windowLength), WindowBatch.EndAlignment),
            callSize,
            AlignsWindows: false,
            Math.Max(1, callSize / 2),
            SharesBeginnings: callSize > 1 && !model.HasRecurrentMemory && !model.HasEncoder,
            usesFlashAttention);
    }

    /// <summary>Plans the computation of a model in contexts like one that is set up.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <param name="context">The context.</param>
    /// <returns>The plan.</returns>
    public static ContextPlan For(LlamaModel model, EmbeddingOptions options, int windowLength, EmbeddingContext context)
    {
        ContextPlan plan = For(model, options, windowLength);
        return plan with { SharesBeginnings = plan.SharesBeginnings && context.HasMemory };
    }

    /// <summary>Plans one context whose calls take many windows.</summary>
    /// <param name="threadCount">Its threads.</param>
    /// <param name="callSize">The tokens after which a call takes no further window.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <returns>The plan.</returns>
    internal static ContextPlan Packed(int threadCount, int callSize, int windowLength)
    {
        int batchSize = WindowBatch.RoundUp(Math.Max(callSize, windowLength), WindowBatch.EndAlignment);
        return new ContextPlan(
            1,
            threadCount,
            batchSize,
            callSize,
            AlignsWindows: true,
            WindowBatch.SequencesFor(batchSize, windowLength),
            SharesBeginnings: false,
            UsesFlashAttention: false);
    }

    private static int DefaultContextCount(LlamaModel model)
        => (int)Math.Min(Environment.ProcessorCount, WeightsForEachContext * MostBytesOfContexts / Math.Max(1, model.WeightBytes));

    private static bool TakesEachTokenByItself(LlamaModel model)
        => RuntimeInformation.ProcessArchitecture == Architecture.X64 && model.MatrixTypes.All(_typesByToken.Contains);
}
