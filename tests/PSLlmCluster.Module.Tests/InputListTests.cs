using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Lists that come as one object: with -InputObject, or kept together in a pipeline.</summary>
public sealed class InputListTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Get-TextEmbedding")]
    [InlineData("Invoke-Umap")]
    [InlineData("Invoke-Hdbscan")]
    [InlineData("Measure-Clustering")]
    [InlineData("Export-ClusterPlot -Path $map")]
    public void Nothing_in_a_list_gives_nothing_and_no_error(string command)
    {
        Assert.Empty(
            _session.Run($"$none = @(); {command} -InputObject $none; $none | {command}", ("map", _folder.File("map.svg"))).Clean());
        Assert.False(File.Exists(_folder.File("map.svg")));
    }

    [Fact]
    public void Each_element_of_a_list_is_a_text_or_an_error_of_its_own()
    {
        PipelineResult result = _session.Run("Get-TextEmbedding -InputObject 404, ([version] '1.2'), 'not found'");
        Assert.Equal(["404", "not found"], result.Output.Values<string>("Text"));
        ErrorRecord error = Assert.Single(result.Errors).HasId("InputNotText", ErrorCategory.InvalidData, "GetTextEmbedding");
        Assert.Equal(new Version(1, 2), error.TargetObject);
    }

    [Fact]
    public void A_list_of_texts_that_are_numbers_is_one_row()
        => Assert.Equal([[1f, 2f, 3f]], _session.Run(", ('1,2,3' -split ',') | Invoke-Umap").Clean().Values<float[]>("Vector"));
}
