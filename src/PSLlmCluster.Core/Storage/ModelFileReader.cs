using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PSLlmCluster.Core.Storage;

/// <summary>
/// Reads a model file whole, and refuses what is damaged or unknown before any of it is used. Every length is held against that of the file
/// before memory is asked for.
/// </summary>
internal sealed class ModelFileReader
{
    private readonly string _path;
    private readonly string _prefix;
    private readonly Dictionary<string, Array> _sections;
    private readonly HashSet<string> _asked;

    private ModelFileReader(string path)
    {
        _path = path;
        _prefix = string.Empty;
        _sections = new Dictionary<string, Array>(StringComparer.Ordinal);
        _asked = new HashSet<string>(StringComparer.Ordinal);
    }

    private ModelFileReader(ModelFileReader whole, string prefix, int kindVersion)
    {
        _path = whole._path;
        _prefix = whole._prefix + prefix;
        _sections = whole._sections;
        _asked = whole._asked;
        KindVersion = kindVersion;
    }

    /// <summary>Gets the version of the kind's sections.</summary>
    public int KindVersion { get; private set; }

    /// <summary>Returns a reader of a part: the sections whose names begin with a prefix, by what follows it.</summary>
    /// <param name="prefix">The prefix, such as "umap.".</param>
    /// <param name="kindVersion">The version of the part's sections.</param>
    public ModelFileReader Part(string prefix, int kindVersion) => new(this, prefix, kindVersion);

