using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// A <c>llama_context</c> set up for embeddings, reused for batch after batch. Against llama.cpp's defaults it keeps K and V
/// in float32 and leaves flash attention off, which is what comes nearest to the reference (5.9e-7 instead of 6.6e-4 on
/// float32 weights), and it does not pool: the hidden states come out token by token, and are averaged in double.
/// All sequences share one memory of a batch's size (kv_unified), so a large model needs no room for windows it does not have.
/// </summary>
internal sealed unsafe class EmbeddingContext : IDisposable
{
    // llama.h, llama_decode: 2 is said after the abort callback.
    private const int Aborted = 2;

    private readonly LlamaModel _model;
    private readonly Action<string>? _log;
    private readonly CancellationToken _token;
    private readonly NativeSignal _signal;
    private readonly ContextHandle _handle;

    /// <summary>Initializes a new instance of the <see cref="EmbeddingContext"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batchSize">The most tokens of a batch.</param>
    /// <param name="sequenceCount">The most sequences of a batch.</param>
    /// <param name="threadCount">Threads to compute with.</param>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <param name="signal">Carries the token's cancellation into a computation; this disposes it.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public EmbeddingContext(
        LlamaModel model,
        int batchSize,
        int sequenceCount,
        int threadCount,
        Action<string>? log,
        NativeSignal signal,
        CancellationToken token)
    {
        _model = model;
        _log = log;
        _token = token;
        _signal = signal;
        llama_context_params parameters = LlamaNative.llama_context_default_params();
        parameters.n_ctx = (uint)batchSize;
        parameters.n_batch = (uint)batchSize;
        parameters.n_ubatch = (uint)batchSize;
        parameters.n_seq_max = (uint)sequenceCount;
        parameters.n_threads = threadCount;
        parameters.n_threads_batch = threadCount;
        parameters.pooling_type = llama_pooling_type.LLAMA_POOLING_TYPE_NONE;
        parameters.flash_attn_type = llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED;
        parameters.type_k = ggml_type.GGML_TYPE_F32;
        parameters.type_v = ggml_type.GGML_TYPE_F32;
        parameters.abort_callback = NativeSignal.AbortCallback;
        parameters.abort_callback_data = _signal.Data;
        parameters.embeddings = 1;
        parameters.kv_unified = 1;
        using NativeLogBuffer buffer = NativeLog.Collect(log);
        try
        {
            _handle = ContextHandle.Create(model.Handle, parameters);
        }
        catch (ObjectDisposedException released)
        {
            _signal.Dispose();
            throw model.Released(released);
        }

        if (_handle.IsInvalid)
        {
            _signal.Dispose();
            throw new EngineException(
                EngineErrorIds.ContextFailed,
                FailureKind.ResourceUnavailable,
                $"llama.cpp cannot set up {model.Path} for batches of {batchSize} tokens: {buffer.LastErrors()}",
                "Give a smaller BatchSize or ContextLength if memory is short, and if it is a GPU's, a smaller -GpuLayerCount or "
                    + "-Device Cpu; -Verbose shows llama.cpp's whole log.");
        }
    }

    /// <summary>Computes the hidden states of a batch.</summary>
    /// <param name="batch">The windows.</param>
    /// <returns>Null when all went well, otherwise what llama.cpp said.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string? Run(WindowBatch batch)
    {
        _token.ThrowIfCancellationRequested();
        using NativeLogBuffer buffer = NativeLog.Collect(_log);
        nint memory = LlamaNative.llama_get_memory(_handle);
        if (memory != 0)
        {
            LlamaNative.llama_memory_clear(memory, data: false);
        }

        int result = _model.HasEncoder ? LlamaNative.llama_encode(_handle, batch.Native) : LlamaNative.llama_decode(_handle, batch.Native);
        _token.ThrowIfCancellationRequested();
        return result switch
        {
            0 => null,
            Aborted => "it was aborted",
            _ => $"code {result} {buffer.LastErrors()}",
        };
    }

    /// <summary>Returns the hidden state of a token of the last batch, after the final norm.</summary>
    /// <param name="index">The token's position in the batch.</param>
    /// <returns>The numbers, good until the next batch; empty where llama.cpp has none.</returns>
    public ReadOnlySpan<float> Vector(int index)
    {
        float* vector = LlamaNative.llama_get_embeddings_ith(_handle, index);
        return vector is null ? [] : new ReadOnlySpan<float>(vector, _model.Width);
    }

    /// <summary>Frees the context, and the model if nothing else holds it.</summary>
    public void Dispose()
    {
        using NativeLogBuffer buffer = NativeLog.Collect(_log);
        _handle.Dispose();
        _signal.Dispose();
    }
}
