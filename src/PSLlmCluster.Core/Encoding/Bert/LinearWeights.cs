using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>
/// The weights of a linear layer, outputs x inputs, in groups of 8 outputs whose numbers of one input lie together, as the product reads
/// them. They are widened to single precision when the model is loaded, or, for a large model, kept as the file has them and widened group
/// by group whenever they are used: the same numbers, for an eighth to a half of the memory.
/// </summary>
internal sealed class LinearWeights
{
    private readonly GgufTensor? _kept;
    private readonly int _firstRow;
    private readonly Memory<float> _widened;

    /// <summary>Initializes a new instance of the <see cref="LinearWeights"/> class.</summary>
    /// <param name="tensor">The weights in the file: a row for each output.</param>
    /// <param name="firstRow">The first of its rows that belongs to the layer.</param>
    /// <param name="outputCount">The rows that belong to the layer.</param>
    /// <param name="bias">What is added to each output; empty for nothing.</param>
    /// <param name="room">Where they are widened to; null to keep them as the file has them.</param>
    public LinearWeights(GgufTensor tensor, int firstRow, int outputCount, float[] bias, WeightRoom? room)
    {
        _firstRow = firstRow;
        OutputCount = outputCount;
        InputCount = tensor.RowLength;
        GroupCount = (outputCount + Panels.GroupSize - 1) / Panels.GroupSize;
        Bias = new float[GroupCount * Panels.GroupSize];
        bias.CopyTo(Bias, 0);
        if (room is null)
        {
            _kept = tensor;
            return;
        }

        _widened = room.Take(GroupCount * GroupLength);
        float[] rows = new float[GroupLength];
        for (int group = 0; group < GroupCount; group++)
        {
            Widen(tensor, group, rows, _widened.Span.Slice(group * GroupLength, GroupLength));
        }
    }

    /// <summary>Gets the number of outputs.</summary>
    public int OutputCount { get; }

    /// <summary>Gets the number of inputs.</summary>
    public int InputCount { get; }

    /// <summary>Gets the number of groups of 8 outputs; the outputs that are missing in the last have weights of 0.</summary>
    public int GroupCount { get; }

    /// <summary>Gets what is added to each output, for all groups.</summary>
    public float[] Bias { get; }

    /// <summary>Gets a value indicating whether the weights lie in memory as they are used.</summary>
    public bool IsWidened => _kept is null;

    /// <summary>Gets the floats of a group.</summary>
    public int GroupLength => InputCount * Panels.GroupSize;

    /// <summary>Returns the weights of groups, one after the other: in each, those of input k are at k * 8.</summary>
    /// <param name="first">The first group.</param>
    /// <param name="count">How many.</param>
    /// <param name="scratch">Room for them and one more, unless they are widened.</param>
    /// <returns>The weights, good until the scratch is used again.</returns>
    public ReadOnlySpan<float> Groups(int first, int count, Span<float> scratch)
    {
        if (_kept is null)
        {
            return _widened.Span.Slice(first * GroupLength, count * GroupLength);
        }

        Span<float> rows = scratch.Slice(count * GroupLength, GroupLength);
        for (int group = 0; group < count; group++)
        {
            Widen(_kept, first + group, rows, scratch.Slice(group * GroupLength, GroupLength));
        }

        return scratch[..(count * GroupLength)];
    }

    // Compiled for speed at once: the first calls, before the runtime would see that it is worth it, are all there are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Widen(GgufTensor tensor, int group, Span<float> rows, Span<float> target)
    {
        int first = group * Panels.GroupSize;
        int count = Math.Min(Panels.GroupSize, OutputCount - first);
        tensor.WidenRows(_firstRow + first, count, rows[..(count * InputCount)]);
        rows[(count * InputCount)..].Clear();
        ref float row0 = ref MemoryMarshal.GetReference(rows);
        ref float row1 = ref rows[InputCount];
        ref float row2 = ref rows[2 * InputCount];
        ref float row3 = ref rows[3 * InputCount];
        ref float row4 = ref rows[4 * InputCount];
        ref float row5 = ref rows[5 * InputCount];
        ref float row6 = ref rows[6 * InputCount];
        ref float row7 = ref rows[7 * InputCount];
        Span<float> eight = target;
        for (int i = 0; i < InputCount; i++)
        {
            eight[7] = Unsafe.Add(ref row7, i);
            eight[0] = Unsafe.Add(ref row0, i);
            eight[1] = Unsafe.Add(ref row1, i);
            eight[2] = Unsafe.Add(ref row2, i);
            eight[3] = Unsafe.Add(ref row3, i);
            eight[4] = Unsafe.Add(ref row4, i);
            eight[5] = Unsafe.Add(ref row5, i);
            eight[6] = Unsafe.Add(ref row6, i);
            eight = eight[Panels.GroupSize..];
        }
    }
}
