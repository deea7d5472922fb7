using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Shards;
using PSLlmCluster.Core.Tests.Caching;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>Parts that are put together: the bytes of one run, or an error that says why not.</summary>
public sealed class EmbeddingFileMergingTests : IDisposable
{
    private readonly ShardFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("all.shard")]
    [InlineData("all.parquet")]
    [InlineData("all.jsonl")]
    public void Parts_give_the_bytes_of_one_run(string name)
    {
        TestRow[] rows = ShardFolder.Rows(0, 100);
        string ending = Path.GetExtension(name);
        byte[] whole = File.ReadAllBytes(_folder.Write("whole" + ending, rows));
        string[] parts = [
            _folder.Write("c" + ending, rows[60..]), _folder.Write("none" + ending, []), _folder.Write("a" + ending, rows[..33]),
            _folder.Write("b" + ending, rows[33..60])];

        Assert.Equal(100, Merge(name, parts));
        Assert.Equal(whole, File.ReadAllBytes(_folder.File(name)));
    }

    [Fact]
    public void Parts_of_several_blocks_give_the_bytes_of_one_run()
    {
        TestRow[] rows = ShardFolder.Rows(0, 200, 1 << 15);
        byte[] whole = File.ReadAllBytes(_folder.Write("whole.shard", rows));
        Merge("all.shard", [_folder.Write("b.shard", rows[77..]), _folder.Write("a.shard", rows[..77])]);
        Assert.Equal(whole, File.ReadAllBytes(_folder.File("all.shard")));
    }

    [Fact]
    public void Keys_may_alternate_between_files()
    {
        TestRow[] rows = ShardFolder.Rows(0, 99);
        string[] parts = [.. Enumerable.Range(0, 3).Select(part => _folder.Write($"{part}.shard", rows.Where(row => row.Key % 3 == part)))];
        Merge("all.shard", parts);
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.File("all.shard")));
    }

    [Fact]
    public void Formats_may_be_mixed_where_their_origins_are_the_same()
    {
        TestRow[] rows = ShardFolder.Rows(0, 20);
        string shard = _folder.Write("a.shard", rows[..10]);
        Merge("all.shard", [_folder.Write("b.parquet", rows[10..]), shard]);
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.File("all.shard")));
        string lines = _folder.Write("b.jsonl", rows[10..]);
        Assert.Contains("their origin", Refused(EngineErrorIds.EmbeddingFileMismatch, shard, lines), StringComparison.Ordinal);
    }

    [Fact]
    public void All_keys_that_are_missing_are_named_with_the_files_beside_them()
    {
        TestRow[] rows = ShardFolder.Rows(0, 100);
        string message = Refused(
            EngineErrorIds.EmbeddingFileGap,
            _folder.Write("b.shard", rows[20..40]),
            _folder.Write("c.shard", rows[41..60]),
            _folder.Write("d.shard", rows[80..]));
        Assert.Contains($"0 to 19 before '{_folder.File("b.shard")}'", message, StringComparison.Ordinal);
        Assert.Contains(
            $"; 40 between '{_folder.File("b.shard")}' and '{_folder.File("c.shard")}'; 60 to 79 between",
            message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_missing_within_a_file_is_named()
    {
        TestRow[] rows = [.. ShardFolder.Rows(0, 30).Where(row => row.Key is not (7 or 8))];
        string part = _folder.Write("a.shard", rows);
        Assert.Contains($"7 to 8 within '{part}'", Refused(EngineErrorIds.EmbeddingFileGap, part), StringComparison.Ordinal);

        EmbeddingFileMerging.Merge([part], EmbeddingFileMerging.Target([part], _folder.File("all.shard")), allowsGap: true);
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.File("all.shard")));
    }

    [Theory]
    [InlineData(".shard")]
    [InlineData(".jsonl")]
    public void All_keys_that_are_missing_are_named_where_only_reading_tells(string ending)
    {
        TestRow[] rows = ShardFolder.Rows(0, 60);
        string a = _folder.Write("a" + ending, rows[..30].Where(row => row.Key is not (0 or 7 or 8 or 20)));
        string b = _folder.Write("b" + ending, rows[35..]);

        Assert.Equal(
            $"Keys are missing: 0 before '{a}'; 7 to 8 within '{a}'; 20 within '{a}'; 30 to 34 between '{a}' and '{b}'; 60 to 69 after "
                + $"'{b}'.",
            Assert.Throws<EngineException>(() => Merge("all.shard", [a, b], 70)).Message);

        string many = _folder.Write("many" + ending, rows.Where(row => row.Key % 2 == 0));
        string message = Refused(EngineErrorIds.EmbeddingFileGap, many);
        Assert.StartsWith($"Keys are missing: 1 within '{many}'; 3 within", message, StringComparison.Ordinal);
        Assert.EndsWith($"; 19 within '{many}'; and 19 more.", message, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(_folder.Folder).Length);
    }

    [Theory]
    [InlineData(".shard")]
    [InlineData(".jsonl")]
    public void Where_keys_may_be_missing_they_may_be_at_the_end_too(string ending)
    {
        string part = _folder.Write("a" + ending, ShardFolder.Rows(3, 20));
        EmbeddingFile all = EmbeddingFileMerging.Target([part], _folder.File("all" + ending));
        Assert.Equal(20, EmbeddingFileMerging.Merge([part], all, allowsGap: true, count: 70));
        Assert.Equal(File.ReadAllBytes(part), File.ReadAllBytes(_folder.File("all" + ending)));
    }

    [Fact]
    public void Keys_that_come_twice_are_named_with_their_files()
    {
        TestRow[] rows = ShardFolder.Rows(0, 100);
        string a = _folder.Write("a.shard", rows[..60]);
        string b = _folder.Write("b.shard", rows[50..]);
        Assert.Contains($"50 to 59 in '{a}' and '{b}'", Refused(EngineErrorIds.EmbeddingFileDoubleKey, a, b), StringComparison.Ordinal);

        // Without figures in the headers, as they are read.
        string c = _folder.Write("c.jsonl", rows[..60], hasOrigin: false);
        string d = _folder.Write("d.jsonl", rows[59..], hasOrigin: false);
        Assert.Contains($"59 in '{c}' and '{d}'", Refused(EngineErrorIds.EmbeddingFileDoubleKey, c, d), StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_is_named()
    {
        TestRow[] rows = ShardFolder.Rows(0, 20);
        string a = _folder.Write("a.shard", rows[..10], origin: new KnownOrigin("m", CacheFolder.Key));
        CacheKey otherKey = CacheFolder.Key with { Pooling = PoolingType.Cls };
        string other = _folder.Write("b.shard", rows[10..], origin: new KnownOrigin("m", otherKey));
        Assert.Contains("Pooling ('Mean' and 'Cls')", Refused(EngineErrorIds.EmbeddingFileMismatch, a, other), StringComparison.Ordinal);

        string half = _folder.Write(
            "b.shard", rows[10..], new EmbeddingWriteOptions(VectorPrecision.Half), new KnownOrigin("m", CacheFolder.Key));
        Assert.Contains(
            "Precision ('Single' and 'Half')", Refused(EngineErrorIds.EmbeddingFileMismatch, a, half), StringComparison.Ordinal);

        string wide = _folder.Write("b.shard", ShardFolder.Rows(10, 10, 6), origin: new KnownOrigin("m", CacheFolder.Key));
        Assert.Contains("(5 and 6)", Refused(EngineErrorIds.EmbeddingFileMismatch, a, wide), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_part_leaves_the_former_file()
    {
        string target = _folder.Write("all.shard", ShardFolder.Rows(0, 2));
        byte[] before = File.ReadAllBytes(target);
        string part = _folder.Write("a.shard", ShardFolder.Rows(0, 9));
        byte[] damaged = File.ReadAllBytes(part);
        damaged[^100] ^= 1;
        File.WriteAllBytes(part, damaged);
        Assert.Contains(part, Refused(EngineErrorIds.EmbeddingFileDamaged, part), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(target));
        Assert.Equal(2, Directory.GetFiles(_folder.Folder).Length);
    }

    [Theory]
    [InlineData(".shard")]
    [InlineData(".parquet")]
    [InlineData(".jsonl")]
    public void Parts_that_are_missing_at_the_end_are_named_where_the_number_of_rows_is_known(string ending)
    {
        string first = _folder.Write("a" + ending, ShardFolder.Rows(0, 9));
        string second = _folder.Write("b" + ending, ShardFolder.Rows(9, 6));
        string none = _folder.Write("none" + ending, []);

        Assert.Equal((EngineErrorIds.EmbeddingFileGap, $"Keys are missing: 15 to 19 after '{second}'."), Fails([second, first], 20));
        Assert.Equal((EngineErrorIds.EmbeddingFileGap, $"Keys are missing: 9 to 15 after '{first}'."), Fails([first, none], 16));
        Assert.Equal(EngineErrorIds.EmbeddingFileGap, Fails([none], 1).Id);
        Assert.Equal(EngineErrorIds.EmbeddingFileKeyBeyondCount, Fails([first, second], 14).Id);
        Assert.Equal(15, Merge("all.shard", [second, first], 15));

        (string Id, string Message) Fails(string[] parts, long count)
        {
            EngineException error = Assert.Throws<EngineException>(() => Merge("all.shard", parts, count));
            Assert.False(File.Exists(_folder.File("all.shard")));
            return (error.ErrorId, error.Message);
        }
    }

    [Fact]
    public void A_part_is_not_replaced_by_the_whole()
    {
        string part = _folder.Write("a.shard", ShardFolder.Rows(0, 9));
        EngineException error = Assert.Throws<EngineException>(() => EmbeddingFileMerging.Target([part], part));
        Assert.Equal(EngineErrorIds.EmbeddingFileSame, error.ErrorId);
    }

    [Fact]
    public void More_files_than_can_be_open_at_once_are_merged()
    {
        const int Parts = 1100;
        string[] parts = [.. Enumerable.Range(0, Parts).Select(part => _folder.File($"part-{part}.jsonl"))];
        for (int part = 0; part < Parts; part++)
        {
            File.WriteAllText(parts[part], $"{{\"key\":{part},\"vector\":[{part}]}}\n");
        }

        Merge("all.shard", [.. parts.Reverse()]);
        ShardFolder.AssertEqual(
            [.. Enumerable.Range(0, Parts).Select(part => new TestRow(part, null, 0, [part]))],
            ShardFolder.Read(_folder.File("all.shard")));
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        string part = _folder.Write("a.shard", ShardFolder.Rows(0, 9));
        using CancellationTokenSource source = new();
        EmbeddingFile target = EmbeddingFileMerging.Target([part], _folder.File("all.shard"));
        CancellingProgress progress = new(source);
        Assert.Throws<OperationCanceledException>(
            () => EmbeddingFileMerging.Merge([part], target, progress: progress, token: source.Token));
        Assert.Single(Directory.GetFiles(_folder.Folder));
    }

    [Fact]
    public void Rows_are_loaded_in_the_order_of_their_keys()
    {
        TestRow[] rows = ShardFolder.Rows(0, 90);
        foreach (string ending in new[] { ".shard", ".parquet", ".jsonl" })
        {
            string[] parts = [_folder.Write("b" + ending, rows[40..80]), _folder.Write("a" + ending, rows[..30])];
            EmbeddingFileRows loaded = EmbeddingFileRows.Load(parts);
            TestRow[] expected = [.. rows[..30], .. rows[40..80]];
            Assert.Equal(expected.SelectMany(row => row.Vector), loaded.Rows.Values);
            Assert.Equal(expected.Select(row => (int)row.Key), Enumerable.Range(0, 70).Select(loaded.Key));
            Assert.Equal(expected.Select(row => row.Text), Enumerable.Range(0, 70).Select(loaded.Text));
            Assert.Equal(ending == ".jsonl" ? null : EmbeddingEngine.Managed, loaded.Engine);
        }
    }

    [Fact]
    public void Keys_beyond_an_index_are_merged_and_not_loaded()
    {
        TestRow[] rows = [new(int.MaxValue, "a", 0, [1]), new(1L + int.MaxValue, "b", 0, [2])];
        string part = _folder.Write("a.shard", rows);
        EmbeddingFileMerging.Merge([part], EmbeddingFileMerging.Target([part], _folder.File("all.shard")), allowsGap: true);
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.File("all.shard")));
        EngineException error = Assert.Throws<EngineException>(() => EmbeddingFileRows.Load([part]));
        Assert.Equal(EngineErrorIds.EmbeddingFileKeyTooLarge, error.ErrorId);
    }

    [Fact]
    public void Where_the_memory_is_full_the_files_are_named()
    {
        TestRow[] rows = ShardFolder.Rows(0, 20);
        string[] parts = [_folder.Write("a.shard", rows[..10]), _folder.Write("b.shard", rows[10..])];
        EngineException error = Assert.Throws<EngineException>(
            () => EmbeddingFileRows.Load(parts, takeOrigin: _ => throw new InsufficientMemoryException()));
        Assert.Equal(EngineErrorIds.EmbeddingFileTooLarge, error.ErrorId);
        Assert.All(parts, part => Assert.Contains($"'{part}'", error.Message, StringComparison.Ordinal));

        error = Assert.Throws<EngineException>(
            () => EmbeddingFileErrors.Reading<int>(parts[1], () => throw new InsufficientMemoryException()));
        Assert.Equal(EngineErrorIds.EmbeddingFileTooLarge, error.ErrorId);
        Assert.Contains(parts[1], error.Message, StringComparison.Ordinal);
    }

    private long Merge(string name, string[] parts, long? count = null)
        => EmbeddingFileMerging.Merge(parts, EmbeddingFileMerging.Target(parts, _folder.File(name)), count: count);

    private string Refused(string errorId, params string[] parts)
    {
        EngineException error = Assert.Throws<EngineException>(() => Merge("all.shard", parts));
        Assert.Equal(errorId, error.ErrorId);
        return error.Message;
    }

    private sealed class CancellingProgress(CancellationTokenSource source) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => source.Cancel();
    }
}
