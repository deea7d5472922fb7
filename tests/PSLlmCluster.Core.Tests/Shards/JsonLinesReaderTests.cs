using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>JSON Lines, our own and other programs'.</summary>
public sealed class JsonLinesReaderTests : IDisposable
{
    private readonly ShardFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_looks_as_people_expect()
        => Assert.Equal(
            """{"key":3,"text":"a \"b\" \\ ä\n\ud83d","tokens":2,"vector":[0.1,-2,1E-30,16777216]}""" + "\n",
            File.ReadAllText(_folder.Write("a.jsonl", [new(3, "a \"b\" \\ ä\n\ud83d", 2, [0.1f, -2, 1e-30f, 16777216])])));

    [Fact]
    public void Half_a_surrogate_pair_is_kept()
    {
        TestRow[] rows = [new(0, "\ud83d alone 😀 \\ud83d", 1, [1]), new(1, "\ude00", 1, [2])];
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.Write("a.jsonl", rows)));
    }

    [Fact]
    public void Lines_of_other_programs_are_read()
    {
        string path = _folder.File("a.jsonl");
        File.WriteAllText(
            path,
            "\ufeff\r\n{ \"id\": {\"vector\": [9]}, \"vector\": [1, 2.5e0], \"text\": null }\r\n\n"
                + "{\"vector\":[3,4],\"text\":\"\\u00e4\\/\"}");
        ShardFolder.AssertEqual([new(0, null, 0, [1, 2.5f]), new(1, "ä/", 0, [3, 4])], ShardFolder.Read(path));
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_read()
    {
        TestRow[] rows = [new(0, new string('ä', 3_000_000), 1, [1]), new(1, "b", 1, [2])];
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.Write("a.jsonl", rows)));
    }

    [Fact]
    public void A_text_that_is_no_text_is_named_with_its_line()
    {
        string path = _folder.File("a.jsonl");
        foreach (byte[] text in (byte[][])[[0xFF], [.. "\\n"u8, 0xFF]])
        {
            File.WriteAllBytes(path, [.. "{\"vector\":[1],\"text\":\""u8, .. text, .. "\"}\n"u8]);
            EngineException error = Assert.Throws<EngineException>(() => ShardFolder.Read(path));
            Assert.Equal(EngineErrorIds.EmbeddingFileForeign, error.ErrorId);
            Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("[1,2]", "line 2")]
    [InlineData("{\"vector\":[1,2}", "line 2")]
    [InlineData("{\"vector\":[1,2]", "line 2")]
    [InlineData("{\"vector\":[1,2]} x", "line 2")]
    [InlineData("{\"vector\":[1,\"2\"]}", "line 2")]
    [InlineData("{\"vector\":[]}", "no numbers")]
    [InlineData("{\"key\":1}", "no numbers")]
    [InlineData("{\"key\":1.5,\"vector\":[1,2]}", "its \"key\" is no whole number from 0")]
    [InlineData("{\"key\":\"x\",\"vector\":[1,2]}", "its \"key\" is no whole number from 0")]
    [InlineData("{\"key\":-3,\"vector\":[1,2]}", "its \"key\" is no whole number from 0")]
    [InlineData("{\"key\":1,\"tokens\":true,\"vector\":[1,2]}", "its \"tokens\" is no whole number")]
    [InlineData("{\"text\":1,\"vector\":[1,2]}", "no text")]
    [InlineData("{\"vector\":[1,2,3]}", "3 numbers")]
    [InlineData("{\"vector\":[1,NaN]}", "line 2")]
    public void A_line_that_is_no_embedding_is_named(string line, string part)
    {
        string path = _folder.File("a.jsonl");
        File.WriteAllText(path, "{\"vector\":[1,2]}\n" + line + "\n");
        EngineException error = Assert.Throws<EngineException>(() => ShardFolder.Read(path));
        Assert.Equal(EngineErrorIds.EmbeddingRowInvalid, error.ErrorId);
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", error.Message.Replace(path, string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_many_numbers_or_letters_are_held_few_at_a_time()
    {
        const int Width = 700_000;
        string path = _folder.File("a.jsonl");
        string vector = string.Join(',', Enumerable.Repeat("1", Width));
        File.WriteAllLines(path, Enumerable.Repeat($"{{\"vector\":[{vector}]}}", 4));
        Assert.Equal([1, 1, 1, 1], Counts(path));

        string text = new('x', 3_000_000);
        File.WriteAllLines(path, Enumerable.Repeat($"{{\"vector\":[1],\"text\":\"{text}\"}}", 7));
        Assert.Equal([3, 3, 1], Counts(path));
    }

    [Fact]
    public void A_wider_row_is_named_and_its_numbers_are_not_kept()
    {
        const int Width = 4_000_000;
        string path = _folder.File("a.jsonl");
        string vector = string.Join(',', Enumerable.Repeat("1", Width));
        File.WriteAllLines(path, ["{\"vector\":[1,2]}", $"{{\"vector\":[{vector}]}}"]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        EngineException error = Assert.Throws<EngineException>(() => ShardFolder.Read(path));
        Assert.Contains($"line 2: its vector has {Width} numbers, and those before it have 2", error.Message, StringComparison.Ordinal);

        // The line is read whole, into buffers that double.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5L * Width * 2);
    }

    [Fact]
    public void A_file_without_line_ends_is_not_read_whole()
    {
        string path = _folder.File("a.jsonl");
        using (FileStream file = File.Create(path))
        {
            file.SetLength(3L << 28);
        }

        EngineException error = Assert.Throws<EngineException>(() => EmbeddingFile.Open(path));
        Assert.Equal(EngineErrorIds.EmbeddingFileForeign, error.ErrorId);
        Assert.Contains("line 1: it is longer than 256 MB", error.Message, StringComparison.Ordinal);
    }

    private static List<int> Counts(string path)
    {
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        List<int> counts = [];
        while (reader.Read(CancellationToken.None) is { } block)
        {
            counts.Add(block.Count);
        }

        return counts;
    }

    [Fact]
    public void A_number_beyond_single_precision_is_named()
    {
        File.WriteAllText(_folder.File("a.jsonl"), "{\"vector\":[1,2]}\n\n{\"vector\":[1,1e39]}\n");
        EngineException error = Assert.Throws<EngineException>(() => ShardFolder.Read(_folder.File("a.jsonl")));
        Assert.Equal(EngineErrorIds.RowNotFinite, error.ErrorId);
        Assert.Contains("line 3: number 2 is not finite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_anywhere_it_gives_whole_lines_or_an_error()
    {
        TestRow[] rows = ShardFolder.Rows(0, 4);
        byte[] file = File.ReadAllBytes(_folder.Write("a.jsonl", rows));
        for (int length = 0; length < file.Length; length++)
        {
            File.WriteAllBytes(_folder.File("b.jsonl"), file[..length]);
            try
            {
                List<TestRow> read = ShardFolder.Read(_folder.File("b.jsonl"));
                ShardFolder.AssertEqual(rows[..read.Count], read);
            }
            catch (EngineException error)
            {
                Assert.Contains(error.ErrorId, (string[])[EngineErrorIds.EmbeddingFileForeign, EngineErrorIds.EmbeddingRowInvalid]);
            }
        }
    }

    [Fact]
    public void Lines_that_are_none_are_left_out_and_the_others_keep_their_places()
    {
        string path = _folder.File("a.jsonl");
        File.WriteAllLines(
            path,
            [
                "{\"vector\":[1,null]}", "{\"vector\":[1,2]}", "{\"text\":\"a\"}", "{\"vector\":[1,NaN]}", "", "{\"vector\":[3,4]}",
                "{\"vector\":[1,1e99]}", "{\"vector\":[1,2,3]}", "no JSON", "{\"vector\":[5,6]}", "{\"vector\":[7,",
            ]);
        List<EngineException> leftOut = [];
        ShardFolder.AssertEqual(
            [new(1, null, 0, [1, 2]), new(4, null, 0, [3, 4]), new(8, null, 0, [5, 6])], ShardFolder.Read(path, leftOut));
        Assert.Equal(
            ["line 1:", "line 3:", "line 4:", "line 7:", "line 8:", "line 9:", "line 11:"],
            leftOut.Select(fault => fault.Message[(path.Length + 4)..].Split(' ')).Select(words => $"{words[0]} {words[1]}"));
        leftOut.Clear();
        EmbeddingFileRows loaded = EmbeddingFileRows.Load([path], leftOut: leftOut);
        Assert.Equal([1, 2, 3, 4, 5, 6], loaded.Rows.Values);
        Assert.Equal(7, leftOut.Count);
        Assert.Throws<EngineException>(
            () => EmbeddingFileMerging.Merge([path], EmbeddingFileMerging.Target([path], _folder.File("all.shard")), allowsGap: true));
        Assert.False(File.Exists(_folder.File("all.shard")));
    }

    [Fact]
    public void A_file_of_something_else_is_one_error_and_rows_before_it_are_not_lost()
    {
        string path = _folder.File("a.jsonl");
        File.WriteAllLines(path, Enumerable.Repeat("{}", 5000));
        EngineException error = Assert.Throws<EngineException>(() => EmbeddingFile.Open(path));
        Assert.Equal(EngineErrorIds.EmbeddingFileForeign, error.ErrorId);
        Assert.Contains("line 1: it has no numbers", error.Message, StringComparison.Ordinal);

        File.WriteAllLines(path, ["{}", "{\"vector\":[1]}", "{}", "{\"vector\":[2]}", .. Enumerable.Repeat("{}", 5000)]);
        List<EngineException> leftOut = [];
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        Assert.Equal([1, 2], reader.Read(CancellationToken.None, leftOut)!.Vectors.ToArray());
        error = Assert.Throws<EngineException>(() => reader.Read(CancellationToken.None, leftOut));
        Assert.Contains("100 rows in a row", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 5:", error.Message, StringComparison.Ordinal);
        Assert.Equal(102, leftOut.Count);
    }
}
