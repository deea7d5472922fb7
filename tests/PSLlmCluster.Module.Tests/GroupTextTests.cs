using System.Globalization;
using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Group-Text in a session.</summary>
public sealed class GroupTextTests : IDisposable
{
    private const string Tickets =
        """
        $tickets = 'VPN drops every few minutes', 'Cannot connect to VPN from home', 'VPN client asks for certificate',
            'Slow VPN since Monday',
            'Printer on 3rd floor jams', 'Printer out of toner again', 'Cannot print to color printer', 'Printer queue stuck',
            'Password expired, need reset', 'Locked out of my account', 'Forgot my password', 'Account locked after holiday'

        """;

    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Texts_come_as_named_groups_with_their_members()
    {
        PSObject[] groups = [.. Run("$tickets | Group-Text").Clean()];

        Assert.Equal([0, 1, 2], groups.Values<int>("Group"));
        Assert.Equal([4, 4, 4], groups.Values<int>("Count"));
        Assert.Equal("PSLlmCluster.TextGroup", groups[0].TypeNames[0]);
        Assert.Equal(3, groups.Values<string>("Name").Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach ((PSObject group, string word) in groups.Zip(["vpn", "print", "a"]))
        {
            Assert.All(
                group.Value<object[]>("Members"),
                member => Assert.Contains(word, (string)member, StringComparison.OrdinalIgnoreCase));
            Assert.Equal(3, group.Value<string[]>("Examples").Distinct().Count());
            Assert.InRange(group.Value<double>("Score"), 0.5, 1);
            Assert.Equal(1.0 / 3, group.Value<double>("Share"));
            Assert.Equal("Keyphrase", group.Properties["NameSource"].Value.ToString());
        }

        Assert.Contains("VPN", groups[0].Value<string>("Name"), StringComparison.Ordinal);
        Assert.Contains("Printer", groups[1].Value<string>("Name"), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Group-Text", "titles.txt")]
    [InlineData("Get-TextEmbedding", "titles.txt")]
    [InlineData("Group-Text", "my [1] '$x'.txt")]
    public void The_name_of_a_file_as_the_only_text_is_taken_with_a_warning_that_says_how_its_lines_are_given(string command, string name)
    {
        string path = _folder.File(name);
        File.WriteAllText(path, "a line");
        string quoted = $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
        PipelineResult result = _session.Run($"{command} {quoted}");

        Assert.Single(result.Output);
        Assert.EndsWith(
            $"Get-Content {(path.Contains(' ', StringComparison.Ordinal) ? "-LiteralPath " + quoted : path)} | {command}",
            Assert.Single(result.Warnings),
            StringComparison.Ordinal);
        foreach (string other in (string[])[$"{quoted}, 'x'", "'none.txt'", "'.'", "'a: b'", "'//share/x'", "'env:PATH'", "\"a`0b\""])
        {
            Assert.Empty(_session.Run($"{command} {other}").Warnings);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Resolution Coarse")]
    [InlineData("-GroupCount 2")]
    [InlineData("-GroupCount 1")]
    [InlineData("-MinGroupSize 6 -Seed 7")]
    [InlineData("-Name @{ 0 = \"It's mine\"; 2 = 'third' }")]
    [InlineData("-Property { \"Ticket: $_\" } -Prefix 'about: '")]
    public void The_pipeline_that_verbose_shows_gives_the_same_groups(string parameters)
    {
        PSObject[] output = [.. Run(
            $$"""
            $texts = $tickets + $tickets[0, 0, 5]
            $all = $texts | Group-Text {{parameters}} -AsMember -Verbose 4>&1
            $line = ($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })[-1].Message -replace '^.*?: '
            $rows = & ([scriptblock]::Create("`$texts | $line"))
            @($all | Where-Object { $_.Group -ne $null } | ForEach-Object { "$($_.Group) $($_.GroupName) $($_.GroupScore)" })
            '---'
            @($rows | ForEach-Object { "$($_.Cluster) $($_.ClusterName) $($_.Probability)" })
            $line
            """).Output];
        string[] lines = [.. output.Select(line => line.ToString())];
        int middle = Array.IndexOf(lines, "---");

        Assert.Equal(15, middle);
        Assert.Equal(lines[..middle], lines[(middle + 1)..^1]);
        Assert.StartsWith("Get-TextEmbedding", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_object_comes_out_with_its_columns_and_its_group_in_the_order_of_input()
    {
        PSObject[] rows = [.. Run(
            """
            $tickets | ForEach-Object { $i = 0 } { [pscustomobject]@{ Id = ++$i; Subject = $_; Group = 'of last week' } } |
                Group-Text -Property Subject -AsMember -WarningVariable said
            """).Clean()];

        Assert.Equal(Enumerable.Range(1, 12), rows.Values<int>("Id"));
        Assert.All(rows, row => Assert.Equal(
            ["Id", "Subject", "Group", "GroupName", "GroupScore"],
            row.Properties.Select(property => property.Name)));
        Assert.Equal([4, 4, 4], rows.GroupBy(row => row.Value<int>("Group")).Select(group => group.Count()));
        Assert.All(rows, row => Assert.InRange(row.Value<double>("GroupScore"), 0.5, 1));
        Assert.All(
            Run("$tickets | Group-Text -AsMember").Clean(),
            row => Assert.Equal(["Text", "Group", "GroupName", "GroupScore"], row.Properties.Select(property => property.Name)));
    }

    [Fact]
    public void Texts_that_are_formulas_get_an_apostrophe_unless_they_are_kept()
    {
        const string Odd = "$tickets | ForEach-Object { [pscustomobject]@{ Subject = $_; Note = '=1+1'; At = '@home'; Number = '-5' } } | "
            + "Group-Text -Property Subject -AsMember";

        Assert.All(
            Run(Odd).Clean(),
            row => Assert.Equal(
                ("'=1+1", "'@home", "-5"), (row.Value<string>("Note"), row.Value<string>("At"), row.Value<string>("Number"))));
        Assert.All(
            Run(Odd + " -KeepFormula").Clean(),
            row => Assert.Equal(
                ("=1+1", "@home", "-5"), (row.Value<string>("Note"), row.Value<string>("At"), row.Value<string>("Number"))));
    }

    [Theory]
    [InlineData("Group-Text")]
    [InlineData("Get-TextEmbedding")]
    public void Texts_in_a_script_that_the_model_does_not_know_are_one_warning(string command)
    {
        const string Said
            = "All 3 texts are in another script than the Latin one. The model all-MiniLM-L6-v2.Q8_0.gguf was made for English and";
        const string Texts = "'京都の紅葉', 'パスワードを忘れた', '印刷できない'";
        Assert.StartsWith(Said, Assert.Single(_session.Run($"{Texts} | {command}").Warnings), StringComparison.Ordinal);

        // What is found in a cache was made by the model too.
        string cache = $"-CachePath '{_folder.File("cache.db")}'";
        Assert.All(Enumerable.Range(0, 2), _ => Assert.Single(_session.Run($"{Texts} | {command} {cache}").Warnings));
        Assert.Empty(_session.Run($"{Texts}, 'a', 'b', 'c' | {command}").Warnings);
        Assert.Empty(_session.Run($"'京都', 'a' | {command}").Warnings);
        Assert.Empty(_session.Run($"{Texts} | Get-TextEmbedding -WarningAction Ignore | Group-Text").Warnings);
    }

    [Fact]
    public void Groups_of_few_texts_are_said_to_be_few_where_new_texts_come()
    {
        string model = _folder.File("few.groups");
        Assert.Empty(Run($"$tickets | Group-Text -SaveModel '{model}'").Warnings);
        PipelineResult result = _session.Run($"'VPN', 'a recipe' | Group-Text -UseModel '{model}'");
        Assert.Equal(
            "The groups were found from 12 texts: every new text is put into one of them, whatever it is about.",
            Assert.Single(result.Warnings));
        Assert.Equal(["", ""], [.. _session.Run($"'', '' | Group-Text -UseModel '{model}' -AsMember").Output.Values<string>("Text")]);

        string forty = _folder.File("forty.groups");
        Run($"1..4 | ForEach-Object {{ $i = $_; $tickets | ForEach-Object {{ \"$_ $i\" }} }} | Group-Text -SaveModel '{forty}'").Clean();
        Assert.Equal(
            "The groups were found from 48 texts: fewer than 100, and most new texts of another kind are put into one of them too.",
            Assert.Single(_session.Run($"'VPN' | Group-Text -UseModel '{forty}'").Warnings));

        string many = _folder.File("many.groups");
        Run($"1..9 | ForEach-Object {{ $i = $_; $tickets | ForEach-Object {{ \"$_ $i\" }} }} | Group-Text -SaveModel '{many}'").Clean();
        Assert.Empty(_session.Run($"'VPN' | Group-Text -UseModel '{many}'").Warnings);
    }

    [Fact]
    public void What_shows_nothing_is_in_no_group_and_nothing_is_lost()
    {
        PipelineResult result = Run("@('', $null, \"`t\") + $tickets + [char] 0x2800 | Group-Text");
        PSObject last = result.Output[^1];

        Assert.Equal("4 blank texts (index 0, 1, 2, 15) were put in no group.", Assert.Single(result.Warnings));
        Assert.Equal((-1, 4, "No group"), (last.Value<int>("Group"), last.Value<int>("Count"), last.Value<string>("Name")));
        Assert.Equal(16, result.Output.Sum(group => group.Value<int>("Count")));
        Assert.Equal(1, result.Output.Sum(group => group.Value<double>("Share")), 1e-12);
        Assert.Empty(Run("@() | Group-Text").Clean());
        PSObject alone = Assert.Single(Run("'one text' | Group-Text").Clean());
        Assert.Equal((-1, 1), (alone.Value<int>("Group"), alone.Value<int>("Count")));
        Assert.Equal(
            ["-1", "-1"],
            Run("('', '' | Group-Text -AsMember -WarningAction Ignore).Group").Output.Select(group => group.ToString()));
    }

    [Fact]
    public void Bad_records_are_errors_and_the_rest_goes_on()
    {
        PipelineResult result = Run("@($tickets; @{ a = 1 }; [datetime]::UnixEpoch) | Group-Text");

        Assert.Equal("InputNotText,PSLlmCluster.Module.Commands.GroupTextCommand", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.Equal(13, result.Output.Sum(group => group.Value<int>("Count")));
    }

    [Fact]
    public void Equal_texts_are_counted()
    {
        PSObject[] groups = [.. Run("$tickets + @($tickets[4]) * 20 | Group-Text -ExampleCount 30").Clean()];

        Assert.Equal(32, groups.Sum(group => group.Value<int>("Count")));
        PSObject printers = groups.Single(group => group.Value<string[]>("Examples").Contains("Printer on 3rd floor jams"));
        Assert.InRange(printers.Value<int>("Count"), 21, 32);
        Assert.Equal(printers.Value<string[]>("Examples").Distinct(), printers.Value<string[]>("Examples"));
    }

    [Fact]
    public void New_texts_get_old_groups_by_a_saved_model()
    {
        string file = _folder.File("tickets.groups");
        PSObject[] old = [.. Run($"$tickets | Group-Text -SaveModel '{file}' -Name @{{ 1 = 'Printing' }}").Clean()];
        PSObject[] again = [.. Run($"$tickets | Group-Text -UseModel '{file}'").Clean()];
        PSObject[] fresh = [.. Run($"'The printer is broken', 'Reset my password' | Group-Text -UseModel '{file}' -AsMember").Clean()];

        Assert.Equal("Printing", old[1].Value<string>("Name"));
        Assert.Equal("Given", old[1].Properties["NameSource"].Value.ToString());
        Assert.Equal(
            old.Select(group => $"{group.Value<int>("Group")} {group.Value<string>("Name")} {group.Value<int>("Count")}"),
            again.Select(group => $"{group.Value<int>("Group")} {group.Value<string>("Name")} {group.Value<int>("Count")}"));
        Assert.Equal(old[0].Value<object[]>("Keyphrases").Length, again[0].Value<object[]>("Keyphrases").Length);
        Assert.Equal(["Printing", old[2].Value<string>("Name")], fresh.Values<string>("GroupName"));

        // The largest of the new texts comes first, by its old number.
        string texts = "@('The printer is broken') * 2 + @('Reset my password') * 3";
        PSObject[] turned = [.. Run($"{texts} | Group-Text -UseModel '{file}'").Clean()];
        Assert.Equal([3, 2], turned.Values<int>("Count"));
        Assert.Equal([2, 1], turned.Values<int>("Group"));
    }

    [Fact]
    public void New_texts_about_something_else_are_in_no_group()
    {
        string file = _folder.File("tickets.groups");
        Run($"$tickets + ($tickets -replace '^', 'Again: ') | Group-Text -SaveModel '{file}' -Name @{{ -1 = 'Other things' }}").Clean();
        string[] fresh = ["The printer is broken", "Simmer the tomatoes with basil"];
        IReadOnlyList<PSObject> rows = Run($"'{string.Join("', '", fresh)}' | Group-Text -UseModel '{file}' -AsMember").Clean();
        IReadOnlyList<PSObject> groups = Run($"'{string.Join("', '", fresh)}' | Group-Text -UseModel '{file}'").Clean();

        Assert.NotEqual(-1, rows[0].Value<int>("Group"));
        Assert.Equal((-1, "Other things"), (rows[1].Value<int>("Group"), rows[1].Value<string>("GroupName")));
        Assert.Equal(0, rows[1].Value<double>("GroupScore"));
        Assert.InRange(groups[0].Value<double>("Score"), 0.1, 0.99);
        Assert.Equal((-1, "Other things", 1), (
            groups[1].Value<int>("Group"), groups[1].Value<string>("Name"), groups[1].Value<int>("Count")));
        Assert.Equal("Given", groups[1].Properties["NameSource"].Value.ToString());
        Assert.Equal([fresh[1]], groups[1].Value<string[]>("Examples"));
    }

    [Theory]
    [InlineData("-Name @{ 1 = 'x' }")]
    [InlineData("-GroupCount 3 -SaveModel other.groups")]
    [InlineData("-Resolution Fine")]
    [InlineData("-MinGroupSize 4")]
    [InlineData("-NameModel no.gguf -Context tickets -Language English")]
    [InlineData("-NameEndpoint http://localhost -NameEndpointModel m -NameApiKey { 'k' }")]
    [InlineData("-Prompt Echo")]
    [InlineData("-Prefix 'p: '")]
    [InlineData("-Seed 1")]
    public void What_was_decided_when_groups_were_found_cannot_be_given_again(string parameters)
    {
        ErrorRecord error = Run($"$tickets | Group-Text -UseModel no.groups {parameters}")
            .EndedWith("ParametersExclude", ErrorCategory.InvalidArgument, "GroupText");

        Assert.StartsWith("-UseModel and " + parameters.Split(' ')[0][..4], error.ErrorDetails.Message, StringComparison.Ordinal);
        foreach (string parameter in parameters.Split(' ').Where(word => word.StartsWith('-')))
        {
            Assert.Contains(parameter, error.ErrorDetails.Message, StringComparison.Ordinal);
            Assert.Contains(parameter, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("-SaveModel one.svg -Map two.svg, ./one.svg", "-SaveModel and -Map name one file, '")]
    [InlineData("-UseModel one.svg -Map one.svg", "-UseModel and -Map name one file, '")]
    [InlineData("-CachePath one.svg -SaveModel one.svg -WhatIf", "-SaveModel and -CachePath name one file, '")]
    public void Two_parameters_that_name_one_file_are_refused_before_any_work(string parameters, string message)
    {
        PipelineResult result = Run(Here() + $"$tickets | Group-Text {parameters}");

        Assert.StartsWith(
            message,
            result.EndedWith("ParametersExclude", ErrorCategory.InvalidArgument, "GroupText").ErrorDetails.Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_map_that_is_named_twice_is_drawn_once()
    {
        PipelineResult result = Run(
            Here() + $"$tickets | Group-Text -NoClobber -Map one.svg, ./one.svg, '{_folder.File("one.svg")}'");

        Assert.Equal(3, result.Clean().Count);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Names_of_groups_that_are_not_there_are_said()
    {
        PipelineResult result = Run("$tickets | Group-Text -Name @{ 99 = 'x'; 7 = 'y'; 1 = 'Printing'; -1 = 'Rest' }");
        PipelineResult one = Run("$tickets + '' | Group-Text -Name @{ 99 = 'x'; -1 = 'Rest' }");

        Assert.Equal("-Name has names for groups that are not there: 7, 99.", Assert.Single(result.Warnings));
        Assert.Equal("-Name has a name for a group that is not there: 99.", one.Warnings[^1]);
        Assert.Equal("Rest", one.Output[^1].Value<string>("Name"));
        Assert.Equal("Printing", result.Output[1].Value<string>("Name"));
    }

    [Fact]
    public void Texts_longer_than_the_window_are_said_as_Get_TextEmbedding_does()
    {
        const string Texts = "$long = @('', 'short') + $tickets + (('the printer jams ' * 200)); ";
        PipelineResult groups = Run(Texts + "$long | Group-Text");
        PipelineResult vectors = Run(Texts + "$long | Get-TextEmbedding");

        Assert.Contains("1 text (index 14) was longer than the model's window", vectors.Warnings[1], StringComparison.Ordinal);
        Assert.Equal(vectors.Warnings[1], groups.Warnings[1]);
    }

    [Fact]
    public void Blank_texts_alone_load_no_model_and_write_no_file()
    {
        string map = _folder.File("map.svg");
        string model = _folder.File("texts.groups");
        PipelineResult result = Run($"'', ' ' | Group-Text -Model no.gguf -Map '{map}' -SaveModel '{model}'");
        PipelineResult one = Run($"'', ' ' | Group-Text -Map '{map}'");

        Assert.Equal(2, Assert.Single(result.Output).Value<int>("Count"));
        Assert.Equal($"There is no text to group, so {model} and {map} are not written.", result.Warnings[^1]);
        Assert.Equal($"There is no text to group, so {map} is not written.", one.Warnings[^1]);
        Assert.False(File.Exists(map) || File.Exists(model));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void Vectors_in_a_cache_are_not_made_again_by_whichever_cmdlet()
    {
        string file = _folder.File("vectors.db");
        string groups = _folder.File("tickets.groups");
        PipelineResult first = Run($"$tickets | Group-Text -CachePath '{file}' -SaveModel '{groups}' -Verbose");
        PipelineResult second = Run($"$tickets | Group-Text -CachePath '{file}' -Verbose");
        PipelineResult placed = Run($"$tickets + 'one more' | Group-Text -UseModel '{groups}' -CachePath '{file}' -Verbose");
        PipelineResult vectors = Run($"$tickets | Get-TextEmbedding -CachePath '{file}' -Verbose");
        PipelineResult named = Run(
            $"$env:PSLLMCLUSTER_CACHE = '{file}'; "
                + "try { $tickets | Group-Text -Verbose; $tickets | Group-Text -CachePath $null -Verbose } "
                + "finally { $env:PSLLMCLUSTER_CACHE = $null }");

        Assert.Equal(["0"], FoundCounts(first));
        Assert.Equal(["12"], FoundCounts(second));
        Assert.Equal(["12"], FoundCounts(placed));
        Assert.Equal(["12"], FoundCounts(vectors));
        Assert.Equal(["12"], FoundCounts(named));
        Assert.Equal(first.Output.Values<string>("Name"), second.Output.Values<string>("Name"));
        Assert.Contains(second.Verbose, line => line.Contains($"-CachePath '{file}'", StringComparison.Ordinal));

        PipelineResult half = Run($"$tickets | Group-Text -CachePath '{file}' -CachePrecision Half -Verbose");
        Assert.Equal(["0"], FoundCounts(half));
        Assert.Contains(half.Verbose, line => line.Contains("-CachePrecision Half", StringComparison.Ordinal));

        static IEnumerable<string> FoundCounts(PipelineResult result) => result.Verbose
            .Where(line => line.Contains("of the vectors came from the cache", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[0]);
    }

    [Fact]
    public void A_cache_that_cannot_be_used_ends_it_at_the_first_text()
    {
        string file = _folder.File("vectors.db");
        File.WriteAllText(file, new string('x', 9000));
        PipelineResult result = Run(
            $"$script:read = 0; try {{ $tickets | ForEach-Object {{ $script:read++; $_ }} | Group-Text -CachePath '{file}' }} "
                + "catch { $_.FullyQualifiedErrorId }; $script:read");

        Assert.StartsWith("EmbeddingCacheForeign,", result.Output[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("1", result.Output[1].ToString());
    }

    [Fact]
    public void A_map_is_drawn_beside_the_groups()
    {
        string file = _folder.File("map.svg");
        PSObject[] groups = [.. Run($"$tickets | Group-Text -Map '{file}'").Output];

        Assert.Equal(3, groups.Length);
        string svg = File.ReadAllText(file);
        Assert.All(groups, group => Assert.Contains(group.Value<string>("Name").Split(' ', ',')[0], svg, StringComparison.Ordinal));
    }

    [Fact]
    public void One_map_is_drawn_into_several_files()
    {
        string[] files = [_folder.File("one.png"), _folder.File("one.svg"), _folder.File("one.html")];
        Run($"$tickets | Group-Text -Map {string.Join(", ", files.Select(file => $"'{file}'"))}");
        string alone = _folder.File("alone.svg");
        Run($"$tickets | Group-Text -Map '{alone}'");

        Assert.All(files, file => Assert.True(new FileInfo(file).Length > 1000, file));
        Assert.Equal(File.ReadAllBytes(alone), File.ReadAllBytes(files[1]));
    }

    [Theory]
    [InlineData("-GroupCount 3 -Resolution Fine", "GroupingOptionInvalid")]
    [InlineData("-UseModel no.groups", "ModelFileNotFound")]
    [InlineData("-Model no.gguf", "ModelNotFound")]
    [InlineData("-Prompt 'words without a place'", "PromptInvalid")]
    [InlineData("-Name 3", "ClusterNameInvalid")]
    [InlineData("-Name no.csv", "ClusterNameInvalid")]
    [InlineData("-Map map.bmp", "PlotFormatUnknown")]
    public void What_is_wrong_with_the_parameters_ends_it(string parameters, string id)
    {
        ErrorRecord error = Run($"$tickets | Group-Text {parameters}").Terminating!;

        Assert.Equal(id + ",PSLlmCluster.Module.Commands.GroupTextCommand", error.FullyQualifiedErrorId);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_ends_it_at_the_first_text()
    {
        PipelineResult result = Run(
            """
            $script:read = 0
            try { $tickets | ForEach-Object { $script:read++; $_ } | Group-Text -Model no.gguf } catch { }
            $script:read
            """);

        Assert.Equal("1", Assert.Single(result.Output).ToString());
    }

    [Fact]
    public void A_model_that_cannot_be_saved_keeps_neither_the_map_nor_the_groups_from_being_written()
    {
        string lost = Directory.CreateDirectory(_folder.File("lost")).FullName;
        string map = _folder.File("map.svg");
        PipelineResult result = Run(
            $$"""
            $tickets | ForEach-Object { if ([System.IO.Directory]::Exists('{{lost}}')) { [System.IO.Directory]::Delete('{{lost}}') }; $_ } |
                Group-Text -SaveModel '{{Path.Combine(lost, "tickets.groups")}}' -Map '{{map}}'
            """);

        Assert.Contains("FolderNotFound,", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(3, result.Output.Count);
        Assert.True(File.Exists(map));
    }

    [Fact]
    public void A_count_that_cannot_be_met_is_said()
    {
        PipelineResult result = Run("$tickets | Group-Text -GroupCount 9");

        Assert.StartsWith("The texts do not part into 9 groups; the nearest is ", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $" is {result.Output.Count}. There is no finer layer:"),
            result.Warnings[0],
            StringComparison.Ordinal);
        Assert.Contains(
            " MinGroupSize is 4, and each group begins with so many: a smaller one may make more.",
            Assert.Single(Run("$tickets | Group-Text -GroupCount 9 -MinGroupSize 4").Warnings),
            StringComparison.Ordinal);
        Assert.Equal(
            "The texts do not part into 3 groups; the nearest is 1. MinGroupSize is 7, and each group begins with so many: "
                + "a smaller one may make more.",
            Assert.Single(Run("$tickets | Group-Text -GroupCount 3 -MinGroupSize 7").Warnings));
        Assert.Empty(Run("$tickets | Group-Text -GroupCount 1 -MinGroupSize 7").Warnings);
    }

    [Fact]
    public void One_group_can_be_asked_for()
    {
        PSObject group = Assert.Single(Run("$tickets | Group-Text -GroupCount 1").Clean());

        Assert.Equal((0, 12), (group.Value<int>("Group"), group.Value<int>("Count")));
    }

    [Fact]
    public void Groups_larger_than_all_texts_are_said_to_be_none_and_texts_of_objects_are_shown_all_the_same()
    {
        PipelineResult result = Run("$tickets | ForEach-Object { @{ Subject = $_ } } | Group-Text -Property Subject -MinGroupSize 13");

        Assert.Equal("MinGroupSize is 13, and there are 12 texts, so that all are in no group.", Assert.Single(result.Warnings));
        PSObject none = Assert.Single(result.Output);
        Assert.Equal((-1, 12), (none.Value<int>("Group"), none.Value<int>("Count")));
        Assert.Equal(
            ["VPN drops every few minutes", "Cannot connect to VPN from home", "VPN client asks for certificate"],
            none.Value<string[]>("Examples"));
    }

    [Fact]
    public void Groups_can_be_edited_in_a_table_and_given_back_as_names()
    {
        IReadOnlyList<PSObject> named = Run(
            "$names = $tickets | Group-Text | "
                + "ForEach-Object { [pscustomobject] @{ Group = \"$($_.Group)\"; Name = \"Topic $($_.Group)\" } };"
                + "$tickets | Group-Text -Name $names").Clean();

        Assert.Equal(["Topic 0", "Topic 1", "Topic 2"], named.Values<string>("Name"));
        Assert.All(named, group => Assert.Equal("Given", group.Properties["NameSource"].Value.ToString()));
    }

    private string Here() => $"[void] $ExecutionContext.SessionState.Path.SetLocation('{_folder.Path}')\n";

    private PipelineResult Run(string script) => _session.Run(Tickets + script);
}
