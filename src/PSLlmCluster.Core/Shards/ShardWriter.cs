using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Core.Shards;

/// <summary>Writes the format that <see cref="ShardFormat"/> describes.</summary>
internal sealed class ShardWriter : EmbeddingFileWriter
{
    private readonly XxHash128 _hash = new();
    private readonly XxHash128 _blocks = new();
    private readonly MemoryStream _texts = new();
    private byte[] _header = [];
    private int[] _textLengths = [];
    private Half[] _halves = [];
    private long _rowsWritten;
    private long _blockCount;
    private long _length;

    /// <summary>Initializes a new instance of the <see cref="ShardWriter"/> class.</summary>
    /// <param name="file">The file, which this disposes.</param>
    /// <param name="options">How the rows are written.</param>
    public ShardWriter(OutputFile.Pending file, EmbeddingWriteOptions options)
        : base(file, options)
    {
    }

    /// <inheritdoc/>
    private protected override void WriteBlock() => File.Write(stream =>
    {
        if (_header.Length == 0)
        {
            BeginFile(stream);
        }

        EncodeTexts();
        Span<byte> header = stackalloc byte[ShardFormat.BlockHeaderLength];
        header.Clear();
        int rows = Block.Count;
        long length = ShardFormat.BlockLength(rows, Width, VectorRow.BytesPerNumber(Precision), _texts.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header, ShardFormat.BlockMark);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], rows);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], _rowsWritten);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], _texts.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], length);
        _hash.Append(header[..ShardFormat.BlockDigest]);

        // The digest stands before what it is of: it is written last, into its place.
        long start = stream.Position;
        stream.Position = start + header.Length;
        WritePart(stream, EncodeVectors());
        WritePart(stream, MemoryMarshal.AsBytes(Block.Keys));
        WritePart(stream, MemoryMarshal.AsBytes(Block.TokenCounts));
        WritePart(stream, MemoryMarshal.AsBytes(_textLengths.AsSpan(0, rows)));
        WritePart(stream, _texts.GetBuffer().AsSpan(0, (int)_texts.Length));
        ShardFormat.TakeDigest(_hash, header[ShardFormat.BlockDigest..]);
        _blocks.Append(header[ShardFormat.BlockDigest..]);
        stream.Position = start;
        stream.Write(header);
        stream.Position = start + length;
        _rowsWritten += rows;
        _blockCount++;
        _length += length;
    });

    /// <inheritdoc/>
    private protected override void WriteEnd() => File.Write(stream =>
    {
        if (_header.Length == 0)
        {
            BeginFile(stream);
        }

        Span<byte> header = _header;
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], _length);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], RowCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], Width);
        BinaryPrimitives.WriteInt64LittleEndian(header[56..], FirstKey);
        BinaryPrimitives.WriteInt64LittleEndian(header[64..], LastKey);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], _blockCount);
        ShardFormat.TakeDigest(_blocks, header[80..]);
        _hash.Append(header[..ShardFormat.HeaderDigest]);
        _hash.Append(header[ShardFormat.HeaderLength..]);
        ShardFormat.TakeDigest(_hash, header[ShardFormat.HeaderDigest..]);
        stream.Position = 0;
        stream.Write(header);
    });

    private void BeginFile(Stream stream)
    {
        byte[] origin = Origin is null ? [] : System.Text.Encoding.UTF8.GetBytes(Origin.ToText());
        _header = new byte[ShardFormat.Padded(ShardFormat.HeaderLength + origin.Length)];
        Span<byte> header = _header;
        ShardFormat.Signature.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], ShardFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[44..], VectorRow.BytesPerNumber(Precision));
        BinaryPrimitives.WriteInt32LittleEndian(header[48..], RowsPerBlock(Width));
        BinaryPrimitives.WriteInt32LittleEndian(header[52..], origin.Length);
        origin.CopyTo(header[ShardFormat.HeaderLength..]);
        _length = header.Length;

        // What it says of the rows is known at the end.
        stream.Position = header.Length;
    }

    private void EncodeTexts()
    {
        _texts.SetLength(0);
        if (_textLengths.Length < Block.Count)
        {
            _textLengths = new int[Block.Count];
        }

        for (int row = 0; row < Block.Count; row++)
        {
            byte[]? bytes = Block.Texts[row] is { } text ? VectorRow.BytesOf(text) : null;
            _textLengths[row] = bytes?.Length ?? -1;
            _texts.Write(bytes);
        }
    }

    private ReadOnlySpan<byte> EncodeVectors()
    {
        if (Precision == VectorPrecision.Single)
        {
            return MemoryMarshal.AsBytes(Block.Vectors);
        }

        ReadOnlySpan<float> vectors = Block.Vectors;
        if (_halves.Length < vectors.Length)
        {
            _halves = new Half[vectors.Length];
        }

        for (int i = 0; i < vectors.Length; i++)
        {
            _halves[i] = (Half)vectors[i];
        }

        return MemoryMarshal.AsBytes(_halves.AsSpan(0, vectors.Length));
    }

    private void WritePart(Stream stream, ReadOnlySpan<byte> part)
    {
        Span<byte> padding = stackalloc byte[ShardFormat.Alignment];
        padding = padding[..(int)(ShardFormat.Padded(part.Length) - part.Length)];
        padding.Clear();
        _hash.Append(part);
        _hash.Append(padding);
        stream.Write(part);
        stream.Write(padding);
    }
}
