using System.Runtime.InteropServices;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// A <c>llama_context</c> set up to complete prompts in <see cref="SlotCount"/> slots side by side. What a slot computes does not depend on
/// the other slots: each has a memory of its own (kv_unified = 0), so its attention sees the same numbers at the same places; a prompt is
/// computed in calls of its own; and a step is always one token of every slot, those that are idle included, so that all its products have
/// one shape. The beginning that prompts share is computed once, in a memory of its own, and copied.
/// </summary>
internal sealed unsafe class GenerationContext : IDisposable
{
    /// <summary>The prompts that are completed side by side. docs/decisions/0009 has the measurement.</summary>
    public const int SlotCount = 4;

    // llama.h, llama_decode: 2 is said after the abort callback.
    private const int Aborted = 2;

    // The tokens of a prompt that are computed in one call.
    private const int CallSize = 256;

    private const int SharedSequence = SlotCount;

    private readonly LlamaModel _model;
    private readonly Action<string>? _log;
    private readonly CancellationToken _token;
    private readonly NativeSignal _signal;
    private readonly ContextHandle _handle;
    private readonly ContextThreads _threads;
    private readonly byte* _memory;
    private readonly int[] _positions = new int[SlotCount];
    private readonly bool[] _isActive = new bool[SlotCount];
    private readonly int _width;
    private llama_batch _batch;
    private int _sharedLength;

    /// <summary>Initializes a new instance of the <see cref="GenerationContext"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="length">The most tokens of a slot.</param>
    /// <param name="threadCount">Threads to compute with.</param>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <param name="signal">Carries the token's cancellation into a computation; this disposes it.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <param name="meter">Says what time the threads get; null for that of this machine.</param>
    /// <exception cref="EngineException">It cannot be set up.</exception>
    public GenerationContext(
        LlamaModel model,
        int length,
        int threadCount,
        Action<string>? log,
        NativeSignal signal,
        CancellationToken token,
        ProcessorMeter? meter = null)
    {
        _model = model;
        _log = log;
        _token = token;
        _signal = signal;
        Length = length;
        _width = LlamaNative.llama_vocab_n_tokens(model.Vocabulary);
        llama_context_params parameters = LlamaNative.llama_context_default_params();
        parameters.n_ctx = (uint)(length * (SlotCount + 1));
        parameters.n_batch = CallSize;
        parameters.n_ubatch = CallSize;
        parameters.n_seq_max = SlotCount + 1;
        parameters.n_outputs_max = SlotCount + 1;
        parameters.n_threads = threadCount;
        parameters.n_threads_batch = threadCount;
        parameters.flash_attn_type = llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED;
        parameters.abort_callback = NativeSignal.AbortCallback;
        parameters.abort_callback_data = signal.Data;
        parameters.kv_unified = 0;
        _handle = model.SetUp(
            parameters,
            signal,
            log,
            $"{SlotCount} prompts of {length} tokens",
            "Give shorter prompts or a smaller ContextLength if memory is short; -Verbose shows llama.cpp's whole log.");
        _threads = new ContextThreads(_handle, model.GpuLayers == 0 ? threadCount : 1, log, meter);

        nuint perToken = (nuint)(sizeof(int*) + (4 * sizeof(int)) + sizeof(sbyte));
        _memory = (byte*)NativeMemory.AllocZeroed(CallSize * perToken);
        _batch.seq_id = (int**)_memory;
        _batch.token = (int*)(_batch.seq_id + CallSize);
        _batch.pos = _batch.token + CallSize;
        _batch.n_seq_id = _batch.pos + CallSize;
        int* sequences = _batch.n_seq_id + CallSize;
        _batch.logits = (sbyte*)(sequences + CallSize);
        for (int i = 0; i < CallSize; i++)
        {
            _batch.n_seq_id[i] = 1;
            _batch.seq_id[i] = sequences + i;
        }
    }

    /// <summary>Gets the most tokens of a slot.</summary>
    public int Length { get; }

    /// <summary>Gets a value indicating whether the beginning that prompts share is there.</summary>
    public bool IsShared { get; private set; }

    /// <summary>Computes the beginning that prompts share.</summary>
    /// <param name="tokens">Its tokens; none where there is none.</param>
    /// <returns>Null when all went well, otherwise what llama.cpp said.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string? Share(ReadOnlySpan<int> tokens)
    {
        Clear(SharedSequence);
        string? words = tokens.IsEmpty ? null : Run(SharedSequence, tokens, start: 0, wantsLogits: false);
        _sharedLength = tokens.Length;
        IsShared = words is null;
        return words;
    }

