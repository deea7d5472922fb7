using System.Xml.Linq;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>How results look on a console.</summary>
public sealed class FormatTests
{
    [Fact]
    public void Tables_show_texts_and_places_and_never_the_numbers_of_a_vector()
    {
        string output = ScriptProcess.Run(
            $$"""
            $culture = [cultureinfo]::InvariantCulture.Clone()
            $culture.NumberFormat.NumberDecimalSeparator = ','
            [cultureinfo]::CurrentCulture = $culture
            $embeddings = @("first`nline", 'second', 'third' | Get-TextEmbedding -Model '{{StagedModule.TinyBert}}')
            $points = @($embeddings | Invoke-Umap -NeighborCount 2 -EpochCount 1 -WarningAction Ignore)
            $members = @($points | Invoke-Hdbscan -WarningAction Ignore)
            $embeddings | Out-Default
            $points | Out-Default
            $members | Out-Default
            $rows = foreach ($i in 1..20) { , [float[]] ($i % 2 * 9 + $i / 100) }
            $rows | Measure-Clustering -MinClusterSize 3 -ClusterSelectionEpsilon 0, 0.5 | Out-Default
            $tree = $rows | Invoke-Hdbscan -PassTree
            $tree | Out-Default
            $tree.SingleLinkage[0] | Out-Default
            $rows | Measure-Clustering -Layer -MinClusterSize 3 | Out-Default
            ($rows | Invoke-Hdbscan -Layer -PassTree).Layers | Out-Default
            $tree.CondensedTree[0] | Out-Default
            Get-EmbeddingModel '{{StagedModule.TinyBert}}' | Out-Default
            $named = foreach ($i in 0..5) { [PSLlmCluster.ClusterAssignment] @{
                Index = $i; Text = "disk`nfull"; Cluster = -($i % 2); Probability = 1; OutlierScore = 0; Persistence = 0
                NearestCluster = 0; NearestStrength = 1 } }
            $named | Add-ClusterName | Out-Default
            $named | Get-ClusterSummary | Out-Default
            $rows | Invoke-Hdbscan -Layer -MinClusterSize 3 | Get-ClusterSummary -Layer -WarningAction Ignore | Out-Default
            ($named | Get-ClusterSummary)[0] | Format-List | Out-Default
            """);

        Assert.Matches(@"Index\s+TokenCount\s+Vector\s+Text", output);
        Assert.Matches(@"0\s+\d+\s+float\[\d+\]\s+first line", output);
        Assert.Matches(@"Index\s+X\s+Y\s+Text", output);
        Assert.Matches(@"1\s+-?\d+\.\d{4}\s+-?\d+\.\d{4}\s+second", output);
        Assert.Matches(@"Index\s+Cluster\s+Probability\s+OutlierScore\s+X\s+Y\s+Text", output);
        Assert.Matches(@"MinSize\s+Samples\s+Epsilon\s+Method\s+Clusters\s+Noise\s+Largest\s+Validity\s+Persistence", output);
        Assert.Matches(@"3\s+3\s+0\.5\s+Eom\s+2\s+0\.000\s+0\.500\s+0\.\d{4}\s+\d\.\d{4}", output);
        Assert.Matches(@"Assignments\s+: ClusterAssignment\[20\]\s+SingleLinkage\s+: SingleLinkageMerge\[19\]", output);
        Assert.Matches(@"Layers\s+:\s", output);
        Assert.Matches(@"MinSize\s+Samples\s+Clusters\s+Noise\s+Largest\s+Validity\s+Persistence\s+LayerPersistence", output);
        Assert.Matches(@"3\s+3\s+2\s+0\.000\s+0\.500\s+0\.\d{4}\s+\d\.\d{4}\s+16", output);
        Assert.Matches(@"MinSize\s+Clusters\s+Persistence\s+(-+\s+)+5\s+2\s+12", output);
        Assert.Matches(@"Left\s+Right\s+Distance\s+Size\s+(-+\s+)+\d+\s+\d+\s+0\.\d+\s+2", output);
        Assert.Matches(@"Parent\s+Child\s+Lambda\s+ChildSize\s+Cluster\s+(-+\s+)+20\s+\d+\s+0\.\d+\s+10\s+[01]", output);
        Assert.Matches(@"Name\s+Architecture\s+Width\s+Layers\s+Context\s+Quantization\s+Engine", output);
        Assert.Matches(@"tiny-bert-random\s+bert\s+64\s+3\s+128\s+F32\s+(Managed|Llama)", output);
        Assert.Matches(@"Index\s+Cluster\s+ClusterName\s+Probability\s+Text", output);
        Assert.Matches(@"0\s+0\s+disk full\s+1\.0000\s+disk full", output);
        Assert.Matches(@"1\s+-1\s+Noise\s+1\.0000\s+disk full", output);
        Assert.Matches(@"Cluster\s+Count\s+Name\s+Example\s+(-+\s+)+0\s+3\s+disk full\s+disk full", output);
        Assert.Matches(@"Layer\s+Cluster\s+Parent\s+Count\s+Name\s+Example\s+(-+\s+)+3\s+0\s+10\s+Group 0", output);
        Assert.Matches(@"2\s+-1\s+0\.0000\s+\d\.\d{4}\s+-?\d+\.\d{4}\s+-?\d+\.\d{4}\s+third", output);
    }

    [Fact]
    public void Texts_cannot_command_the_terminal()
    {
        string output = ScriptProcess.Run(
            $$"""
            Import-Module '{{StagedModule.Manifest}}' -ErrorAction Stop
            $named = foreach ($i in 0..5) { [PSLlmCluster.ClusterAssignment] @{
                Index = $i; Text = "a`e]0;b`a `u{9b}2J`u{202e}`0c"; Cluster = 0 } }
            $named | Out-Default
            $named | Add-ClusterName | Out-Default
            $named | Get-ClusterSummary | Out-Default
            $named | Group-Text -Property Text -MinGroupSize 9 -WarningAction Ignore | Out-Default
            $named.Text | Group-Text -MinGroupSize 9 -AsMember -WarningAction Ignore | Out-Default
            """);

        Assert.Equal(27, output.Split("a ]0;b 2J").Length - 1);
        Assert.Matches(@"Group\s+GroupName\s+Text\s+(-+\s+)+-1\s+No group\s+a \]0;b 2J", output);
        Assert.DoesNotContain(output, character => char.IsControl(character) && !char.IsWhiteSpace(character));
        Assert.DoesNotContain('\u202E', output);
    }

    [Fact]
    public void No_view_of_any_kind_shows_an_array_as_it_is()
    {
        // Format-List is not in the engine, so its views are read here and not seen.
        XDocument formats = XDocument.Load(Path.Combine(StagedModule.Root, "PSLlmCluster.Format.ps1xml"));

        Assert.Equal(2, formats.Descendants("View").Count(view => view.Descendants("TypeName").Single().Value == "PSLlmCluster.UmapPoint"));
        Assert.DoesNotContain(
            formats.Descendants("PropertyName"),
            property => property.Value
                is "Vector" or "Coordinates" or "Membership" or "LayerClusters" or "LayerSizes" or "LayerPersistences" or "Layers"
                    or "Assignments" or "Children" or "SingleLinkage" or "CondensedTree" or "ClusterNodes" or "Parents" or "Persistences");
    }
}
