using System.Diagnostics;
using System.Management.Automation;
using System.Text;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Add-ClusterName and Get-ClusterSummary.</summary>
public sealed class ClusterNameTests : IDisposable
{
    private const string Rows =
        """
        $members = @(
            foreach ($i in 0..3) { New-Row 0 "VPN error $i" }
            foreach ($i in 0..2) { New-Row 1 "printer jam $i" }
            New-Row -1 'odd')
        """;
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Rows_are_passed_on_in_order_with_the_names_of_their_clusters()
    {
        IReadOnlyList<PSObject> rows = Run("$members[7, 4, 0, 1, 2, 3, 5, 6] | Add-ClusterName").Clean();

        Assert.Equal([-1, 1, 0, 0, 0, 0, 1, 1], rows.Values<int>("Cluster"));
        Assert.Equal(
            ["Noise", "printer jam", "VPN error", "VPN error", "VPN error", "VPN error", "printer jam", "printer jam"],
            rows.Values<string>("ClusterName"));
        Assert.Equal("PSLlmCluster.ClusterAssignment#Named", rows[0].TypeNames[0]);
        Assert.Equal("True", Run("[object]::ReferenceEquals(($members | Add-ClusterName)[2], $members[2])").Clean()[0].ToString());
    }

    [Fact]
    public void Places_that_were_clustered_as_they_came_are_near_where_they_lie()
    {
        // By their directions those at (1, 1) and (60, 60) would be the nearest.
        PipelineResult result = _session.Run(
            """
            $places = (1, 1), (60, 60), (6, -1)
            0..8 | ForEach-Object {
                $cluster = [math]::Floor($_ / 3)
                [PSLlmCluster.ClusterAssignment] @{
                    Index = $_; Text = "text $_"; Cluster = $cluster; Probability = 1; OutlierScore = 0; Persistence = 1
                    Vector = [float[]] (($places[$cluster][0] + 0.1 * $_), $places[$cluster][1]) }
            } | Get-ClusterSummary
            """);

        Assert.Equal([2, 2, 0], result.Clean().Values<int?>("NearestCluster"));
    }

    [Theory]
    [InlineData("@{ 1 = 'Printers'; '0' = ' '; -1 = 'Other' }")]
    [InlineData("@([pscustomobject] @{ Cluster = '1'; Name = 'Printers' }, @{ cluster = -1; name = 'Other' })")]
    [InlineData("@(@{ Cluster = 1; Name = 'Printers' }, @{ Cluster = 0; Name = '' }, @{ Cluster = 'noise'; Name = 'Other' })")]
    public void Names_that_are_given_win(string names)
        => Assert.Equal(
            ["VPN error", "VPN error", "VPN error", "VPN error", "Printers", "Printers", "Printers", "Other"],
            Run($"$members | Add-ClusterName {names}").Clean().Values<string>("ClusterName"));

    [Fact]
    public void Rows_of_tables_and_dictionaries_are_named_and_an_old_name_is_replaced()
    {
        PipelineResult result = Run(
            """
            $(foreach ($row in ('0', 'VPN error 1'), ('0', 'VPN error 2'), ('1', 'tea'), ('noise', 'x')) {
                [pscustomobject] @{ Cluster = $row[0]; ClusterName = 'old'; Subject = $row[1] }
            }) | Add-ClusterName -Property Subject
            @{ Cluster = 0; Text = 'a b' }, @{ Cluster = 0; Text = 'a b' } | Add-ClusterName | ForEach-Object { [pscustomobject] $_ }
            """);

        Assert.Equal(["VPN error", "VPN error", "tea", "Noise", "a b", "a b"], result.Clean().Values<string>("ClusterName"));
        Assert.Equal(["Cluster", "Subject", "ClusterName"], result.Output[0].Properties.Select(property => property.Name));
    }

