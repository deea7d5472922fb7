using PSLlmCluster.Core.Tests.Llama;
using PSLlmCluster.Fuzz;

namespace PSLlmCluster.Core.Tests.Gguf;

/// <summary>
/// A bounded part of what PSLlmCluster.Fuzz does by the hundred thousand: broken model files are loaded or refused with an error id, in
/// memory that is in proportion.
/// </summary>
public sealed class GgufFuzzTests
{
    [Theory]
    [InlineData("bert", 1000)]
    [InlineData("minilm", 100)]
    public void Broken_files_are_read_or_refused(string which, int count)
    {
        byte[] file = File.ReadAllBytes(which == "bert" ? TestModels.TinyBert : TestModels.MiniLm);
        FuzzReport report = ModelFuzz.Run(file, Enumerable.Range(1, count), stream => WholeRead.Of(stream, 1 << 20));
        Assert.Empty(report.Failures);
        Assert.Equal(count, report.Cases);

        // The mutations are broken in many ways, and some are harmless.
        Assert.True(report.Loaded > 0);
        Assert.Contains(EngineErrorIds.ModelCorrupt, report.ErrorIds.Keys);
        Assert.Contains(EngineErrorIds.ModelNotGguf, report.ErrorIds.Keys);
        Assert.Contains(EngineErrorIds.ModelTruncated, report.ErrorIds.Keys);
    }

    [Fact]
    public void Broken_files_are_loaded_or_refused_whole()
    {
        FuzzReport report = ModelFuzz.Run(File.ReadAllBytes(TestModels.TinyBert), Enumerable.Range(5001, 600), WholeLoad.Of);
        Assert.Empty(report.Failures);
        Assert.True(report.Loaded > 0);
        Assert.Contains(EngineErrorIds.ModelCorrupt, report.ErrorIds.Keys);
    }

    [Fact]
    public void A_loader_that_crashes_or_takes_too_much_is_found()
    {
        byte[] file = GgufFile.Model().With("a.number", 1).ToBytes();
        FuzzReport report = ModelFuzz.Run(
            file,
            Enumerable.Range(1, 50),
            stream =>
            {
                if (stream.Length != file.Length)
                {
                    throw new InvalidOperationException("crashed");
                }
            });
        Assert.Contains(report.Failures, failure => failure.Contains("crashed", StringComparison.Ordinal));

        // The whole file, which comes first, takes little; the broken ones do not.
        List<byte[]> kept = [];
        int wholes = 2;
        report = ModelFuzz.Run(file, [1], _ => kept.Add(new byte[wholes-- > 0 ? 1 : 1 << 20]));
        Assert.Contains(report.Failures, failure => failure.Contains("memory", StringComparison.Ordinal));
    }
}
