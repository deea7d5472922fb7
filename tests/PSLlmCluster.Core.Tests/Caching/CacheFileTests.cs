using Microsoft.Data.Sqlite;
using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Tests.Caching;

/// <summary>The file of a cache: shared, damaged, foreign, on a network.</summary>
public sealed class CacheFileTests : IDisposable
{
    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_may_write_at_a_time()
    {
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => $"text {i}")];
        Parallel.For(0, 4, part => _folder.Run([.. texts.Skip(part * 80), .. texts.Take(part * 80)]));

        Assert.Empty(_folder.Run(texts).Computed);
        Assert.Equal((long)texts.Length, Number("SELECT count(*) FROM vector"));
    }

    [Fact]
    public void What_was_committed_before_the_other_was_opened_or_after_is_found()
    {
        using CountingEmbedder one = new();
        using CountingEmbedder other = new();
        using CachedTextEmbedder reader = _folder.Open(one);
        using (CachedTextEmbedder writer = _folder.Open(other))
        {
            writer.Add(0, "late");
            writer.Flush();
        }

        Assert.Single(reader.Add(0, "late"));
        Assert.Empty(one.Texts);
    }

    [Fact]
    public void One_that_waits_for_texts_holds_up_no_writer_and_sees_what_others_wrote()
    {
        _folder.Run(["early"]);
        using VectorStore reader = new(CacheFile.Open(_folder.Path), CacheFolder.Key);
        Assert.NotNull(Find(reader, "early"));
        _folder.Run(["late"]);

        // The log can be emptied only when nobody reads an older state of the file any more.
        while (Number("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
        {
            Thread.Yield();
        }

        Assert.NotNull(Find(reader, "late"));
    }

    [Fact]
    public void What_was_looked_up_a_moment_ago_does_not_keep_new_vectors_from_being_added()
    {
        _folder.Run(["early"]);
        using VectorStore reader = new(CacheFile.Open(_folder.Path), CacheFolder.Key);
        Assert.Null(Find(reader, "late"));
        _folder.Run(["between"]);
        byte[] text = VectorRow.BytesOf("late");
        reader.Add([new ComputedRow(text, VectorRow.HashOf(text), Find(reader, "early")!.Vector!, 1, 1)]);

        Assert.NotNull(Find(reader, "late"));
        Assert.NotNull(Find(reader, "between"));
    }

    [Theory]
    [InlineData("UPDATE vector SET vector = zeroblob(12)")]
    [InlineData("UPDATE vector SET vector = zeroblob(8)")]
    [InlineData("UPDATE vector SET tokens = tokens + 1")]
    [InlineData("UPDATE vector SET checksum = 1")]
    [InlineData("UPDATE settings SET width = 4")]
    public void A_row_that_was_changed_is_an_error_that_names_the_file(string change)
    {
        _folder.Run(["one"]);
        Change(change);

        EngineException failure = Assert.Throws<EngineException>(() => _folder.Run(["one"]));
        Assert.Equal(EngineErrorIds.EmbeddingCacheDamaged, failure.ErrorId);
        Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_under_another_text_or_other_settings_is_never_taken()
    {
        _folder.Run(["one"]);
        _folder.Run(["two"]);
        _folder.Run(["one"], CacheFolder.Key with { Prefix = "x" });
        Change("UPDATE vector SET settings = 3 - settings");
        Assert.Equal(
            EngineErrorIds.EmbeddingCacheDamaged, Assert.Throws<EngineException>(() => _folder.Run(["one"])).ErrorId);
    }

    [Fact]
    public void Bytes_that_change_anywhere_give_no_wrong_vector()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"text number {i} of some length")];
        _folder.Run(texts);
        byte[] whole = File.ReadAllBytes(_folder.Path);
        Random random = new(5);
        int refused = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            byte[] damaged = [.. whole];
            int start = random.Next(damaged.Length);
            random.NextBytes(damaged.AsSpan(start, Math.Min(1 + random.Next(4000), damaged.Length - start)));
            File.Delete(_folder.Path + "-wal");
            File.Delete(_folder.Path + "-shm");
            File.WriteAllBytes(_folder.Path, damaged);
            try
            {
                List<EmbeddingOutcome> outcomes = _folder.Run(texts).Outcomes;
                Assert.Equal(texts.Select(text => CountingEmbedder.VectorOf(text)), outcomes.Select(outcome => outcome.Vector!));
            }
            catch (EngineException failure)
            {
                refused++;
                Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(refused, 1, 60);
    }

    [Fact]
    public void A_file_that_was_cut_is_an_error_that_names_it()
    {
        string[] texts = [.. Enumerable.Range(0, 3000).Select(i => $"text number {i} of some length, and some more to fill the pages")];
        _folder.Run(texts);
        using (FileStream file = File.OpenWrite(_folder.Path))
        {
            file.SetLength(file.Length / 2);
        }

        EngineException failure = Assert.Throws<EngineException>(() => _folder.Run(texts));
        Assert.Equal(EngineErrorIds.EmbeddingCacheDamaged, failure.ErrorId);
    }

    [Fact]
    public void Another_file_is_refused_and_left_as_it_is()
    {
        File.WriteAllText(_folder.Path, new string('x', 5000));
        Assert.Equal(EngineErrorIds.EmbeddingCacheForeign, OpenFailure());
        Assert.Equal(new string('x', 5000), File.ReadAllText(_folder.Path));

        File.Delete(_folder.Path);
        Change("CREATE TABLE mine (a); INSERT INTO mine VALUES (7)");
        Assert.Equal(EngineErrorIds.EmbeddingCacheForeign, OpenFailure());
        Assert.Equal(7, Number("SELECT a FROM mine"));
    }

    [Fact]
    public void A_file_of_a_newer_module_is_refused()
    {
        _folder.Run(["one"]);
        Change("PRAGMA user_version = 2");
        Assert.Equal(EngineErrorIds.EmbeddingCacheVersionUnknown, OpenFailure());
    }

    [Fact]
    public void A_path_that_is_no_file_is_refused()
    {
        Assert.Equal(
            EngineErrorIds.EmbeddingCacheNotRegular, Assert.Throws<EngineException>(() => CacheFile.Open(_folder.Folder)).ErrorId);
        Assert.Equal(
            EngineErrorIds.EmbeddingCacheFolderNotFound,
            Assert.Throws<EngineException>(() => CacheFile.Open(Path.Combine(_folder.Folder, "no", "vectors.db"))).ErrorId);
        Assert.Equal(
            EngineErrorIds.EmbeddingCacheNotFound,
            Assert.Throws<EngineException>(() => CacheFile.Open(_folder.Path, mustExist: true)).ErrorId);
        Assert.False(File.Exists(_folder.Path));
    }

    [Fact]
    public void A_file_that_may_only_be_read_is_refused_before_work_that_is_to_be_kept_and_listed()
    {
        CacheFile.Open(_folder.Path).Dispose();
        EngineException refused = Assert.Throws<EngineException>(
            () => CacheFile.OpenForWork(_folder.Path, path => CacheFile.Open(path, access: SqliteOpenMode.ReadOnly)));

        Assert.Equal(EngineErrorIds.EmbeddingCacheNotWritable, refused.ErrorId);
        Assert.EndsWith("cannot be opened for writing: it may only be read.", refused.Message, StringComparison.Ordinal);
        using CacheFile listed = CacheFile.Open(_folder.Path, mustExist: true, access: SqliteOpenMode.ReadOnly);
        Assert.EndsWith(
            "writing: SQLite Error 14: 'unable to open'.",
            CacheErrors.Of(_folder.Path, 14, "SQLite Error 14: 'unable to open'.").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_network_file_system_it_is_written_by_a_rollback_journal()
    {
        using (CacheFile file = CacheFile.Open(_folder.Path, isOnNetwork: true))
        {
            using CacheStatement mode = new(file, "PRAGMA journal_mode");
            Assert.True(mode.Step());
            Assert.Equal("delete", mode.Text(0));
        }

        using CacheFile local = CacheFile.Open(_folder.Path, isOnNetwork: false);
        using CacheStatement ahead = new(local, "PRAGMA journal_mode");
        Assert.True(ahead.Step());
        Assert.Equal("wal", ahead.Text(0));
    }

    private string OpenFailure() => Assert.Throws<EngineException>(() => CacheFile.Open(_folder.Path)).ErrorId;

    private void Change(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static EmbeddingOutcome? Find(VectorStore store, string text)
    {
        byte[] bytes = VectorRow.BytesOf(text);
        return store.Find(0, bytes, VectorRow.HashOf(bytes));
    }

    private long Number(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={_folder.Path};Pooling=false");
        connection.Open();
        return connection;
    }
}
