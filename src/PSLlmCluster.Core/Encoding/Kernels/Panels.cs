using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>
/// A matrix with a row for each feature and a lane for each token, cut into panels of 48 tokens: all features of a panel lie together, 48
/// floats each, so that a product reads them one after the other.
/// </summary>
/// <remarks>
/// Every operation of the network goes down the features, lane by lane. So no sum crosses lanes, and a token's numbers do not depend on its
/// place, on its neighbours or on the register's width. A panel has 8 rows more than features, rounded up to 8, and the whole 64 floats
/// more: kernels work on 8 rows and a whole register at a time, and may read or write what is not used.
/// </remarks>
internal sealed class Panels
{
    /// <summary>Tokens of a panel: three registers of 512 bits, six of 256, twelve of 128.</summary>
    public const int LaneCount = 48;

    /// <summary>Rows that a kernel computes at a time.</summary>
    public const int GroupSize = 8;

    /// <summary>Floats of a cache line.</summary>
    public const int LineSize = 16;

    private readonly float[] _numbers;
    private readonly int _start;
    private readonly int _panelSize;

    /// <summary>Initializes a new instance of the <see cref="Panels"/> class, of zeros.</summary>
    /// <param name="rowCount">Features.</param>
    /// <param name="panelCount">Panels.</param>
    public Panels(int rowCount, int panelCount)
    {
        _panelSize = checked((RoundUp(rowCount, GroupSize) + GroupSize) * LaneCount);

        // Pinned, so that the start stays where a cache line starts: a load that crosses lines takes two.
        _numbers = GC.AllocateArray<float>(checked((panelCount * _panelSize) + LaneCount + LineSize + LineSize), pinned: true);
        LargePages.Advise(_numbers);
        _start = LineStart(_numbers);
    }

    /// <summary>Returns the rest of the matrix from a panel on.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>The numbers; feature f and lane l are at f * 48 + l.</returns>
    public Span<float> Panel(int panel) => _numbers.AsSpan(_start + (panel * _panelSize));

    /// <summary>Returns the panels that a number of tokens takes.</summary>
    /// <param name="tokenCount">The tokens.</param>
    /// <returns>The number of panels.</returns>
    public static int CountFor(int tokenCount) => (tokenCount + LaneCount - 1) / LaneCount;

    /// <summary>Returns the bytes that a matrix takes.</summary>
    /// <param name="rowCount">Features.</param>
    /// <param name="panelCount">Panels.</param>
    /// <returns>The bytes.</returns>
    public static long ByteCount(int rowCount, int panelCount)
        => ((long)panelCount * (RoundUp(rowCount, GroupSize) + GroupSize) * LaneCount * sizeof(float)) + 512;

    /// <summary>Returns the smallest multiple of a number that is not less than a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="multiple">The number.</param>
    /// <returns>The multiple.</returns>
    public static int RoundUp(int value, int multiple) => checked(value + multiple - 1) / multiple * multiple;

    /// <summary>Returns the index of the first number of a pinned array that starts a cache line of 64 bytes.</summary>
    /// <param name="pinned">The array.</param>
    /// <returns>The index, below 16.</returns>
    public static unsafe int LineStart(float[] pinned)
    {
        nint address = (nint)Unsafe.AsPointer(ref pinned[0]);
        return (int)((-address & ((LineSize * sizeof(float)) - 1)) / sizeof(float));
    }
}
