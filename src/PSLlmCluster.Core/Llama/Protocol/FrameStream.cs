using System.Buffers.Binary;

namespace PSLlmCluster.Core.Llama.Protocol;

/// <summary>One message between the session and its worker.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Channel">The piece of work that it belongs to, from 1; 0 for the connection itself.</param>
/// <param name="Payload">What it carries.</param>
internal readonly record struct Frame(FrameKind Kind, int Channel, byte[] Payload)
{
    /// <summary>Returns a reader of the payload.</summary>
    public WireReader Read() => new(Payload);
}

/// <summary>
/// Frames over two streams. A frame is the length of its payload (4 bytes, little-endian), its kind (1 byte), its channel (4 bytes) and the
/// payload. A length is checked before any memory is taken for it, and memory is taken as bytes arrive. Any thread may write; one reads.
/// </summary>
/// <param name="input">Where frames come from.</param>
/// <param name="output">Where they go.</param>
internal sealed class FrameStream(Stream input, Stream output) : IDisposable
{
    /// <summary>The version of the protocol; the two sides have to be of the same.</summary>
    public const int Version = 1;

    /// <summary>The mark that begins the first frame of each side.</summary>
    public const uint Mark = 0x57_4C_53_50;

    /// <summary>The largest payload, in bytes: the longest text that is tokenised, in UTF-8, and a little more.</summary>
    public const int MostPayload = (3 << 26) + 65536;

    private const int HeaderLength = 9;
    private const int FirstPiece = 1 << 20;
    private readonly Lock _gate = new();
    private readonly byte[] _header = new byte[HeaderLength];

    /// <summary>Writes a frame at once.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="payload">What it carries; null for nothing.</param>
    /// <exception cref="IOException">The other side is gone.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The payload is larger than a frame may be.</exception>
    public void Write(FrameKind kind, int channel, WireWriter? payload = null)
    {
        ReadOnlySpan<byte> bytes = payload is null ? [] : payload.Written;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MostPayload);
        byte[] frame = new byte[HeaderLength + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, bytes.Length);
        frame[4] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(5), channel);
        bytes.CopyTo(frame.AsSpan(HeaderLength));
        lock (_gate)
        {
            output.Write(frame);
            output.Flush();
        }
    }

    /// <summary>Waits for the next frame.</summary>
    /// <returns>The frame, or null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    /// <exception cref="IOException">The stream broke.</exception>
    public Frame? Read()
    {
        int got = input.ReadAtLeast(_header, HeaderLength, throwOnEndOfStream: false);
        if (got < HeaderLength)
        {
            return got == 0 ? null : throw new InvalidDataException("The stream ends within a frame's header.");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(_header);
        if (length is < 0 or > MostPayload)
        {
            throw new InvalidDataException($"A frame of {length} bytes is none.");
        }

        byte[] payload = new byte[Math.Min(length, FirstPiece)];
        int filled = 0;
        while (true)
        {
            input.ReadExactly(payload, filled, payload.Length - filled);
            filled = payload.Length;
            if (filled == length)
            {
                return new Frame((FrameKind)_header[4], BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(5)), payload);
            }

            Array.Resize(ref payload, (int)Math.Min(length, 2L * filled));
        }
    }

    /// <summary>Closes both streams.</summary>
    public void Dispose()
    {
        output.Dispose();
        input.Dispose();
    }
}
