using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PSLlmCluster.Core.Storage;

/// <summary>
/// Collects the sections of a model file and writes them. The same sections give the same bytes on every machine;
/// <see cref="ModelFileFormat"/> describes them.
/// </summary>
internal sealed class ModelFileWriter
{
    private readonly string _kind;
    private readonly int _kindVersion;
    private readonly string _prefix;
    private readonly List<Section> _sections;

    /// <summary>Initializes a new instance of the <see cref="ModelFileWriter"/> class.</summary>
    /// <param name="kind">What the model is, such as "umap": ASCII, at most <see cref="ModelFileFormat.KindLength"/> signs.</param>
    /// <param name="kindVersion">The version of the kind's sections, 1 or more.</param>
    public ModelFileWriter(string kind, int kindVersion)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kindVersion, 1);
        if (!ModelFileFormat.IsName(kind) || kind.Length > ModelFileFormat.KindLength)
        {
            throw new ArgumentException($"'{kind}' cannot be the name of a kind.", nameof(kind));
        }

        _kind = kind;
        _kindVersion = kindVersion;
        _prefix = string.Empty;
        _sections = [];
    }

    private ModelFileWriter(ModelFileWriter whole, string prefix)
    {
        _kind = whole._kind;
        _kindVersion = whole._kindVersion;
        _prefix = whole._prefix + prefix;
        _sections = whole._sections;
    }

    /// <summary>Returns a writer of a part: what is added to it is added to this one, its sections' names after a prefix.</summary>
    /// <param name="prefix">The prefix, such as "umap.".</param>
    public ModelFileWriter Part(string prefix) => new(this, prefix);

    /// <summary>Adds numbers of single precision. The array is not copied.</summary>
    public void Add(string name, float[] values) => Add(name, values.AsMemory());

    /// <summary>Adds numbers of single precision. They are not copied.</summary>
    public void Add(string name, ReadOnlyMemory<float> values)
        => Add(name, ModelFileElement.Single, values.Length, stream => WriteValues(stream, values.Span));

    /// <summary>Adds numbers of double precision. The array is not copied.</summary>
    public void Add(string name, double[] values)
        => Add(name, ModelFileElement.Double, values.Length, stream => WriteValues<double>(stream, values));

    /// <summary>Adds whole numbers. The array is not copied.</summary>
    public void Add(string name, int[] values)
        => Add(name, ModelFileElement.Int32, values.Length, stream => WriteValues<int>(stream, values));

    /// <summary>Adds a text.</summary>
    public void Add(string name, string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Add(name, ModelFileElement.Text, bytes.Length, stream => WriteValues<byte>(stream, bytes));
    }

    /// <summary>Adds settings, as a text.</summary>
    public void Add(string name, ModelSettings settings) => Add(name, settings.ToText());

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="token">The token to monitor for cancellation; what was there before is then untouched.</param>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Save(ModelFileTarget target, CancellationToken token = default)
    {
        long length = ModelFileFormat.HeaderLength + ModelFileFormat.ChecksumLength + _sections.Sum(section => section.Length);
        target.Write(length, stream =>
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Output output = new(stream, hash, token);
            WriteHeader(output, length);
            foreach (Section section in _sections)
            {
                WriteSection(output, section);
            }

            stream.Write(hash.GetHashAndReset());
        });
    }

    private static void WriteSection(Output output, Section section)
    {
        Span<byte> header = stackalloc byte[ModelFileFormat.SectionHeaderLength];
        header.Clear();
        ModelFileFormat.WriteName(section.Name, header[..ModelFileFormat.NameLength]);
        BinaryPrimitives.WriteInt32LittleEndian(header[32..], (int)section.Element);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], section.Count);
        output.Write(header);
        section.Write(output);
        Span<byte> padding = stackalloc byte[8];
        padding.Clear();
        long bytes = section.Count * ModelFileFormat.SizeOf(section.Element);
        output.Write(padding[..(int)(ModelFileFormat.PaddedLength(bytes) - bytes)]);
    }

    private static void WriteValues<T>(Output output, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (int start = 0; start < values.Length; start += ModelFileFormat.ElementsPerChunk)
        {
            ReadOnlySpan<T> chunk = values.Slice(start, Math.Min(ModelFileFormat.ElementsPerChunk, values.Length - start));
            if (BitConverter.IsLittleEndian)
            {
                output.Write(MemoryMarshal.AsBytes(chunk));
            }
            else
            {
                Span<byte> copy = MemoryMarshal.AsBytes(chunk).ToArray();
                ModelFileFormat.ConvertByteOrder(copy, Marshal.SizeOf<T>());
                output.Write(copy);
            }
        }
    }

    private void WriteHeader(Output output, long length)
    {
        Span<byte> header = stackalloc byte[ModelFileFormat.HeaderLength];
        header.Clear();
        ModelFileFormat.Signature.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], ModelFileFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], _kindVersion);
        ModelFileFormat.WriteName(_kind, header.Slice(24, ModelFileFormat.KindLength));
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], length);
        BinaryPrimitives.WriteInt32LittleEndian(header[48..], _sections.Count);
        output.Write(header);
    }

    private void Add(string name, ModelFileElement element, long count, Action<Output> write)
    {
        name = _prefix + name;
        if (!ModelFileFormat.IsName(name) || name.Length > ModelFileFormat.NameLength)
        {
            throw new ArgumentException($"'{name}' cannot be the name of a section.", nameof(name));
        }

        if (_sections.Count == ModelFileFormat.MostSections || _sections.Exists(section => section.Name == name))
        {
            throw new ArgumentException($"There is no room for a section '{name}', or there is one already.", nameof(name));
        }

        _sections.Add(new Section(name, element, count, write));
    }

    private sealed record Section(string Name, ModelFileElement Element, long Count, Action<Output> Write)
    {
        public long Length => ModelFileFormat.SectionHeaderLength + ModelFileFormat.PaddedLength(Count * ModelFileFormat.SizeOf(Element));
    }

    /// <summary>Writes and adds to the checksum.</summary>
    private sealed class Output(Stream stream, IncrementalHash hash, CancellationToken token)
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            token.ThrowIfCancellationRequested();
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    }
}
