using System.Globalization;
using System.Buffers.Binary;
using System.IO.Hashing;
using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>The module's own format: as it was written, or an error.</summary>
public sealed class ShardReaderTests : IDisposable
{
    private readonly ShardFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_come_back_as_they_were_over_several_blocks()
    {
        // Wide rows make blocks of few.
        const int Wide = 1 << 15;
        TestRow[] rows = ShardFolder.Rows(0, 70, Wide);
        string path = _folder.Write("a.shard", rows);
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        Assert.Equal(32, reader.Read(CancellationToken.None)!.Count);

        ShardFolder.AssertEqual(rows, ShardFolder.Read(path));
        EmbeddingFileInfo info = reader.Info;
        Assert.Equal((70L, Wide, 0L, 69L), (info.RowCount, info.Width, info.FirstKey, info.LastKey));
        Assert.Equal("tiny.gguf (Managed)", $"{info.Origin}");
        Assert.Equal(((VectorOrigin)ShardFolder.Origin).KeyOf(default), info.Key);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_kept()
    {
        TestRow[] rows = [new(0, "\ud83d alone", 1, [1]), new(1, "\ude00", 1, [2]), new(2, "a\ud83d", 1, [3])];
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.Write("a.shard", rows)));
    }

    [Fact]
    public void Half_precision_rounds_to_the_nearest()
    {
        TestRow[] rows = [new(7, "a", 1, [1f / 3, -65504f, 65519f, 1e-8f, 6e-8f])];
        string path = _folder.Write("a.shard", rows, new EmbeddingWriteOptions(VectorPrecision.Half));
        float[] read = ShardFolder.Read(path).Single().Vector;
        Assert.Equal([0.333251953125f, -65504f, 65504f, 0f, 5.9604645e-08f], read);

        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        Assert.Equal(VectorPrecision.Half, reader.Info.Precision);
        Assert.Equal(VectorPrecision.Half, reader.Info.Key!.Precision);
    }

    [Fact]
    public void A_file_without_rows_is_one()
    {
        string path = _folder.Write("a.shard", []);
        Assert.Empty(ShardFolder.Read(path));
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        Assert.Equal((0L, 0, (long?)null), (reader.Info.RowCount, reader.Info.Width, reader.Info.FirstKey));
    }

    /// <summary>What docs/shard-format.md says, read by loops of the test's own.</summary>
    [Fact]
    public void The_bytes_are_those_of_the_description()
    {
        TestRow[] rows = ShardFolder.Rows(100, 20);
        byte[] file = File.ReadAllBytes(_folder.Write("a.shard", rows));

        Assert.Equal("PSLLMVECTORS\r\n\u001a\n", System.Text.Encoding.ASCII.GetString(file, 0, 16));
        Assert.Equal(1, Int(file, 16));
        int header = Int(file, 20);
        Assert.Equal(file.Length, Long(file, 24));
        Assert.Equal(20, Long(file, 32));
        Assert.Equal((ShardFolder.Width, 4, 4096), (Int(file, 40), Int(file, 44), Int(file, 48)));
        Assert.Equal((100, 119, 1), (Long(file, 56), Long(file, 64), Long(file, 72)));
        Assert.StartsWith(
            "{\"Name\":\"tiny.gguf\",\"Key\":{\"Model\":\"AB\",\"Engine\":\"Managed\"",
            System.Text.Encoding.UTF8.GetString(file, 128, Int(file, 52)));

        Assert.Equal("ROWS", System.Text.Encoding.ASCII.GetString(file, header, 4));
        Assert.Equal((20, 0, file.Length - header), (Int(file, header + 4), Long(file, header + 8), Long(file, header + 24)));
        byte[] digest = XxHash128.Hash([.. file[header..(header + 48)], .. file[(header + 64)..]]);
        Assert.Equal(digest, file[(header + 48)..(header + 64)]);
        Assert.Equal(XxHash128.Hash(digest), file[80..96]);
        Assert.Equal(XxHash128.Hash([.. file[..112], .. file[128..header]]), file[112..128]);

        int vectors = header + 64;
        int keys = Next(vectors + (20 * ShardFolder.Width * 4));
        int tokens = Next(keys + (20 * 8));
        int lengths = Next(tokens + (20 * 4));
        int text = Next(lengths + (20 * 4));
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.Equal(rows[row].Vector[2], BitConverter.ToSingle(file, vectors + (((row * ShardFolder.Width) + 2) * 4)));
            Assert.Equal((rows[row].Key, rows[row].Tokens), (Long(file, keys + (row * 8)), Int(file, tokens + (row * 4))));
            int length = Int(file, lengths + (row * 4));
            Assert.Equal(rows[row].Text, length < 0 ? null : System.Text.Encoding.UTF8.GetString(file, text, length));
            text += Math.Max(0, length);
        }

        Assert.Equal(0, header % 64);
        Assert.Equal(file.Length, Next(text));
    }

    [Fact]
    public void Every_byte_that_changes_is_an_error()
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.shard", ShardFolder.Rows(0, 6)));
        string path = _folder.File("b.shard");
        for (int place = 0; place < file.Length; place++)
        {
            byte[] damaged = (byte[])file.Clone();
            damaged[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(path, damaged);
            EngineException error = Assert.Throws<EngineException>(() => ShardFolder.Read(path));
            Assert.Contains(error.ErrorId, new[]
            {
                EngineErrorIds.EmbeddingFileDamaged, EngineErrorIds.EmbeddingFileForeign, EngineErrorIds.EmbeddingFileVersionUnknown,
            });
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_length_but_its_own_is_an_error()
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.shard", ShardFolder.Rows(0, 6)));
        string path = _folder.File("b.shard");
        for (int length = 0; length <= file.Length + 1; length++)
        {
            byte[] cut = new byte[length];
            file.AsSpan(0, Math.Min(length, file.Length)).CopyTo(cut);
            File.WriteAllBytes(path, cut);
            if (length != file.Length)
            {
                Assert.Throws<EngineException>(() => ShardFolder.Read(path));
            }
        }
    }

    [Theory]
    [InlineData(32, long.MaxValue)]
    [InlineData(32, -1)]
    [InlineData(40, int.MaxValue)]
    [InlineData(40, -1)]
    [InlineData(44, 3)]
    [InlineData(48, 0)]
    [InlineData(52, int.MaxValue)]
    [InlineData(72, 9)]
    public void Figures_that_cannot_be_are_an_error_though_the_checksum_fits(int place, long value)
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.shard", ShardFolder.Rows(0, 6)));
        if (place is 32 or 72)
        {
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(place), value);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(place), (int)value);
        }

        Assert.Equal(EngineErrorIds.EmbeddingFileDamaged, Reread(file).ErrorId);
    }

    [Theory]
    [InlineData(4, int.MaxValue)]
    [InlineData(4, 0)]
    [InlineData(16, int.MaxValue)]
    [InlineData(24, 1)]
    public void Blocks_that_cannot_be_are_an_error_before_memory_is_taken(int place, int value)
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.shard", ShardFolder.Rows(0, 6)));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(Int(file, 20) + place), value);
        Assert.Equal(EngineErrorIds.EmbeddingFileDamaged, Reread(file).ErrorId);
    }

    [Fact]
    public void A_newer_version_is_named()
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.shard", ShardFolder.Rows(0, 6)));
        file[16] = 2;
        EngineException error = Reread(file);
        Assert.Equal(EngineErrorIds.EmbeddingFileVersionUnknown, error.ErrorId);
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tickets.txt", "Get-Content {0} | Group-Text.")]
    [InlineData("tickets", "Get-Content {0} | Group-Text.")]
    [InlineData("tickets.csv", "Import-Csv {0} | Group-Text -Property NAME.")]
    [InlineData("tickets.TSV", "Import-Csv {0} -Delimiter \"`t\" | Group-Text -Property NAME.")]
    [InlineData("tickets.json", "Get-Content {0} -Raw | ConvertFrom-Json | Group-Text -Property NAME.")]
    [InlineData("my 'old' [tickets].txt", "Get-Content -LiteralPath '{1}' | Group-Text.")]
    public void A_file_of_texts_is_no_file_of_embeddings_and_goes_through_the_pipeline(string name, string command)
    {
        string path = _folder.File(name);
        EngineException error = Assert.Throws<EngineException>(() => EmbeddingFile.Open(path));

        Assert.Equal((EngineErrorIds.EmbeddingFileFormatUnknown, FailureKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Contains("they end in .shard, .parquet, .jsonl or .ndjson", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            string.Format(CultureInfo.InvariantCulture, command, path, path.Replace("'", "''", StringComparison.Ordinal)),
            error.RecommendedAction,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_such_file_is_named()
    {
        File.WriteAllText(_folder.File("a.shard"), "index,text\n1,a\n");
        Assert.Equal(EngineErrorIds.EmbeddingFileForeign, Error("a.shard"));
        Assert.Equal(EngineErrorIds.EmbeddingFileNotFound, Error("none.shard"));
        Assert.Equal(EngineErrorIds.EmbeddingFileFormatUnknown, Error("none.txt"));
        Directory.CreateDirectory(_folder.File("folder.shard"));
        Assert.Equal(EngineErrorIds.EmbeddingFileIsDirectory, Error("folder.shard"));
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_folder.File("device.shard"), "/dev/zero");
            Assert.Equal(EngineErrorIds.EmbeddingFileNotRegular, Error("device.shard"));
        }
    }

    private static int Next(int place) => (place + 63) / 64 * 64;

    private static int Int(byte[] file, int place) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(place));

    private static long Long(byte[] file, int place) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(place));

    private EngineException Reread(byte[] file)
    {
        int header = Int(file, 20);
        XxHash128.Hash([.. file[..112], .. file[128..header]]).CopyTo(file, 112);
        File.WriteAllBytes(_folder.File("b.shard"), file);
        return Assert.Throws<EngineException>(() => ShardFolder.Read(_folder.File("b.shard")));
    }

    private string Error(string name) => Assert.Throws<EngineException>(() => ShardFolder.Read(_folder.File(name))).ErrorId;
}
