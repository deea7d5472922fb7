using System.Globalization;
using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Shards;
using PSLlmCluster.Core.Tests.Caching;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>What every format has in common: which rows are taken, and that a file is whole or not there.</summary>
public sealed class EmbeddingFileWriterTests : IDisposable
{
    private readonly ShardFolder _folder = new();

    public static TheoryData<string> Names => ["a.shard", "a.parquet", "a.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_not_completed_leaves_the_former_one(string name)
    {
        string path = _folder.Write(name, ShardFolder.Rows(0, 3));
        byte[] before = File.ReadAllBytes(path);
        using (EmbeddingFileWriter writer = EmbeddingFile.At(path).Begin())
        {
            Assert.Null(writer.Add(0, "other", 1, [1, 2]));
            writer.Flush();
        }

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Folder));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_come_back_as_they_were(string name)
    {
        TestRow[] rows = ShardFolder.Rows(3, 50);
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.Write(name, rows)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_rows_give_the_same_bytes(string name)
    {
        byte[] first = File.ReadAllBytes(_folder.Write(name, ShardFolder.Rows(0, 40)));
        Assert.Equal(first, File.ReadAllBytes(_folder.Write("other" + Path.GetExtension(name), ShardFolder.Rows(0, 40))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rounded_numbers_are_the_same_in_every_format(string name)
    {
        TestRow[] rows = ShardFolder.Rows(0, 20);
        TestRow[] rounded = [.. rows.Select(row => row with { Vector = Array.ConvertAll(row.Vector, number => (float)(Half)number) })];
        ShardFolder.AssertEqual(rounded, ShardFolder.Read(_folder.Write(name, rows, new EmbeddingWriteOptions(VectorPrecision.Half))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_can_be_left_out(string name)
        => Assert.All(
            ShardFolder.Read(_folder.Write(name, ShardFolder.Rows(0, 9), new EmbeddingWriteOptions(HasTexts: false))),
            row => Assert.Null(row.Text));

    [Theory]
    [MemberData(nameof(Names))]
    public void No_rows_are_a_file_too(string name) => Assert.Empty(ShardFolder.Read(_folder.Write(name, [])));

    [Fact]
    public void Rows_that_cannot_be_are_left_out_and_the_others_taken()
    {
        string path = _folder.File("a.shard");
        using (EmbeddingFileWriter writer = EmbeddingFile.At(path).Begin(new EmbeddingWriteOptions(VectorPrecision.Half)))
        {
            Assert.Equal(EngineErrorIds.RowEmpty, writer.Add(0, null, 0, [])?.ErrorId);
            Assert.Null(writer.Add(1, null, 0, [1, 2]));
            Assert.Equal(EngineErrorIds.RowLengthMismatch, writer.Add(2, null, 0, [1])?.ErrorId);
            Assert.Equal(EngineErrorIds.RowNotFinite, writer.Add(2, null, 0, [1, float.NaN])?.ErrorId);
            Assert.Equal(EngineErrorIds.RowNotFinite, writer.Add(2, null, 0, [float.NegativeInfinity, 1])?.ErrorId);
            Assert.Equal(EngineErrorIds.EmbeddingNotHalf, writer.Add(2, null, 0, [1, 65520])?.ErrorId);
            Assert.Null(writer.Add(2, null, 0, [3, 65519.99f]));
            writer.Complete();
        }

        Assert.Equal([1L, 2], ShardFolder.Read(path).Select(row => row.Key));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public void Keys_that_do_not_rise_end_the_work(long next)
    {
        using EmbeddingFileWriter writer = EmbeddingFile.At(_folder.File("a.shard")).Begin();
        Assert.Null(writer.Add(5, null, 0, [1]));
        EngineException error = Assert.Throws<EngineException>(() => writer.Add(next, null, 0, [1]));
        Assert.Equal(EngineErrorIds.EmbeddingFileKeyOrder, error.ErrorId);
    }

    [Fact]
    public void Vectors_of_two_origins_do_not_go_into_one_file()
    {
        using EmbeddingFileWriter writer = EmbeddingFile.At(_folder.File("a.shard")).Begin();
        CacheKey key = CacheFolder.Key;
        writer.TakeOrigin(new KnownOrigin("a.gguf", key), default);
        writer.TakeOrigin(new KnownOrigin("b.gguf", key with { }), default);
        EngineException error = Assert.Throws<EngineException>(
            () => writer.TakeOrigin(new KnownOrigin("a.gguf", key with { Window = 9, Prefix = "q: " }), default));
        Assert.Equal(EngineErrorIds.EmbeddingFileMismatch, error.ErrorId);
        Assert.Contains("Window ('8' and '9'), Prefix ('' and 'q: ')", error.Message, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => writer.TakeOrigin(null, default));
    }

    [Fact]
    public void What_a_cache_rounded_is_the_same_in_half_precision()
    {
        using EmbeddingFileWriter writer = EmbeddingFile.At(_folder.File("a.shard")).Begin(new EmbeddingWriteOptions(VectorPrecision.Half));
        writer.TakeOrigin(new KnownOrigin("a.gguf", CacheFolder.Key), default);
        writer.TakeOrigin(new KnownOrigin("a.gguf", CacheFolder.Key with { Precision = VectorPrecision.Half }), default);
    }

    [Fact]
    public void Parquet_takes_no_half_of_a_surrogate_pair()
    {
        using EmbeddingFileWriter writer = EmbeddingFile.At(_folder.File("a.parquet")).Begin();
        Assert.Equal(EngineErrorIds.EmbeddingTextNotUnicode, writer.Add(0, "a\ud83d", 0, [1])?.ErrorId);
        Assert.Equal(EngineErrorIds.EmbeddingTextNotUnicode, writer.Add(0, "\ude00\ud83d", 0, [1])?.ErrorId);
        Assert.Null(writer.Add(0, "a\ud83d\ude00", 0, [1]));
    }

    [Fact]
    public void Long_texts_fill_a_block_before_its_rows_do()
    {
        string text = new('x', 5_000_000);
        using EmbeddingFileWriter writer = EmbeddingFile.At(_folder.File("a.shard")).Begin();
        writer.Add(0, text, 0, [1]);
        Assert.False(writer.IsFull);
        writer.Add(1, text, 0, [1]);
        Assert.True(writer.IsFull);
        Assert.Throws<InvalidOperationException>(() => writer.Add(2, text, 0, [1]));
    }

    [Fact]
    public void The_culture_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        byte[] usual = File.ReadAllBytes(_folder.Write("a.jsonl", ShardFolder.Rows(0, 5)));
        try
        {
            CultureInfo other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "~");
            CultureInfo.CurrentCulture = other;
            Assert.Equal(usual, File.ReadAllBytes(_folder.Write("b.jsonl", ShardFolder.Rows(0, 5))));
            ShardFolder.AssertEqual(ShardFolder.Rows(0, 5), ShardFolder.Read(_folder.File("a.jsonl")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
