using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>The memory of all widened weights of a model, in one piece, so that it can lie in large pages.</summary>
internal sealed class WeightRoom
{
    private readonly float[] _numbers;
    private int _taken;

    /// <summary>Initializes a new instance of the <see cref="WeightRoom"/> class.</summary>
    /// <param name="length">The floats of all parts that are going to be taken, each rounded up by <see cref="LengthOf"/>.</param>
    public WeightRoom(int length)
    {
        _numbers = GC.AllocateUninitializedArray<float>(length + Panels.LineSize, pinned: true);
        LargePages.Advise(_numbers);
        _taken = Panels.LineStart(_numbers);
    }

    /// <summary>Returns what a linear layer takes.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <returns>The floats.</returns>
    public static long LengthOf(int inputs, int outputs)
        => Panels.RoundUp(inputs * Panels.GroupSize, Panels.LineSize) * (((long)outputs + Panels.GroupSize - 1) / Panels.GroupSize);

    /// <summary>Takes a part, which starts where a cache line does.</summary>
    /// <param name="length">Its floats.</param>
    /// <returns>The part.</returns>
    public Memory<float> Take(int length)
    {
        Memory<float> part = _numbers.AsMemory(_taken, length);
        _taken += Panels.RoundUp(length, Panels.LineSize);
        return part;
    }
}
