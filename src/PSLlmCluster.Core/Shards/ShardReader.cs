using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Reads the format that <see cref="ShardFormat"/> describes. Every length is held against that of the file before memory is asked for, and
/// no row of a block is given out before the block's digest is checked.
/// </summary>
internal sealed class ShardReader : EmbeddingFileReader
{
    private readonly FileStream _stream;
    private readonly string _path;
    private readonly EmbeddingBlock _block = new();
    private readonly XxHash128 _hash = new();
    private readonly XxHash128 _blocks = new();
    private readonly byte[] _contentDigest = new byte[ShardFormat.DigestLength];
    private readonly int _rowsPerBlock;
    private readonly long _rowCount;
    private readonly long _blockCount;
    private int[] _textLengths = [];
    private byte[] _texts = [];
    private Half[] _halves = [];
    private long _rowsRead;
    private long _blocksRead;

    /// <summary>Initializes a new instance of the <see cref="ShardReader"/> class: reads the header and checks it.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="stream">The file, which this disposes.</param>
    /// <exception cref="EngineException">It is none, is damaged, or of a newer version.</exception>
    public ShardReader(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        Span<byte> header = stackalloc byte[ShardFormat.HeaderLength];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (!header[..read].StartsWith(ShardFormat.Signature))
        {
            throw EmbeddingFileErrors.Foreign(path, "it does not begin as a .shard file does");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        if (read < header.Length || version == 0)
        {
            throw Damaged(read < header.Length ? "it is cut off" : "it has no version");
        }

        if (version > ShardFormat.Version)
        {
            throw EmbeddingFileErrors.VersionUnknown(path, version, ShardFormat.Version);
        }

        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        bool isLength = headerLength is >= ShardFormat.HeaderLength and <= ShardFormat.LongestHeader && headerLength <= stream.Length;
        byte[] rest = new byte[isLength ? headerLength - header.Length : 0];
        stream.ReadExactly(rest);
        if (!HasDigest(header, rest))
        {
            throw Damaged("its header does not fit its checksum");
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        if (length != stream.Length)
        {
            throw Damaged($"it is {stream.Length:N0} bytes long instead of {length:N0}");
        }

        _rowCount = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(header[40..]);
        int numberLength = BinaryPrimitives.ReadInt32LittleEndian(header[44..]);
        _rowsPerBlock = BinaryPrimitives.ReadInt32LittleEndian(header[48..]);
        int originLength = BinaryPrimitives.ReadInt32LittleEndian(header[52..]);
        _blockCount = BinaryPrimitives.ReadInt64LittleEndian(header[72..]);
        header.Slice(80, ShardFormat.DigestLength).CopyTo(_contentDigest);
        bool isSound = _rowCount >= 0
            && (_rowCount == 0 ? width == 0 : width > 0)
            && numberLength is sizeof(float) or 2
            && _rowsPerBlock > 0
            && originLength >= 0 && originLength <= rest.Length
            && (decimal)_rowCount * width * numberLength <= length;
        OriginText? origin = isSound && originLength > 0 ? OriginText.FromText(rest.AsSpan(0, originLength)) : null;
        if (!isSound || (originLength > 0 && origin is null))
        {
            throw Damaged("its header makes no sense");
        }

        Info = new EmbeddingFileInfo
        {
            Path = path,
            Format = EmbeddingFileFormat.Shard,
            RowCount = _rowCount,
            Width = width,
            Precision = numberLength == sizeof(float) ? VectorPrecision.Single : VectorPrecision.Half,
            FirstKey = _rowCount > 0 ? BinaryPrimitives.ReadInt64LittleEndian(header[56..]) : null,
            LastKey = _rowCount > 0 ? BinaryPrimitives.ReadInt64LittleEndian(header[64..]) : null,
            Model = origin?.Name,
            Key = origin?.Key,
        };
    }

    /// <inheritdoc/>
    public override EmbeddingFileInfo Info { get; }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    /// <inheritdoc/>
    private protected override EmbeddingBlock? ReadBlock(CancellationToken token)
    {
        if (_stream.Position == _stream.Length)
        {
            RequireAll();
            return null;
        }

        Span<byte> header = stackalloc byte[ShardFormat.BlockHeaderLength];
        _stream.ReadExactly(header);
        int rows = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        long textLength = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        long length = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        int numberLength = VectorRow.BytesPerNumber(Info.Precision);
        long left = _stream.Length - _stream.Position + header.Length;
        bool isSound = BinaryPrimitives.ReadInt32LittleEndian(header) == ShardFormat.BlockMark
            && rows > 0 && rows <= _rowsPerBlock && rows <= _rowCount - _rowsRead
            && (long)rows * Math.Max(Info.Width * (long)sizeof(float), sizeof(long)) <= Array.MaxLength
            && BinaryPrimitives.ReadInt64LittleEndian(header[8..]) == _rowsRead
            && textLength >= 0 && textLength <= Math.Min(left, Array.MaxLength)
            && length <= left
            && length == ShardFormat.BlockLength(rows, Info.Width, numberLength, textLength);
        if (!isSound)
        {
            throw Damaged($"the header of block {_blocksRead + 1} makes no sense");
        }

        _block.Resize(rows, Info.Width);
        _hash.Append(header[..ShardFormat.BlockDigest]);
        ReadVectors();
        ReadPart(MemoryMarshal.AsBytes(_block.Keys));
        ReadPart(MemoryMarshal.AsBytes(_block.TokenCounts));
        EnsureLength(ref _textLengths, rows);
        ReadPart(MemoryMarshal.AsBytes(_textLengths.AsSpan(0, rows)));
        EnsureLength(ref _texts, (int)textLength);
        ReadPart(_texts.AsSpan(0, (int)textLength));
        Span<byte> digest = stackalloc byte[ShardFormat.DigestLength];
        ShardFormat.TakeDigest(_hash, digest);
        if (!digest.SequenceEqual(header[ShardFormat.BlockDigest..]))
        {
            throw Damaged($"block {_blocksRead + 1} does not fit its checksum");
        }

        _blocks.Append(digest);
        _rowsRead += rows;
        _blocksRead++;
        Decode((int)textLength);
        return _block;
    }

    private static void EnsureLength<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>(length);
        }
    }

