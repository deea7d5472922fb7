using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

public sealed class ExportClusterPlotTests : IDisposable
{
    private const string Cmdlet = "ExportClusterPlot";
    private const string Points =
        "$points = 0..9 | ForEach-Object { [pscustomobject] @{ X = $_; Y = $_ * $_; Cluster = $_ % 3 - 1; Text = \"point $_\" } }; ";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("map.png", "\u0089PNG")]
    [InlineData("map.svg", "<")]
    [InlineData("map.html", "<!")]
    [InlineData("map.HTM", "<!")]
    public void The_ending_says_what_is_written(string name, string start)
    {
        PipelineResult result = Plot($"{Points}$points | Export-ClusterPlot $file", name);

        FileInfo file = Assert.IsType<FileInfo>(Assert.Single(result.Clean()).BaseObject);
        Assert.Equal(_folder.File(name), file.FullName);
        byte[] bytes = File.ReadAllBytes(file.FullName);
        Assert.StartsWith(
            start,
            new string([.. bytes.Take(20).Select(value => (char)value)]).TrimStart('\u00EF', '\u00BB', '\u00BF'),
            StringComparison.OrdinalIgnoreCase);
        Assert.Equal([name], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Clusters_are_named_by_the_vectors_of_their_points_as_in_a_summary()
    {
        // Four topics of twelve texts; nine of the first are polite, and one of each other.
        PipelineResult result = _session.Run(
            """
            $topics = 'refund', 'password', 'parcel', 'battery'
            $states = 'late', 'gone', 'slow', 'wrong', 'due', 'lost', 'old', 'open', 'broken', 'new', 'closed', 'empty'
            function New-Member([bool] $HasVector) {
                foreach ($topic in 0..3) {
                    foreach ($i in 0..11) {
                        $vector = [float[]] (0, 0, 0, 0, 0, 0, 0)
                        $vector[$topic] = 1
                        $vector[4 + $i % 3] = 0.2
                        $isPolite = $topic ? $i -eq 2 * $topic : $i -lt 9
                        [PSLlmCluster.ClusterAssignment] @{
                            Index = 12 * $topic + $i; Text = "$($topics[$topic]) $($states[$i])$($isPolite ? ', please' : '')"
                            Cluster = $topic; Coordinates = $topic, $i; Vector = $HasVector ? $vector : $null
                            Probability = 1; OutlierScore = 0; Persistence = 1 }
                    }
                }
            }
            $members = New-Member $true
            $null = $members | Export-ClusterPlot $file
            $null = New-Member $false | Export-ClusterPlot $other
            $null = Export-ClusterPlot $large -InputObject ($members * 1042)
            $members | Get-ClusterSummary
            """,
            ("file", _folder.File("map.html")),
            ("other", _folder.File("other.html")),
            ("large", _folder.File("large.html")));

        string[] names = [.. result.Clean().Values<string>("Name")];
        string page = File.ReadAllText(_folder.File("map.html"));
        Assert.Equal(4, names.Length);
        Assert.All(names, name => Assert.Contains($"\"{name}\"", page, StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains("please", StringComparison.Ordinal));
        Assert.Contains("\"refund, please\"", File.ReadAllText(_folder.File("other.html")), StringComparison.Ordinal);

        // Of more than 50,000 points the vectors are not kept.
        Assert.Contains("\"refund, please\"", File.ReadAllText(_folder.File("large.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_holds_the_texts_and_the_titles()
    {
        Plot(
            $"{Points}$points | Export-ClusterPlot -Path $file -Title 'My map' -XAxisTitle East -YAxisTitle North -Width 640 -Height 480",
            "map.svg").Clean();

        string svg = File.ReadAllText(_folder.File("map.svg"));
        Assert.Contains("My map", svg, StringComparison.Ordinal);
        Assert.Contains("East", svg, StringComparison.Ordinal);
        Assert.Contains("North", svg, StringComparison.Ordinal);
        Assert.Contains("point 7", svg, StringComparison.Ordinal);
        Assert.Contains("640", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_carries_the_properties_that_are_asked_for_from_the_source_or_the_record()
    {
        string page = Page("-HoverProperty Id, When -ColorBy team", out PipelineResult result);

        result.Clean();
        Assert.Contains(
            """
            "properties":[{"name":"Id","kind":"number"},{"name":"When","kind":"date"},{"name":"team","kind":"text"}]
            """.Trim(),
            page,
            StringComparison.Ordinal);
        Assert.Contains("\"hoverCount\":2,\"colorBy\":\"team\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"property2\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_a_property_are_numbers_as_X_and_Y_are_and_dates_as_Export_Csv_writes_them()
    {
        const string German = "$german = [cultureinfo]::InvariantCulture.Clone(); $german.NumberFormat.NumberDecimalSeparator = ','; "
            + "$german.DateTimeFormat.ShortDatePattern = 'dd.MM.yyyy'; [cultureinfo]::CurrentCulture = $german; ";
        const string Rows = "0..5 | ForEach-Object { [pscustomobject] @{ X = $_ + 0.25; Y = $_ * $_; Cluster = $_ % 2; "
            + "Price = ($_ + 0.10001).ToString(); Day = [datetime]::new(2026, 1, 20).AddDays($_).ToString(); "
            + "At = [datetimeoffset]::new(2026, 1, 20, $_, 0, 0, [timespan] '02:00').ToString() } } | "
            + "Export-ClusterPlot $file -ColorBy Price, Day, At";
        foreach (string culture in new[] { string.Empty, German })
        {
            Plot(culture + Rows, "map.html").Clean();
            Assert.Contains(
                culture.Length == 0
                    ? """[{"name":"Price","kind":"number"},{"name":"Day","kind":"date","hasTexts":true}"""
                    : """[{"name":"Price","kind":"number","hasTexts":true},{"name":"Day","kind":"date","hasTexts":true}""",
                File.ReadAllText(_folder.File("map.html")),
                StringComparison.Ordinal);
            Assert.Contains(
                ",{\"name\":\"At\",\"kind\":\"date\",\"hasTexts\":true}]",
                File.ReadAllText(_folder.File("map.html")),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_value_of_any_kind_is_shown_and_one_that_cannot_be_written_is_not()
    {
        Plot(
            """
            class Sour { [string] ToString() { throw 'sour' } }
            0..2 | ForEach-Object {
                $took = [timespan]::FromSeconds($_)
                [pscustomobject] @{ X = $_; Y = 0; Cluster = 0; Tags = @('a', $_); Is = $true; Took = $took; Sour = [Sour]::new() }
            } | Export-ClusterPlot $file -HoverProperty Tags, Is, Took, Sour
            """,
            "map.html").Clean();
        Assert.Contains(
            """{"name":"Is","kind":"text"},{"name":"Took","kind":"number","hasTexts":true},{"name":"Sour","kind":"text"}""",
            File.ReadAllText(_folder.File("map.html")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_has_no_properties_and_warns_of_none()
        => Assert.Empty(Plot($"{Points}$points | Export-ClusterPlot $file -ColorBy Color -HideText", "map.svg").Warnings);

    [Fact]
    public void A_property_that_no_record_has_is_a_warning()
    {
        string page = Page("-ColorBy Color", out PipelineResult result);

        Assert.Contains("Color", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"Color\",\"kind\":\"text\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_has_the_layers_of_clusterings_and_of_any_objects()
    {
        const string Rows = "$points = 0..39 | ForEach-Object { , [double[]] (($_ % 4 * 10 + $_ * 7 % 5 / 9), ($_ % 2 * 99 + $_ / 90)) }; ";
        Plot($"{Rows}$points | Invoke-Hdbscan -MinClusterSize 3 -Layer -LayerCount 2 | Export-ClusterPlot $file", "map.html").Clean();
        Assert.Contains("\"of\":[", File.ReadAllText(_folder.File("map.html")), StringComparison.Ordinal);

        const string Made = "0..9 | ForEach-Object { [pscustomobject] @{ X = $_; Y = $_ * $_; Cluster = $_ % 3 - 1; ";
        Plot(
            Made + "LayerClusters = $_, ($_ -shr 1); LayerNames = $null, 'Coarse' } } | Export-ClusterPlot $file", "map.html").Clean();
        string page = File.ReadAllText(_folder.File("map.html"));
        Assert.Equal(2, page.Split("\"of\":[").Length - 1);
        Assert.Contains("\"name\":\"Coarse\"", page, StringComparison.Ordinal);

        // What a CSV file keeps of a list is none.
        Plot(Made + "LayerClusters = 'System.Int32[]' } } | Export-ClusterPlot $file", "map.html").Clean();
        Assert.Contains("\"layers\":[]", File.ReadAllText(_folder.File("map.html")), StringComparison.Ordinal);
    }

    [PlotlyFact]
    public void The_notebooks_page_is_plotlys_and_the_maps_is_our_own()
    {
        Plot($"{Points}$points | Export-ClusterPlot $file -Style Notebook", "map.html").Clean();
        Assert.Contains("id=\"figure\"", File.ReadAllText(_folder.File("map.html")), StringComparison.Ordinal);
        Plot($"{Points}$points | Export-ClusterPlot $file -Theme Dark", "map.html").Clean();
        string page = File.ReadAllText(_folder.File("map.html"));
        Assert.Contains("data-theme=\"dark\"", page, StringComparison.Ordinal);
        Assert.True(page.Length < 150_000, $"A page of 10 points has {page.Length} bytes.");
    }

    [Fact]
    public void Several_paths_are_several_files_and_each_comes_out_as_Get_Item_gives_it()
    {
        string pdf = _folder.File("map.pdf");
        PipelineResult result = Plot(
            $"{Points}$points | Export-ClusterPlot $file, '{pdf}' | ForEach-Object {{ $_.Name; $_.PSPath; $_.PSIsContainer }}", "map.svg");

        object[] output = [.. result.Clean().Select(item => item.BaseObject)];
        Assert.Equal(["map.svg", "map.pdf"], [output[0], output[3]]);
        Assert.EndsWith(pdf, (string)output[4], StringComparison.Ordinal);
        Assert.Equal([false, false], [output[2], output[5]]);
        Assert.Equal("%PDF"u8.ToArray(), File.ReadAllBytes(pdf)[..4]);
    }

    [Fact]
    public void Paths_that_lead_to_one_file_write_it_once()
    {
        string folder = _folder.Path;
        PipelineResult result = Plot(
            $"$null = $ExecutionContext.SessionState.Path.SetLocation('{folder}'); {Points}$points | "
                + $"Export-ClusterPlot $file, $file, './map.svg', map.pdf, '{folder}/./map.svg' -NoClobber | ForEach-Object Name",
            "map.svg");
        Assert.Equal(["map.svg", "map.pdf"], result.Clean().Select(item => item.BaseObject));
    }

    [Fact]
    public void Points_that_are_too_far_out_are_errors_and_where_no_other_is_left_no_file_is_written()
    {
        const string Rows = "1e301, -1e305 | ForEach-Object { [pscustomobject] @{ X = $_; Y = 1; Cluster = 0; Text = 'a' } }";
        PipelineResult result = Plot($"{Rows} | Export-ClusterPlot $file", "map.svg");
        Assert.Equal(2, result.Errors.Count);
        Assert.All(result.Errors, error => error.HasId("PlotCoordinatesTooLarge", ErrorCategory.InvalidData, Cmdlet));
        Assert.Contains("divide X and Y", result.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));

        Plot($"{Rows} | ForEach-Object {{ $_.X /= 1e10; $_ }} | Export-ClusterPlot $file", "map.svg").Clean();
        Assert.Contains(">2 points", File.ReadAllText(_folder.File("map.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_style_of_the_notebook_has_a_legend_and_the_map_has_names()
    {
        Plot($"{Points}$points | Export-ClusterPlot $file -Style Notebook", "notebook.svg").Clean();
        Plot($"{Points}$points | Export-ClusterPlot $file", "map.svg").Clean();

        string notebook = File.ReadAllText(_folder.File("notebook.svg"));
        string map = File.ReadAllText(_folder.File("map.svg"));
        Assert.Contains(">Cluster 1<", notebook, StringComparison.Ordinal);
        Assert.DoesNotContain(">Cluster 1<", map, StringComparison.Ordinal);
        Assert.Contains("class=\"names\"", map, StringComparison.Ordinal);
        Assert.Contains(">10 points, 2 clusters, 4 (40 %) in none<", map, StringComparison.Ordinal);
    }

    [Fact]
    public void Clusters_may_be_named_by_texts_and_names_come_from_a_property()
    {
        const string Named = "$names = 'North', 'South', ''; $points = 0..8 | ForEach-Object { [pscustomobject] @{ X = \"$_.5\"; "
            + "Y = $_ % 3; Cluster = $names[$_ % 3]; Topic = \"t$($_ % 3)\"; Text = \"point $_\" } }; ";
        Plot($"{Named}$points | Export-ClusterPlot $file", "map.svg").Clean();
        string map = File.ReadAllText(_folder.File("map.svg"));
        Assert.Contains(">North<", map, StringComparison.Ordinal);
        Assert.Contains(">South<", map, StringComparison.Ordinal);
        Assert.Contains("2 clusters, 3 (33 %) in none", map, StringComparison.Ordinal);

        Plot($"{Named}$points | Export-ClusterPlot $file -ClusterNameProperty Topic", "topics.svg").Clean();
        Assert.Contains(">t0<", File.ReadAllText(_folder.File("topics.svg")), StringComparison.Ordinal);
        Plot($"{Named}$points | Export-ClusterPlot $file -HideName", "hidden.svg").Clean();
        Assert.DoesNotContain(">North<", File.ReadAllText(_folder.File("hidden.svg")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[DayOfWeek]::Monday", "[DayOfWeek]::Sunday", "Monday", "Sunday")]
    [InlineData("$true", "$false", "True", "False")]
    [InlineData("[char] 'a'", "[guid] '0f8fad5b-d9cb-469f-a165-70867728950e'", "a", "0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("[datetime] '2026-01-02'", "[timespan] '00:01:00'", "01/02/2026 00:00:00", "00:01:00")]
    public void Clusters_may_be_named_by_choices_truths_and_all_that_is_written_as_a_text(
        string first, string second, string firstName, string secondName)
    {
        const string Rows
            = "0..8 | ForEach-Object { [pscustomobject] @{ X = $_; Y = $_ % 3; Cluster = $names[$_ % 3]; Text = \"point $_\" } }";
        Plot($"$names = {first}, {second}, 'Noise'; {Rows} | Export-ClusterPlot $file", "map.html").Clean();
        string page = File.ReadAllText(_folder.File("map.html"));
        Assert.Contains($"\"name\":\"{firstName}\"", page, StringComparison.Ordinal);
        Assert.Contains($"\"name\":\"{secondName}\"", page, StringComparison.Ordinal);
        Assert.Contains("2 clusters, 3 (33 %) in none", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[int]::MaxValue", "'North'", "'99999999999'", ">North<", ">99999999999<")]
    [InlineData("'2147483647'", "9999999999", "'-1'", ">9999999999<", "2 clusters, 3 (33 %) in none")]
    [InlineData("[double] 1e16", "[long] 10000000000000000", "-9999999999", ">10000000000000000<", "1 cluster, 3 (33 %) in none")]
    [InlineData("[float] 3e9", "[decimal] '3000000000.0'", "'-9999999999'", ">3000000000<", "1 cluster, 3 (33 %) in none")]
    public void Clusters_may_be_numbers_of_any_size(string first, string second, string third, params string[] shown)
    {
        Plot(
            $"$names = {first}, {second}, {third}; 0..8 | ForEach-Object {{ [pscustomobject] @{{ X = $_; Y = $_ % 3; "
                + "Cluster = $names[$_ % 3]; Text = \"point $_\" } } | Export-ClusterPlot $file",
            "large.svg").Clean();
        string map = File.ReadAllText(_folder.File("large.svg"));
        Assert.All(shown, part => Assert.Contains(part, map, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3, "The points have 3 components; the map draws the first two, 0 and 1. -Component chooses others")]
    public void A_layout_without_clusters_is_drawn_whatever_its_dimension(int components, params string[] warnings)
    {
        PipelineResult result = Plot(
            "$rows = 0..11 | ForEach-Object { , [float[]] (($_ % 3), ($_ / 7), ($_ * $_ / 50), 1) }; "
                + $"Invoke-Umap $rows -NeighborCount 4 -EpochCount 5 -ComponentCount {components} | Export-ClusterPlot $file",
            "map.svg");

        Assert.Equal(warnings.Length, result.Warnings.Count);
        Assert.All(warnings.Zip(result.Warnings), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        string map = File.ReadAllText(_folder.File("map.svg"));
        Assert.Contains(">12 points<", map, StringComparison.Ordinal);
        Assert.Equal(12, map.Split("<circle").Length - 1);
    }

    [Fact]
    public void Components_are_chosen_and_one_that_is_not_there_is_an_error_of_the_record()
    {
        const string Rows = "$rows = 0..11 | ForEach-Object { , [float[]] (($_ % 3), ($_ / 7), ($_ * $_ / 50), 1) }; "
            + "$points = Invoke-Umap $rows -NeighborCount 4 -EpochCount 5 -ComponentCount 3; ";
        Assert.Single(Plot($"{Rows}$points | Export-ClusterPlot $file -Component 2, 0", "map.svg").Clean());
        Plot($"{Rows}$points | Export-ClusterPlot $file -Component 0, 2", "other.svg").Clean();
        Assert.NotEqual(File.ReadAllText(_folder.File("map.svg")), File.ReadAllText(_folder.File("other.svg")));
        PipelineResult result = Plot($"{Rows}$points | Export-ClusterPlot $file -Component 0, 3", "none.svg");
        Assert.Equal(6, result.Errors.Count);
        Assert.StartsWith("7 more records (index 5, 6,", result.Errors[^1].ErrorDetails.Message, StringComparison.Ordinal);
        Assert.All(result.Errors, error => error.HasId("PlotCoordinatesMissing", ErrorCategory.InvalidData, Cmdlet));
    }

    [Fact]
    public void A_page_turns_three_components_and_a_picture_says_which_two_it_draws()
    {
        const string Rows = "$rows = 0..11 | ForEach-Object { , [float[]] (($_ % 3), ($_ / 7), ($_ * $_ / 50), 1) }; "
            + "$points = Invoke-Umap $rows -NeighborCount 4 -EpochCount 5 -ComponentCount 3; ";
        Assert.Single(Plot($"{Rows}$points | Export-ClusterPlot $file -HideName", "space.html").Clean());
        Assert.Contains("\"isSpatial\":true", File.ReadAllText(_folder.File("space.html")), StringComparison.Ordinal);
        Plot($"{Rows}$points | Export-ClusterPlot $file -HideName -Component 0, 1", "flat.html").Clean();
        Assert.Contains("\"isSpatial\":false", File.ReadAllText(_folder.File("flat.html")), StringComparison.Ordinal);
        Plot($"{Rows}$points | Export-ClusterPlot $file -HideName -Component 2, 1, 0", "other.html").Clean();
        Assert.NotEqual(File.ReadAllText(_folder.File("space.html")), File.ReadAllText(_folder.File("other.html")));

        PipelineResult both = Plot($"{Rows}$points | Export-ClusterPlot $file, ($file + '.svg') -HideName", "both.html");
        Assert.StartsWith(
            "The points have 3 components; a page turns all three, and a picture draws the first two, 0 and 1. ",
            Assert.Single(both.Warnings),
            StringComparison.Ordinal);
        PipelineResult chosen = Plot($"{Rows}$points | Export-ClusterPlot $file -Component 2, 1, 0", "chosen.svg");
        Assert.StartsWith(
            "The points have 3 components; the map draws components 2 and 1. ", Assert.Single(chosen.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Components_of_a_layout_of_two_can_be_turned()
    {
        const string Rows = "$rows = 0..11 | ForEach-Object { , [float[]] (($_ % 3), ($_ / 7), ($_ * $_ / 50), 1) }; "
            + "$layout = Invoke-Umap $rows -NeighborCount 4 -EpochCount 5; ";
        Plot($"{Rows}$layout | Export-ClusterPlot $file -Component 1, 0 -HideName", "map.html").Clean();
        Plot($"{Rows}$layout | Export-ClusterPlot $file -HideName", "straight.html").Clean();

        Assert.NotEqual(File.ReadAllText(_folder.File("straight.html")), File.ReadAllText(_folder.File("map.html")));
        Assert.Equal(6, Plot($"{Rows}$layout | Export-ClusterPlot $file -Component 0, 2", "none.svg").Errors.Count);
    }

    [Fact]
    public void A_colour_that_is_none_is_refused_before_any_point_comes()
    {
        Plot("$script:fed = $false; & { $script:fed = $true; 1 } | Export-ClusterPlot $file -Palette red, blurple", "map.svg")
            .EndedWith("PlotColorUnknown", ErrorCategory.InvalidArgument, Cmdlet);
        Assert.False(Fed());
    }

    [Fact]
    public void Theme_palette_and_scale_reach_the_drawing()
    {
        Plot($"{Points}$points | Export-ClusterPlot $file -Theme Dark -Palette teal, '#f80' -Scale 2", "map.svg").Clean();
        string map = File.ReadAllText(_folder.File("map.svg"));
        Assert.Contains("width=\"2400\"", map, StringComparison.Ordinal);
        Assert.Contains("#14161a", map, StringComparison.Ordinal);
        Assert.Contains("#008080", map, StringComparison.Ordinal);
        Assert.Contains("#ff8800", map, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_can_be_left_out()
    {
        Plot($"{Points}$points | Export-ClusterPlot $file -HideText", "map.svg").Clean();

        Assert.DoesNotContain("point 7", File.ReadAllText(_folder.File("map.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void PassThru_hands_the_very_points_on_instead_of_the_file()
    {
        PipelineResult result = Plot(
            $"{Points}$out = @($points | Export-ClusterPlot $file -PassThru); $out; [object]::ReferenceEquals($out[4], $points[4])",
            "map.svg");

        Assert.Equal(11, result.Clean().Count);
        Assert.True((bool)result.Output[10].BaseObject);
        Assert.True(File.Exists(_folder.File("map.svg")));
    }

    [Fact]
    public void What_Invoke_Hdbscan_writes_is_drawn_and_so_are_rows_of_two_numbers()
    {
        const string Rows = "$rows = 0..9 | ForEach-Object { , [float[]] (($_ % 2 * 10 + $_ / 100), ($_ / 50)) }; ";

        Assert.Single(
            Plot(
                $"{Rows}Invoke-Umap $rows -NeighborCount 4 -EpochCount 5 | Invoke-Hdbscan -MinClusterSize 2 | Export-ClusterPlot $file",
                "reduced.svg").Clean());
        Assert.Single(Plot($"{Rows}Invoke-Hdbscan $rows -MinClusterSize 2 | Export-ClusterPlot $file", "plain.svg").Clean());
    }

    [Fact]
    public void A_list_of_points_may_be_given_as_one_argument()
        => Assert.Single(Plot($"{Points}Export-ClusterPlot $file -InputObject $points", "map.svg").Clean());

    [Fact]
    public void Bad_records_are_errors_of_their_own_and_the_rest_is_drawn()
    {
        PipelineResult result = Plot(
            $$"""
            {{Points}}
            $bad = $null, 'text', [pscustomobject] @{ X = 1; Cluster = 0 },
                [pscustomobject] @{ X = 1; Y = 'much'; Cluster = 0 }, [pscustomobject] @{ X = 1; Y = 2 },
                [pscustomobject] @{ X = 1; Y = 2; Cluster = 0.5 }, [pscustomobject] @{ X = 1; Y = [double]::NaN; Cluster = 0 }
            @($points) + $bad | Export-ClusterPlot $file
            """,
            "map.svg");

        Assert.Single(result.Output);
        Assert.Equal(
            [
                "PlotCoordinatesMissing", "PlotCoordinatesMissing", "PlotCoordinatesMissing", "PlotCoordinatesMissing",
                "PlotClusterMissing", "PlotClusterMissing", "PlotCoordinatesNotFinite"
            ],
            result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.All(result.Errors, error => error.HasId(error.FullyQualifiedErrorId.Split(',')[0], ErrorCategory.InvalidData, Cmdlet));
        Assert.Equal("text", result.Errors[1].TargetObject);
    }

    [Fact]
    public void Nothing_in_writes_no_file_and_is_no_error()
    {
        Assert.Empty(Plot("@() | Export-ClusterPlot $file", "map.png").Clean());
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [Theory]
    [InlineData("map.jpeg", "PlotFormatUnknown", ErrorCategory.InvalidArgument)]
    [InlineData("map", "PlotFormatUnknown", ErrorCategory.InvalidArgument)]
    [InlineData("no-such-folder/map.png", "PlotFolderNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("", "PlotPathIsDirectory", ErrorCategory.InvalidArgument)]
    public void A_path_that_cannot_be_is_refused_before_any_point_comes(string name, string id, ErrorCategory category)
    {
        Plot("$script:fed = $false; & { $script:fed = $true; 1 } | Export-ClusterPlot $file", name).EndedWith(id, category, Cmdlet);
        Assert.False(Fed());
    }

    [Fact]
    public void Force_makes_folders_that_are_missing()
    {
        ErrorRecord error = Plot($"{Points}$points | Export-ClusterPlot $file", "one/two/map.svg").EndedWith(
            "PlotFolderNotFound", ErrorCategory.ObjectNotFound, Cmdlet);
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        Plot($"{Points}$points | Export-ClusterPlot $file -Force -WhatIf", "one/two/map.svg").Clean();
        Plot("@() | Export-ClusterPlot $file -Force", "one/two/map.svg").Clean();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Single(Plot($"{Points}$points | Export-ClusterPlot $file -Force", "one/two/map.svg").Clean());
        Assert.True(File.Exists(_folder.File("one/two/map.svg")));
    }

    [Fact]
    public void Show_opens_each_file_with_the_systems_program()
    {
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere no program can be put in the place of the system's.
            return;
        }

        string opener = _folder.File("xdg-open");
        File.WriteAllText(opener, $"#!/bin/sh\nmkdir \"{_folder.Path}/opened-$(basename \"$1\")\"\n");
        File.SetUnixFileMode(opener, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string output = ScriptProcess.Run(
            $$"""
            {{Points}}
            $env:PATH = '{{_folder.Path}}' + ':' + $env:PATH
            $env:DISPLAY = ':99'
            $files = $points | Export-ClusterPlot '{{_folder.File("map.svg")}}', '{{_folder.File("map 2.html")}}' -Show
            while ((Get-ChildItem '{{_folder.Path}}/opened-*').Count -lt 2) { Start-Sleep -Milliseconds 20 }
            (Get-ChildItem '{{_folder.Path}}/opened-*').Name
            $env:PATH = '{{_folder.Path}}/opened-map.svg'
            $null = $points | Export-ClusterPlot $files[0].FullName -Show -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings.Message -match 'not shown: the system could not open it.*xdg-utils' | ForEach-Object { 'no opener' }
            $env:DISPLAY = $env:WAYLAND_DISPLAY = ''
            $null = $points | Export-ClusterPlot $files[0].FullName -Show -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings.Message -match 'not shown: this session has no screen' | ForEach-Object { 'no screen' }
            """);
        Assert.Equal(
            ["opened-map 2.html", "opened-map.svg", "no opener", "no screen"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void The_file_that_comes_out_can_be_piped_on()
    {
        string output = ScriptProcess.Run(
            $$"""
            {{Points}}
            $file = '{{_folder.File("map[1].svg")}}'
            ($points | Export-ClusterPlot $file | Get-Content -Raw) -eq (Get-Content -LiteralPath $file -Raw)
            $points | Export-ClusterPlot $file | Copy-Item -Destination '{{_folder.File("copy.svg")}}' -PassThru | ForEach-Object Name
            $properties = ($points | Export-ClusterPlot $file).PSObject.Properties.Name
            Compare-Object $properties (Get-Item -LiteralPath $file).PSObject.Properties.Name
            """);
        Assert.Equal(["True", "copy.svg"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_the_old_one_and_those_written_before_come_out()
    {
        string first = _folder.File("map.svg");
        string second = _folder.File("map.html");
        File.WriteAllText(second, "before");
        PipelineResult result = _session.Run(
            Points + "$points | ForEach-Object { ([IO.FileInfo] $second).IsReadOnly = $true; $_ } | Export-ClusterPlot $first, $second",
            ("first", first),
            ("second", second));

        Assert.Equal("map.svg", Assert.IsType<FileInfo>(Assert.Single(result.Output).BaseObject).Name);
        Assert.Single(result.AllErrors).HasId("PlotFileReadOnly", ErrorCategory.PermissionDenied, Cmdlet);
        Assert.Equal("before", File.ReadAllText(second));
        File.SetAttributes(second, FileAttributes.Normal);
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_an_error()
    {
        if (!OperatingSystem.IsLinux())
        {
            // Where a folder cannot be written to whoever asks, root included, depends on the system.
            return;
        }

        PipelineResult result = _session.Run($"{Points}$points | Export-ClusterPlot /proc/map.png");

        result.EndedWith("PlotPathNotWritable", result.Terminating!.CategoryInfo.Category, Cmdlet);
        Assert.Contains(
            result.Terminating.CategoryInfo.Category,
            new[] { ErrorCategory.PermissionDenied, ErrorCategory.WriteError, ErrorCategory.ObjectNotFound });
    }

    [Fact]
    public void A_path_that_is_no_file_is_refused()
        => _session.Run("@() | Export-ClusterPlot Variable:map.png").EndedWith("PathNotFileSystem", ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void A_file_that_is_there_is_replaced_unless_NoClobber_forbids_it()
    {
        File.WriteAllText(_folder.File("map.svg"), "before");
        ErrorRecord error = Plot(
            $"{Points}$points | Export-ClusterPlot $file -NoClobber",
            "map.svg").EndedWith("PlotFileExists", ErrorCategory.ResourceExists, Cmdlet);
        Assert.Equal(_folder.File("map.svg"), error.TargetObject);
        Assert.Equal("before", File.ReadAllText(_folder.File("map.svg")));

        Plot($"{Points}$points | Export-ClusterPlot $file", "map.svg").Clean();
        Assert.NotEqual("before", File.ReadAllText(_folder.File("map.svg")));
    }

    [Fact]
    public void A_read_only_file_is_replaced_with_Force_only()
    {
        FileInfo file = new(_folder.File("map.svg"));
        File.WriteAllText(file.FullName, "before");
        file.IsReadOnly = true;

        Plot($"{Points}$points | Export-ClusterPlot $file", "map.svg").EndedWith(
            "PlotFileReadOnly", ErrorCategory.PermissionDenied, Cmdlet);
        Assert.Equal("before", File.ReadAllText(file.FullName));

        Plot($"{Points}$points | Export-ClusterPlot $file -Force", "map.svg").Clean();
        Assert.NotEqual("before", File.ReadAllText(file.FullName));
    }

    [Fact]
    public void Force_leaves_the_protection_of_a_file_that_cannot_be_drawn()
    {
        FileInfo file = new(_folder.File("notes.txt"));
        File.WriteAllText(file.FullName, "before");
        file.IsReadOnly = true;

        Plot(
            $"{Points}$points | Export-ClusterPlot $file -Force",
            "notes.txt").EndedWith("PlotFormatUnknown", ErrorCategory.InvalidArgument, Cmdlet);
        file.Refresh();
        Assert.True(file.IsReadOnly);
    }

    [Fact]
    public void WhatIf_writes_no_file()
    {
        Assert.Empty(Plot($"{Points}$points | Export-ClusterPlot $file -WhatIf", "map.svg").Clean());
        Assert.Equal(10, Plot($"{Points}$points | Export-ClusterPlot $file -WhatIf -PassThru", "map.svg").Clean().Count);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void The_path_is_relative_to_the_location_of_the_session_and_its_aliases_work()
    {
        _session.Run(
            $"$null = $ExecutionContext.SessionState.Path.SetLocation($folder); {Points}$points | Export-ClusterPlot -LiteralPath "
                + "a[1].svg; $points | Export-ClusterPlot -FilePath b.svg -NoOverwrite",
            ("folder", _folder.Path)).Clean();

        Assert.Equal(["a[1].svg", "b.svg"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("-Width 10")]
    [InlineData("-Height 100000")]
    public void A_value_out_of_range_is_refused_before_any_work(string argument)
        => Assert.StartsWith(
            "ParameterArgumentValidationError",
            Plot($"{Points}$points | Export-ClusterPlot $file {argument}", "map.svg").Terminating?.FullyQualifiedErrorId,
            StringComparison.Ordinal);

    private string Page(string arguments, out PipelineResult result)
    {
        result = Plot(
            """
            0..5 | ForEach-Object {
                $source = [pscustomobject] @{ Id = $_; When = [datetime]::new(2026, 1, 1).AddDays($_) }
                [pscustomobject] @{ X = $_; Y = $_ * $_; Cluster = $_ % 2; Text = "point $_"; Team = "team $($_ % 2)"; Source = $source }
            } | Export-ClusterPlot $file 
            """ + arguments,
            "map.html");
        return File.ReadAllText(_folder.File("map.html"));
    }

    private bool Fed() => (bool)_session.Run("$script:fed").Clean()[0].BaseObject;

    private PipelineResult Plot(string script, string name) => _session.Run(script, ("file", _folder.File(name)));
}