    /// <summary>Begins a prompt.</summary>
    /// <param name="slot">The slot to use, from 0.</param>
    /// <param name="tokens">The tokens of the whole prompt, 1 or more.</param>
    /// <param name="sharedLength">How many of them, less than all, are those that are shared.</param>
    /// <param name="logits">Receives the logits of what comes next.</param>
    /// <returns>Null when all went well, otherwise what llama.cpp said; the slot is then idle.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string? Start(int slot, ReadOnlySpan<int> tokens, int sharedLength, Span<float> logits)
    {
        Clear(slot);
        int start = 0;
        if (sharedLength > 0)
        {
            nint memory = LlamaNative.llama_get_memory(_handle);
            LlamaNative.llama_memory_seq_cp(memory, SharedSequence, slot, -1, -1);
            start = sharedLength;
            if (sharedLength < _sharedLength && !LlamaNative.llama_memory_seq_rm(memory, slot, sharedLength, -1))
            {
                // A recurrent memory cannot be cut.
                Clear(slot);
                start = 0;
            }
        }

        string? words = Run(slot, tokens[start..], start, wantsLogits: true) ?? Logits(_batch.n_tokens - 1, logits);
        _isActive[slot] = words is null;
        _positions[slot] = tokens.Length;
        return words;
    }

    /// <summary>Frees a slot.</summary>
    /// <param name="slot">The slot.</param>
    public void End(int slot)
    {
        _isActive[slot] = false;
        Clear(slot);
    }

    /// <summary>Goes on by a token in each slot that has a prompt.</summary>
    /// <param name="tokens">The token of each slot; those of idle slots do not matter, but have to be tokens.</param>
    /// <returns>Null when all went well, otherwise what llama.cpp said.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string? Step(ReadOnlySpan<int> tokens)
    {
        for (int slot = 0; slot < SlotCount; slot++)
        {
            Put(slot, tokens[slot], _isActive[slot] ? _positions[slot]++ : 0, slot, wantsLogits: true);
        }

        _batch.n_tokens = SlotCount;
        string? words = Decode();
        for (int slot = 0; slot < SlotCount; slot++)
        {
            if (!_isActive[slot])
            {
                Clear(slot);
            }
        }

        return words;
    }

    /// <summary>Copies the logits that the last step gave a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="logits">Receives a number for each token of the vocabulary.</param>
    /// <returns>Null when all went well, otherwise what is wrong.</returns>
    public string? Logits(int slot, Span<float> logits)
    {
        float* values = LlamaNative.llama_get_logits_ith(_handle, slot);
        if (values is null)
        {
            return "it returned none";
        }

        new ReadOnlySpan<float>(values, _width).CopyTo(logits);
        return null;
    }

    /// <summary>Frees the context, and the model if nothing else holds it.</summary>
    public void Dispose()
    {
        using NativeLogBuffer buffer = NativeLog.Collect(_log);
        _handle.Dispose();
        _signal.Dispose();
        NativeMemory.Free(_memory);
    }

    private string? Run(int sequence, ReadOnlySpan<int> tokens, int start, bool wantsLogits)
    {
        string? words = null;
        for (int done = 0; done < tokens.Length && words is null; done += _batch.n_tokens)
        {
            _batch.n_tokens = Math.Min(CallSize, tokens.Length - done);
            for (int i = 0; i < _batch.n_tokens; i++)
            {
                Put(i, tokens[done + i], start + done + i, sequence, wantsLogits && done + i == tokens.Length - 1);
            }

            words = Decode();
        }

        return words;
    }

    private void Put(int at, int token, int position, int sequence, bool wantsLogits)
    {
        _batch.token[at] = token;
        _batch.pos[at] = position;
        _batch.seq_id[at][0] = sequence;
        _batch.logits[at] = (sbyte)(wantsLogits ? 1 : 0);
    }

    private void Clear(int sequence)
        => LlamaNative.llama_memory_seq_rm(LlamaNative.llama_get_memory(_handle), sequence, -1, -1);

    private string? Decode()
    {
        _token.ThrowIfCancellationRequested();
        using NativeLogBuffer buffer = NativeLog.Collect(_log);
        int result = _threads.Run(() => LlamaNative.llama_decode(_handle, _batch));
        _token.ThrowIfCancellationRequested();
        return result switch
        {
            0 => null,
            Aborted => "it was aborted",
            _ => $"code {result} {buffer.LastErrors()}",
        };
    }
}
