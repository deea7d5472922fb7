using Parquet;
using Parquet.Schema;
using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>Parquet, our own and other programs'.</summary>
public sealed class ParquetEmbeddingReaderTests : IDisposable
{
    private readonly ShardFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_the_vectors_depend_on_goes_along()
    {
        using EmbeddingFileReader reader = EmbeddingFile.Open(_folder.Write("a.parquet", ShardFolder.Rows(4, 3)));
        Assert.Equal((3L, ShardFolder.Width, 4L), (reader.Info.RowCount, reader.Info.Width, reader.Info.FirstKey));
        Assert.Equal("tiny.gguf (Managed)", $"{reader.Info.Origin}");
    }

    [Fact]
    public void Several_groups_of_rows_are_read()
    {
        TestRow[] rows = ShardFolder.Rows(0, 40, 1 << 18);
        ShardFolder.AssertEqual(rows, ShardFolder.Read(_folder.Write("a.parquet", rows)));
    }

    [Fact]
    public void A_changed_byte_gives_no_wrong_row()
    {
        TestRow[] rows = ShardFolder.Rows(0, 6);
        byte[] file = File.ReadAllBytes(_folder.Write("a.parquet", rows));
        string path = _folder.File("b.parquet");
        int errors = 0;
        for (int place = 0; place < file.Length; place++)
        {
            byte[] damaged = (byte[])file.Clone();
            damaged[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(path, damaged);
            try
            {
                using EmbeddingFileReader reader = EmbeddingFile.Open(path);
                bool isOurs = reader.Info.Key is not null;
                List<TestRow> read = ShardFolder.Read(path);

                // A byte of what says who wrote the file, or of the name of our text in it, makes it another program's, without checksums.
                if (isOurs)
                {
                    ShardFolder.AssertEqual(rows, read);
                }
            }
            catch (EngineException)
            {
                errors++;
            }
        }

        Assert.InRange(errors, file.Length / 3, file.Length);
    }

    /// <summary>The end of a file says how many rows there are, for which memory is asked, and where they are.</summary>
    [Fact]
    public void A_changed_bit_of_what_it_says_of_its_rows_is_an_error_or_changes_nothing()
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.parquet", ShardFolder.Rows(0, 6)));
        string path = _folder.File("b.parquet");
        int footer = BitConverter.ToInt32(file, file.Length - 8);
        int start = file.Length - 8 - footer;

        // The columns, the number of rows and the groups stand at its beginning; bits 0 and 4 of a byte are signs and numbers of fields.
        for (int bit = 8 * start; bit < 8 * (start + 160); bit += 4)
        {
            byte[] damaged = (byte[])file.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            try
            {
                Assert.Equal(6, EmbeddingFileRows.Load([path]).Rows.RowCount);
            }
            catch (EngineException error)
            {
                Assert.NotEqual(EngineErrorIds.EmbeddingFileReadFailed, error.ErrorId);
            }
        }
    }