    /// <summary>Reads a file and checks its sum.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind that it must be.</param>
    /// <param name="newestKindVersion">The newest version of the kind that the caller understands.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The file's sections.</returns>
    /// <exception cref="EngineException">The file cannot be read, is none, is damaged, is of another kind or too new.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ModelFileReader Read(string path, string kind, int newestKindVersion, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw ModelFileErrors.IsDirectory(path);
        }

        try
        {
            if (SpecialFile.Exists(path))
            {
                throw ModelFileErrors.NotRegular(path);
            }

            using FileStream stream = new(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            ModelFileReader reader = new(path);
            reader.ReadAll(new Input(path, stream, hash, token), kind, newestKindVersion);
            return reader;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw ModelFileErrors.NotReadable(path, e);
        }
    }

    /// <summary>Returns numbers of single precision.</summary>
    /// <param name="name">The section.</param>
    /// <param name="count">How many there must be, or null for any number.</param>
    /// <param name="isFinite">Whether all of them must be finite.</param>
    /// <exception cref="EngineException">The section is not there, or not what it must be (ModelFileDamaged).</exception>
    public float[] Singles(string name, long? count = null, bool isFinite = true)
    {
        float[] values = Section<float>(name, count);
        return isFinite && !AreFinite(values) ? throw NotFinite(name) : values;
    }

    /// <summary>Returns numbers of double precision.</summary>
    /// <param name="name">The section.</param>
    /// <param name="count">How many there must be, or null for any number.</param>
    /// <param name="isFinite">Whether all of them must be finite.</param>
    /// <exception cref="EngineException">The section is not there, or not what it must be (ModelFileDamaged).</exception>
    public double[] Doubles(string name, long? count = null, bool isFinite = true)
    {
        double[] values = Section<double>(name, count);
        return isFinite && !AreFinite(values) ? throw NotFinite(name) : values;
    }

    /// <summary>Returns numbers of double precision that are no farther from 0 than a bound.</summary>
    /// <param name="name">The section.</param>
    /// <param name="count">How many there must be.</param>
    /// <param name="largest">The bound.</param>
    /// <exception cref="EngineException">The section is not there, or not what it must be (ModelFileDamaged).</exception>
    public double[] DoublesWithin(string name, long count, double largest)
    {
        double[] values = Doubles(name, count);
        return Array.TrueForAll(values, value => Math.Abs(value) <= largest) ? values : throw OutOfRange(name);
    }

    /// <summary>Returns whole numbers within bounds.</summary>
    /// <param name="name">The section.</param>
    /// <param name="count">How many there must be, or null for any number.</param>
    /// <param name="smallest">The smallest that may be among them.</param>
    /// <param name="largest">The largest that may be among them.</param>
    /// <exception cref="EngineException">The section is not there, or not what it must be (ModelFileDamaged).</exception>
    public int[] Int32s(string name, long? count = null, int smallest = int.MinValue, int largest = int.MaxValue)
    {
        int[] values = Section<int>(name, count);
        return AreWithin(values, smallest, largest) ? values : throw OutOfRange(name);
    }

    /// <summary>Returns a text.</summary>
    /// <exception cref="EngineException">The section is not there, or no text (ModelFileDamaged).</exception>
    public string Text(string name)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Section<byte>(name, null));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged($"its section '{name}' is no text");
        }
    }

    /// <summary>Returns settings.</summary>
    /// <exception cref="EngineException">The section is not there, or holds none (ModelFileDamaged).</exception>
    public ModelSettings Settings(string name) => ModelSettings.Parse(Text(name), _path);

    /// <summary>Refuses a file with sections that nothing asked for: ignoring them could change what the model means.</summary>
    /// <exception cref="EngineException">There are some (ModelFileDamaged).</exception>
    public void RequireAllRead()
    {
        foreach (string name in _sections.Keys)
        {
            if (name.StartsWith(_prefix, StringComparison.Ordinal) && !_asked.Contains(name))
            {
                throw Damaged($"it holds a section '{name}', which is not known");
            }
        }
    }

    /// <summary>Returns the error for something that does not fit together.</summary>
    /// <param name="how">What, as the end of a sentence.</param>
    public EngineException Damaged(string how) => ModelFileErrors.Damaged(_path, how);

    /// <summary>Refuses what does not hold for options that were read.</summary>
    /// <param name="validate">Checks them.</param>
    /// <exception cref="EngineException">It threw one; the file is damaged then.</exception>
    public void RequireValid(Action validate)
    {
        try
        {
            validate();
        }
        catch (EngineException problem)
        {
            throw Damaged(problem.Message);
        }
    }

    private static bool AreFinite<T>(T[] values)
        where T : IFloatingPoint<T>
    {
        foreach (T value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreWithin<T>(T[] values, T smallest, T largest)
        where T : IBinaryInteger<T>
    {
        foreach (T value in values)
        {
            if (value < smallest || value > largest)
            {
                return false;
            }
        }

        return true;
    }

    private EngineException NotFinite(string name) => Damaged($"its section '{name}' holds a number that is not finite");

    private EngineException OutOfRange(string name) => Damaged($"its section '{name}' holds a number out of its range");

    private T[] Section<T>(string name, long? count)
        where T : unmanaged
    {
        name = _prefix + name;
        _asked.Add(name);
        if (!_sections.TryGetValue(name, out Array? section))
        {
            throw Damaged($"its section '{name}' is missing");
        }

        if (section is not T[] values)
        {
            throw Damaged($"its section '{name}' holds another type");
        }

        return count is null || values.LongLength == count
            ? values
            : throw Damaged($"its section '{name}' holds {values.LongLength:N0} elements instead of {count:N0}");
    }

    private void ReadAll(Input input, string kind, int newestKindVersion)
    {
        int sections = ReadHeader(input, kind, newestKindVersion);
        for (int section = 0; section < sections; section++)
        {
            ReadSection(input);
        }

        if (input.Left != 0)
        {
            throw Damaged($"{input.Left:N0} bytes follow its last section");
        }

        Span<byte> stored = stackalloc byte[ModelFileFormat.ChecksumLength];
        if (!input.ReadChecksum(stored))
        {
            throw Damaged("its checksum is not that of its content");
        }
    }

    private int ReadHeader(Input input, string kind, int newestKindVersion)
    {
        Span<byte> header = stackalloc byte[ModelFileFormat.HeaderLength];
        int length = input.ReadHeader(header);
        ReadOnlySpan<byte> signature = ModelFileFormat.Signature;
        if (length < signature.Length || !header.StartsWith(signature))
        {
            throw ModelFileErrors.NotAModelFile(_path, header.StartsWith("GGUF"u8));
        }

        if (length < header.Length)
        {
            throw Damaged($"it is cut off after {length} bytes");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        if (version != ModelFileFormat.Version)
        {
            throw version == 0
                ? Damaged("it has no version")
                : ModelFileErrors.VersionUnknown(_path, "the file format", version, ModelFileFormat.Version);
        }

        string? name = ModelFileFormat.ReadName(header.Slice(24, ModelFileFormat.KindLength));
        if (name != kind)
        {
            throw name is null ? Damaged("it has no kind") : ModelFileErrors.KindWrong(_path, name, kind);
        }

        uint kindVersion = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        if (kindVersion == 0 || kindVersion > newestKindVersion)
        {
            throw kindVersion == 0
                ? Damaged("it has no version")
                : ModelFileErrors.VersionUnknown(_path, $"a model of the kind '{kind}'", kindVersion, newestKindVersion);
        }

        long whole = BinaryPrimitives.ReadInt64LittleEndian(header[40..]);
        if (whole != input.Length)
        {
            throw Damaged($"it is {input.Length:N0} bytes long instead of {whole:N0}");
        }

        int sections = BinaryPrimitives.ReadInt32LittleEndian(header[48..]);
        if (
            sections is < 0 or > ModelFileFormat.MostSections
                || header[52..].IndexOfAnyExcept((byte)0) >= 0
                || whole < ModelFileFormat.HeaderLength + ModelFileFormat.ChecksumLength)
        {
            throw Damaged("its header makes no sense");
        }

        KindVersion = (int)kindVersion;
        return sections;
    }

    private void ReadSection(Input input)
    {
        Span<byte> header = stackalloc byte[ModelFileFormat.SectionHeaderLength];
        input.Read(header);
        string? name = ModelFileFormat.ReadName(header[..ModelFileFormat.NameLength]);
        ModelFileElement element = (ModelFileElement)BinaryPrimitives.ReadInt32LittleEndian(header[32..]);
        int size = ModelFileFormat.SizeOf(element);
        long count = BinaryPrimitives.ReadInt64LittleEndian(header[40..]);
        if (name is null || size == 0 || BinaryPrimitives.ReadInt32LittleEndian(header[36..]) != 0 || _sections.ContainsKey(name))
        {
            throw Damaged("the head of a section makes no sense");
        }

        if (count < 0 || count > Array.MaxLength || ModelFileFormat.PaddedLength(count * size) > input.Left)
        {
            throw Damaged($"its section '{name}' would reach beyond its end");
        }

        try
        {
            _sections.Add(name, element switch
            {
                ModelFileElement.Text => ReadValues<byte>(input, (int)count),
                ModelFileElement.Single => ReadValues<float>(input, (int)count),
                ModelFileElement.Double => ReadValues<double>(input, (int)count),
                ModelFileElement.Int32 => ReadValues<int>(input, (int)count),
                _ => ReadValues<long>(input, (int)count),
            });
        }
        catch (OutOfMemoryException e)
        {
            throw ModelFileErrors.TooLarge(_path, count * size, e);
        }

        Span<byte> padding = stackalloc byte[8];
        padding = padding[..(int)(ModelFileFormat.PaddedLength(count * size) - (count * size))];
        input.Read(padding);
        if (padding.IndexOfAnyExcept((byte)0) >= 0)
        {
            throw Damaged($"something follows its section '{name}'");
        }
    }

    private static T[] ReadValues<T>(Input input, int count)
        where T : unmanaged
    {
        T[] values = GC.AllocateUninitializedArray<T>(count);
        for (int start = 0; start < count; start += ModelFileFormat.ElementsPerChunk)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(ModelFileFormat.ElementsPerChunk, count - start)));
            input.Read(bytes);
            ModelFileFormat.ConvertByteOrder(bytes, Marshal.SizeOf<T>());
        }

        return values;
    }

    /// <summary>Reads and adds to the checksum.</summary>
    private sealed class Input(string path, FileStream stream, IncrementalHash hash, CancellationToken token)
    {
        public long Length { get; } = stream.Length;

        /// <summary>Gets the number of bytes before the checksum that were not read yet.</summary>
        public long Left => Length - ModelFileFormat.ChecksumLength - stream.Position;

        public int ReadHeader(Span<byte> header)
        {
            int length = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            hash.AppendData(header[..length]);
            return length;
        }

        public void Read(Span<byte> bytes)
        {
            token.ThrowIfCancellationRequested();
            if (bytes.Length > Left)
            {
                throw ModelFileErrors.Damaged(path, "it ends within a section");
            }

            stream.ReadExactly(bytes);
            hash.AppendData(bytes);
        }

        public bool ReadChecksum(Span<byte> stored)
        {
            stream.ReadExactly(stored);
            return hash.GetHashAndReset().AsSpan().SequenceEqual(stored);
        }
    }
}
