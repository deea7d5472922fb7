using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Group-Text with vectors that were made before: embeddings that are piped in, and -Path.</summary>
public sealed class GroupTextVectorTests : IDisposable
{
    private const string Tickets =
        """
        $tickets = 'VPN drops every few minutes', 'Cannot connect to VPN from home', 'VPN client asks for certificate',
            'Slow VPN since Monday',
            'Printer on 3rd floor jams', 'Printer out of toner again', 'Cannot print to color printer', 'Printer queue stuck',
            'Password expired, need reset', 'Locked out of my account', 'Forgot my password', 'Account locked after holiday',
            'Printer on 3rd floor jams'
        function Show { process { "$($_.Group) $($_.Name) $($_.NameSource) $($_.NameScore) $($_.Count) $($_.Score)|" +
            ($_.Keyphrases -join ',') + '|' + ($_.Examples -join ',') + '|' + ($_.Members -join ',') } }

        """;

    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("$tickets | Get-TextEmbedding | Group-Text", "")]
    [InlineData("$tickets | Get-TextEmbedding | Group-Text", "-GroupCount 2 -Map map{0}.svg")]
    [InlineData("$tickets | Get-TextEmbedding | Group-Text", "-SaveModel groups{0} -Name @{{ 1 = 'Printing' }}")]
    [InlineData("$null = $tickets | Get-TextEmbedding | Export-TextEmbedding a.shard; Import-TextEmbedding a.shard | Group-Text", "")]
    [InlineData("$null = $tickets | Get-TextEmbedding | Export-TextEmbedding a.parquet; Group-Text -Path a.parquet", "")]
    [InlineData(
        "$null = $tickets[0..4] | Get-TextEmbedding | Export-TextEmbedding a.shard; "
            + "$null = $tickets[5..12] | Get-TextEmbedding | Export-TextEmbedding b.shard -FirstIndex 5; "
            + "Group-Text -Path b.shard, a.shard",
        "-Map map{0}.svg -SaveModel groups{0}")]
    [InlineData("@($tickets[0]; $tickets[1..8] | Get-TextEmbedding; $tickets[9..12]) | Group-Text", "-SaveModel groups{0}")]
    public void Vectors_that_come_along_give_what_their_texts_give(string command, string parameters)
    {
        string[] texts = Lines($"$tickets | Group-Text {Given(parameters, "0")} | Show");
        string[] vectors = Lines($"{command} {Given(parameters, "1")} | Show");

        Assert.Equal(parameters.Contains("Count", StringComparison.Ordinal) ? 2 : 3, texts.Length);
        Assert.Equal(texts, vectors);
        if (parameters.Contains("groups", StringComparison.Ordinal))
        {
            Assert.Equal(File.ReadAllBytes(_folder.File("groups0")), File.ReadAllBytes(_folder.File("groups1")));
            Assert.Equal(Lines("$tickets | Group-Text -UseModel groups0 | Show"), Lines($"{command} -UseModel groups1 | Show"));
        }

        if (parameters.Contains("map", StringComparison.Ordinal))
        {
            Assert.Equal(File.ReadAllBytes(_folder.File("map0.svg")), File.ReadAllBytes(_folder.File("map1.svg")));
        }

        static string Given(string parameters, string run) => parameters.Replace("{0}", run, StringComparison.Ordinal)
            .Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$e", "")]
    [InlineData("$e", "-GroupCount 2 -Seed 7")]
    [InlineData("$e", "-Property { \"Ticket: $($_.Text)\" }")]
    [InlineData("$tickets[0], $e[1..12] | ForEach-Object { $_ }", "")]
    [InlineData("$tickets[0], $own[1..12] | ForEach-Object { $_ }", "")]
    [InlineData("", "-Path a.shard, b*.shard")]
    public void The_pipeline_that_verbose_shows_gives_the_same_groups(string input, string parameters)
    {
        string pipe = input.Length == 0 ? string.Empty : input + " | ";
        string[] lines = Lines(
            $$"""
            $e = @($tickets | Get-TextEmbedding)
            $own = @($tickets | Get-TextEmbedding -Prefix 'query: ' -Pooling Cls -Normalize -ContextLength 64 -LongText Truncate)
            $null = $e[0..6] | Export-TextEmbedding a.shard
            $null = $e[7..12] | Export-TextEmbedding b.shard
            $all = {{pipe}}Group-Text {{parameters}} -AsMember -Verbose 4>&1
            $line = @($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] -and
                $_.Message.StartsWith('The same, step') })[0].Message -replace '^.*?: '
            $rows = & ([scriptblock]::Create({{(pipe.Length == 0 ? string.Empty : $"'{pipe}' + ")}}$line))
            @($all | Where-Object { $_.Group -ne $null } | ForEach-Object { "$($_.Group) $($_.GroupName) $($_.GroupScore)" })
            '---'
            @($rows | ForEach-Object { "$($_.Cluster) $($_.ClusterName) $($_.Probability)" })
            $line
            """);
        int middle = Array.IndexOf(lines, "---");

        Assert.Equal(13, middle);
        Assert.Equal(lines[..middle], lines[(middle + 1)..^1]);
        Assert.StartsWith(
            input.Length > 0 && input[0..2] != "$e" ? "ForEach-Object" : "Invoke-Umap", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_that_are_too_long_are_said_to_be_handled_as_those_whose_vectors_came_along()
    {
        PipelineResult result = Run(
            "$e = @($tickets | Get-TextEmbedding -LongText Truncate); @($e; 'VPN drops and printer jams ' * 200) | Group-Text");

        Assert.Contains("cut off at its end", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_are_what_the_vectors_were_made_of()
    {
        IReadOnlyList<PSObject> rows = Run(
            "$tickets | ForEach-Object { $i = 0 } { [pscustomobject]@{ Id = ++$i; Subject = $_ } } | "
                + "Get-TextEmbedding -Property Subject | Group-Text -AsMember").Clean();
        IReadOnlyList<PSObject> ofFiles = Run(
            "$null = $tickets | Get-TextEmbedding | Export-TextEmbedding a.shard; Group-Text -Path a.shard -AsMember").Clean();

        Assert.Equal(Enumerable.Range(1, 13), rows.Values<int>("Id"));
        Assert.All(rows, row => Assert.Equal(
            ["Id", "Subject", "Group", "GroupName", "GroupScore"], row.Properties.Select(property => property.Name)));
        Assert.Equal(Enumerable.Range(0, 13), ofFiles.Values<int>("Index"));
        Assert.Equal(rows.Values<string>("Subject"), ofFiles.Values<string>("Text"));
    }

    [Fact]
    public void No_model_is_needed_where_all_have_vectors()
    {
        // A process of its own, as tests that run beside this one share the environment.
        string count = ScriptProcess.Run(
            Tickets + "$e = @($tickets | Get-TextEmbedding); $env:PSLLMCLUSTER_MODEL = 'no.gguf'; @($e | Group-Text).Count");

        Assert.Equal("3", count.Trim());
    }

    [Theory]
    [InlineData("@($other[0..3]; $tickets) | Group-Text", "Model")]
    [InlineData("@($tickets; $other[0..3]) | Group-Text", "Model")]
    [InlineData("@($e[0]; $other[1]) | Group-Text", "Model")]
    [InlineData("@($e[0]; $bare[1]) | Group-Text", "not known")]
    [InlineData("@($bare; 'a text') | Group-Text", "Nobody knows")]
    [InlineData("$other | Group-Text -SaveModel groups", "tiny-bert")]
    [InlineData("$bare | Group-Text -SaveModel groups", "Nobody knows")]
    [InlineData("$e | Group-Text -Model $tiny", "tiny-bert")]
    [InlineData("Group-Text -Path e.shard -Model $tiny", "tiny-bert")]
    [InlineData("$other | Group-Text -UseModel saved", "tiny-bert")]
    [InlineData("$bare | Group-Text -UseModel saved", "Nobody knows")]
    [InlineData("$prefixed | Group-Text -UseModel saved", "Prefix")]
    [InlineData("$prefixed | Group-Text -SaveModel groups -Prefix 'other: '", "Prefix ('query: ' and 'other: ')")]
    [InlineData("Group-Text -Path other.shard -UseModel saved", "tiny-bert")]
    public void Vectors_that_cannot_be_compared_end_it(string command, string said)
    {
        ErrorRecord error = Run(
            $"$tiny = '{StagedModule.TinyBert}'; $e = @($tickets | Get-TextEmbedding); "
                + "$other = @($tickets | Get-TextEmbedding -Model $tiny); $prefixed = @($tickets | Get-TextEmbedding -Prefix 'query: '); "
                + "$bare = @($e | ForEach-Object { [PSLlmCluster.TextEmbedding]::new($_.Index, $_.Text, $_.Source, $_.Vector, 1) }); "
                + "$null = $e | Export-TextEmbedding e.shard; $null = $other | Export-TextEmbedding other.shard; "
                + $"$null = $tickets | Group-Text -SaveModel saved -Force; {command}")
            .EndedWith("VectorOriginMismatch", ErrorCategory.InvalidData, "GroupText");

        Assert.Contains(said, error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("groups")));
    }

    [Fact]
    public void Saved_groups_take_over_how_the_vectors_were_made()
    {
        const string Prefix = "-Prefix 'query: '";
        Run($"$tickets | Group-Text {Prefix} -SaveModel a; $tickets | Get-TextEmbedding {Prefix} | Group-Text -SaveModel b").Clean();
        Run("$tickets | Get-TextEmbedding -Normalize -Pooling Cls | Group-Text -SaveModel c").Clean();

        Assert.Equal(Lines("$tickets | Group-Text -UseModel a | Show"), Lines("$tickets | Group-Text -UseModel b | Show"));
        Assert.Equal(3, Lines("$tickets | Group-Text -UseModel c | Show").Length);
        Assert.Equal(3, Lines("$tickets | Get-TextEmbedding -Normalize -Pooling Cls | Group-Text -UseModel c | Show").Length);
    }

    [Fact]
    public void Rows_without_texts_are_grouped_by_their_vectors()
    {
        const string Write = "$e = @($tickets | Get-TextEmbedding); $null = $e | Export-TextEmbedding a.shard -NoText -Force; ";
        PipelineResult files = Run(Write + "Group-Text -Path a.shard");
        PipelineResult piped = Run(Write + "Import-TextEmbedding a.shard | Group-Text");
        PipelineResult some = Run(Write + "@(Import-TextEmbedding a.shard)[0], $e[1..12] | ForEach-Object { $_ } | Group-Text");
        string[] named = Lines(Write + "Import-TextEmbedding a.shard | Group-Text -Property { $tickets[$_.Index] } | Show");

        Assert.StartsWith("No embedding has a text, so groups have numbers", Assert.Single(files.Warnings), StringComparison.Ordinal);
        Assert.Contains("Import-TextEmbedding | Group-Text -Property", files.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("-Property makes texts", Assert.Single(piped.Warnings), StringComparison.Ordinal);
        Assert.StartsWith("1 of 13 embeddings have no text", Assert.Single(some.Warnings), StringComparison.Ordinal);
        Assert.Equal(["Group 0", "Group 1", "Group 2"], files.Output.Values<string>("Name"));
        Assert.All(files.Output, group => Assert.Empty(group.Value<string[]>("Examples")));
        Assert.Equal([5, 4, 4], files.Output.Values<int>("Count"));
        Assert.Equal([5, 4, 4], piped.Output.Values<int>("Count"));
        Assert.Equal([5, 4, 4], some.Output.Values<int>("Count"));
        Assert.Equal(
            Lines("$tickets | Group-Text | Show").Select(line => line[..line.LastIndexOf('|')]),
            named.Select(line => line[..line.LastIndexOf('|')]));
    }

    [Fact]
    public void Vectors_of_another_width_or_without_numbers_are_errors_and_the_rest_goes_on()
    {
        PipelineResult result = Run(
            "$e = @($tickets | Get-TextEmbedding); $o = $e[0].Origin; "
                + "$e[0..8]; [PSLlmCluster.TextEmbedding]::new(1, 'a', 'a', [float[]] (1, 2), 1, $o); "
                + "[PSLlmCluster.TextEmbedding]::new(1, 'b', 'b', [float[]] @(), 1, $o), "
                + "[PSLlmCluster.TextEmbedding]::new(1, 'c', 'c', [float[]] (@([float]::NaN) * 384), 1, $o), $e[9..12] | "
                + "ForEach-Object { $_ }", " | Group-Text");

        Assert.Equal(
            ["RowLengthMismatch", "RowEmpty", "RowNotFinite"],
            result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(13, result.Output.Sum(group => group.Value<int>("Count")));
    }

    [Fact]
    public void A_vector_that_is_left_out_says_nothing_of_where_the_others_come_from()
    {
        PipelineResult result = Run(
            "$e = @($tickets | Get-TextEmbedding); "
                + "[PSLlmCluster.TextEmbedding]::new(1, 'a', 'a', [float[]] (@([float]::NaN) * 384), 1), $e | ForEach-Object { $_ }",
            " | Group-Text");
        Assert.Equal("RowNotFinite", Assert.Single(result.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(13, result.Output.Sum(group => group.Value<int>("Count")));
    }

    [Theory]
    [InlineData("$tickets | Group-Text -Path a.shard", "ParametersExclude")]
    [InlineData("Group-Text -Path a.shard -Property Text", "ParametersExclude")]
    [InlineData("Group-Text", "InputMissing")]
    [InlineData("Group-Text -Path no.shard", "EmbeddingFileNotFound")]
    [InlineData("Group-Text -Path no-*.shard", "PathNoMatch")]
    public void Wrong_input_ends_it(string command, string id)
    {
        ErrorRecord error = Run(command).Terminating!;

        Assert.Equal(id + ",PSLlmCluster.Module.Commands.GroupTextCommand", error.FullyQualifiedErrorId);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Files_without_rows_have_no_groups()
        => Assert.Empty(Run("$null = @() | Export-TextEmbedding a.shard; Group-Text -Path a.shard -SaveModel groups").Clean());

    private string[] Lines(string script) => [.. Run(script).Clean().Select(line => line.ToString())];

    private PipelineResult Run(string script, string end = "")
        => _session.Run($"$null = $ExecutionContext.SessionState.Path.SetLocation('{_folder.Path}'); {Tickets}"
            + (end.Length == 0 ? script : $"& {{ {script} }}{end}"));
}
