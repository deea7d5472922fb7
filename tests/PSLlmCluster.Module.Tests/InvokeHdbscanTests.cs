using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

public sealed class InvokeHdbscanTests : IDisposable
{
    private const string Cmdlet = "InvokeHdbscan";
    private readonly ModuleSession _session = new();
    private readonly float[][] _rows = [.. TestRows.Clouds(40, 2), [50, 50]];

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Rows_get_the_cluster_that_they_lie_in()
    {
        IReadOnlyList<PSObject> members = Hdbscan("$rows | ForEach-Object { , $_ } | Invoke-Hdbscan").Clean();

        Assert.All(members, member => Assert.Equal("PSLlmCluster.ClusterAssignment", member.TypeNames[0]));
        Assert.Equal(Enumerable.Range(0, 41), members.Values<int>("Index"));
        Assert.Equal(Enumerable.Range(0, 41).Select(row => row == 40 ? -1 : row % 2), members.Values<int>("Cluster"));
        Assert.All(members.Take(40), member => Assert.InRange(member.Value<double>("Probability"), 0.01, 1));
        Assert.All(members.Take(40), member => Assert.True(member.Value<double>("Persistence") > 0));
        Assert.Equal(0, members[40].Value<double>("Probability"));
        Assert.Equal(0, members[40].Value<double>("Persistence"));
        Assert.True(members[40].Value<double>("OutlierScore") > members[0].Value<double>("OutlierScore"));
        Assert.Same(_rows[3], members[3].Value<float[]>("Vector"));
        Assert.Null(members[3].Value<float[]?>("Coordinates"));
    }

    [Fact]
    public void Points_are_clustered_by_their_coordinates_and_all_rides_along()
    {
        PipelineResult result = _session.Run(
            """
            $embeddings = @('a', 'b', ' ', 'c', 'd' | Get-TextEmbedding -Model $tiny -WarningAction Ignore)
            $points = @($embeddings | Invoke-Umap -NeighborCount 3 -EpochCount 5)
            $members = @($points | Invoke-Hdbscan -MinClusterSize 2)
            $members
            for ($i = 0; $i -lt 4; $i++) { [object]::ReferenceEquals($members[$i].Vector, $embeddings[$i].Vector) -and [object]::ReferenceEquals($members[$i].Coordinates, $points[$i].Coordinates) }
            """,
            ("tiny", StagedModule.TinyBert));

        IReadOnlyList<PSObject> output = result.Clean();
        Assert.Equal([0, 1, 3, 4], output.Take(4).Values<int>("Index"));
        Assert.Equal(["a", "b", "c", "d"], output.Take(4).Values<string>("Text"));
        Assert.Equal(["a", "b", "c", "d"], output.Take(4).Values<string>("Source"));
        Assert.All(output.Skip(4), same => Assert.True((bool)same.BaseObject));
        Assert.All(output.Take(4), member => Assert.Equal<float[]>([member.Value<float?>("X")!.Value, member.Value<float?>("Y")!.Value], member.Value<float[]>("Coordinates")));
    }

