using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>How results look on a console.</summary>
public sealed class FormatTests
{
    [Fact]
    public void Tables_show_texts_and_places_and_never_the_numbers_of_a_vector()
    {
        string output = ScriptProcess.Run(
            $"""
            [cultureinfo]::CurrentCulture = [cultureinfo]::new('de-DE')
            $embeddings = @("first`nline", 'second', 'third' | Get-TextEmbedding -Model '{StagedModule.TinyBert}')
            $points = @($embeddings | Invoke-Umap -NeighborCount 2 -EpochCount 1 -WarningAction Ignore)
            $members = @($points | Invoke-Hdbscan -WarningAction Ignore)
            '--embedding'; $embeddings
            '--point'; $points
            '--member'; $members
            """);

        Assert.Matches(@"Index\s+TokenCount\s+Vector\s+Text", output);
        Assert.Matches(@"0\s+\d+\s+float\[\d+\]\s+first line", output);
        Assert.Matches(@"Index\s+X\s+Y\s+Text", output);
        Assert.Matches(@"1\s+-?\d+\.\d{4}\s+-?\d+\.\d{4}\s+second", output);
        Assert.Matches(@"Index\s+Cluster\s+Probability\s+OutlierScore\s+X\s+Y\s+Text", output);
        Assert.Matches(@"2\s+-1\s+0\.0000\s+\d\.\d{4}\s+-?\d+\.\d{4}\s+-?\d+\.\d{4}\s+third", output);
    }

    [Fact]
    public void Lists_show_a_vector_by_its_length()
    {
        string output = ScriptProcess.Run($"'first' | Get-TextEmbedding -Model '{StagedModule.TinyBert}' | Format-List");

        Assert.Matches(@"Vector\s*:\s*float\[\d+\]", output);
        Assert.Matches(@"Text\s*:\s*first", output);
    }
}
