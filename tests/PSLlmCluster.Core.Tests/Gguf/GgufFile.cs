using System.Text;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Tests.Gguf;

/// <summary>Writes small GGUF files, whole or broken, so that none has to be committed.</summary>
internal sealed class GgufFile
{
    private readonly List<(string Key, object Value)> _pairs = [];
    private readonly List<Tensor> _tensors = [];

    public uint Version { get; init; } = 3;

    public string Magic { get; init; } = "GGUF";

    /// <summary>Gets what the tensors are aligned to; it is written to the header where it is not 32.</summary>
    public int Alignment { get; init; } = 32;

    /// <summary>Starts a file of a language model with a vocabulary and one tensor.</summary>
    public static GgufFile Model(string architecture = "bert") => new GgufFile()
        .With("general.architecture", architecture)
        .With("tokenizer.ggml.model", "bert")
        .With("tokenizer.ggml.tokens", new[] { "[PAD]", "[UNK]", "a" })
        .WithTensor("token_embd.weight", 64);

    /// <summary>Reads a whole file, which it trusts, so that something of it can be changed.</summary>
    public static GgufFile Read(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        reader.ReadUInt64();
        int tensors = (int)reader.ReadUInt64();
        int pairs = (int)reader.ReadUInt64();
        GgufFile file = new();
        for (int i = 0; i < pairs; i++)
        {
            file.With(ReadString(reader), ReadValue(reader, (GgufValueType)reader.ReadUInt32()));
        }

        List<(string Name, long[] Shape, uint Type, long Offset)> table = [];
        for (int i = 0; i < tensors; i++)
        {
            string name = ReadString(reader);
            long[] shape = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt64())];
            table.Add((name, shape, reader.ReadUInt32(), reader.ReadInt64()));
        }

        long start = (reader.BaseStream.Position + file.Alignment - 1) / file.Alignment * file.Alignment;
        foreach ((string name, long[] shape, uint type, long offset) in table)
        {
            long end = table.Select(other => other.Offset).Where(other => other > offset).Append(bytes.Length - start).Min();
            file.WithTensorBytes(name, shape, bytes[(int)(start + offset)..(int)(start + end)], type);
        }

        return file;
    }

    /// <summary>Gets a value.</summary>
    public object this[string key] => _pairs.Single(pair => pair.Key == key).Value;

    public IEnumerable<string> Keys => _pairs.Select(pair => pair.Key);

    public IEnumerable<string> TensorNames => _tensors.Select(tensor => tensor.Name);

    public long[] ShapeOf(string tensor) => _tensors.Single(other => other.Name == tensor).Shape;

    /// <summary>
    /// Sets a value: a text, a truth value, a number of any type that GGUF has, or an array of them.
    /// </summary>
    public GgufFile With(string key, object value)
    {
        _pairs.RemoveAll(pair => pair.Key == key);
        _pairs.Add((key, value));
        return this;
    }

    public GgufFile Without(string key)
    {
        _pairs.RemoveAll(pair => pair.Key == key);
        return this;
    }

    /// <summary>Adds a value, though there is one of the key.</summary>
    public GgufFile WithAgain(string key, object value)
    {
        _pairs.Add((key, value));
        return this;
    }

    /// <summary>Adds a tensor of zeros in single precision.</summary>
    public GgufFile WithTensor(string name, int elements) => WithTensor(name, [elements], new float[elements]);

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions, the length of a row first.</param>
    /// <param name="values">Its values, row by row.</param>
    /// <param name="type">The type that they are rounded to.</param>
    public GgufFile WithTensor(string name, int[] shape, float[] values, uint type = GgmlTensorType.F32)
    {
        if (shape.Aggregate(1, (product, length) => product * length) != values.Length)
        {
            throw new ArgumentException($"{values.Length} values are not those of {string.Join(" x ", shape)}.", nameof(values));
        }

        return WithTensorBytes(name, [.. shape.Select(length => (long)length)], GgufQuantizer.Quantize(type, values), type);
    }

    /// <summary>Adds a tensor as it is to stand in the file, right or wrong.</summary>
    public GgufFile WithTensorBytes(string name, long[] shape, byte[] bytes, uint type, ulong? offset = null)
    {
        _tensors.Add(new Tensor(name, shape, bytes, type, offset));
        return this;
    }

    /// <summary>Takes a tensor out.</summary>
    public GgufFile WithoutTensor(string name)
    {
        _tensors.RemoveAll(tensor => tensor.Name == name);
        return this;
    }

    public GgufFile WithoutTensors()
    {
        _tensors.Clear();
        return this;
    }

    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        if (Alignment != 32)
        {
            With("general.alignment", (uint)Alignment);
        }

        writer.Write(System.Text.Encoding.ASCII.GetBytes(Magic));
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_pairs.Count);
        foreach ((string key, object value) in _pairs)
        {
            WriteString(writer, key);
            if (value is Array array)
            {
                writer.Write(9u);
                writer.Write(TypeOf(array.GetType().GetElementType()!));
                writer.Write((ulong)array.Length);
                foreach (object element in array)
                {
                    WriteValue(writer, element);
                }
            }
            else
            {
                writer.Write(TypeOf(value.GetType()));
                WriteValue(writer, value);
            }
        }

        using MemoryStream data = new();
        foreach (Tensor tensor in _tensors)
        {
            WriteString(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (long length in tensor.Shape)
            {
                writer.Write(length);
            }

            writer.Write(tensor.Type);
            writer.Write(tensor.Offset ?? (ulong)data.Length);
            data.Write(tensor.Bytes);
            Pad(data);
        }

        writer.Flush();
        Pad(stream);
        data.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>Opens it as the managed engine does.</summary>
    public GgufModel Open() => GgufModel.Open(new MemoryStream(ToBytes()), "test.gguf");

    public GgufHeader Read()
    {
        using MemoryStream stream = new(ToBytes());
        return GgufReader.Read(stream);
    }

    /// <summary>
    /// Returns a file with another value of a text in its header; what the header grows by is made up for in general.name, so that the
    /// tensors stay aligned.
    /// </summary>
    public static byte[] WithText(byte[] file, string key, string value)
    {
        const int alignment = 32;
        (int nameStart, int nameLength) = FindText(file, "general.name");
        int growth = System.Text.Encoding.UTF8.GetByteCount(value) - FindText(file, key).Length;
        string padding = new(' ', ((-growth % alignment) + alignment) % alignment);
        byte[] named = Replace(file, nameStart, nameLength, System.Text.Encoding.UTF8.GetString(file, nameStart, nameLength) + padding);
        (int start, int length) = FindText(named, key);
        return Replace(named, start, length, value);
    }

    private static (int Start, int Length) FindText(byte[] file, string key)
    {
        // The key, its type (8: a text), the length, the text.
        int start = file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key)) + key.Length + sizeof(uint);
        return (start + sizeof(ulong), (int)BitConverter.ToUInt64(file, start));
    }

    private static byte[] Replace(byte[] file, int start, int length, string value)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(value);
        return [.. file[..(start - sizeof(ulong))], .. BitConverter.GetBytes((ulong)bytes.Length), .. bytes, .. file[(start + length)..]];
    }

    private void Pad(MemoryStream stream)
    {
        stream.SetLength((stream.Length + Alignment - 1) / Alignment * Alignment);
        stream.Position = stream.Length;
    }

    private static uint TypeOf(Type type) => (uint)(Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => GgufValueType.UInt8,
        TypeCode.SByte => GgufValueType.Int8,
        TypeCode.UInt16 => GgufValueType.UInt16,
        TypeCode.Int16 => GgufValueType.Int16,
        TypeCode.UInt32 => GgufValueType.UInt32,
        TypeCode.Int32 => GgufValueType.Int32,
        TypeCode.Single => GgufValueType.Float32,
        TypeCode.Boolean => GgufValueType.Bool,
        TypeCode.String => GgufValueType.String,
        TypeCode.UInt64 => GgufValueType.UInt64,
        TypeCode.Int64 => GgufValueType.Int64,
        TypeCode.Double => GgufValueType.Float64,
        _ => throw new NotSupportedException(type.Name),
    });

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                WriteString(writer, text);
                break;
            case byte number:
                writer.Write(number);
                break;
            case sbyte number:
                writer.Write(number);
                break;
            case ushort number:
                writer.Write(number);
                break;
            case short number:
                writer.Write(number);
                break;
            case uint number:
                writer.Write(number);
                break;
            case int number:
                writer.Write(number);
                break;
            case ulong number:
                writer.Write(number);
                break;
            case long number:
                writer.Write(number);
                break;
            case float number:
                writer.Write(number);
                break;
            case double number:
                writer.Write(number);
                break;
            case bool truth:
                writer.Write(truth);
                break;
            default:
                throw new NotSupportedException(value.GetType().Name);
        }
    }

    private static object ReadValue(BinaryReader reader, GgufValueType type)
    {
        if (type != GgufValueType.Array)
        {
            return type switch
            {
                GgufValueType.UInt8 => reader.ReadByte(),
                GgufValueType.Int8 => reader.ReadSByte(),
                GgufValueType.UInt16 => reader.ReadUInt16(),
                GgufValueType.Int16 => reader.ReadInt16(),
                GgufValueType.UInt32 => reader.ReadUInt32(),
                GgufValueType.Int32 => reader.ReadInt32(),
                GgufValueType.Float32 => reader.ReadSingle(),
                GgufValueType.Bool => reader.ReadByte() != 0,
                GgufValueType.String => ReadString(reader),
                GgufValueType.UInt64 => reader.ReadUInt64(),
                GgufValueType.Int64 => reader.ReadInt64(),
                GgufValueType.Float64 => (object)reader.ReadDouble(),
                _ => throw new NotSupportedException($"the type {type}"),
            };
        }

        GgufValueType elementType = (GgufValueType)reader.ReadUInt32();
        object[] elements = [.. Enumerable.Range(0, (int)reader.ReadUInt64()).Select(_ => ReadValue(reader, elementType))];
        Array array = Array.CreateInstance(elements[0].GetType(), elements.Length);
        elements.CopyTo(array, 0);
        return array;
    }

    private static string ReadString(BinaryReader reader)
        => System.Text.Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));

    private static void WriteString(BinaryWriter writer, string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private sealed record Tensor(string Name, long[] Shape, byte[] Bytes, uint Type, ulong? Offset);
}

/// <summary>A folder of its own that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pslc-").FullName;

    public string Write(string name, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
