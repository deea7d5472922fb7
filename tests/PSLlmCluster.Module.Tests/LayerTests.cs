using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>-Layer of Invoke-Hdbscan and Measure-Clustering.</summary>
public sealed class LayerTests : IDisposable
{
    private const string Cmdlet = "InvokeHdbscan";
    private const string Layered = "Invoke-Hdbscan $rows -MinClusterSize 3 -MinSampleCount 2 -Layer";
    private const int Grouped = 102;
    private readonly ModuleSession _session = new();

    /// <summary>
    /// Three groups of 34 rows: 24 are two halves of two parts of six rows, and ten are strewn beside them. One row is far from all, and
    /// one is not finite.
    /// </summary>
    private readonly double[][] _rows =
    [
        .. Enumerable.Range(0, Grouped).Select(row => new[] { (row / 34 * 50000) + PlaceInGroup(row % 34), 0 }),
        [25000, 90000],
        [double.NaN, 0],
    ];

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Each_row_has_its_cluster_in_each_layer_and_the_sizes_of_the_layers()
    {
        PSObject[] rows = [.. Run(Layered).Output];

        Assert.Equal(Grouped + 2, rows.Length);
        int[] sizes = rows[0].Value<int[]>("LayerSizes");
        Assert.Equal(2, sizes.Length);
        Assert.Equal(sizes.Order(), sizes);
        Assert.Equal([12, 3], Enumerable.Range(0, 2).Select(layer => rows.Max(row => row.Value<int[]>("LayerClusters")[layer]) + 1));
        Assert.All(rows, row => Assert.Same(sizes, row.Value<int[]>("LayerSizes")));
        for (int row = 0; row < Grouped; row++)
        {
            int fine = row % 34 < 24 ? (row / 34 * 4) + (row % 34 / 6) : -1;
            Assert.Equal([fine, row / 34], rows[row].Value<int[]>("LayerClusters"));
        }

        Assert.All(rows[Grouped..], row => Assert.Equal([-1, -1], row.Value<int[]>("LayerClusters")));

        // Cluster stays what it is without layers, and then there are none.
        PSObject[] plain = [.. Run("Invoke-Hdbscan $rows -MinClusterSize 3 -MinSampleCount 2").Output];
        Assert.Equal(plain.Values<int>("Cluster"), rows.Values<int>("Cluster"));
        Assert.All(plain, row => Assert.Null(row.Value<int[]?>("LayerClusters") ?? row.Value<int[]?>("LayerSizes")));
    }

    [Fact]
    public void Rows_in_none_get_the_cluster_that_they_would_join_first()
    {
        PSObject[] rows = [.. Run(Layered + " -NoiseHandling Nearest").Output];

        Assert.All(
            rows[..(Grouped + 1)],
            row => Assert.Equal(row.Value<int[]>("LayerClusters")[0] / 4, row.Value<int[]>("LayerClusters")[1]));
        Assert.Equal(
            Enumerable.Range(0, Grouped).Select(row => row / 34), rows[..Grouped].Select(row => row.Value<int[]>("LayerClusters")[1]));
        Assert.Equal([-1, -1], rows[^1].Value<int[]>("LayerClusters"));
    }

    [Theory]
    [InlineData("Invoke-Hdbscan $rows -MinClusterSize 3 -MinSampleCount 2 -LayerCount 1", 1)]
    [InlineData(Layered + " -LayerCount 1", 1)]
    [InlineData(Layered + " -LayerCount 100", 2)]
    [InlineData("Invoke-Hdbscan $rows[0..3] -MinClusterSize 5 -Layer", 0)]
    public void There_are_as_many_layers_as_are_asked_for_and_found(string script, int expected)
        => Assert.All(Run(script).Output, row => Assert.Equal(expected, row.Value<int[]>("LayerClusters").Length));

