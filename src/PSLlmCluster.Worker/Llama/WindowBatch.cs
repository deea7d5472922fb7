using System.Runtime.InteropServices;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// A <c>llama_batch</c> filled with windows, each a sequence of its own with positions from 0, and every token's vector wanted.
/// Where windows are aligned, every window starts at a multiple of 16 tokens, and the batch ends at a multiple of 32; the gaps are
/// filled with sequences that nobody reads. ggml's CPU kernels add in lanes, so a window's place among the lanes is a rounding error
/// of the attention, which 8-bit activations may blow up to 1 - cosine = 6e-5 (measured: MiniLM in Q8_0, 5 of 60 texts differ).
/// At aligned places the other windows add exact zeros, and a text gives the same bits alone and in any batch (measured: 0 of 60).
/// Where they are not (<see cref="ContextPlan"/> says when the bits are the same all the same), one follows the other; a window of a
/// single token, which ggml multiplies by another kernel, then goes alone.
/// Where all windows share a prompt's beginning, that is a batch of its own, and a window here is what comes after it. Where a window and
/// the one before it begin alike, those tokens may be in the batch once, in the sequences of both: what a token is, depends on those before
/// it alone.
/// </summary>
internal sealed unsafe class WindowBatch : IDisposable
{
    /// <summary>
    /// The most sequences of a batch: LLAMA_MAX_SEQ of llama-cparams.h, but for <see cref="SharedSequences"/>.
    /// </summary>
    public const int MostSequences = 256 - SharedSequences;

    /// <summary>The sequences of what windows share: its tokens, and those that fill it up.</summary>
    public const int SharedSequences = 2;

    /// <summary>What a batch's capacity is a multiple of.</summary>
    public const int EndAlignment = 32;

    /// <summary>The lanes of the widest kernel: 16 floats of AVX-512.</summary>
    public const int StartAlignment = 16;

    private readonly int _startAlignment;
    private readonly int _endAlignment;
    private readonly int _capacity;
    private readonly int _callSize;
    private readonly int _windowLength;
    private readonly int _sharedLength;
    private readonly int _firstSequence;
    private readonly List<int> _windowSequences = [];
    private readonly List<(int Start, int Common)> _windows = [];
    private readonly byte* _memory;
    private readonly int* _sequenceNumbers;
    private llama_batch _batch;
    private int _sequenceCount;
    private int _fillSequence;
    private int _fillPosition;

    /// <summary>Initializes a new instance of the <see cref="WindowBatch"/> class.</summary>
    /// <param name="capacity">The most tokens, a multiple of <see cref="EndAlignment"/>.</param>
    /// <param name="callSize">The tokens after which no further window is taken; a window that is longer goes alone.</param>
    /// <param name="windowLength">The most tokens of a window; no sequence is longer.</param>
    /// <param name="isAligned">Whether windows are aligned.</param>
    /// <param name="sharedLength">The tokens before each window that are not in the batch; positions count on from them.</param>
    /// <param name="firstSequence">The number of the first sequence.</param>
    public WindowBatch(
        int capacity, int callSize, int windowLength, bool isAligned = true, int sharedLength = 0, int firstSequence = 0)
    {
        (_startAlignment, _endAlignment) = isAligned ? (StartAlignment, EndAlignment) : (1, 1);
        _capacity = capacity;
        _callSize = Math.Min(RoundUp(callSize, _endAlignment), capacity);
        _windowLength = windowLength;
        _sharedLength = sharedLength;
        _firstSequence = firstSequence;
        nuint perToken = (nuint)(sizeof(int*) + (3 * sizeof(int)) + sizeof(sbyte));
        _memory = (byte*)NativeMemory.AllocZeroed(((nuint)capacity * perToken) + (MostSequences * sizeof(int)));
        _batch.seq_id = (int**)_memory;
        _batch.token = (int*)(_batch.seq_id + capacity);
        _batch.pos = _batch.token + capacity;
        _batch.n_seq_id = _batch.pos + capacity;
        _sequenceNumbers = _batch.n_seq_id + capacity;
        _batch.logits = (sbyte*)(_sequenceNumbers + MostSequences);
        for (int i = 0; i < MostSequences; i++)
        {
            _sequenceNumbers[i] = firstSequence + i;
        }

        Clear();
    }

    /// <summary>Gets the native batch.</summary>
    public llama_batch Native => _batch;