    [Fact]
    public void Rows_without_a_text_keep_the_names_that_they_carry()
    {
        const string Table =
            """
            $table = 'a', 'a', 'b' | ForEach-Object {
                [pscustomobject] @{ Cluster = 'ab'.IndexOf($_); ClusterName = "is $_"; Subject = 'x' } }
            """;
        PipelineResult named = _session.Run(Table + "; $table | Add-ClusterName -Name @{ 1 = 'mine' }");
        PipelineResult summed = _session.Run(Table + "; $table | Get-ClusterSummary");
        PipelineResult without = _session.Run(Table + "; $table[2].ClusterName = ''; $table | Add-ClusterName");

        Assert.Equal(["is a", "is a", "mine"], named.Clean().Values<string>("ClusterName"));
        Assert.Equal(["is a", "is b"], summed.Output.Values<string>("Name"));
        Assert.Contains("no phrases and no examples", Assert.Single(summed.Warnings), StringComparison.Ordinal);
        Assert.Equal(["is a", "is a", "Group 1"], without.Output.Values<string>("ClusterName"));
        Assert.Contains("No row has a text", Assert.Single(without.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_says_what_each_cluster_is_about_the_largest_first_and_noise_last()
    {
        IReadOnlyList<PSObject> found = Run("$members[7, 6, 5, 4, 3, 2, 1, 0] | Get-ClusterSummary -ExampleCount 2").Clean();

        Assert.All(found, summary => Assert.Equal("PSLlmCluster.ClusterSummary", summary.TypeNames[0]));
        Assert.Equal([0, 1, -1], found.Values<int>("Cluster"));
        Assert.Equal(["VPN error (4)", "printer jam (3)", "Noise (1)"], found.Select(summary => summary.ToString()));
        Assert.Equal(["Keyphrase", "Keyphrase", null], found.Values<object?>("NameSource").Select(source => source?.ToString()));
        Assert.Equal([0.5, 0.375, 0.125], found.Values<double>("Share"));
        Assert.Equal(["VPN error 1", "VPN error 2"], found[0].Value<string[]>("Examples").Order());
        Assert.Equal([1, 0, null], found.Values<int?>("NearestCluster"));
        Assert.Equal([0.25, 0.25, null], found.Values<double?>("Persistence"));
        Assert.Empty(found[2].Value<object[]>("Keyphrases"));
        Assert.Empty(found[2].Value<string[]>("Examples"));
        Assert.Empty(Run("$members | Get-ClusterSummary -ExampleCount 0").Clean()[0].Value<string[]>("Examples"));

        PSObject phrase = PSObject.AsPSObject(found[0].Value<object[]>("Keyphrases")[0]);
        Assert.Equal(("VPN error", 4), (phrase.Value<string>("Text"), phrase.Value<int>("Count")));
        Assert.Equal(phrase.Value<double>("Score"), found[0].Value<double?>("NameScore"));
    }

    [Fact]
    public void A_summary_takes_the_names_that_rows_carry_and_says_where_they_come_from()
    {
        Assert.Equal(
            ["Mine Given", "printer jam Keyphrase", "Noise "],
            Lines("$members | Add-ClusterName @{ 0 = 'Mine' } | Get-ClusterSummary | ForEach-Object { \"$($_.Name) $($_.NameSource)\" }"));
        Assert.Equal(
            ["Yours", "printer jam", "Rest"],
            Lines("($members | Add-ClusterName @{ 0 = 'Mine'; -1 = 'Rest' } | Get-ClusterSummary @{ 0 = 'Yours' }).Name"));
    }

    [Fact]
    public void Rows_say_where_their_names_come_from_and_a_summary_takes_it_from_them()
    {
        const string Named = "$members | Add-ClusterName @{ 0 = 'Mine' }";
        const string Saved = "([System.Management.Automation.PSSerializer]::Deserialize("
            + "[System.Management.Automation.PSSerializer]::Serialize(@(" + Named + "), 2)))";

        Assert.Equal(["Given", "Keyphrase", ""], Lines(Named + " | ForEach-Object { \"$($_.NameSource)\" }").Distinct());
        Assert.Equal("Given", Lines("($members | Add-ClusterName @{ -1 = 'Rest' })[7].NameSource.ToString()")[0]);
        foreach (string rows in (string[])[Named, Saved])
        {
            Assert.Equal(
                ["Mine Given", "printer jam Keyphrase", "Noise "],
                Lines(rows + " | Get-ClusterSummary | ForEach-Object { \"$($_.Name) $($_.NameSource)\" }"));
        }

        // A name that is set by hand is given, whatever it was before; and a table for a spreadsheet has the columns that it had.
        Assert.Equal("", Lines(Named + " | ForEach-Object { $_.ClusterName = 'Other'; \"$($_.NameSource)\" }")[4]);
        Assert.DoesNotContain(
            "NameSource", Run(Named + " | ConvertTo-ClusterRow").Clean()[0].Properties.Select(property => property.Name));
    }

    [Fact]
    public void Rows_that_were_saved_and_read_again_give_the_same()
    {
        const string Show = " | Get-ClusterSummary | ForEach-Object { [System.Management.Automation.PSSerializer]::Serialize($_) }";
        const string Again = "[System.Management.Automation.PSSerializer]::Deserialize("
            + "[System.Management.Automation.PSSerializer]::Serialize($members, 2))";

        Assert.Equal(Lines("$members" + Show), Lines(Again + Show));
    }

    [Fact]
    public void Rows_beside_their_trees_are_taken_too()
        => Assert.Equal(
            [0, 0, 0, 1, 1, 1],
            _session.Run(
                "1, 1.1, 1.2, 9, 9.1, 9.2 | ForEach-Object { , @($_) } | Invoke-Hdbscan -MinClusterSize 3 -MinSampleCount 1 -PassTree | "
                    + "Add-ClusterName -WarningAction Ignore").Clean().Values<int>("Cluster"));

    [Fact]
    public void Bad_records_are_errors_of_their_own_and_the_rest_goes_on()
    {
        PipelineResult result = Run(
            "& { $members[0..3]; $null; 'text'; [pscustomobject] @{ Cluster = 1.5 }; [pscustomobject] @{ Cluster = 0; Text = @(1, 2) } } | "
                + "Add-ClusterName");

        Assert.Equal(4, result.Output.Count);
        Assert.Equal(
            ["ClusterMissing", "ClusterMissing", "ClusterMissing", "PropertyNotText"],
            result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.All(
            result.Errors,
            error => error.HasId(error.FullyQualifiedErrorId.Split(',')[0], ErrorCategory.InvalidData, "AddClusterName"));
        Run("1..100 | Get-ClusterSummary").EndedWith("ClusterMissing", ErrorCategory.InvalidArgument, "GetClusterSummary");
    }

    [Theory]
    [InlineData("1.5", "is 1.5, which is no whole number.")]
    [InlineData("[double]::NaN", "is NaN, which is no whole number.")]
    [InlineData("[double]::PositiveInfinity", "is Infinity, which is no whole number.")]
    [InlineData("[long]::MaxValue", "is 9223372036854775807, which is more than the number of any cluster, up to 2147483647.")]
    [InlineData("[bigint] '3000000000'", "is 3000000000, which is more than the number of any cluster, up to 2147483647.")]
    [InlineData("'3000000000'", "is the text \"3000000000\", which is more than the number of any cluster, up to 2147483647")]
    [InlineData("$true", "is of type Boolean, which is no whole number.")]
    public void A_number_that_is_no_cluster_is_shown(string value, string why)
    {
        PipelineResult result = Run($"[pscustomobject] @{{ Cluster = {value}; Text = 'x' }} | Add-ClusterName");
        ErrorRecord error = Assert.Single(result.Errors);
        error.HasId("ClusterMissing", ErrorCategory.InvalidData, "AddClusterName");
        Assert.Contains("whose property Cluster " + why, error.Exception.Message, StringComparison.Ordinal);
        result = Run($"@() | Add-ClusterName @{{ {value} = 'x' }}");
        result.EndedWith("ClusterNameInvalid", ErrorCategory.InvalidArgument, "AddClusterName");
        Assert.Contains("a cluster in it " + why, result.Terminating!.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("[long]::MinValue")]
    [InlineData("'-1e30'")]
    public void Any_whole_number_below_zero_is_noise(string value)
        => Assert.Equal("Noise", Run($"[pscustomobject] @{{ Cluster = {value}; Text = 'x' }} | Add-ClusterName").Clean()[0]
            .Value<string>("ClusterName"));

    [Theory]
    [InlineData("@{ x = 'a' }")]
    [InlineData("@{ 1 = @(1, 2) }")]
    [InlineData("''")]
    [InlineData("@('VPN')")]
    [InlineData("@([pscustomobject] @{ Cluster = 1 })")]
    [InlineData("@($null)")]
    public void Names_that_cannot_be_read_are_refused_before_any_work(string names)
        => Run($"@() | Add-ClusterName {names}").EndedWith("ClusterNameInvalid", ErrorCategory.InvalidArgument, "AddClusterName");

    [Theory]
    [InlineData("\"Cluster\",\"Name\",\"Count\"\n\"0\",\"a, \"\"b\"\"\",\"4\"\n\n\"1\",\"\",\"4\"\n", "a, \"b\"")]
    [InlineData("Name;Gruppe;Group\r\nVPN, Wi-Fi;x;0\r\n;;\r\n", "VPN, Wi-Fi")]
    [InlineData("#TYPE Selected\nGROUP\tNAME\n0\t Dr\u00FCcker \n", "Dr\u00FCcker")]
    [InlineData("\"Cluster\";\"Name\"\r\n\"0\";\"a; \"\"b\"\", c\"\r\n", "a; \"b\", c")]
    [InlineData("\"Cluster\"\t\"Name\"\n\"0\"\t\"a\"\n", "a")]
    [InlineData("sep=;\r\nCluster;Name\r\n0;a, b\r\n", "a, b")]
    [InlineData("SEP=\t\n\"Name\"\t\"Group\"\n\"a\"\t\"0\"\n", "a")]
    [InlineData("sep=|\nCluster|Name\n0|a\n", "a")]
    [InlineData("Cluster,Group,Name\n0,7,a\n7,1,b\n", "a")]
    [InlineData("Group,Cluster,Name\n7,0,a\n1,7,b\n", "a")]
    public void Names_are_read_from_a_file_as_spreadsheets_write_them(string content, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("names.csv"), content);
        foreach (string names in (string[])[$"'{folder.File("names.csv")}'", $"([IO.FileInfo] '{folder.File("names.csv")}')"])
        {
            IReadOnlyList<PSObject> rows = Run($"$members | Add-ClusterName {names}").Clean();
            Assert.Equal(expected, rows[0].Value<string>("ClusterName"));
            Assert.DoesNotContain(rows, row => row.Value<int>("Cluster") == 1 && row.Value<string>("ClusterName") == expected);
        }
    }

    [Theory]
    [InlineData(null, ErrorCategory.ObjectNotFound, "there is no file ")]
    [InlineData("", ErrorCategory.InvalidData, "does not name the columns Cluster (or Group) and Name")]
    [InlineData("Cluster,Names\n0,a\n", ErrorCategory.InvalidData, "does not name the columns")]
    [InlineData("Cluster,Name\n0,a\n1,\"b\"c\"\n", ErrorCategory.InvalidData, "line 3 of ")]
    [InlineData("Cluster,Name\nx,a\n", ErrorCategory.InvalidArgument, "a cluster in it")]
    [InlineData("\"Cluster\";\"Names\"\n", ErrorCategory.InvalidData, "does not name the columns")]
    [InlineData("\"Cluster\"x,\"Name\"\n", ErrorCategory.InvalidData, "line 1 of ")]
    [InlineData("sep=;\nCluster;Name\n0;\"a\"b\"\n", ErrorCategory.InvalidData, "line 3 of ")]
    public void A_file_of_names_that_cannot_be_read_says_why(string? content, ErrorCategory category, string message)
    {
        using TemporaryFolder folder = new();
        if (content is not null)
        {
            File.WriteAllText(folder.File("names.csv"), content);
        }

        PipelineResult result = Run($"@() | Add-ClusterName '{folder.File("names.csv")}'");
        result.EndedWith("ClusterNameInvalid", category, "AddClusterName");
        Assert.Contains(message, result.Terminating!.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("CSV", result.Terminating.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_or_pipe_is_no_file_of_names_and_is_not_opened()
    {
        using TemporaryFolder folder = new();
        List<string> paths = [folder.Path];
        if (!OperatingSystem.IsWindows())
        {
            using Process made = Process.Start("mkfifo", [folder.File("pipe")]);
            made.WaitForExit();
            paths.AddRange([folder.File("pipe"), "/dev/zero"]);
        }

        foreach (string path in paths)
        {
            PipelineResult result = Run($"@() | Add-ClusterName '{path}'");
            result.EndedWith("ClusterNameInvalid", ErrorCategory.InvalidData, "AddClusterName");
            Assert.Contains(", no file.", result.Terminating!.Exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    [InlineData("utf-8", true)]
    [InlineData("latin1", false)]
    public void Letters_of_a_file_are_read_as_they_were_written_or_not_at_all(string encoding, bool isRead)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("names.csv"), "\"Cluster\";\"Name\"\n0;Dr\u00FCcker\n", Encoding.GetEncoding(encoding));
        PipelineResult result = Run($"$members | Add-ClusterName '{folder.File("names.csv")}'");
        if (isRead)
        {
            Assert.Equal("Dr\u00FCcker", result.Clean()[0].Value<string>("ClusterName"));
            return;
        }

        result.EndedWith("ClusterNameInvalid", ErrorCategory.InvalidData, "AddClusterName");
        Assert.Contains("is not in UTF-8", result.Terminating!.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("\"CSV UTF-8\"", result.Terminating.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_letter_behind_the_mark_of_UTF_8_is_an_error_too()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.File("names.csv"), [0xEF, 0xBB, 0xBF, .. "Cluster,Name\n0,Dr"u8, 0xFC, .. "cker\n"u8]);
        Run($"@() | Add-ClusterName '{folder.File("names.csv")}'").EndedWith(
            "ClusterNameInvalid", ErrorCategory.InvalidData, "AddClusterName");
    }

    [Fact]
    public void Nothing_in_gives_nothing_out_and_rows_without_texts_have_numbers_as_names()
    {
        Assert.Empty(Run("@() | Add-ClusterName; @() | Get-ClusterSummary").Clean());
        PipelineResult result = Run("[pscustomobject] @{ Cluster = 7 } | Add-ClusterName");
        Assert.Equal("Group 7", result.Clean()[0].Value<string>("ClusterName"));
        Assert.Contains("-Property", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_says_where_names_come_from()
    {
        IReadOnlyList<string> lines = Run("$members | Add-ClusterName @{ 0 = 'a'; 9 = 'b' } -Verbose").Verbose;

        Assert.Contains(lines, line => line.StartsWith("8 rows in 2 clusters; names: 1 given, 1 of phrases", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("no row is in: 9.", StringComparison.Ordinal));
    }

    [Fact]
    public void Verbose_tells_names_that_rows_have_already_from_those_that_are_given()
    {
        IReadOnlyList<string> lines = Run("$members | Add-ClusterName @{ 0 = 'a' } | Get-ClusterSummary @{ 1 = 'b' } -Verbose").Verbose;

        Assert.Contains(
            "8 rows in 2 clusters; names: 1 given, 1 that the rows had already, 0 of phrases, 0 of texts or numbers.", lines);
    }

    [Theory]
    [InlineData("$grouped")]
    [InlineData("$grouped | ForEach-Object { [pscustomobject] @{ Text = $_.Text; group = $_.Group; GroupName = $_.GroupName; "
        + "GroupScore = 0.5 } }")]
    [InlineData("$grouped | ForEach-Object { $_.psobject.Properties.Add([psnoteproperty]::new('Cluster', 'prod-1')); $_ }")]
    [InlineData("$grouped | ForEach-Object { @{ Group = \"$($_.Group)\"; GroupName = $_.GroupName; GroupScore = '0.5'; Text = $_.Text } }")]
    public void What_Group_Text_writes_of_each_text_is_clustered_too(string rows)
    {
        const string Grouped
            = "$grouped = @($members.Text) + '' | Group-Text -MinGroupSize 2 -GroupCount 2 -AsMember -WarningAction Ignore\n";
        PSObject[] groups = [.. Run(Grouped + rows + " | Get-ClusterSummary -WarningAction Ignore").Clean()];
        PSObject[] asked = [.. Run(Grouped + "$grouped").Clean()];

        Assert.Equal([.. asked.Values<int>("Group").Distinct().Order()], [.. groups.Values<int>("Cluster").Order()]);
        foreach (PSObject group in groups)
        {
            PSObject[] own = [.. asked.Where(member => member.Value<int>("Group") == group.Value<int>("Cluster"))];
            Assert.Equal(own.Length, group.Value<int>("Count"));
            Assert.Equal(own[0].Value<string>("GroupName"), group.Value<string>("Name"));
        }

        Assert.Equal("No group ", $"{groups[^1].Value<string>("Name")} {groups[^1].Properties["NameSource"].Value}");

        PSObject[] named = [.. Run(Grouped + rows + " | Add-ClusterName @{ 0 = 'Mine' } | ConvertTo-ClusterRow").Clean()];
        Assert.Equal(asked.Values<int>("Group"), named.Values<int>("Cluster"));
        Assert.Equal("Mine", named.First(row => row.Value<int>("Cluster") == 0).Value<string>("ClusterName"));
        Assert.Equal("No group", named.Last(row => row.Value<int>("Cluster") == -1).Value<string>("ClusterName"));
        Assert.Equal(
            asked.Values<string>("GroupName"), Run(Grouped + rows + " | ConvertTo-ClusterRow").Clean().Values<string>("ClusterName"));
        Assert.Contains("0.", $"{named[0].Properties["Probability"].Value}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_of_its_own_goes_before_the_group_of_a_row()
        => Assert.Equal(
            ["is x 3"],
            Lines("[pscustomobject] @{ Cluster = 3; ClusterName = 'is x'; Group = 0; GroupName = 'is y'; Text = 'x' } | "
                + "Get-ClusterSummary | ForEach-Object { \"$($_.Name) $($_.Cluster)\" }"));

    [Theory]
    [InlineData("Get-ClusterSummary")]
    [InlineData("Add-ClusterName")]
    [InlineData("ConvertTo-ClusterRow")]
    [InlineData("Export-ClusterPlot $HOME/map.svg -WhatIf")]
    public void Groups_and_summaries_in_place_of_rows_are_errors_that_name_the_right_way(string command)
    {
        foreach (string groups in (string[])["$groups", "$read"])
        {
            PipelineResult result = Run(
                $$"""
                $groups = $members.Text | Group-Text -MinGroupSize 9 -WarningAction Ignore
                $saved = [System.Management.Automation.PSSerializer]::Serialize($groups)
                $read = [System.Management.Automation.PSSerializer]::Deserialize($saved)
                {{groups}} | {{command}}
                """);
            Assert.Empty(result.Output);
            Assert.Contains("Group-Text -", Assert.Single(result.Errors).ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }

        if (command != "ConvertTo-ClusterRow")
        {
            PipelineResult summed = Run($"$members | Get-ClusterSummary | {command}");
            Assert.Empty(summed.Output);
            Assert.Equal(3, summed.Errors.Count);
            Assert.All(
                summed.Errors,
                error => Assert.Contains("the rows that it sums up", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal));
        }
    }

    private string[] Lines(string script) => [.. Run(script).Clean().Select(line => line.ToString())];

    private PipelineResult Run(string script) => _session.Run($"{ClusterRowTests.NewRow}\n{Rows}\n{script}");
}
