using System.Buffers.Binary;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Frames, as they cross between the session and its worker.</summary>
public sealed class FrameStreamTests
{
    [Fact]
    public void Frames_come_out_as_they_went_in()
    {
        byte[] written = Written(frames =>
        {
            frames.Write(FrameKind.Flush, 7);
            frames.Write(FrameKind.Text, int.MaxValue, new WireWriter().Int(-5).Text("tea \0 茶 🍵").Text(null).Text(string.Empty));
            frames.Write(
                FrameKind.Outcomes,
                1,
                new WireWriter().Bool(true).OptionalInt(null).OptionalInt(9).Long(long.MinValue).Double(-0.0).Floats([1.5f, float.NaN])
                    .Floats(null).Floats([]));
        });
        using FrameStream frames = new(new DripStream(written), Stream.Null);

        Frame first = frames.Read()!.Value;
        Assert.Equal((FrameKind.Flush, 7, 0), (first.Kind, first.Channel, first.Payload.Length));

        WireReader text = frames.Read()!.Value.Read();
        Assert.Equal(-5, text.Int());
        Assert.Equal("tea \0 茶 🍵", text.Text());
        Assert.Null(text.Text());
        Assert.Equal(string.Empty, text.NeededText());

        WireReader numbers = frames.Read()!.Value.Read();
        Assert.True(numbers.Bool());
        Assert.Null(numbers.OptionalInt());
        Assert.Equal(9, numbers.OptionalInt());
        Assert.Equal(long.MinValue, numbers.Long());
        Assert.Equal(double.NegativeZero, numbers.Double());
        Assert.Equal([1.5f, float.NaN], numbers.Floats()!);
        Assert.Null(numbers.Floats());
        Assert.Equal([], numbers.Floats()!);
        Assert.Null(frames.Read());
    }

    [Fact]
    public void A_large_frame_comes_in_pieces_and_whole()
    {
        string text = new('x', 5_000_000);
        byte[] written = Written(to => to.Write(FrameKind.Text, 1, new WireWriter().Text(text)));
        using FrameStream frames = new(new MemoryStream(written), Stream.Null);
        WireReader reader = frames.Read()!.Value.Read();
        Assert.Equal(text, reader.Text());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(FrameStream.MostPayload + 1)]
    [InlineData(int.MaxValue)]
    public void A_length_that_no_frame_has_is_refused(int length)
    {
        byte[] header = new byte[9];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        using FrameStream frames = new(new MemoryStream(header), Stream.Null);
        Assert.Throws<InvalidDataException>(() => frames.Read());
    }

    [Fact]
    public void A_length_that_does_not_come_takes_no_memory()
    {
        byte[] header = new byte[9];
        BinaryPrimitives.WriteInt32LittleEndian(header, FrameStream.MostPayload);
        using FrameStream frames = new(new MemoryStream(header), Stream.Null);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<EndOfStreamException>(() => frames.Read());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_frame_that_is_cut_anywhere_is_an_error_and_not_a_frame()
    {
        byte[] whole = Written(frames => frames.Write(FrameKind.Text, 3, new WireWriter().Int(1).Text("a text")));
        for (int length = 1; length < whole.Length; length++)
        {
            using FrameStream frames = new(new MemoryStream(whole[..length]), Stream.Null);
            Exception failure = Assert.ThrowsAny<Exception>(() => frames.Read());
            Assert.True(failure is InvalidDataException or EndOfStreamException, failure.ToString());
        }
    }

    [Fact]
    public void A_payload_of_any_bytes_is_read_or_refused()
    {
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] payload = new byte[random.Next(60)];
            random.NextBytes(payload);
            if (random.Next(2) == 0 && payload.Length >= 4)
            {
                // A plausible count, so that some of what follows is looked at.
                BinaryPrimitives.WriteInt32LittleEndian(payload, random.Next(4));
            }

            refused += Refuses(payload) ? 1 : 0;
        }

        Assert.InRange(refused, 10_000, 19_999);

        static bool Refuses(byte[] payload)
        {
            try
            {
                WireReader reader = new(payload);
                reader.ReadOutcomes();
                return false;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }
    }

    [Fact]
    public void A_payload_beyond_the_limit_is_never_written()
    {
        using MemoryStream output = new();
        using FrameStream frames = new(Stream.Null, output);
        WireWriter payload = new();
        float[] piece = new float[1 << 24];
        for (int written = 0; written <= FrameStream.MostPayload; written += piece.Length * sizeof(float))
        {
            payload.Floats(piece);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => frames.Write(FrameKind.Text, 1, payload));
        Assert.Equal(0, output.Length);
    }

    private static byte[] Written(Action<FrameStream> write)
    {
        using MemoryStream output = new();
        using FrameStream frames = new(Stream.Null, output);
        write(frames);
        return output.ToArray();
    }

    /// <summary>Gives a byte at a time, as a pipe may.</summary>
    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
