using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

public sealed class InvokeUmapTests : IDisposable
{
    private const string Cmdlet = "InvokeUmap";
    private readonly ModuleSession _session = new();
    private readonly float[][] _rows = TestRows.Clouds(40, 6);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Arrays_become_points_with_what_they_came_from()
    {
        IReadOnlyList<PSObject> points = Umap("$rows | ForEach-Object { , $_ } | Invoke-Umap -EpochCount 20").Clean();

        Assert.Equal(_rows.Length, points.Count);
        Assert.All(points, point => Assert.Equal("PSLlmCluster.UmapPoint", point.TypeNames[0]));
        Assert.Equal(Enumerable.Range(0, _rows.Length), points.Values<int>("Index"));
        Assert.All(points.Zip(_rows), pair => Assert.Same(pair.Second, pair.First.Value<float[]>("Vector")));
        Assert.All(points.Zip(_rows), pair => Assert.Same(pair.Second, pair.First.Value<object>("Source")));
        Assert.All(
            points,
            point => Assert.Equal<float[]>(
                [point.Value<float?>("X")!.Value, point.Value<float?>("Y")!.Value], point.Value<float[]>("Coordinates")));
    }

    [Theory]
    [InlineData("$rows | ForEach-Object { , [double[]] $_ }")]
    [InlineData("$rows | ForEach-Object { , @($_) }")]
    [InlineData("$rows | ForEach-Object { , [System.Collections.Generic.List[float]] $_ }")]
    [InlineData("$rows | ForEach-Object { , [System.Collections.ArrayList] $_ }")]
    [InlineData("$rows | ForEach-Object { [pscustomobject] @{ Vector = $_ } }")]
    [InlineData("$rows | ForEach-Object { @{ vector = @($_) } }")]
    public void Any_list_of_numbers_gives_what_float_arrays_give(string input)
        => Assert.Equal(
            Layout("$rows | ForEach-Object { , $_ } | Invoke-Umap -EpochCount 20"), Layout($"{input} | Invoke-Umap -EpochCount 20"));

    [Theory]
    [InlineData("-Property Values")]
    [InlineData("-Property A, B, C, D, E, F")]
    [InlineData("-Property TextA, TextB, TextC, TextD, TextE, TextF")]
    public void Properties_of_objects_give_what_arrays_give(string property)
    {
        const string Objects = """
            $objects = foreach ($row in $rows) {
                $object = [pscustomobject] @{ Values = $row; Text = "row $($row[0])" }
                for ($i = 0; $i -lt 6; $i++) {
                    $object.PSObject.Properties.Add([psnoteproperty]::new([string] [char] (65 + $i), $row[$i]))
                    $object.PSObject.Properties.Add([psnoteproperty]::new('Text' + [char] (65 + $i),
                        $row[$i].ToString('R', [cultureinfo]::InvariantCulture)))
                }
                $object
            }

            """;
        IReadOnlyList<PSObject> points = Umap($"{Objects}$objects | Invoke-Umap -EpochCount 20 {property}").Clean();

        Assert.Equal(Layout("$rows | ForEach-Object { , $_ } | Invoke-Umap -EpochCount 20"), points.Values<float[]>("Coordinates"));
        Assert.All(points, point => Assert.StartsWith("row ", point.Value<string>("Text"), StringComparison.Ordinal));
        Assert.All(
            points, point => Assert.Same(point.Value<PSObject>("Source").Value<float[]>("Values"), _rows[point.Value<int>("Index")]));
    }

    [Fact]
    public void A_list_of_rows_may_be_given_as_one_argument()
    {
        float[][] expected = Layout("$rows | ForEach-Object { , $_ } | Invoke-Umap -EpochCount 20");

        Assert.Equal(expected, Layout("Invoke-Umap -InputObject $rows -EpochCount 20"));
        Assert.Equal(expected, Layout("Invoke-Umap $rows -EpochCount 20"));
    }

