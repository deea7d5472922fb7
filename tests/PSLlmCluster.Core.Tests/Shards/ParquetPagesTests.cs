using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>The headers of pages in bytes, as Thrift's compact protocol has them.</summary>
public sealed class ParquetPagesTests
{
    // Type 0 in field 1, the bytes unpacked in 2 and packed in 3, both 4, and in 5 what a page of data says: 2 values.
    private static readonly byte[] _page = [0x15, 0, 0x15, 8, 0x15, 8, 0x2C, 0x15, 4, 0, 0, 1, 2, 3, 4];

    [Fact]
    public void Pages_with_just_the_values_that_are_said_are_sound()
    {
        using MemoryStream file = new([9, .. _page, .. _page]) { Position = 3 };
        Assert.True(ParquetPages.AreSound(file, 1, 4, 4));
        Assert.True(ParquetPages.AreSound(file, 1, 2, 4));
        Assert.False(ParquetPages.AreSound(file, 1, 3, 4));
        Assert.False(ParquetPages.AreSound(file, 1, 6, 4));
        Assert.False(ParquetPages.AreSound(file, 1, 4, 3));
        Assert.False(ParquetPages.AreSound(file, 0, 4, 4));
        Assert.Equal(3, file.Position);
    }

    /// <summary>Each zero is a sound structure without a field, and a file may have any number of them.</summary>
    [Fact]
    public void What_has_no_sizes_is_no_header_and_is_not_passed_over()
    {
        using CountingStream file = new([.. new byte[1000], .. _page]);
        Assert.False(ParquetPages.AreSound(file, 0, 2, 4));
        Assert.Equal(1, file.ReadCount);
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int ReadCount { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            ReadCount += Position < Length ? 1 : 0;
            return base.Read(buffer);
        }
    }
}