    [Fact]
    public void The_trees_come_with_the_layers_and_their_parents()
    {
        PSObject tree = Assert.Single(Run(Layered + " -PassTree").Output);
        PSObject[] layers = [.. Run($"({Layered} -PassTree).Layers").Output];

        Assert.Equal("PSLlmCluster.ClusterLayer", layers[0].TypeNames[0]);
        Assert.Equal([12, 3], layers.Values<int>("ClusterCount"));
        Assert.All(layers, layer => Assert.True(layer.Value<long>("Persistence") > 0));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], layers[0].Value<IReadOnlyList<int>>("Parents"));
        Assert.Equal([-1, -1, -1], layers[1].Value<IReadOnlyList<int>>("Parents"));
        Assert.Equal(3, layers[1].Value<IReadOnlyList<int>>("ClusterNodes").Distinct().Count());
        Assert.Equal(
            Run(Layered).Output[5].Value<int[]>("LayerClusters"),
            Run($"({Layered} -PassTree).Assignments[5]").Output[0].Value<int[]>("LayerClusters"));
        Assert.NotNull(tree.Properties["Layers"].Value);
        Assert.Null(Assert.Single(Run("Invoke-Hdbscan $rows -PassTree").Output).Properties["Layers"].Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-NoiseHandling Nearest")]
    public void A_saved_model_gives_new_rows_their_clusters_in_its_layers(string noise)
    {
        using TemporaryFolder folder = new();
        PSObject[] fitted = [.. Run($"{Layered} -SaveModel $file {noise}", folder).Output];
        foreach (string asked in (string[])["", "-Layer"])
        {
            PSObject[] again = [.. Run($"Invoke-Hdbscan $rows -Model $file {asked} {noise}", folder).Output];
            Assert.Equal(
                fitted.Select(row => row.Value<int[]>("LayerClusters")), again.Select(row => row.Value<int[]>("LayerClusters")));
            Assert.Equal(fitted[0].Value<int[]>("LayerSizes"), again[0].Value<int[]>("LayerSizes"));
        }

        PSObject near = Assert.Single(
            Run($"Invoke-Hdbscan -InputObject (, @(50041.7, 0.01)) -Model $file -Layer {noise}", folder).Output);
        Assert.Equal([5, 1], near.Value<int[]>("LayerClusters"));
        PSObject far = Assert.Single(Run($"Invoke-Hdbscan -InputObject (, @(900000, 900000)) -Model $file {noise}", folder).Output);
        Assert.Equal(noise.Length == 0, far.Value<int[]>("LayerClusters").Contains(-1));
    }

    [Fact]
    public void What_has_no_layers_is_refused_before_any_work()
    {
        using TemporaryFolder folder = new();
        _session.Run(
            "@() | Invoke-Hdbscan -Layer -ClusterSelectionPersistence 0.1").EndedWith(
                "LayersNotPossible", ErrorCategory.InvalidArgument, Cmdlet);
        _session.Run(
            "@() | Measure-Clustering -Layer -ClusterSelectionPersistence 0.1").EndedWith(
                "LayersNotPossible", ErrorCategory.InvalidArgument, "MeasureClustering");
        Run("Invoke-Hdbscan $rows -SaveModel $file", folder);
        Run("@() | Invoke-Hdbscan -Model $file -Layer", folder).EndedWith("LayersNotPossible", ErrorCategory.InvalidArgument, Cmdlet);
        Assert.NotNull(Run("@() | Invoke-Hdbscan -Model $file -LayerCount 2", folder).Terminating);
    }

    [Fact]
    public void Measure_Clustering_lists_the_layers()
    {
        PSObject[] lines = [.. Run("Measure-Clustering $rows -Layer -MinClusterSize 3 -MinSampleCount 2").Output];
        PSObject[] layers = [.. Run($"({Layered} -PassTree).Layers").Output];

        Assert.All(lines, line => Assert.Equal("PSLlmCluster.LayerMeasurement", line.TypeNames[0]));
        Assert.Equal(layers.Values<int>("MinClusterSize"), lines.Values<int>("MinClusterSize"));
        Assert.Equal(layers.Values<int>("ClusterCount"), lines.Values<int>("ClusterCount"));
        Assert.Equal(layers.Values<long>("Persistence"), lines.Values<long>("LayerPersistence"));
        Assert.Equal([32, 2], lines.Select(line => (int)Math.Round(line.Value<double>("NoiseShare") * (Grouped + 2))));
        Assert.All(lines, line => Assert.Equal("Leaf", line.Properties["ClusterSelectionMethod"].Value.ToString()));
        Assert.Single(Run("Measure-Clustering $rows -MinClusterSize 3 -MinSampleCount 2 -LayerCount 1").Output);
        Assert.Equal([5], Run("Measure-Clustering $rows -Layer").Output.Values<int>("MinSampleCount").Distinct());
    }

    [Theory]
    [InlineData("-Layer -ClusterSelectionMethod Leaf", "ParametersExclude")]
    [InlineData("-LayerCount 2 -ClusterSelectionEpsilon 0.1", "ParametersExclude")]
    [InlineData("-Layer -MinClusterSize 3, 5", "HdbscanOptionInvalid")]
    public void Measure_Clustering_refuses_what_does_not_go_with_layers(string parameters, string id)
        => Run($"@() | Measure-Clustering {parameters}").EndedWith(id, ErrorCategory.InvalidArgument, "MeasureClustering");

    private static double PlaceInGroup(int place)
        => place < 24
            ? (place / 12 * 200) + (place / 6 % 2 * 40) + (place % 6 * 1.5) + (place % 3 * 0.1)
            : 600 + ((place - 24) * 400) + ((place - 24) * (place - 24) * 10);

    [Fact]
    public void Layers_have_names_and_summaries_with_parents_and_children()
    {
        const string Named =
            "$named = " + Layered + """
             | ForEach-Object {
                [pscustomobject] @{
                    Cluster = $_.Cluster; Text = "text $($_.LayerClusters[0])"; LayerClusters = $_.LayerClusters; LayerSizes = $_.LayerSizes
                }
            } | Add-ClusterName

            """;
        PSObject[] rows = [.. Run(Named + "$named").Output];
        PSObject[] summaries = [.. Run(Named + "$named | Get-ClusterSummary -Layer").Output];

        Assert.All(rows[..Grouped], row => Assert.Equal(2, row.Value<object[]>("LayerNames").Length));
        Assert.Equal(15, summaries.Length);
        Assert.Equal([12, 3], summaries.GroupBy(summary => summary.Value<int?>("Layer")).Select(layer => layer.Count()).OrderDescending());
        PSObject[] coarse = summaries[..3];
        Assert.All(coarse, summary => Assert.Null(summary.Value<int?>("Parent")));
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]], coarse.Values<int[]>("Children"));
        Assert.Equal(Enumerable.Range(0, 12).Select(number => (int?)(number / 4)), summaries[3..].Values<int?>("Parent"));
        Assert.All(summaries[3..], summary => Assert.Empty(summary.Value<int[]>("Children")));
        Assert.Contains(
            "have no layers",
            Run("Invoke-Hdbscan $rows -MinClusterSize 3 | Get-ClusterSummary -Layer").Warnings[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Clusters_of_layers_have_the_persistence_that_they_have_as_clusters_and_keep_it_in_a_model()
    {
        using TemporaryFolder folder = new();
        const string Summaries = " | Get-ClusterSummary -Layer -WarningAction Ignore";
        PSObject[] rows = [.. Run($"{Layered} -SaveModel $file", folder).Output];
        PSObject[] summaries = [.. Run(Layered + Summaries).Output];
        double?[] ofCoarse = Persistences(
            $"Invoke-Hdbscan $rows -MinClusterSize {summaries[0].Value<int?>("Layer")} -MinSampleCount 2 -ClusterSelectionMethod Leaf"
                + " | Get-ClusterSummary -WarningAction Ignore");

        Assert.All(summaries, summary => Assert.InRange(summary.Value<double?>("Persistence") ?? 0, 1e-9, 1));
        Assert.Equal(ofCoarse[..3], summaries[..3].Values<double?>("Persistence"));
        Assert.Equal(
            [summaries[3].Value<double?>("Persistence"), summaries[0].Value<double?>("Persistence")],
            rows[0].Value<double[]>("LayerPersistences").Select(persistence => (double?)persistence));
        Assert.Equal([0, 0], rows[^1].Value<double[]>("LayerPersistences"));
        Assert.Null(Run("Invoke-Hdbscan $rows -MinClusterSize 3").Output[0].Value<double[]?>("LayerPersistences"));

        string[] others =
        [
            "Invoke-Hdbscan $rows -Model $file" + Summaries,
            Layered + " | ForEach-Object { [pscustomobject] @{ Cluster = 0; Text = 'a'; LayerClusters = $_.LayerClusters; "
                + "LayerPersistences = [object[]] $_.LayerPersistences } }" + Summaries,
        ];
        Assert.All(others, other => Assert.Equal(summaries.Values<double?>("Persistence"), Persistences(other)));

        double?[] Persistences(string script) => [.. Run(script, folder).Output.Values<double?>("Persistence")];
    }

    [Theory]
    [InlineData("-Name @{ 0 = 'a' }")]
    [InlineData("@{ 0 = 'a' }")]
    [InlineData("-NameModel no.gguf")]
    [InlineData("-Context 'tickets of an airline'")]
    [InlineData("-Language German")]
    [InlineData("-NameEndpoint http://localhost -NameEndpointModel m")]
    public void Names_that_layers_do_not_take_are_refused(string parameters)
        => Run($"@() | Get-ClusterSummary -Layer {parameters}").EndedWith(
            "ParametersExclude", ErrorCategory.InvalidArgument, "GetClusterSummary");

    private PipelineResult Run(string script, TemporaryFolder? folder = null)
        => _session.Run(script, ("rows", _rows), ("file", folder?.File("clusters.hdbscan") ?? string.Empty));
}
