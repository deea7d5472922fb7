using System.Buffers.Binary;
using System.Text;

namespace PSLlmCluster.Fuzz;

/// <summary>What a run of bytes of a GGUF file's header says.</summary>
public enum FieldKind
{
    /// <summary>GGUF.</summary>
    Magic,

    /// <summary>The format's version.</summary>
    Version,

    /// <summary>A count of tensors or of key-value pairs.</summary>
    Count,

    /// <summary>The length of a key, a text or a tensor's name.</summary>
    TextLength,

    /// <summary>A key.</summary>
    Key,

    /// <summary>The type of a value or of an array's elements.</summary>
    ValueType,

    /// <summary>A number or a truth value.</summary>
    Value,

    /// <summary>A text.</summary>
    Text,

    /// <summary>The count of an array's elements.</summary>
    ArrayLength,

    /// <summary>A number of an array.</summary>
    Element,

    /// <summary>A tensor's name.</summary>
    TensorName,

    /// <summary>How many dimensions a tensor has.</summary>
    DimensionCount,

    /// <summary>A dimension.</summary>
    Dimension,

    /// <summary>A tensor's type.</summary>
    TensorType,

    /// <summary>Where a tensor's data starts.</summary>
    Offset,
}

/// <summary>A run of bytes.</summary>
/// <param name="Start">Where it starts, in bytes from the file's start.</param>
/// <param name="Length">Its length.</param>
public readonly record struct Run(int Start, int Length);

/// <summary>
/// Where everything lies in the header of a whole GGUF file: what a mutation has to know to break one thing and leave the rest as it is.
/// It trusts the file, and shares no line with the engine's reader.
/// </summary>
public sealed class GgufMap
{
    private readonly Dictionary<FieldKind, List<Run>> _fields = [];
    private int _at;

    /// <summary>Initializes a new instance of the <see cref="GgufMap"/> class.</summary>
    /// <param name="file">A whole file.</param>
    public GgufMap(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        File = file;
        Field(FieldKind.Magic, 4);
        Field(FieldKind.Version, 4);
        int tensors = (int)Number(FieldKind.Count, 8);
        int pairs = (int)Number(FieldKind.Count, 8);
        for (int i = 0; i < pairs; i++)
        {
            int start = _at;
            Pair();
            Pairs.Add(new Run(start, _at - start));
        }

        for (int i = 0; i < tensors; i++)
        {
            int start = _at;
            Text(FieldKind.TensorName);
            int dimensions = (int)Number(FieldKind.DimensionCount, 4);
            for (int dimension = 0; dimension < dimensions; dimension++)
            {
                Field(FieldKind.Dimension, 8);
            }

            Field(FieldKind.TensorType, 4);
            Field(FieldKind.Offset, 8);
            Tensors.Add(new Run(start, _at - start));
        }
    }

    /// <summary>Gets the file.</summary>
    public byte[] File { get; }

    /// <summary>Gets where the header ends.</summary>
    public int HeaderLength => _at;

    /// <summary>Gets the key-value pairs.</summary>
    public List<Run> Pairs { get; } = [];

    /// <summary>Gets the entries of the tensor table.</summary>
    public List<Run> Tensors { get; } = [];

    /// <summary>Gets the kinds of which the header has any.</summary>
    public IReadOnlyList<FieldKind> Kinds => [.. _fields.Keys];

    /// <summary>Returns the runs of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The runs, in order.</returns>
    public IReadOnlyList<Run> Of(FieldKind kind) => _fields[kind];

    private void Pair()
    {
        string key = Text(FieldKind.Key);
        uint type = (uint)Number(FieldKind.ValueType, 4);
        if (type == 8)
        {
            Text(FieldKind.Text);
        }
        else if (type != 9)
        {
            Field(FieldKind.Value, SizeOf(type, key));
        }
        else
        {
            uint element = (uint)Number(FieldKind.ValueType, 4);
            int count = (int)Number(FieldKind.ArrayLength, 8);
            for (int i = 0; i < count; i++)
            {
                if (element == 8)
                {
                    Text(FieldKind.Text);
                }
                else
                {
                    Field(FieldKind.Element, SizeOf(element, key));
                }
            }
        }
    }

    private string Text(FieldKind kind)
    {
        int length = (int)Number(FieldKind.TextLength, 8);
        Field(kind, length);
        return Encoding.UTF8.GetString(File, _at - length, length);
    }

    private ulong Number(FieldKind kind, int length)
    {
        Field(kind, length);
        return length == 4
            ? BinaryPrimitives.ReadUInt32LittleEndian(File.AsSpan(_at - 4))
            : BinaryPrimitives.ReadUInt64LittleEndian(File.AsSpan(_at - 8));
    }

    private void Field(FieldKind kind, int length)
    {
        if (!_fields.TryGetValue(kind, out List<Run>? runs))
        {
            _fields.Add(kind, runs = []);
        }

        runs.Add(new Run(_at, length));
        _at += length;
    }

    private static int SizeOf(uint type, string key) => type switch
    {
        0 or 1 or 7 => 1,
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        10 or 11 or 12 => 8,
        _ => throw new InvalidDataException($"{key} has the type {type}."),
    };
}
