using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>The map in the terminal, as a session without a window sees it.</summary>
public sealed class ShowClusterPlotTests : IDisposable
{
    private const string Points =
        "$points = 0..9 | ForEach-Object { [pscustomobject] @{ X = $_; Y = $_ * $_; Cluster = $_ % 3 - 1; Text = \"point $_\" } }; ";

    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Lines_come_out_as_texts_and_a_host_without_a_window_gets_80_by_24_in_ASCII()
    {
        string[] lines = Show("$points | Show-ClusterPlot");
        Assert.Equal("10 points, 2 clusters, 4 (40 %) in none", lines[0]);
        Assert.Equal(string.Empty, lines[24]);
        Assert.All(lines, line => Assert.True(line.Length <= 80 && line.All(character => character is >= ' ' and <= '~'), line));
        Assert.Equal(24, Show("$points | Show-ClusterPlot -ExampleCount 0").Length);
        Assert.Equal(9, Show("$points | Show-ClusterPlot -ExampleCount 0 -Height 9 -Style Braille -Theme Light").Length);
    }

    [Fact]
    public void Points_are_read_as_for_a_file()
    {
        // A list, names of one's own, an object without a place, and a layout of three components.
        Assert.Equal("10 points, 2 clusters, 4 (40 %) in none", Show("Show-ClusterPlot -InputObject $points")[0]);
        Assert.Contains(
            Show(
                "$points | ForEach-Object { "
                    + "[pscustomobject] @{ X = $_.X; Y = $_.Y; Cluster = $_.Cluster; Topic = \"topic $($_.Cluster)\" } } | "
                    + "Show-ClusterPlot -ClusterNameProperty Topic"),
            line => line.StartsWith("a topic 0 (3 points)", StringComparison.Ordinal));
        PipelineResult result = _session.Run(Points + "$points + [pscustomobject] @{ Cluster = 1 } | Show-ClusterPlot");
        Assert.StartsWith("PlotCoordinatesMissing,", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("10 points", Text(result.Output[0]), StringComparison.Ordinal);

        const string Layout =
            "0..29 | ForEach-Object { , [double[]] ($_, ($_ % 5), ($_ % 7), ($_ % 3)) } | "
                + "Invoke-Umap -ComponentCount 3 -NeighborCount 4 -EpochCount 5 | ";
        Assert.Contains("3 components", Assert.Single(_session.Run(Layout + "Show-ClusterPlot").Warnings), StringComparison.Ordinal);
        result = _session.Run(Layout + "Show-ClusterPlot -Component 2, 0");
        Assert.Empty(result.Warnings);
        Assert.Equal("30 points", Text(result.Output[0]));
    }

    [Theory]
    [InlineData("-Width 10", "ParameterArgumentValidationError")]
    [InlineData("-Height 2", "ParameterArgumentValidationError")]
    [InlineData("-ExampleCount 101", "ParameterArgumentValidationError")]
    [InlineData("-Style Sixel", "CannotConvertArgumentNoMessage")]
    public void What_makes_no_sense_is_refused(string parameters, string id)
    {
        PipelineResult result = _session.Run($"{Points}$points | Show-ClusterPlot {parameters}");
        Assert.StartsWith(id, result.Terminating!.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_gives_nothing_out() => Assert.Empty(_session.Run("@() | Show-ClusterPlot").Clean());

    private static string Text(object item) => item.ToString()!;

    private string[] Show(string command) => [.. _session.Run(Points + command).Clean().Select(Text)];
}