    private static bool HasDigest(ReadOnlySpan<byte> header, ReadOnlySpan<byte> rest)
    {
        XxHash128 hash = new();
        hash.Append(header[..ShardFormat.HeaderDigest]);
        hash.Append(rest);
        Span<byte> digest = stackalloc byte[ShardFormat.DigestLength];
        ShardFormat.TakeDigest(hash, digest);
        return digest.SequenceEqual(header[ShardFormat.HeaderDigest..]);
    }

    private void ReadVectors()
    {
        if (Info.Precision == VectorPrecision.Single)
        {
            ReadPart(MemoryMarshal.AsBytes(_block.Vectors));
            return;
        }

        EnsureLength(ref _halves, _block.Vectors.Length);
        ReadPart(MemoryMarshal.AsBytes(_halves.AsSpan(0, _block.Vectors.Length)));
    }

    private void ReadPart(Span<byte> part)
    {
        _stream.ReadExactly(part);
        _hash.Append(part);
        Span<byte> padding = stackalloc byte[ShardFormat.Alignment];
        padding = padding[..(int)(ShardFormat.Padded(part.Length) - part.Length)];
        _stream.ReadExactly(padding);
        _hash.Append(padding);
    }

    private void Decode(int textLength)
    {
        if (Info.Precision == VectorPrecision.Half)
        {
            Span<float> vectors = _block.Vectors;
            for (int i = 0; i < vectors.Length; i++)
            {
                vectors[i] = (float)_halves[i];
            }
        }

        int place = 0;
        for (int row = 0; row < _block.Count; row++)
        {
            int length = _textLengths[row];
            if (length == -1)
            {
                _block.Texts[row] = null;
                continue;
            }

            if (length < 0 || length > textLength - place)
            {
                throw Damaged("a text reaches beyond its block");
            }

            _block.Texts[row] = VectorRow.TextOf(_texts.AsSpan(place, length)) ?? throw Damaged("a text is none");
            place += length;
        }
    }

    private void RequireAll()
    {
        Span<byte> digest = stackalloc byte[ShardFormat.DigestLength];
        BinaryPrimitives.WriteUInt128BigEndian(digest, _blocks.GetCurrentHashAsUInt128());
        if (_rowsRead != _rowCount || _blocksRead != _blockCount || !digest.SequenceEqual(_contentDigest))
        {
            throw Damaged("its blocks are not those that its header speaks of");
        }
    }

    private EngineException Damaged(string how) => EmbeddingFileErrors.Damaged(_path, how);
}
