namespace PSLlmCluster.Fuzz;

/// <summary>A run of bytes of an array.</summary>
/// <param name="Bytes">The array.</param>
/// <param name="Start">Where the run starts.</param>
/// <param name="Length">Its length.</param>
public readonly record struct Piece(byte[] Bytes, int Start, int Length);

/// <summary>
/// A file that is put together from pieces, so that a changed file of 25 MB costs no copy of it. It counts what is read, which shows a
/// reader that goes round in circles without a clock.
/// </summary>
public sealed class PieceStream : Stream
{
    private readonly Piece[] _pieces;
    private readonly long[] _starts;
    private readonly long _length;

    /// <summary>Initializes a new instance of the <see cref="PieceStream"/> class.</summary>
    /// <param name="pieces">The pieces, in order.</param>
    public PieceStream(IEnumerable<Piece> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        _pieces = [.. pieces.Where(piece => piece.Length > 0)];
        _starts = new long[_pieces.Length];
        for (int i = 0; i < _pieces.Length; i++)
        {
            _starts[i] = _length;
            _length += _pieces[i].Length;
        }
    }

    /// <summary>Gets how many bytes were read so far.</summary>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int done = 0;
        int found = Array.BinarySearch(_starts, Position);
        for (int i = found >= 0 ? found : ~found - 1; i >= 0 && i < _pieces.Length && done < buffer.Length; i++)
        {
            int from = (int)Math.Min(Position - _starts[i], _pieces[i].Length);
            int count = Math.Min(_pieces[i].Length - from, buffer.Length - done);
            _pieces[i].Bytes.AsSpan(_pieces[i].Start + from, count).CopyTo(buffer[done..]);
            done += count;
            Position += count;
        }

        BytesRead += done;
        return done;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => _length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