    [Theory]
    [InlineData("$rows | ForEach-Object { , [double[]] $_ } | Invoke-Hdbscan")]
    [InlineData("Invoke-Hdbscan $rows")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Vector = $_ } } | Invoke-Hdbscan")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Vector = 1, 2, 3; Coordinates = $_ } } | Invoke-Hdbscan")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Place = $_ } } | Invoke-Hdbscan -Property Place")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ East = $_[0]; North = $_[1] } } | Invoke-Hdbscan -Property East, North")]
    [InlineData("$rows | ForEach-Object { , $_ } | Invoke-Umap -Initialization Random -EpochCount 1 | ForEach-Object { $_ } | Invoke-Hdbscan -Property Vector")]
    public void Every_kind_of_input_gives_the_same_clusters(string script)
        => Assert.Equal(Clusters("$rows | ForEach-Object { , $_ } | Invoke-Hdbscan"), Clusters(script));

    [Fact]
    public void One_number_is_a_row_of_its_own_where_a_property_is_named()
        => Assert.Equal([0, 0, 0, 1, 1, 1], Clusters("1, 1.1, 1.2, 9, 9.1, 9.2 | ForEach-Object { [pscustomobject] @{ Seconds = $_ } } | Invoke-Hdbscan -Property Seconds -MinClusterSize 2"));

    [Fact]
    public void Bad_records_are_errors_of_their_own_and_the_rest_goes_on()
    {
        PipelineResult result = Hdbscan("& { 'text'; $rows | ForEach-Object { , $_ }; , (1, 2, 3); , [double[]] ([double]::NaN, 1) } | Invoke-Hdbscan");

        int count = _rows.Length + 2;
        Assert.Equal([.. Enumerable.Range(1, count - 2), count], result.Output.Values<int>("Index"));
        Assert.Equal(-1, result.Output[^1].Value<int>("Cluster"));
        Assert.Equal(["InputNotRow", "RowLengthMismatch", "RowsNotFinite"], result.Errors.Select(error => error.HasId(error.FullyQualifiedErrorId.Split(',')[0], ErrorCategory.InvalidData, Cmdlet).FullyQualifiedErrorId.Split(',')[0]));
    }

    [Theory]
    [InlineData("Missing", "PropertyMissing")]
    [InlineData("Name", "PropertyNotNumeric")]
    public void A_property_that_is_missing_or_not_numeric_is_an_error_of_its_own(string property, string id)
        => Assert.Single(Hdbscan($"[pscustomobject] @{{ Name = 'x' }} | Invoke-Hdbscan -Property {property}").Errors).HasId(id, ErrorCategory.InvalidData, Cmdlet);

    [Fact]
    public void Noise_says_which_cluster_it_is_nearest_to_and_may_join_it()
    {
        const string Rows = "1, 1.1, 1.2, 4, 9, 9.1, 9.2 | ForEach-Object { [pscustomobject] @{ Seconds = $_ } } | Invoke-Hdbscan -Property Seconds -CutDistance 0.5 -MinClusterSize 2 -MinSampleCount 1";
        IReadOnlyList<PSObject> kept = Hdbscan(Rows).Clean();
        IReadOnlyList<PSObject> joined = Hdbscan(Rows + " -NoiseHandling Nearest").Clean();

        Assert.Equal([0, 0, 0, -1, 1, 1, 1], kept.Values<int>("Cluster"));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], kept.Values<int>("NearestCluster"));
        Assert.InRange(kept[3].Value<double>("NearestStrength"), 0.01, 0.99);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], joined.Values<int>("Cluster"));
        Assert.Equal(kept[3].Value<double>("NearestStrength"), joined[3].Value<double>("Probability"));
    }

    [Fact]
    public void Options_that_exclude_one_another_are_refused_before_any_work()
        => Hdbscan("@() | Invoke-Hdbscan -CutDistance 1 -ClusterSelectionEpsilon 1").EndedWith("HdbscanOptionInvalid", ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void Nothing_in_gives_nothing_out() => Assert.Empty(Hdbscan("@() | Invoke-Hdbscan").Clean());

    [Fact]
    public void Fewer_rows_than_a_cluster_needs_are_noise()
        => Assert.Equal([-1, -1, -1], Clusters("$rows[0..2] | ForEach-Object { , $_ } | Invoke-Hdbscan"));

    [Fact]
    public void A_python_line_can_be_retyped_as_it_is()
    {
        const string Python = "-min_cluster_size 3 -min_samples 2 -cluster_selection_epsilon 0.1 -cluster_selection_method leaf -max_cluster_size 30 -alpha 1.1 -metric manhattan -core_dist_n_jobs 4 -allow_single_cluster";
        const string PowerShell = "-MinClusterSize 3 -MinSampleCount 2 -ClusterSelectionEpsilon 0.1 -ClusterSelectionMethod Leaf -MaxClusterSize 30 -Alpha 1.1 -Metric Manhattan -ThreadCount 0 -AllowSingleCluster";

        Assert.Equal(Clusters($"Invoke-Hdbscan $rows {PowerShell}"), Clusters($"Invoke-Hdbscan $rows {Python}"));
    }

    [Theory]
    [InlineData("-CutDistance 0.3")]
    [InlineData("-ClusterSelectionEpsilonMax 0.001")]
    [InlineData("-MinClusterSize 30")]
    [InlineData("-MinSampleCount 1")]
    [InlineData("-ClusterSelectionMethod Leaf -MinClusterSize 2 -MinSampleCount 1")]
    [InlineData("-MaxClusterSize 6")]
    [InlineData("-AllowSingleCluster -ClusterSelectionEpsilon 100")]
    [InlineData("-Alpha 0.2")]
    [InlineData("-Metric Cosine")]
    public void Each_parameter_reaches_the_engine(string parameters)
        => Assert.NotEqual(Strengths("Invoke-Hdbscan $rows"), Strengths($"Invoke-Hdbscan $rows {parameters}"));

    [Theory]
    [InlineData("-CutDistance 0")]
    [InlineData("-ClusterSelectionEpsilonMax -1")]
    [InlineData("-NoiseHandling Drop")]
    [InlineData("-MinkowskiPower 0.5")]
    [InlineData("-MinClusterSize 1")]
    [InlineData("-MinSampleCount 0")]
    [InlineData("-ClusterSelectionEpsilon -1")]
    [InlineData("-MaxClusterSize -1")]
    [InlineData("-Alpha 0")]
    [InlineData("-ThreadCount -2")]
    [InlineData("-Metric Nearest")]
    [InlineData("-ClusterSelectionMethod Best")]
    public void A_value_out_of_range_is_refused_before_any_work(string argument)
    {
        ErrorRecord? error = Hdbscan($"Invoke-Hdbscan $rows {argument}").Terminating;

        Assert.NotNull(error);
        Assert.Matches("^(ParameterArgumentValidationError|CannotConvertArgument)", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Options_that_do_not_go_together_are_refused_before_any_work()
        => Hdbscan("@() | Invoke-Hdbscan -MinClusterSize 10 -MaxClusterSize 5").EndedWith("HdbscanOptionInvalid", ErrorCategory.InvalidArgument, Cmdlet);

    private PipelineResult Hdbscan(string script) => _session.Run(script, ("rows", _rows));

    private int[] Clusters(string script) => [.. Hdbscan(script).Clean().Values<int>("Cluster")];

    private (int Cluster, double Probability)[] Strengths(string script) => [.. Hdbscan(script).Clean().Select(member => (member.Value<int>("Cluster"), member.Value<double>("Probability")))];
}
