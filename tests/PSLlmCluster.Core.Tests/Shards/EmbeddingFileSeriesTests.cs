using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Core.Tests.Shards;

public sealed class EmbeddingFileSeriesTests : IDisposable
{
    private readonly ShardFolder _folder = new();

    /// <summary>Its rows are out, and those of another width would go among them.</summary>
    [Fact]
    public void What_was_read_of_a_file_before_it_failed_has_to_go_with_those_after_it()
    {
        string first = Lines("first.jsonl", [1, 2], EmbeddingFileReader.MostFaultsInARow);
        using EmbeddingFileSeries series = new(renumbers: false);
        series.Open(first);
        List<EngineException> leftOut = [];
        Assert.Equal(1, series.Read(leftOut, CancellationToken.None)!.Count);
        Assert.Throws<EngineException>(() => series.Read(leftOut, CancellationToken.None));
        string second = Lines("second.jsonl", [1, 2, 3], 0);
        Assert.Equal(EngineErrorIds.EmbeddingFileMismatch, Assert.Throws<EngineException>(() => series.Open(second)).ErrorId);
    }

    [Fact]
    public void Files_with_ranges_of_their_own_may_come_in_any_order_and_may_not_overlap()
    {
        using EmbeddingFileSeries series = new(renumbers: false);
        foreach (int first in (int[])[20, 0, 40, 10])
        {
            series.Open(_folder.Write($"{first}.shard", ShardFolder.Rows(first, 10)));
        }

        foreach ((int first, int count, string said) in (IEnumerable<(int, int, string)>)[(29, 2, "29 in"), (30, 11, "40 in")])
        {
            string path = _folder.Write("last.shard", ShardFolder.Rows(first, count));
            EngineException error = Assert.Throws<EngineException>(() => series.Open(path));
            Assert.Equal(EngineErrorIds.EmbeddingFileDoubleKey, error.ErrorId);
            Assert.Contains($": {said}", error.Message, StringComparison.Ordinal);
            File.Delete(path);
        }

        series.Open(_folder.Write("last.shard", ShardFolder.Rows(30, 10)));
    }

    public void Dispose() => _folder.Dispose();

    private string Lines(string name, float[] vector, int faults)
    {
        string path = _folder.File(name);
        File.WriteAllLines(path, [$"{{\"vector\":[{string.Join(',', vector)}]}}", .. Enumerable.Repeat("none", faults)]);
        return path;
    }
}