    /// <summary>The header of a page has texts, the least and the largest, whose lengths the library takes at their word.</summary>
    [Fact]
    public void A_changed_byte_of_the_headers_of_pages_takes_no_memory_and_no_time()
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.parquet", ShardFolder.Rows(0, 6)));
        string path = _folder.File("b.parquet");
        int end = file.Length - 8 - BitConverter.ToInt32(file, file.Length - 8);
        ShardFolder.Read(_folder.File("a.parquet"));
        for (int place = 4; place < end; place++)
        {
            foreach (byte changed in (byte[])[(byte)(file[place] ^ 0x80), 0, 0xFF])
            {
                byte[] damaged = (byte[])file.Clone();
                damaged[place] = changed;
                File.WriteAllBytes(path, damaged);
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Assert.Equal(6, ShardFolder.Read(path).Count);
                }
                catch (EngineException error)
                {
                    Assert.NotEqual(EngineErrorIds.EmbeddingFileReadFailed, error.ErrorId);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
            }
        }
    }

    [Fact]
    public void An_engine_that_is_none_is_damage()
    {
        string path = _folder.Write("a.parquet", ShardFolder.Rows(0, 6));
        string file = File.ReadAllText(path, System.Text.Encoding.Latin1);
        File.WriteAllText(path, file.Replace("\"Managed\"", "\"Auto\"   ", StringComparison.Ordinal), System.Text.Encoding.Latin1);
        Assert.Equal(
            EngineErrorIds.EmbeddingFileDamaged, Assert.Throws<EngineException>(() => EmbeddingFile.Open(path)).ErrorId);
    }

    [Fact]
    public void Cut_anywhere_it_is_an_error()
    {
        byte[] file = File.ReadAllBytes(_folder.Write("a.parquet", ShardFolder.Rows(0, 6)));
        for (int length = 0; length < file.Length; length += 7)
        {
            File.WriteAllBytes(_folder.File("b.parquet"), file[..length]);
            Assert.Throws<EngineException>(() => ShardFolder.Read(_folder.File("b.parquet")));
        }
    }

    [Fact]
    public async Task Columns_as_other_programs_write_them_are_read()
    {
        DataField<int?> key = new("key");
        DataField text = new("text", typeof(string), isNullable: true);
        DataField element = new("item", typeof(double), isNullable: true);
        string path = _folder.File("a.parquet");
        await WriteAsync(path, new ParquetSchema(text, new ListField("vector", element), key), async group =>
        {
            await group.WriteAsync(text, new string?[] { "a", null }!);
            await group.WriteAllPartsAsync<double>(
                element, new double[] { 1, 2, 3, 4 }, Levels(element, 4), new[] { 0, 1, 0, 1 }, CancellationToken.None);
            await group.WriteAsync<int>(key, new int?[] { 7, 9 }.AsMemory());
        });

        ShardFolder.AssertEqual([new(7, "a", 0, [1, 2]), new(9, null, 0, [3, 4])], ShardFolder.Read(path));
    }

    [Fact]
    public async Task Vectors_alone_are_numbered_by_their_position()
    {
        DataField element = new("element", typeof(float), isNullable: false);
        string path = _folder.File("a.parquet");
        await WriteAsync(path, new ParquetSchema(new ListField("vector", element)), group => group.WriteAllPartsAsync<float>(
            element, new float[] { 1, 2 }, Levels(element, 2), new[] { 0, 0 }, CancellationToken.None));
        ShardFolder.AssertEqual([new(0, null, 0, [1]), new(1, null, 0, [2])], ShardFolder.Read(path));
    }

    [Theory]
    [InlineData("0 0 1 0", "1 4", 1)]
    [InlineData("0 1 1 0", "1 2 3", 1)]
    [InlineData("0 1 0 0 1", "1 2 4 5", 1)]
    public async Task Vectors_of_different_lengths_are_left_out(string repetitions, string kept, int faultCount)
    {
        int[] levels = [.. repetitions.Split(' ').Select(int.Parse)];
        DataField element = new("element", typeof(float), isNullable: false);
        string path = _folder.File("a.parquet");
        await WriteAsync(path, new ParquetSchema(new ListField("vector", element)), group => group.WriteAllPartsAsync<float>(
            element,
            Enumerable.Range(1, levels.Length).Select(number => (float)number).ToArray(),
            Levels(element, levels.Length),
            levels,
            CancellationToken.None));
        Assert.Equal(
            EngineErrorIds.EmbeddingRowInvalid, Assert.Throws<EngineException>(() => ShardFolder.Read(path)).ErrorId);
        List<EngineException> leftOut = [];
        List<TestRow> rows = ShardFolder.Read(path, leftOut);
        Assert.Equal(kept, string.Join(' ', rows.SelectMany(row => row.Vector)));
        Assert.Equal(faultCount, leftOut.Count);
    }

    [Fact]
    public async Task Rows_without_a_vector_or_a_key_or_with_numbers_that_are_missing_are_left_out()
    {
        DataField<int?> key = new("key");
        DataField element = new("item", typeof(double), isNullable: true);
        string path = _folder.File("a.parquet");
        int whole = 0;
        await WriteAsync(path, new ParquetSchema(new ListField("vector", element), key), async group =>
        {
            whole = element.MaxDefinitionLevel;

            // Null, [1, 2], [], [3, null], [4, 5], [NaN, 6], [7, 8], [9, 10].
            await group.WriteAllPartsAsync<double>(
                element,
                new double[] { 1, 2, 3, 4, 5, double.NaN, 6, 7, 8, 9, 10 },
                new[] { 0, whole, whole, 1, whole, whole - 1, whole, whole, whole, whole, whole, whole, whole, whole },
                new[] { 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 },
                CancellationToken.None);
            await group.WriteAsync<int>(key, new int?[] { 10, 11, 12, 13, 14, 15, null, -16 }.AsMemory());
        });
        List<EngineException> leftOut = [];
        ShardFolder.AssertEqual([new(11, null, 0, [1, 2]), new(14, null, 0, [4, 5])], ShardFolder.Read(path, leftOut));
        Assert.Equal(
            ["row 1: it has no vector.", "row 3: it has no vector.", "row 4: a number of its vector is missing.", "row 7: it has no key.",
                "row 8: its key is below 0.", "the row with the key 15: number 1 is not finite."],
            leftOut.Select(fault => fault.Message[(path.Length + 4)..]));
        Assert.Equal([1, 2, 4, 5], EmbeddingFileRows.Load([path], leftOut: leftOut).Rows.Values);
    }

    [Fact]
    public async Task Groups_of_another_width_are_one_error_after_the_rows_before()
    {
        DataField element = new("element", typeof(float), isNullable: false);
        string path = _folder.File("a.parquet");
        using (FileStream stream = File.Create(path))
        {
            ParquetSchema schema = new(new ListField("vector", element));
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream);
            foreach (int width in (int[])[2, 3])
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAllPartsAsync<float>(
                    element,
                    new float[width * 200],
                    Levels(element, width * 200),
                    Enumerable.Range(0, width * 200).Select(i => i % width == 0 ? 0 : 1).ToArray(),
                    CancellationToken.None);
            }
        }

        List<EngineException> leftOut = [];
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        Assert.Equal(200, reader.Read(CancellationToken.None, leftOut)!.Count);
        EngineException error = Assert.Throws<EngineException>(() => reader.Read(CancellationToken.None, leftOut));
        Assert.Equal(EngineErrorIds.EmbeddingFileForeign, error.ErrorId);
        Assert.Contains("row 201: its vector has 3 numbers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_at_fault_with_sound_ones_between_do_not_end_the_reading()
    {
        const int Count = 2 * EmbeddingFileReader.MostFaultsInARow;
        string path = await WriteKeyedAsync(
            [.. Enumerable.Range(0, Count + 1).Select(row => row % 2 == 0 ? row : (int?)null)], row => row);
        List<EngineException> leftOut = [];
        Assert.Equal(
            Enumerable.Range(0, (Count / 2) + 1).Select(row => 2L * row), ShardFolder.Read(path, leftOut).Select(row => row.Key));
        Assert.Equal(Count / 2, leftOut.Count);
    }

    [Theory]
    [InlineData(false, EngineErrorIds.EmbeddingRowInvalid)]
    [InlineData(true, EngineErrorIds.RowNotFinite)]
    public async Task Rows_before_many_at_fault_are_read_and_those_after_them_are_not(bool haveKeys, string id)
    {
        const int Sound = 50;
        const int Count = Sound + EmbeddingFileReader.MostFaultsInARow + 50;
        string path = await WriteKeyedAsync(
            [.. Enumerable.Range(0, Count).Select(row => haveKeys || row < Sound ? row : (int?)null)],
            row => haveKeys && row >= Sound ? float.NaN : row);
        List<EngineException> leftOut = [];
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        Assert.Equal(
            Enumerable.Range(0, Sound).Select(row => (long)row), reader.Read(CancellationToken.None, leftOut)!.Keys.ToArray());
        EngineException error = Assert.Throws<EngineException>(() => reader.Read(CancellationToken.None, leftOut));
        Assert.Equal(EngineErrorIds.EmbeddingFileForeign, error.ErrorId);
        Assert.Equal(Enumerable.Repeat(id, EmbeddingFileReader.MostFaultsInARow), leftOut.Select(fault => fault.ErrorId));
    }

    [Fact]
    public async Task Rows_at_fault_are_counted_from_one_group_to_the_next()
    {
        const int Half = EmbeddingFileReader.MostFaultsInARow / 2;
        DataField<int?> key = new("key");
        DataField element = new("element", typeof(float), isNullable: false);
        string path = _folder.File("a.parquet");
        using (FileStream stream = File.Create(path))
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(
                new ParquetSchema(new ListField("vector", element), key), stream);
            foreach (int? first in (int?[])[0, null, null, null])
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAllPartsAsync<float>(
                    element, new float[Half], Levels(element, Half), new int[Half], CancellationToken.None);
                await group.WriteAsync<int>(key, Enumerable.Range(0, Half).Select(row => first + row).ToArray().AsMemory());
            }
        }

        List<EngineException> leftOut = [];
        Assert.Equal(EngineErrorIds.EmbeddingFileForeign, Assert.Throws<EngineException>(() => ShardFolder.Read(path, leftOut)).ErrorId);
        Assert.Equal(2 * Half, leftOut.Count);
    }

    [Fact]
    public async Task A_table_without_vectors_is_an_error()
    {
        DataField<int> key = new("key");
        string path = _folder.File("a.parquet");
        await WriteAsync(path, new ParquetSchema(key), group => group.WriteAsync<int>(key, new[] { 1, 2 }.AsMemory()));
        EngineException error = Assert.Throws<EngineException>(() => ShardFolder.Read(path));
        Assert.Contains("no column \"vector\"", error.Message, StringComparison.Ordinal);
    }

    private static int[] Levels(DataField field, int count) => [.. Enumerable.Repeat(field.MaxDefinitionLevel, count)];

    private async Task<string> WriteKeyedAsync(int?[] keys, Func<int, float> number)
    {
        DataField<int?> key = new("key");
        DataField element = new("element", typeof(float), isNullable: false);
        string path = _folder.File("a.parquet");
        await WriteAsync(path, new ParquetSchema(new ListField("vector", element), key), async group =>
        {
            await group.WriteAllPartsAsync<float>(
                element,
                Enumerable.Range(0, keys.Length).Select(number).ToArray(),
                Levels(element, keys.Length),
                new int[keys.Length],
                CancellationToken.None);
            await group.WriteAsync<int>(key, keys.AsMemory());
        });
        return path;
    }

    private static async Task WriteAsync(string path, ParquetSchema schema, Func<ParquetRowGroupWriter, Task> write)
    {
        await using FileStream stream = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await write(group);
    }
}