    [Fact]
    public void Embeddings_keep_their_index_text_and_source()
    {
        PipelineResult result = _session.Run(
            "'a', ' ', 'b', 'c' | Get-TextEmbedding -Model $tiny | Invoke-Umap -NeighborCount 2 -EpochCount 5",
            ("tiny", StagedModule.TinyBert));

        Assert.Equal([0, 2, 3], result.Clean().Values<int>("Index"));
        Assert.Equal(["a", "b", "c"], result.Output.Values<string>("Text"));
        Assert.Equal(["a", "b", "c"], result.Output.Values<string>("Source"));
    }

    [Fact]
    public void Bad_records_are_errors_of_their_own_and_the_rest_goes_on()
    {
        PipelineResult result = Umap(
            """
            $bad = @(
                'a text'
                12
                $null
                , [float[]] (1, 2)
                , [float[]] (1, 2, 3, 4, 5, [float]::NaN)
                , [double[]] (1, 2, 3, 4, 5, 1e300)
                , [float[]]::new(0)
                [pscustomobject] @{ Other = 1 }
            )
            $feed = { $rows[0..19] | ForEach-Object { , $_ }; foreach ($record in $bad) { , $record }; $rows[20..39] |
                ForEach-Object { , $_ } }
            & $feed | Invoke-Umap -EpochCount 5
            """);

        Assert.Null(result.Terminating);
        Assert.Equal(40, result.Output.Count);
        Assert.Equal([.. Enumerable.Range(0, 20), .. Enumerable.Range(28, 20)], result.Output.Values<int>("Index"));
        Assert.Equal(
            ["InputNotRow", "InputNotRow", "InputNotRow", "RowLengthMismatch", "RowNotFinite", "RowNotFinite", "RowEmpty", "InputNotRow"],
            result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.All(result.Errors, error => error.HasId(error.FullyQualifiedErrorId.Split(',')[0], ErrorCategory.InvalidData, Cmdlet));
        Assert.Equal("a text", result.Errors[0].TargetObject);
        Assert.Equal(12, result.Errors[1].TargetObject);
        Assert.Contains(", $array", result.Errors[1].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal([1f, 2f], Assert.IsType<float[]>(result.Errors[3].TargetObject));
    }

    [Theory]
    [InlineData("Missing", "PropertyMissing")]
    [InlineData("Name", "PropertyNotNumeric")]
    [InlineData("A, Name", "PropertyNotNumeric")]
    [InlineData("A, Empty", "PropertyNotNumeric")]
    [InlineData("A, Values", "PropertyNotNumeric")]
    public void A_property_that_is_missing_or_not_numeric_is_an_error_of_its_own(string property, string id)
    {
        PipelineResult result = Umap(
            $"[pscustomobject] @{{ Name = 'x'; A = 1; Empty = $null; Values = 1, 2 }} | Invoke-Umap -Property {property}");

        Assert.Empty(result.Output);
        ErrorRecord error = Assert.Single(result.AllErrors).HasId(id, ErrorCategory.InvalidData, Cmdlet);
        Assert.Equal("x", ((PSObject)error.TargetObject).Value<string>("Name"));
    }

    [Fact]
    public void Empty_input_gives_empty_output() => Assert.Empty(Umap("@() | Invoke-Umap").Clean());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Few_rows_have_points_too(int count)
        => Assert.Equal(count, Umap($"$rows[0..{count - 1}] | ForEach-Object {{ , $_ }} | Invoke-Umap").Clean().Count);

    [Fact]
    public void More_neighbours_than_rows_are_cut_with_one_warning()
        => Assert.Single(Umap("$rows | ForEach-Object { , $_ } | Invoke-Umap -NeighborCount 1000 -EpochCount 1").Warnings);

    [Fact]
    public void A_python_line_can_be_retyped_as_it_is()
    {
        const string Python =
            "-n_neighbors 5 -n_components 3 -min_dist 0.2 -spread 1.5 -metric cosine -n_epochs 30 -learning_rate 0.5 -init pca "
                + "-local_connectivity 2 -set_op_mix_ratio 0.5 -repulsion_strength 2 -negative_sample_rate 3 -random_state 7 -n_jobs -1";
        const string PowerShell =
            "-NeighborCount 5 -ComponentCount 3 -MinDistance 0.2 -Spread 1.5 -Metric Cosine -EpochCount 30 -LearningRate 0.5 "
                + "-Initialization Pca -LocalConnectivity 2 -SetOperationMixRatio 0.5 -RepulsionStrength 2 -NegativeSampleRate 3 -Seed 7 "
                + "-ThreadCount 0";

        float[][] layout = Layout($"Invoke-Umap $rows {Python}");

        Assert.All(layout, place => Assert.Equal(3, place.Length));
        Assert.Equal(Layout($"Invoke-Umap $rows {PowerShell}"), layout);
    }

    [Theory]
    [InlineData("-NeighborCount 5")]
    [InlineData("-ComponentCount 1")]
    [InlineData("-MinDistance 0.5")]
    [InlineData("-Spread 3")]
    [InlineData("-a 1.2 -b 1.1")]
    [InlineData("-Metric Manhattan")]
    [InlineData("-EpochCount 25")]
    [InlineData("-LearningRate 0.3")]
    [InlineData("-Initialization Random")]
    [InlineData("-LocalConnectivity 3")]
    [InlineData("-SetOperationMixRatio 0")]
    [InlineData("-RepulsionStrength 3")]
    [InlineData("-NegativeSampleRate 1")]
    [InlineData("-Seed 1")]
    [InlineData("-Metric Minkowski -MinkowskiPower 4")]
    [InlineData("-Metric Canberra")]
    [InlineData("-DisconnectionDistance 1")]
    [InlineData("-Target (@('a', 'b') * 20)")]
    [InlineData("-Target (1..40) -TargetKind Numeric")]
    [InlineData("-DensityMap")]
    [InlineData("-InitialCoordinate ($rows | ForEach-Object { , $_[0..1] })")]
    public void Each_parameter_reaches_the_engine(string parameter)
        => Assert.NotEqual(
            Layout("Invoke-Umap $rows -n_epochs 40"),
            Layout(
                "Invoke-Umap $rows "
                    + (parameter.Contains("Epoch", StringComparison.Ordinal) ? string.Empty : "-n_epochs 40 ")
                    + parameter));

    [Fact]
    public void Two_runs_and_any_number_of_threads_give_the_same_layout()
        => Assert.Equal(
            Layout("Invoke-Umap $rows -ThreadCount 1 -EpochCount 50"), Layout("Invoke-Umap $rows -ThreadCount 2 -EpochCount 50"));

    [Theory]
    [InlineData("-NeighborCount 1")]
    [InlineData("-ComponentCount 0")]
    [InlineData("-MinDistance -0.1")]
    [InlineData("-MinDistance NaN")]
    [InlineData("-Spread 0")]
    [InlineData("-A 0")]
    [InlineData("-B -1")]
    [InlineData("-EpochCount -1")]
    [InlineData("-LearningRate -1")]
    [InlineData("-LocalConnectivity -1")]
    [InlineData("-SetOperationMixRatio 1.1")]
    [InlineData("-RepulsionStrength -1")]
    [InlineData("-NegativeSampleRate -1")]
    [InlineData("-ThreadCount -2")]
    [InlineData("-Metric Nearest")]
    [InlineData("-ComponentCount 101")]
    [InlineData("-MinkowskiPower 0.5")]
    [InlineData("-DisconnectionDistance 0")]
    [InlineData("-TargetWeight 2")]
    [InlineData("-TargetNeighborCount 1")]
    [InlineData("-DensityLambda -1")]
    [InlineData("-DensityFraction 1.5")]
    [InlineData("-DensityVarianceShift -1")]
    [InlineData("-SampleCount 1")]
    [InlineData("-TargetKind Other")]
    [InlineData("-Initialization Nowhere")]
    public void A_value_out_of_range_is_refused_before_any_work(string argument)
    {
        ErrorRecord? error = Umap($"Invoke-Umap $rows {argument}").Terminating;

        Assert.NotNull(error);
        Assert.Matches("^(ParameterArgumentValidationError|CannotConvertArgument)", error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("-MinDistance 2")]
    [InlineData("-A 1")]
    public void Options_that_do_not_go_together_are_refused_before_any_work(string arguments)
        => Umap($"@() | Invoke-Umap {arguments}").EndedWith("UmapOptionInvalid", ErrorCategory.InvalidArgument, Cmdlet);

    [Theory]
    [InlineData("-OutputDensity", "UmapOptionInvalid")]
    [InlineData("-Metric Precomputed", "UmapOptionInvalid")]
    [InlineData("-DensityMap", "UmapModelNotPossible")]
    public void What_makes_no_sense_with_a_sample_is_refused_before_any_work(string arguments, string id)
        => Umap($"@() | Invoke-Umap -SampleCount 10 {arguments}").EndedWith(id, ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void A_sample_is_fitted_and_the_rest_put_into_its_map()
    {
        Assert.Equal(Layout("Invoke-Umap $rows -EpochCount 20"), Layout("Invoke-Umap $rows -EpochCount 20 -SampleCount 40"));
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "map.umap");
        Assert.Equal(
            Layout($"Invoke-Umap $rows -EpochCount 20 -SampleCount 25 -SaveModel '{path}'"),
            Layout($"Invoke-Umap $rows -Model '{path}'"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData("-AsSample", "ParameterMissing")]
    [InlineData("-AsSample -SampleCount 10 -SaveModel map.umap", "ParametersExclude")]
    [InlineData("-AsSample -SaveModel map.umap -Metric Precomputed", "UmapOptionInvalid")]
    public void Rows_that_are_a_sample_need_a_model_and_no_other_sample(string arguments, string id)
        => Umap($"@() | Invoke-Umap {arguments}").EndedWith(id, ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void Minkowski_and_supervised_parameters_have_their_python_names()
        => Assert.Equal(
            Layout(
                "Invoke-Umap $rows -EpochCount 20 -Metric Minkowski -MinkowskiPower 3 -Target (@(0, 1, -1, 1) * 10) -TargetWeight "
                    + "0.8 -DensityMap -DensityLambda 1 -DensityFraction 0.5 -DensityVarianceShift 0.2"),
            Layout(
                "Invoke-Umap $rows -n_epochs 20 -metric minkowski -p 3 -y (@('x', 'z', '', 'z') * 10) -target_metric categorical "
                    + "-target_weight 0.8 -densmap -dens_lambda 1 -dens_frac 0.5 -dens_var_shift 0.2"));

    [Fact]
    public void A_target_may_stand_in_a_property()
    {
        const string Objects =
            "$objects = for ($i = 0; $i -lt 40; $i++) { [pscustomobject] @{ Values = $rows[$i]; Kind = \"k$($i % 3)\" } }; ";

        Assert.Equal(
            Layout("Invoke-Umap $rows -EpochCount 20 -Target (0..39 | ForEach-Object { $_ % 3 })"),
            Layout(Objects + "$objects | Invoke-Umap -Property Values -TargetProperty Kind -EpochCount 20"));
    }

    [Fact]
    public void Targets_of_bad_records_are_left_out_with_them()
    {
        PipelineResult result = Umap(
            "$rows[0..9] + , 'bad' + $rows[10..39] | ForEach-Object { , $_ } | Invoke-Umap -EpochCount 20 -Target (@(0, 1) * 5 + 7 "
                + "+ @(0, 1) * 15)");

        Assert.Single(result.Errors);
        Assert.Equal(Layout("Invoke-Umap $rows -EpochCount 20 -Target (@(0, 1) * 20)"), result.Output.Values<float[]>("Coordinates"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-UniqueRows")]
    public void The_order_of_rows_and_their_labels_changes_nothing(string unique)
    {
        // Each row twice, under another label each time.
        const string Forward = "$rows + $rows";
        const string Labels = "(@('b') * 40 + @('a') * 40)";
        const string Backward = "$(for ($i = 79; $i -ge 0; $i--) { , ($rows + $rows)[$i] })";
        const string LabelsBackward = "(@('a') * 40 + @('b') * 40)";
        float[][] layout = Layout($"Invoke-Umap -InputObject ({Forward}) -Target {Labels} -EpochCount 30 {unique}");

        Assert.Equal(layout.Reverse(), Layout($"Invoke-Umap -InputObject @({Backward}) -Target {LabelsBackward} -EpochCount 30 {unique}"));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-2.0)]
    [InlineData(double.NaN)]
    public void Neighbours_that_are_no_positions_are_refused(double place)
    {
        (int[][] index, double[][] distance) = Nearest(15);
        double[][] wrong = Array.ConvertAll(index, row => Array.ConvertAll(row, i => (double)i));
        wrong[3][2] = place;
        _session.Run(
            "Invoke-Umap $rows -NeighborIndex $index -NeighborDistance $distance",
            ("rows", _rows),
            ("index", wrong),
            ("distance", distance)).EndedWith("ParameterNotRows", ErrorCategory.InvalidArgument, Cmdlet);
    }

    [Fact]
    public void More_targets_than_rows_are_refused()
        => Umap("Invoke-Umap $rows -Target (1..41)").EndedWith("ValueCountMismatch", ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void A_numeric_target_that_is_no_number_is_an_error_of_its_own_and_the_rest_goes_on()
    {
        PipelineResult result = Umap("Invoke-Umap $rows -TargetKind Numeric -Target (@(1..20) + 'x' + @(22..39) + '') -EpochCount 1");

        Assert.Null(result.Terminating);
        Assert.Equal([.. Enumerable.Range(0, 20), .. Enumerable.Range(21, 18)], result.Output.Values<int>("Index"));
        Assert.Equal(2, result.Errors.Count);
        Assert.Contains(
            "position 20 is \"x\"",
            result.Errors[0].HasId("ValueInvalid", ErrorCategory.InvalidData, Cmdlet).Exception.Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "position 39 is empty",
            result.Errors[1].HasId("ValueInvalid", ErrorCategory.InvalidData, Cmdlet).Exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_record_leaves_its_place_to_start_from_out_too()
    {
        PipelineResult result = Umap(
            "& { $rows[0..9]; 'text'; $rows[10..39] } | ForEach-Object { , $_ } | Invoke-Umap -EpochCount 0 -InitialCoordinate "
                + "(1..41 | ForEach-Object { , @($_, (2 * $_)) })");

        Assert.Null(result.Terminating);
        Assert.Single(result.Errors).HasId("InputNotRow", ErrorCategory.InvalidData, Cmdlet);
        float[] across = [.. result.Output.Values<float>("X")];
        Assert.Equal(40, across.Length);
        Assert.Equal(2 * (across[9] - across[8]), across[10] - across[9], 1e-3);
    }

    [Fact]
    public void Two_ways_to_give_a_target_exclude_one_another()
        => Umap("Invoke-Umap $rows -Target (1..40) -TargetProperty Kind").EndedWith(
            "ParametersExclude", ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void Equal_rows_come_to_lie_at_one_place()
    {
        float[][] layout = Layout("Invoke-Umap -InputObject ($rows + $rows) -UniqueRows -EpochCount 20");

        Assert.Equal(layout[..40], layout[40..]);
        Assert.Equal(Layout("Invoke-Umap $rows -EpochCount 20"), layout[..40]);
    }

    [Fact]
    public void Radii_are_returned_on_request()
    {
        IReadOnlyList<PSObject> points = Umap("Invoke-Umap $rows -EpochCount 20 -output_dens").Clean();

        Assert.All(
            points,
            point => Assert.True(
                double.IsFinite(point.Value<double?>("OriginalRadius")!.Value)
                    && double.IsFinite(point.Value<double?>("LayoutRadius")!.Value)));
        Assert.All(Umap("Invoke-Umap $rows -EpochCount 20").Clean(), point => Assert.Null(point.Value<double?>("OriginalRadius")));
    }

    [Fact]
    public void Distances_and_neighbours_may_be_given()
    {
        const string Distances = """
            $distances = foreach ($a in $rows) {
                , @(foreach ($b in $rows) {
                    $sum = 0.0
                    for ($i = 0; $i -lt 6; $i++) { $sum += ([double] $a[$i] - $b[$i]) * ([double] $a[$i] - $b[$i]) }
                    [math]::Sqrt($sum)
                })
            }

            """;
        Assert.Equal(40, Layout(Distances + "Invoke-Umap $distances -Metric Precomputed -EpochCount 20").Length);
        Umap("Invoke-Umap $rows -Metric Precomputed").EndedWith("PrecomputedNotSquare", ErrorCategory.InvalidData, Cmdlet);
        Umap("Invoke-Umap $rows -NeighborIndex (1..3)").EndedWith("ParameterMissing", ErrorCategory.InvalidArgument, Cmdlet);
        Umap(
            "Invoke-Umap $rows -NeighborIndex (1..3) -NeighborDistance (1..3)").EndedWith(
                "ParameterNotRows", ErrorCategory.InvalidArgument, Cmdlet);
    }

    [Fact]
    public void Neighbours_that_are_given_are_not_searched()
    {
        (int[][] index, double[][] distance) = Nearest(15);

        Assert.Equal(
            Layout("Invoke-Umap $rows -EpochCount 20"),
            _session.Run(
                "Invoke-Umap $rows -EpochCount 20 -NeighborIndex $index -NeighborDistance $distance",
                ("rows", _rows),
                ("index", index),
                ("distance", distance)).Clean().Values<float[]>("Coordinates"));
    }

    [Fact]
    public void A_saved_map_takes_new_rows_one_by_one()
    {
        using TemporaryFolder folder = new();
        PipelineResult fit = _session.Run(
            "Invoke-Umap $rows[0..29] -EpochCount 60 -SaveModel $file", ("rows", _rows), ("file", folder.File("map.umap")));
        float[][] map = [.. fit.Clean().Values<float[]>("Coordinates")];
        float[][] together = Placed("Invoke-Umap $rows -Model $file", folder);

        Assert.Equal(map, together[..30]);
        Assert.Equal(together[30..], Placed("$rows[30..39] | ForEach-Object { , $_ } | Invoke-Umap -Model $file -ThreadCount 1", folder));
        Assert.Equal([together[35]], Placed("Invoke-Umap -InputObject (, $rows[35]) -Model $file", folder));
        PipelineResult mixed = _session.Run(
            "Invoke-Umap -InputObject (@(, (1, 2, 3)) + @(, $rows[35])) -Model $file", ("rows", _rows), ("file", folder.File("map.umap")));
        Assert.Single(mixed.Errors).HasId("RowLengthMismatch", ErrorCategory.InvalidData, Cmdlet);
        Assert.Equal([together[35]], mixed.Output.Values<float[]>("Coordinates"));
    }

    [Fact]
    public void What_is_wrong_with_a_model_s_file_is_said_before_any_work()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("notes.txt"), "no model");

        _session.Run(
            "@() | Invoke-Umap -Model $file",
            ("file", folder.File("missing"))).EndedWith("ModelFileNotFound", ErrorCategory.ObjectNotFound, Cmdlet);
        _session.Run(
            "@() | Invoke-Umap -Model $file",
            ("file", folder.File("notes.txt"))).EndedWith("NotAModelFile", ErrorCategory.InvalidData, Cmdlet);
        _session.Run(
            "@() | Invoke-Umap -SaveModel $file",
            ("file", folder.File("none/map.umap"))).EndedWith("ModelFileFolderNotFound", ErrorCategory.ObjectNotFound, Cmdlet);
        _session.Run(
            "@() | Invoke-Umap -DensityMap -SaveModel $file",
            ("file", folder.File("map.umap"))).EndedWith("UmapModelNotPossible", ErrorCategory.InvalidArgument, Cmdlet);
        Assert.NotNull(_session.Run("@() | Invoke-Umap -Model x -NeighborCount 5").Terminating);
    }

    private (int[][] Index, double[][] Distance) Nearest(int count)
    {
        double[][] all = Array.ConvertAll(
            _rows,
            a => Array.ConvertAll(
                _rows, b => Math.Sqrt(a.Zip(b).Sum(pair => ((double)pair.First - pair.Second) * ((double)pair.First - pair.Second)))));
        int[][] index = Array.ConvertAll(all, row => Enumerable.Range(0, row.Length).OrderBy(i => row[i]).Take(count).ToArray());
        return (index, [.. index.Select((near, row) => Array.ConvertAll(near, i => all[row][i]))]);
    }

    private float[][] Placed(string script, TemporaryFolder folder)
        => [.. _session.Run(script, ("rows", _rows), ("file", folder.File("map.umap"))).Clean().Values<float[]>("Coordinates")];

    private PipelineResult Umap(string script) => _session.Run(script, ("rows", _rows));

    private float[][] Layout(string script) => [.. Umap(script).Clean().Values<float[]>("Coordinates")];
}
