using System.Buffers.Text;
using System.IO.Compression;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>
/// Writes bytes into a page as base64 of zlib's format, which a browser unpacks by itself. What is written goes on as it comes, so that no
/// block is in memory as a whole.
/// </summary>
internal static class PackedBlock
{
    /// <summary>Writes a block.</summary>
    /// <param name="page">Takes the letters.</param>
    /// <param name="write">Writes the bytes.</param>
    public static void Write(Stream page, Action<Stream> write)
    {
        using Base64Stream letters = new(page);
        using ZLibStream packed = new(letters, CompressionLevel.Optimal);
        using BufferedStream buffered = new(packed, 1 << 16);
        write(buffered);
    }

    /// <summary>Writes bytes as base64; what is left over is written when it is disposed of.</summary>
    private sealed class Base64Stream(Stream page) : Stream
    {
        private const int Room = 3 * (1 << 14);
        private readonly byte[] _bytes = new byte[Room];
        private readonly byte[] _letters = new byte[Room / 3 * 4];
        private int _count;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                int taken = Math.Min(buffer.Length, Room - _count);
                buffer[..taken].CopyTo(_bytes.AsSpan(_count));
                buffer = buffer[taken..];
                _count += taken;
                if (_count == Room)
                {
                    WriteLetters();
                }
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                WriteLetters();
            }

            base.Dispose(disposing);
        }

        private void WriteLetters()
        {
            Base64.EncodeToUtf8(_bytes.AsSpan(0, _count), _letters, out _, out int written);
            page.Write(_letters, 0, written);
            _count = 0;
        }
    }
}
