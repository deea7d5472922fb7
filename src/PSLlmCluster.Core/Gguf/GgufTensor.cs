namespace PSLlmCluster.Core.Gguf;

/// <summary>A tensor's bytes, read from a model's file. Several threads may widen rows of it at a time.</summary>
internal sealed class GgufTensor
{
    private readonly int _bytesPerRow;

    /// <summary>Initializes a new instance of the <see cref="GgufTensor"/> class.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type, one of those that can be widened.</param>
    /// <param name="rowLength">The elements of a row; whole blocks.</param>
    /// <param name="rowCount">Its rows.</param>
    /// <param name="data">Its bytes, row by row.</param>
    /// <exception cref="ArgumentException">The bytes are not those of such rows.</exception>
    public GgufTensor(string name, uint type, int rowLength, int rowCount, byte[] data)
    {
        (_, int elements, int bytes) = GgmlTensorType.Blocks[type];
        if (!CanWiden(type) || rowLength % elements != 0 || (long)rowLength / elements * bytes * rowCount != data.Length)
        {
            throw new ArgumentException("The bytes are not those of such rows.", nameof(data));
        }

        Name = name;
        Type = type;
        RowLength = rowLength;
        RowCount = rowCount;
        Data = data;
        _bytesPerRow = rowLength / elements * bytes;
    }

    /// <summary>Gets its name.</summary>
    public string Name { get; }

    /// <summary>Gets its type, a number of <see cref="GgmlTensorType"/>.</summary>
    public uint Type { get; }

    /// <summary>Gets the elements of a row.</summary>
    public int RowLength { get; }

    /// <summary>Gets its rows, over all dimensions but the first.</summary>
    public int RowCount { get; }

    /// <summary>Gets its bytes, row by row.</summary>
    public byte[] Data { get; }

    /// <summary>Returns whether a type's weights can be widened.</summary>
    /// <param name="type">The type, a number of <see cref="GgmlTensorType"/>.</param>
    /// <returns>Whether they can.</returns>
    public static bool CanWiden(uint type) => GgufWidening.Knows(type);

    /// <summary>Widens a row to single precision: the bits that ggml's dequantize_row_* gives.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="target">Receives it; of <see cref="RowLength"/>.</param>
    public void WidenRow(int row, Span<float> target) => WidenRows(row, 1, target);

    /// <summary>Widens rows to single precision.</summary>
    /// <param name="first">The first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Receives them, one after the other; of count times <see cref="RowLength"/>.</param>
    public void WidenRows(int first, int count, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, RowCount - first);
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, (long)count * RowLength, nameof(target));
        GgufWidening.Widen(Type, Data.AsSpan(first * _bytesPerRow, count * _bytesPerRow), target);
    }

    /// <summary>Returns whether all its weights are finite once they are widened, without widening them.</summary>
    /// <returns>Whether they are.</returns>
    public bool IsFinite() => GgufWidening.IsFinite(Type, Data);
}
