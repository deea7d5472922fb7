using System.Text;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Tests.Gguf;

/// <summary>Writes small GGUF files, whole or broken, so that none has to be committed.</summary>
internal sealed class GgufFile
{
    private readonly List<(string Key, object Value)> _pairs = [];
    private readonly List<(string Name, int Elements)> _tensors = [];

    public uint Version { get; init; } = 3;

    public string Magic { get; init; } = "GGUF";

    /// <summary>Starts a file of a language model with a vocabulary and one tensor.</summary>
    public static GgufFile Model(string architecture = "bert") => new GgufFile()
        .With("general.architecture", architecture)
        .With("tokenizer.ggml.model", "bert")
        .With("tokenizer.ggml.tokens", new[] { "[PAD]", "[UNK]", "a" })
        .WithTensor("token_embd.weight", 64);

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

    public GgufFile WithTensor(string name, int elements)
    {
        _tensors.Add((name, elements));
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
        writer.Write(System.Text.Encoding.ASCII.GetBytes(Magic));
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_pairs.Count);
        foreach ((string key, object value) in _pairs)
        {
            WriteString(writer, key);
            switch (value)
            {
                case string text:
                    writer.Write(8u);
                    WriteString(writer, text);
                    break;
                case uint number:
                    writer.Write(4u);
                    writer.Write(number);
                    break;
                case ushort number:
                    writer.Write(2u);
                    writer.Write(number);
                    break;
                case float number:
                    writer.Write(6u);
                    writer.Write(number);
                    break;
                case string[] texts:
                    writer.Write(9u);
                    writer.Write(8u);
                    writer.Write((ulong)texts.Length);
                    foreach (string text in texts)
                    {
                        WriteString(writer, text);
                    }

                    break;
                default:
                    throw new NotSupportedException(value.GetType().Name);
            }
        }

        ulong offset = 0;
        foreach ((string name, int elements) in _tensors)
        {
            WriteString(writer, name);
            writer.Write(1u);
            writer.Write((ulong)elements);
            writer.Write(0u);
            writer.Write(offset);
            offset += (ulong)(elements * sizeof(float));
        }

        writer.Flush();
        stream.SetLength((stream.Length + 31) / 32 * 32);
        stream.Position = stream.Length;
        stream.Write(new byte[offset]);
        return stream.ToArray();
    }

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

    private static void WriteString(BinaryWriter writer, string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
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
