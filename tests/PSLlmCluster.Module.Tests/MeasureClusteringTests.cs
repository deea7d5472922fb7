using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

public sealed class MeasureClusteringTests : IDisposable
{
    private const string Cmdlet = "MeasureClustering";
    private readonly ModuleSession _session = new();
    private readonly float[][] _rows = [.. TestRows.Clouds(40, 2), [50, 50]];

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Each_line_is_what_Invoke_Hdbscan_makes_of_the_parameters()
    {
        IReadOnlyList<PSObject> lines = Measure(
            """
            foreach ($one in $rows | ForEach-Object { , $_ } |
                Measure-Clustering -MinClusterSize 3, 8 -MinSampleCount 1, 4 `
                    -ClusterSelectionEpsilon 0, 0.2 -ClusterSelectionMethod Eom, Leaf)
            {
                $tree = Invoke-Hdbscan $rows -PassTree -MinClusterSize $one.MinClusterSize -MinSampleCount $one.MinSampleCount `
                    -ClusterSelectionEpsilon $one.ClusterSelectionEpsilon -ClusterSelectionMethod $one.ClusterSelectionMethod
                [pscustomobject] @{
                    Count = $one.ClusterCount -eq $tree.Persistences.Count
                    Noise = [Math]::Abs($one.NoiseShare - @($tree.Assignments | Where-Object Cluster -eq -1).Count / 41) -lt 1e-9
                    Largest = [Math]::Abs($one.LargestShare - @($tree.Assignments | Where-Object Cluster -eq 0).Count / 41) -lt 1e-9
                    Validity = $one.RelativeValidity -eq $tree.RelativeValidity
                }
            }
            """).Clean();

        Assert.Equal(16, lines.Count);
        Assert.All(lines, line => Assert.All(line.Properties, property => Assert.True((bool)property.Value, property.Name)));
    }

    [Fact]
    public void Without_parameters_usual_sizes_are_tried()
    {
        IReadOnlyList<PSObject> lines = Measure("Measure-Clustering $rows").Clean();

        Assert.All(lines, line => Assert.Equal("PSLlmCluster.ClusteringMeasurement", line.TypeNames[0]));
        Assert.Equal([2, 3, 5, 10, 15, 20], lines.Values<int>("MinClusterSize"));
        Assert.Equal(lines.Values<int>("MinClusterSize"), lines.Values<int>("MinSampleCount"));
        Assert.Contains(lines, line => line.Value<double?>("RelativeValidity") > 0.5 && line.Value<double?>("Persistence") > 0);
    }

    [Fact]
    public void The_best_parameters_can_be_picked_by_a_script()
    {
        PipelineResult result = Measure(
            """
            foreach ($one in Measure-Clustering $rows) {
                if ($null -eq $best -or $one.RelativeValidity -gt $best.RelativeValidity) { $best = $one }
            }
            (Invoke-Hdbscan $rows -MinClusterSize $best.MinClusterSize -MinSampleCount $best.MinSampleCount).Cluster
            """);
        Assert.Equal([0, 1, -1], result.Clean().Select(label => (int)label.BaseObject).Distinct());
    }

    [Theory]
    [InlineData("-Metric Manhattan")]
    [InlineData("-Alpha 0.3")]
    [InlineData("-AllowSingleCluster -MaxClusterSize 100 -MinClusterSize 30")]
    [InlineData("-Weight (1..41)")]
    [InlineData("-ClusterSelectionPersistence 3")]
    [InlineData("-ClusterSelectionEpsilonMax 0.01")]
    [InlineData("-ClusterSelectionEpsilon 0.3, 60")]
    [InlineData("-ClusterSelectionMethod Leaf")]
    public void Each_parameter_reaches_the_engine(string parameters)
        => Assert.NotEqual(Values("Measure-Clustering $rows"), Values($"Measure-Clustering $rows {parameters}"));

    [Theory]
    [InlineData("-MinClusterSize @()")]
    [InlineData("-MinSampleCount 0")]
    [InlineData("-ClusterSelectionEpsilon 0, -1")]
    [InlineData("-ClusterSelectionMethod Eom, Best")]
    [InlineData("-ThreadCount -2")]
    public void A_value_out_of_range_is_refused_before_any_work(string argument)
    {
        ErrorRecord? error = Measure($"Measure-Clustering $rows {argument}").Terminating;

        Assert.NotNull(error);
        Assert.Matches("^(ParameterArgumentValidationError|CannotConvertArgument)", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Parameters_that_do_not_go_together_are_refused_before_any_work()
        => Measure(
            "@() | Measure-Clustering -MinClusterSize 3, 10 -MaxClusterSize 5").EndedWith(
                "HdbscanOptionInvalid", ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void Bad_records_are_errors_of_their_own_and_the_rest_goes_on()
    {
        PipelineResult result = Measure(
            "& { 'text'; $rows | ForEach-Object { , $_ }; , [double[]] ([double]::NaN, 1) } | Measure-Clustering -MinClusterSize 5 "
                + "-MinSampleCount 50");

        Assert.Equal(
            ["InputNotRow", "RowsNotFinite"],
            result.Errors.Select(
                error => error.HasId(
                    error.FullyQualifiedErrorId.Split(',')[0], ErrorCategory.InvalidData, Cmdlet).FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(5, Assert.Single(result.Output).Value<int>("MinClusterSize"));
        Assert.Contains("MinSampleCount was cut from 50 to 40", result.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("None of the choices gives a cluster", result.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_input_gives_empty_output() => Assert.Empty(Measure("@() | Measure-Clustering").Clean());

    private PipelineResult Measure(string script) => _session.Run(script, ("rows", _rows));

    private string[] Values(string script)
        => [.. Measure(script).Output.Select(line => string.Join(' ', line.Properties.Select(property => property.Value)))];
}
