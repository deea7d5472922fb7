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
    public void Points_are_clustered_by_their_coordinates_and_all_is_passed_on()
    {
        PipelineResult result = _session.Run(
            """
            $embeddings = @('a', 'b', ' ', 'c', 'd' | Get-TextEmbedding -Model $tiny -WarningAction Ignore)
            $points = @($embeddings | Invoke-Umap -NeighborCount 3 -EpochCount 5)
            $members = @($points | Invoke-Hdbscan -MinClusterSize 2)
            $members
            for ($i = 0; $i -lt 4; $i++) {
                [object]::ReferenceEquals($members[$i].Vector, $embeddings[$i].Vector) -and
                    [object]::ReferenceEquals($members[$i].Coordinates, $points[$i].Coordinates)
            }
            """,
            ("tiny", StagedModule.TinyBert));

        IReadOnlyList<PSObject> output = result.Clean();
        Assert.Equal([0, 1, 3, 4], output.Take(4).Values<int>("Index"));
        Assert.Equal(["a", "b", "c", "d"], output.Take(4).Values<string>("Text"));
        Assert.Equal(["a", "b", "c", "d"], output.Take(4).Values<string>("Source"));
        Assert.All(output.Skip(4), same => Assert.True((bool)same.BaseObject));
        Assert.All(
            output.Take(4),
            member => Assert.Equal<float[]>(
                [member.Value<float?>("X")!.Value, member.Value<float?>("Y")!.Value], member.Value<float[]>("Coordinates")));
    }

    [Theory]
    [InlineData("$rows | ForEach-Object { , [double[]] $_ } | Invoke-Hdbscan")]
    [InlineData("Invoke-Hdbscan $rows")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Vector = $_ } } | Invoke-Hdbscan")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Vector = 1, 2, 3; Coordinates = $_ } } | Invoke-Hdbscan")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Place = $_ } } | Invoke-Hdbscan -Property Place")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ East = $_[0]; North = $_[1] } } | Invoke-Hdbscan -Property East, North")]
    [InlineData(
        "$rows | ForEach-Object { , $_ } | Invoke-Umap -Initialization Random -EpochCount 1 | ForEach-Object { $_ } | "
            + "Invoke-Hdbscan -Property Vector")]
    public void Every_kind_of_input_gives_the_same_clusters(string script)
        => Assert.Equal(Clusters("$rows | ForEach-Object { , $_ } | Invoke-Hdbscan"), Clusters(script));

    [Fact]
    public void One_number_is_a_row_of_its_own_where_a_property_is_named()
        => Assert.Equal(
            [0, 0, 0, 1, 1, 1],
            Clusters(
                "1, 1.1, 1.2, 9, 9.1, 9.2 | ForEach-Object { [pscustomobject] @{ Seconds = $_ } } | Invoke-Hdbscan -Property "
                    + "Seconds -MinClusterSize 2"));

    [Fact]
    public void Bad_records_are_errors_of_their_own_and_the_rest_goes_on()
    {
        PipelineResult result = Hdbscan(
            "& { 'text'; $rows | ForEach-Object { , $_ }; , (1, 2, 3); , [double[]] ([double]::NaN, 1) } | Invoke-Hdbscan");

        int count = _rows.Length + 2;
        Assert.Equal([.. Enumerable.Range(1, count - 2), count], result.Output.Values<int>("Index"));
        Assert.Equal(-1, result.Output[^1].Value<int>("Cluster"));
        Assert.Equal(
            ["InputNotRow", "RowLengthMismatch", "RowsNotFinite"],
            result.Errors.Select(
                error => error.HasId(
                    error.FullyQualifiedErrorId.Split(',')[0], ErrorCategory.InvalidData, Cmdlet).FullyQualifiedErrorId.Split(',')[0]));
    }

    [Theory]
    [InlineData("Missing", "PropertyMissing")]
    [InlineData("Name", "PropertyNotNumeric")]
    public void A_property_that_is_missing_or_not_numeric_is_an_error_of_its_own(string property, string id)
        => Assert.Single(
            Hdbscan($"[pscustomobject] @{{ Name = 'x' }} | Invoke-Hdbscan -Property {property}").Errors).HasId(
                id, ErrorCategory.InvalidData, Cmdlet);

    [Fact]
    public void Noise_says_which_cluster_it_is_nearest_to_and_may_join_it()
    {
        const string Rows =
            "1, 1.1, 1.2, 4, 9, 9.1, 9.2 | ForEach-Object { [pscustomobject] @{ Seconds = $_ } } | Invoke-Hdbscan -Property "
                + "Seconds -CutDistance 0.5 -MinClusterSize 2 -MinSampleCount 1";
        IReadOnlyList<PSObject> kept = Hdbscan(Rows).Clean();
        IReadOnlyList<PSObject> joined = Hdbscan(Rows + " -NoiseHandling Nearest").Clean();

        Assert.Equal([0, 0, 0, -1, 1, 1, 1], kept.Values<int>("Cluster"));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], kept.Values<int>("NearestCluster"));
        Assert.InRange(kept[3].Value<double>("NearestStrength"), 0.01, 0.99);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], joined.Values<int>("Cluster"));
        Assert.Equal(kept[3].Value<double>("NearestStrength"), joined[3].Value<double>("Probability"));

        const string Sparse =
            "1, 1.1, 1.2, 9, 9.1, 9.2, 20, 30, 40, 50, 60, 70 | ForEach-Object { [pscustomobject] @{ Seconds = $_ } } | "
                + "Invoke-Hdbscan -Property Seconds -CutDistance 0.5 -MinClusterSize 2 -MinSampleCount 1";
        Assert.Single(Hdbscan(Sparse).Warnings);
        Assert.Empty(Hdbscan(Sparse + " -NoiseHandling Nearest").Warnings);
    }

    [Fact]
    public void Options_that_exclude_one_another_are_refused_before_any_work()
        => Hdbscan(
            "@() | Invoke-Hdbscan -CutDistance 1 -ClusterSelectionEpsilon 1").EndedWith(
                "HdbscanOptionInvalid", ErrorCategory.InvalidArgument, Cmdlet);

    [Theory]
    [InlineData("$counts = $rows | ForEach-Object { 3 }; Invoke-Hdbscan $rows -Weight $counts")]
    [InlineData("Invoke-Hdbscan $rows -sample_weight (@(3) * 41)")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Vector = $_; Count = '3' } } | Invoke-Hdbscan -WeightProperty Count")]
    public void A_row_of_weight_3_is_as_three_rows(string script)
    {
        (int Cluster, double Probability)[] repeated = Strengths("Invoke-Hdbscan ($rows + $rows + $rows)");
        (int Cluster, double Probability)[] weighted = Strengths(script);

        Assert.NotEqual(Strengths("Invoke-Hdbscan $rows"), weighted);
        Assert.Equal(repeated[..41].Select(row => row.Cluster), weighted.Select(row => row.Cluster));
        Assert.All(repeated.Zip(weighted), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-9));
    }

    [Fact]
    public void A_weight_that_is_none_is_an_error_of_its_own_and_the_rest_goes_on()
    {
        PipelineResult result = Hdbscan(
            "$rows | ForEach-Object { $i = 0 } { [pscustomobject] @{ Vector = $_; Count = ($i++ -eq 2 ? 'many' : $i -eq 5 ? 0 : 1) "
                + "} } | Invoke-Hdbscan -WeightProperty Count");

        Assert.Equal(Enumerable.Range(0, 41).Except([2, 4]), result.Output.Values<int>("Index"));
        Assert.Equal(
            ["position 2 is \"many\"", "position 4 is \"0\""],
            result.Errors.Select(error => error.HasId("ValueInvalid", ErrorCategory.InvalidData, Cmdlet).Exception.Message).Select(
                message => message[message.IndexOf("position", StringComparison.Ordinal)..message.IndexOf(',', StringComparison.Ordinal)]));
        Hdbscan("Invoke-Hdbscan $rows -Weight (1..3)").EndedWith("ValueCountMismatch", ErrorCategory.InvalidArgument, Cmdlet);
        Hdbscan(
            "Invoke-Hdbscan $rows -Weight (1..41) -WeightProperty Count").EndedWith(
                "ParametersExclude", ErrorCategory.InvalidArgument, Cmdlet);
    }

    [Fact]
    public void As_many_clusters_come_as_are_asked_for_or_a_warning()
    {
        const string Rows =
            "0, 0.1, 0.2, 3, 3.1, 3.2, 9, 9.1, 9.2, 12, 12.1, 12.2 | ForEach-Object { [pscustomobject] @{ Seconds = $_ } } | "
                + "Invoke-Hdbscan -Property Seconds -MinClusterSize 3 -MinSampleCount 1";
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], Clusters(Rows));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], Clusters(Rows + " -n_clusters 2"));
        Assert.Contains("nearest gives 4", Assert.Single(Hdbscan(Rows + " -ClusterCount 6").Warnings), StringComparison.Ordinal);
        Assert.Contains(
            "-ClusterSelectionMethod Eom -ClusterSelectionEpsilon 2.",
            Hdbscan(Rows + " -ClusterCount 2 -Verbose 4>&1").Output[0].ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_trees_come_as_one_object_with_the_rows()
    {
        PSObject tree = Assert.Single(Hdbscan("$rows | ForEach-Object { , $_ } | Invoke-Hdbscan -PassTree").Clean());

        Assert.Equal("PSLlmCluster.ClusterHierarchy", tree.TypeNames[0]);
        PSObject parts = Assert.Single(
            Hdbscan(
                """
                $tree = Invoke-Hdbscan $rows -PassTree
                [pscustomobject] @{ Clusters = [int[]] $tree.Assignments.Cluster; Merges = $tree.SingleLinkage.Count
                    Rows = @($tree.CondensedTree | Where-Object Child -lt 41).Count; Largest = $tree.SingleLinkage[-1].Size }
                """).Clean());
        Assert.Equal(Clusters("Invoke-Hdbscan $rows"), parts.Value<int[]>("Clusters"));
        Assert.Equal((40, 41, 41.0), (parts.Value<int>("Merges"), parts.Value<int>("Rows"), parts.Value<double>("Largest")));
        Assert.Equal(2, tree.Value<IReadOnlyList<int>>("ClusterNodes").Count);
        Assert.Equal(2, tree.Value<IReadOnlyList<double>>("Persistences").Count);
        Assert.InRange(tree.Value<double?>("RelativeValidity")!.Value, 0.1, 1);
    }

    [Fact]
    public void Exemplars_and_memberships_are_returned_on_request()
    {
        IReadOnlyList<PSObject> members = Hdbscan("Invoke-Hdbscan $rows -Membership").Clean();

        Assert.Equal(
            [0, 1],
            members.Where(member => member.Value<bool>("IsExemplar")).Select(member => member.Value<int>("Cluster")).Distinct().Order());
        Assert.False(members[40].Value<bool>("IsExemplar"));
        Assert.All(members, member => Assert.Equal(2, member.Value<double[]>("Membership").Length));
        Assert.All(
            members.Take(40),
            member => Assert.Equal(
                member.Value<double[]>("Membership").Max(), member.Value<double[]>("Membership")[member.Value<int>("Cluster")]));
        Assert.All(members, member => Assert.InRange(member.Value<double[]>("Membership").Sum(), 0, 1 + 1e-9));
        Assert.All(Hdbscan("Invoke-Hdbscan $rows").Clean(), member => Assert.Null(member.Value<double[]?>("Membership")));
        Hdbscan("Invoke-Hdbscan $rows -CutDistance 1 -Membership").EndedWith(
            "MembershipNotPossible", ErrorCategory.InvalidArgument, Cmdlet);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-MinClusterSize 3 -Metric Manhattan -ClusterSelectionMethod Leaf -Weight (@(2) * 41)")]
    [InlineData("-CutDistance 1")]
    public void Saved_clusters_take_new_rows_one_by_one(string parameters)
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<PSObject> fitted = Saved($"Invoke-Hdbscan $rows -SaveModel $file {parameters}", folder).Clean();
        IReadOnlyList<PSObject> again = Saved("$rows | ForEach-Object { , $_ } | Invoke-Hdbscan -Model $file", folder).Clean();

        Assert.Equal(fitted.Values<int>("Cluster"), again.Values<int>("Cluster"));
        Assert.Equal(fitted.Values<double>("Probability"), again.Values<double>("Probability"));
        Assert.Equal(fitted.Values<double>("OutlierScore"), again.Values<double>("OutlierScore"));
        Assert.Equal(fitted.Values<int>("NearestCluster"), again.Values<int>("NearestCluster"));
        Assert.Equal(fitted.Values<bool>("IsExemplar"), again.Values<bool>("IsExemplar"));

        const string New = "$new = @(, @($rows[0][0], ($rows[0][1] + 0.01))) + @(, @(300, 300))";
        PSObject[] fresh = [.. Saved($"{New}; Invoke-Hdbscan -InputObject $new -Model $file", folder).Clean()];
        Assert.Equal([fitted[0].Value<int>("Cluster"), -1], fresh.Values<int>("Cluster"));
        Assert.Equal(
            fresh[1].Value<double>("OutlierScore"),
            Assert.Single(
                Saved(
                    $"{New}; Invoke-Hdbscan -InputObject (, $new[1]) -Model $file -ThreadCount 1",
                    folder).Clean()).Value<double>("OutlierScore"));

        PipelineResult mixed = Saved("Invoke-Hdbscan -InputObject (@(, (1, 2, 3)) + @(, $rows[1])) -Model $file", folder);
        Assert.Equal(
            "Position 0: The row has 3 numbers, and those of the model have 2.",
            Assert.Single(mixed.Errors).HasId("RowLengthMismatch", ErrorCategory.InvalidData, Cmdlet).Exception.Message);
        Assert.Equal([fitted[1].Value<int>("Cluster")], mixed.Output.Values<int>("Cluster"));
    }

    [Fact]
    public void New_rows_have_memberships_and_noise_handling_too()
    {
        using TemporaryFolder folder = new();
        Saved("Invoke-Hdbscan $rows -SaveModel $file", folder).Clean();
        const string New =
            "$new = @(, @($rows[1][0], ($rows[1][1] + 0.01))) + @(, @(300, 300)); Invoke-Hdbscan -InputObject $new -Model $file "
                + "-Membership -NoiseHandling Nearest";
        IReadOnlyList<PSObject> fresh = Saved(New, folder).Clean();

        Assert.True(fresh[0].Value<double[]>("Membership")[1] > 0.5);
        Assert.Equal(fresh.Values<int>("NearestCluster"), fresh.Values<int>("Cluster"));
        PipelineResult holed = Saved("Invoke-Hdbscan -InputObject @(, [double[]] ([double]::NaN, 1)) -Model $file", folder);
        Assert.Equal(-1, Assert.Single(holed.Output).Value<int>("Cluster"));
        Assert.Single(holed.Errors).HasId("RowsNotFinite", ErrorCategory.InvalidData, Cmdlet);
    }

    [Fact]
    public void What_is_wrong_with_a_model_s_file_is_said_before_any_work()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("notes.txt"), "no model");

        _session.Run(
            "@() | Invoke-Hdbscan -Model $file",
            ("file", folder.File("missing"))).EndedWith("ModelFileNotFound", ErrorCategory.ObjectNotFound, Cmdlet);
        _session.Run(
            "@() | Invoke-Hdbscan -Model $file",
            ("file", folder.File("notes.txt"))).EndedWith("NotAModelFile", ErrorCategory.InvalidData, Cmdlet);
        _session.Run(
            "@() | Invoke-Hdbscan -SaveModel $file",
            ("file", folder.File("none/map.umap"))).EndedWith("ModelFileFolderNotFound", ErrorCategory.ObjectNotFound, Cmdlet);
        Assert.NotNull(_session.Run("@() | Invoke-Hdbscan -Model x -MinClusterSize 5").Terminating);
        _session.Run("Invoke-Umap $rows -EpochCount 1 -SaveModel $file", ("rows", _rows), ("file", folder.File("map.umap"))).Clean();
        _session.Run(
            "@() | Invoke-Hdbscan -Model $file",
            ("file", folder.File("map.umap"))).EndedWith("ModelFileKindWrong", ErrorCategory.InvalidData, Cmdlet);
        Saved("Invoke-Hdbscan $rows -CutDistance 1 -SaveModel $file", folder).Clean();
        Saved("@() | Invoke-Hdbscan -Model $file -Membership", folder).EndedWith(
            "MembershipNotPossible", ErrorCategory.InvalidArgument, Cmdlet);
    }

    [Fact]
    public void Empty_input_gives_empty_output() => Assert.Empty(Hdbscan("@() | Invoke-Hdbscan").Clean());

    [Fact]
    public void Fewer_rows_than_a_cluster_needs_are_noise()
        => Assert.Equal([-1, -1, -1], Clusters("$rows[0..2] | ForEach-Object { , $_ } | Invoke-Hdbscan"));

    [Fact]
    public void A_python_line_can_be_retyped_as_it_is()
    {
        const string Python =
            "-cluster_selection_persistence 0.01 -cluster_selection_epsilon_max 9 -min_cluster_size 3 -min_samples 2 "
                + "-cluster_selection_epsilon 0.1 -cluster_selection_method leaf -max_cluster_size 30 -alpha 1.1 -metric manhattan "
                + "-core_dist_n_jobs 4 -allow_single_cluster";
        const string PowerShell =
            "-ClusterSelectionPersistence 0.01 -ClusterSelectionEpsilonMax 9 -MinClusterSize 3 -MinSampleCount 2 "
                + "-ClusterSelectionEpsilon 0.1 -ClusterSelectionMethod Leaf -MaxClusterSize 30 -Alpha 1.1 -Metric Manhattan "
                + "-ThreadCount 0 -AllowSingleCluster";

        Assert.Equal(Clusters($"Invoke-Hdbscan $rows {PowerShell}"), Clusters($"Invoke-Hdbscan $rows {Python}"));
    }

    [Theory]
    [InlineData("-CutDistance 0.3")]
    [InlineData("-RefinementCount 1")]
    [InlineData("-ClusterCount 3 -MinSampleCount 1 -MinClusterSize 2")]
    [InlineData("-ClusterSelectionPersistence 100")]
    [InlineData("-Weight (1..41)")]
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
    [InlineData("-ClusterCount 0")]
    [InlineData("-RefinementCount -1")]
    [InlineData("-RefinementCount 1001")]
    [InlineData("-LayerCount 0")]
    [InlineData("-ClusterSelectionPersistence -1")]
    [InlineData("-Model ''")]
    [InlineData("-ClusterSelectionEpsilonMax -1")]
    [InlineData("-NoiseHandling Drop")]
    [InlineData("-MinkowskiPower 0.5")]
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
        => Hdbscan("@() | Invoke-Hdbscan -MinClusterSize 10 -MaxClusterSize 5").EndedWith(
            "HdbscanOptionInvalid", ErrorCategory.InvalidArgument, Cmdlet);

    private PipelineResult Saved(string script, TemporaryFolder folder)
        => _session.Run(script, ("rows", _rows), ("file", folder.File("clusters.hdbscan")));

    private PipelineResult Hdbscan(string script) => _session.Run(script, ("rows", _rows));

    private int[] Clusters(string script) => [.. Hdbscan(script).Clean().Values<int>("Cluster")];

    private (int Cluster, double Probability)[] Strengths(string script)
        => [.. Hdbscan(script).Clean().Select(member => (member.Value<int>("Cluster"), member.Value<double>("Probability")))];
}
