using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// A <c>llama_context</c> set up for embeddings, reused for batch after batch. Against llama.cpp's defaults it keeps K and V
/// in float32 and leaves flash attention off, which is what comes nearest to the reference (5.9e-7 instead of 6.6e-4 on
/// float32 weights), unless the plan says otherwise, and it does not pool: the hidden states come out token by token, and are
/// averaged in double.
/// All sequences share one memory of a batch's size (kv_unified), so a large model needs no room for windows it does not have.
/// What all windows begin with is computed before the first, into sequences of its own that stay in the memory; each window's sequence then
/// has its cells too (llama_memory_seq_cp), and is taken out again after the call. So a window's own cells lie where they would if it were
/// the first, and it gives the same bits.
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
    private readonly ContextThreads _threads;
    private readonly ContextPlan _plan;
    private readonly int[] _shared;
    private bool _hasShared;

    /// <summary>Initializes a new instance of the <see cref="EmbeddingContext"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">The sizes of a batch, the threads to compute with, and how attention is computed.</param>
    /// <param name="log">Receives llama.cpp's log on the thread that uses the context.</param>
    /// <param name="signal">Carries the token's cancellation into a computation; this disposes it.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <param name="shared">The tokens that all windows begin with and that are computed once; none where there are none.</param>
    public EmbeddingContext(
        LlamaModel model,
        ContextPlan plan,
        Action<string>? log,
        NativeSignal signal,
        CancellationToken token,
        params int[] shared)
    {
        _model = model;
        _log = log;
        _token = token;
        _signal = signal;
        _plan = plan;
        _shared = shared;
        llama_context_params parameters = LlamaNative.llama_context_default_params();
        parameters.n_ctx = (uint)(plan.BatchSize + WindowBatch.RoundUp(shared.Length, WindowBatch.EndAlignment));
        parameters.n_batch = (uint)plan.BatchSize;
        parameters.n_ubatch = (uint)plan.BatchSize;
        parameters.n_seq_max = (uint)(plan.SequenceCount + (shared.Length > 0 ? WindowBatch.SharedSequences : 0));
        parameters.n_threads = plan.ThreadCount;
        parameters.n_threads_batch = plan.ThreadCount;
        parameters.pooling_type = llama_pooling_type.LLAMA_POOLING_TYPE_NONE;
        parameters.flash_attn_type = plan.UsesFlashAttention
            ? llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
            : llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED;
        parameters.type_k = plan.UsesFlashAttention ? ggml_type.GGML_TYPE_F16 : ggml_type.GGML_TYPE_F32;
        parameters.type_v = parameters.type_k;
        parameters.abort_callback = NativeSignal.AbortCallback;
        parameters.abort_callback_data = _signal.Data;
        parameters.embeddings = 1;
        parameters.kv_unified = 1;
        _handle = model.SetUp(
            parameters,
            signal,
            log,
            $"batches of {plan.BatchSize} tokens",
            "Give a smaller BatchSize or ContextLength if memory is short, and if it is a GPU's, a smaller -GpuLayerCount or -Device Cpu; "
                + "-Verbose shows llama.cpp's whole log.");
        _threads = new ContextThreads(_handle, model.GpuLayers == 0 ? plan.ThreadCount : 1, log);
    }

    /// <summary>Gets a value indicating whether it remembers what came before a token, as a model does that writes text.</summary>
    public bool HasMemory => LlamaNative.llama_get_memory(_handle) != 0;

    /// <summary>Computes the hidden states of a batch.</summary>
    /// <param name="batch">The windows, without what they share.</param>
    /// <returns>Null when all went well, otherwise what llama.cpp said.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string? Run(WindowBatch batch)
    {
        _token.ThrowIfCancellationRequested();
        using NativeLogBuffer buffer = NativeLog.Collect(_log);
        nint memory = LlamaNative.llama_get_memory(_handle);
        if (memory != 0 && !_hasShared)
        {
            LlamaNative.llama_memory_clear(memory, data: false);
        }

        if (_shared.Length > 0)
        {
            if (!_hasShared && Share(buffer) is { } complaint)
            {
                return complaint;
            }

            foreach (int sequence in batch.WindowSequences)
            {
                LlamaNative.llama_memory_seq_cp(memory, _plan.SequenceCount, sequence, -1, -1);
            }
        }

        string? words = Compute(batch, buffer);
        _hasShared &= words is null;
        for (int sequence = 0; sequence < batch.SequenceCount && _hasShared; sequence++)
        {
            _hasShared = LlamaNative.llama_memory_seq_rm(memory, sequence, -1, -1);
        }

        return words;
    }

    /// <summary>
    /// Sums the hidden states, after the final norm, of tokens of a window of the last batch, and scales the sum to the window's weight, so
    /// that the windows of a text are averaged by their weights.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="window">The window's number in it, from 0.</param>
    /// <param name="pooled">The tokens.</param>
    /// <returns>Their mean times the window's weight, in double precision in the order of the tokens; null where llama.cpp has no vector
    /// of a token.</returns>
    public double[]? Sum(WindowBatch batch, int window, PooledRange pooled)
    {
        double weight = (double)pooled.Weight / pooled.Count;
        double[] sum = new double[_model.Width];
        for (int token = 0; token < pooled.Count; token++)
        {
            float* vector = LlamaNative.llama_get_embeddings_ith(_handle, batch.RowOf(window, pooled.First + token));
            if (vector is null)
            {
                return null;
            }

            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += vector[i] * weight;
            }
        }

        return sum;
    }

    /// <summary>Frees the context, and the model if nothing else holds it.</summary>
    public void Dispose()
    {
        using NativeLogBuffer buffer = NativeLog.Collect(_log);
        _handle.Dispose();
        _signal.Dispose();
    }

    private string? Share(NativeLogBuffer buffer)
    {
        int capacity = WindowBatch.RoundUp(_shared.Length, WindowBatch.EndAlignment);
        using WindowBatch batch = new(capacity, capacity, capacity, _plan.AlignsWindows, firstSequence: _plan.SequenceCount);
        batch.Add(_shared);
        batch.Complete();
        string? words = Compute(batch, buffer);
        _hasShared = words is null;
        return words;
    }

    private string? Compute(WindowBatch batch, NativeLogBuffer buffer)
    {
        int result = _threads.Run(() => Compute(batch));
        _token.ThrowIfCancellationRequested();
        return result switch
        {
            0 => null,
            Aborted => "it was aborted",
            _ => $"code {result} {buffer.LastErrors()}",
        };
    }

    private int Compute(WindowBatch batch)
        => _model.HasEncoder ? LlamaNative.llama_encode(_handle, batch.Native) : LlamaNative.llama_decode(_handle, batch.Native);
}