    /// <summary>Gets the sequences of the windows, in their order.</summary>
    public IReadOnlyList<int> WindowSequences => _windowSequences;

    /// <summary>Gets the number of all sequences, those that fill gaps included; they are numbered one after the other.</summary>
    public int SequenceCount => _sequenceCount;

    /// <summary>Returns the most sequences of a batch, for <c>n_seq_max</c>, which llama.cpp wants to be no more than the tokens.</summary>
    /// <param name="capacity">The most tokens.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <returns>1 to <see cref="MostSequences"/>.</returns>
    public static int SequencesFor(int capacity, int windowLength)
        => (int)Math.Min(Math.Min(MostSequences, capacity), (capacity / StartAlignment) + (capacity / (long)windowLength) + 2);

    /// <summary>Says whether a window still fits.</summary>
    /// <param name="tokenCount">The window's tokens.</param>
    /// <returns>True where it does.</returns>
    public bool HasRoomFor(int tokenCount)
    {
        if (_endAlignment == 1 && _batch.n_tokens > 0 && (tokenCount == 1 || _batch.n_tokens == 1))
        {
            return false;
        }

        // The window, and at worst as many new filling sequences as both gaps around it can need.
        int filling = ((_startAlignment + _endAlignment) / _windowLength) + 2;
        int room = _batch.n_tokens == 0 ? _capacity : _callSize;
        return RoundUp(RoundUp(_batch.n_tokens, _startAlignment) + tokenCount, _endAlignment) <= room
            && (_batch.n_tokens == 0 || _sequenceCount + 1 + filling <= MostSequences);
    }

    /// <summary>Adds a window that fits.</summary>
    /// <param name="tokens">Its tokens, 1 or more, without those that all windows share.</param>
    /// <param name="common">
    /// How many of them, from the first on, are taken from the window before, which has the same; windows then come in the order of their
    /// tokens.
    /// </param>
    public void Add(ReadOnlySpan<int> tokens, int common = 0)
    {
        Fill(_startAlignment);
        _windows.Add((_batch.n_tokens, common));
        if (common == tokens.Length)
        {
            // The same window again.
            return;
        }

        int sequence = _sequenceCount++;
        _windowSequences.Add(_firstSequence + sequence);
        for (int i = 0; i < common; i++)
        {
            // In the order of tokens, the windows that share one come one after the other, and so do their sequences.
            _batch.n_seq_id[RowOf(_windows.Count - 1, _sharedLength + i)]++;
        }

        for (int i = common; i < tokens.Length; i++)
        {
            Append(tokens[i], _sharedLength + i, sequence);
        }
    }

    /// <summary>Returns where a token of a window is in the batch.</summary>
    /// <param name="window">The window's number, from 0.</param>
    /// <param name="token">
    /// The token's, from 0 at the window's first. Those that all windows share count too, but are not in the batch.
    /// </param>
    /// <returns>Its position in the batch.</returns>
    public int RowOf(int window, int token)
    {
        int own = token - _sharedLength;
        while (own < _windows[window].Common)
        {
            window--;
        }

        return _windows[window].Start + own - _windows[window].Common;
    }

    /// <summary>Fills the end, before the batch is run.</summary>
    public void Complete() => Fill(_endAlignment);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _batch.n_tokens = 0;
        _sequenceCount = 0;
        _windowSequences.Clear();
        _windows.Clear();
        _fillSequence = -1;
    }

    /// <summary>Frees its memory.</summary>
    public void Dispose() => NativeMemory.Free(_memory);

    /// <summary>Returns the smallest multiple of a number that is not less than a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="multiple">The number.</param>
    /// <returns>The multiple.</returns>
    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private void Fill(int multiple)
    {
        while (_batch.n_tokens % multiple != 0)
        {
            if (_fillSequence < 0 || _fillPosition == _windowLength)
            {
                _fillSequence = _sequenceCount++;
                _fillPosition = 0;
            }

            // Any token will do; the batch's first is one that the model knows.
            Append(_batch.token[0], _fillPosition++, _fillSequence);
        }
    }

    private void Append(int token, int position, int sequence)
    {
        int at = _batch.n_tokens++;
        _batch.token[at] = token;
        _batch.pos[at] = position;
        _batch.n_seq_id[at] = 1;
        _batch.seq_id[at] = _sequenceNumbers + sequence;
        _batch.logits[at] = 1;
    }
}
