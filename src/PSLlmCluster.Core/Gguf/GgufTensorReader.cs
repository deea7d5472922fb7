using System.Numerics;

namespace PSLlmCluster.Core.Gguf;

/// <summary>Reads the tensors of a model's file, each after a check of all that its entry in the table says.</summary>
internal sealed class GgufTensorReader
{
    private readonly GgufCursor _cursor;
    private readonly GgufMetadata _metadata;
    private readonly string _path;
    private readonly Dictionary<int, byte[]> _borrowed = [];

    /// <summary>Initializes a new instance of the <see cref="GgufTensorReader"/> class.</summary>
    /// <param name="cursor">The file.</param>
    /// <param name="metadata">Its header; that the file is as long as its tensors need was checked.</param>
    /// <param name="path">How messages name the file.</param>
    /// <exception cref="EngineException">A tensor lies where it cannot, or has rows that are no whole blocks.</exception>
    public GgufTensorReader(GgufCursor cursor, GgufMetadata metadata, string path)
    {
        _cursor = cursor;
        _metadata = metadata;
        _path = path;
        CheckPlaces();
    }

    /// <summary>Reads a tensor to an array of its own.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="shape">The dimensions that it has to have, the length of a row first; none where it may have any.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="EngineException">It is not what it has to be, or the file was changed.</exception>
    public GgufTensor Read(GgufTensorEntry entry, ReadOnlySpan<int> shape)
    {
        (int length, int count) = Rows(entry, shape);
        byte[] data = GC.AllocateUninitializedArray<byte>((int)entry.ByteCount, pinned: true);
        LargePages.Advise(data);
        return Read(entry, length, count, data);
    }

    /// <summary>Reads a tensor to an array that the next one of as many bytes is read to as well.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="shape">The dimensions that it has to have, the length of a row first; none where it may have any.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="EngineException">It is not what it has to be, or the file was changed.</exception>
    public GgufTensor Borrow(GgufTensorEntry entry, ReadOnlySpan<int> shape)
    {
        (int length, int count) = Rows(entry, shape);
        if (!_borrowed.TryGetValue((int)entry.ByteCount, out byte[]? data))
        {
            data = GC.AllocateUninitializedArray<byte>((int)entry.ByteCount);
            _borrowed.Add(data.Length, data);
        }

        return Read(entry, length, count, data);
    }

    // Through the cursor's buffer: fresh memory that the system's own copying touches first is slower to touch again in a virtual machine
    // (measured with 12 MB: 90 ms of the CPU without, 60 with), and the copy itself is nothing beside that.
    private GgufTensor Read(GgufTensorEntry entry, int length, int count, byte[] data)
    {
        ModelStream.Reading<object?>(
            _path,
            () =>
            {
                try
                {
                    _cursor.MoveTo(_metadata.DataStart + (long)entry.Offset);
                    _cursor.Bytes(data);
                    return null;
                }
                catch (GgufFormatException failure)
                {
                    throw ModelStream.Cut(_path, $"it became shorter while its tensor {Shown(entry.Name)} was read", failure);
                }
            });
        return new GgufTensor(entry.Name, entry.Type, length, count, data);
    }

    private (int Length, int Count) Rows(GgufTensorEntry entry, ReadOnlySpan<int> shape)
    {
        CheckShape(entry, shape);
        if (!GgufTensor.CanWiden(entry.Type))
        {
            throw new EngineException(
                EngineErrorIds.ModelLoadFailed,
                FailureKind.NotSupported,
                $"{_path} cannot be run by the managed engine: its tensor {Shown(entry.Name)} is of the type "
                    + $"{GgmlTensorType.Blocks[entry.Type].Name}.",
                "Let llama.cpp run it (-Engine Llama), or take a file of another quantization, such as Q8_0.");
        }

        long length = entry.Shape.Length == 0 ? 1 : entry.Shape[0];
        long rows = length == 0 ? 0 : 1;
        for (int i = 1; i < entry.Shape.Length; i++)
        {
            rows *= entry.Shape[i];
        }

        if (length == 0 || rows == 0 || length > int.MaxValue || rows > int.MaxValue || entry.ByteCount > (ulong)Array.MaxLength)
        {
            throw Corrupt($"its tensor {Shown(entry.Name)} has the shape {Words(entry.Shape)}");
        }

        return ((int)length, (int)rows);
    }

    // Together with the file's length, which was checked: whole blocks, at places where llama.cpp would look for them, and no byte in
    // two tensors, so that all of them together are at most as long as the file.
    private void CheckPlaces()
    {
        ulong end = 0;
        string before = string.Empty;
        GgufTensorEntry[] entries = [.. _metadata.Tensors.Values];
        Array.Sort(
            entries, (left, right) => (left.Offset, left.ByteCount).CompareTo((right.Offset, right.ByteCount)));
        foreach (GgufTensorEntry entry in entries)
        {
            if (entry.Offset % (ulong)_metadata.Alignment != 0)
            {
                throw Corrupt($"its tensor {Shown(entry.Name)} starts at {entry.Offset:N0}, no multiple of {_metadata.Alignment:N0}");
            }

            if (entry.Offset < end)
            {
                throw Corrupt($"its tensors {Shown(before)} and {Shown(entry.Name)} lie in the same place");
            }

            long rowLength = entry.Shape.Length == 0 ? 1 : entry.Shape[0];
            if (rowLength % GgmlTensorType.Blocks[entry.Type].Elements != 0)
            {
                throw Corrupt($"its tensor {Shown(entry.Name)} has rows of {rowLength:N0}, no whole blocks");
            }

            end = entry.Offset + entry.ByteCount;
            before = entry.Name;
        }
    }

    private void CheckShape(GgufTensorEntry entry, ReadOnlySpan<int> shape)
    {
        bool same = true;
        for (int i = 0; i < Math.Max(shape.Length, entry.Shape.Length); i++)
        {
            // Dimensions that are not said are 1.
            same &= (i < shape.Length ? shape[i] : 1) == (i < entry.Shape.Length ? entry.Shape[i] : 1);
        }

        if (shape.Length > 0 && !same)
        {
            throw Corrupt($"its tensor {Shown(entry.Name)} has the shape {Words(entry.Shape)}, not {Words(shape.ToArray())}");
        }
    }

    private EngineException Corrupt(string what) => ModelStream.Corrupt(_path, what);

    private static string Shown(string name) => GgufReader.Shown(name);

    private static string Words<T>(IEnumerable<T> shape)
        where T : INumber<T>
        => string.Join(" x ", shape);
}
