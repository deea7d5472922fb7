using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Shards;
using PSLlmCluster.Core.Tests.Caching;

namespace PSLlmCluster.Core.Tests.Shards;

/// <summary>A folder with files of embeddings in it, which is deleted at the end.</summary>
internal sealed class ShardFolder : IDisposable
{
    public const int Width = 5;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("psllmcluster-shards-");

    public static EmbeddingOrigin Origin { get; } = new KnownOrigin("tiny.gguf", CacheFolder.Key with { Prompt = "Thema: „{0}“" });

    public string Folder => _folder.FullName;

    /// <summary>Rows with keys from <paramref name="first"/> on: texts of all kinds, one of them none.</summary>
    public static TestRow[] Rows(int first, int count, int width = Width)
    {
        string?[] texts = [
            "plain", null, string.Empty, "Ärger – 猫 😀", "two\r\nlines\t\"quoted\" \\ \u2028", "nul\0 and \u0085", new('x', 300)];
        return [.. Enumerable.Range(first, count).Select(key => new TestRow(
            key,
            texts[key % texts.Length],
            key * 3,
            [.. Enumerable.Range(0, width).Select(i => (float)Math.Sin((key * 31) + i) * (i == 1 ? 1e-30f : 10f))]))];
    }

    public string File(string name) => Path.Combine(Folder, name);

    public string Write(
        string name,
        IEnumerable<TestRow> rows,
        EmbeddingWriteOptions? options = null,
        EmbeddingOrigin? origin = null,
        bool hasOrigin = true)
    {
        string path = File(name);
        using EmbeddingFileWriter writer = EmbeddingFile.At(path).Begin(options);
        EmbeddingOrigin? used = hasOrigin ? origin ?? Origin : null;
        foreach (TestRow row in rows)
        {
            if (!writer.KnowsOrigin(used))
            {
                writer.TakeOrigin(used, CancellationToken.None);
            }

            Assert.Null(writer.Add(row.Key, row.Text, row.Tokens, row.Vector));
            if (writer.IsFull)
            {
                writer.Flush();
            }
        }

        writer.Complete();
        return path;
    }

    public static List<TestRow> Read(string path, ICollection<EngineException>? leftOut = null)
    {
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        List<TestRow> rows = [];
        while (reader.Read(CancellationToken.None, leftOut) is { } block)
        {
            for (int row = 0; row < block.Count; row++)
            {
                rows.Add(new TestRow(block.Keys[row], block.Texts[row], block.TokenCounts[row], block.Vector(row).ToArray()));
            }
        }

        return rows;
    }

    public static void AssertEqual(IReadOnlyList<TestRow> expected, IReadOnlyList<TestRow> actual)
    {
        Assert.Equal(expected.Select(row => row.Key), actual.Select(row => row.Key));
        Assert.Equal(expected.Select(row => row.Text), actual.Select(row => row.Text), StringComparer.Ordinal);
        Assert.Equal(expected.Select(row => row.Tokens), actual.Select(row => row.Tokens));
        Assert.Equal(expected.SelectMany(row => row.Vector).Select(BitConverter.SingleToInt32Bits),
            actual.SelectMany(row => row.Vector).Select(BitConverter.SingleToInt32Bits));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A row as the tests know it.</summary>
internal sealed record TestRow(long Key, string? Text, int Tokens, float[] Vector);
