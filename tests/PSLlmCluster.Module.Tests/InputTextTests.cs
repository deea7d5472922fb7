using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>What counts as a text, what as a blank one, and what is read of a record.</summary>
public sealed class InputTextTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("0x200B, 0xFEFF, 0x00AD, 0x2060, 0xFE0F, 0x202E, 0, 1, 0x200D, 0x034F, 0x115F, 0x3164, 0xFFA0, 0x2800, 0x17B4, "
        + "0x180B, 0x85, 0x2028, 0x3000, 0xA0")]
    [InlineData("0xE0100, 0xE0041, 0x1D173, 0x1D159, 0x13430")]
    public void A_text_of_which_nothing_can_be_seen_is_blank(string codes)
    {
        PipelineResult result = Embed(
            $"{codes} | ForEach-Object {{ $sign = [char]::ConvertFromUtf32($_); $sign; \" $sign$sign`t\" }} | Get-TextEmbedding "
                + $"-Model $tiny");

        Assert.Empty(result.Clean());
        Assert.Contains($"{codes.Split(',').Length * 2} blank texts", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_which_something_can_be_seen_is_none()
    {
        PipelineResult result = Embed(
            "\"a$([char] 0x200B)\", \"$([char] 0)b`0\", \"e$([char] 0x301)\", [string] [char] 0xD83D, [string] [char] 0xDE00, '.' | "
                + "Get-TextEmbedding -Model $tiny");

        Assert.Equal(6, result.Clean().Count);
        Assert.Empty(result.Warnings);
        Assert.Equal("\0b\0", result.Output[1].Value<string>("Text"));
    }

    [Theory]
    [InlineData("$null")]
    [InlineData("[System.DBNull]::Value")]
    [InlineData("[NullString]::Value")]
    [InlineData("[System.Management.Automation.Internal.AutomationNull]::Value")]
    [InlineData("@()")]
    [InlineData("[System.Collections.ArrayList]::new()")]
    [InlineData("''")]
    public void Whatever_PowerShell_calls_nothing_is_blank(string nothing)
    {
        PipelineResult result = Embed(
            $"$record = @{{}}; $record['Title'] = {nothing}; $record, @{{ Title = 'good' }} | Get-TextEmbedding -Model $tiny "
                + $"-Property Title");

        Assert.Equal(["good"], result.Clean().Values<string>("Text"));
        Assert.StartsWith("1 blank text", Assert.Single(result.Warnings), StringComparison.Ordinal);

        // A target that is nothing is one that is not known.
        const string Umap = "| Invoke-Umap -Property V -TargetProperty T -NeighborCount 3 -EpochCount 20";
        const string Rows = "0..5 | ForEach-Object {{ $row = @{{ V = [double[]] ($_, ($_ * $_)) }}; $row['T'] = $_ -eq 3 ? {0} : "
            + "'a'; $row }}";
        Assert.Equal(
            _session.Run($"{string.Format(null, Rows, "-1")} {Umap}").Clean().Values<float[]>("Coordinates"),
            _session.Run($"{string.Format(null, Rows, nothing)} {Umap}").Clean().Values<float[]>("Coordinates"));
    }

    [Theory]
    [InlineData("5", "5")]
    [InlineData("1.5", "1.5")]
    [InlineData("2.50d", "2.50")]
    [InlineData("[bigint] 12", "12")]
    [InlineData("[char] 'x'", "x")]
    [InlineData("[System.DayOfWeek]::Friday", "Friday")]
    [InlineData("[datetime] '2026-11-28T10:30:00'", "11/28/2026 10:30:00")]
    [InlineData("[datetimeoffset] '2026-11-28T10:30:00+00:00'", "11/28/2026 10:30:00 +00:00")]
    [InlineData("[timespan]::FromMinutes(90)", "01:30:00")]
    [InlineData("$true", "True")]
    [InlineData("[guid]::Empty", "00000000-0000-0000-0000-000000000000")]
    [InlineData("[System.Management.Automation.ErrorRecord]::new([Exception]::new('disk full'), 'Id', 'WriteError', $null)", "disk full")]
    [InlineData("[System.IO.IOException]::new('no luck')", "no luck")]
    [InlineData("[System.Management.Automation.WarningRecord]::new('low on disk')", "low on disk")]
    public void Numbers_dates_choices_and_errors_are_texts_that_are_the_same_in_all_cultures(string value, string expected)
    {
        PipelineResult result = Embed(
            $"{German}; {value} | Get-TextEmbedding -Model $tiny; @{{ V = {value} }} | Get-TextEmbedding -Model $tiny -Property V");

        Assert.Equal([expected, expected], result.Clean().Values<string>("Text"));
    }

    [Theory]
    [InlineData("A, B", "one two")]
    [InlineData("B, A", "two one")]
    [InlineData("A, Blank, B", "one two")]
    [InlineData("A, Count", "one 3")]
    [InlineData("{ $_.A + '-' + $_.B }", "one-two")]
    [InlineData("A, { $_.B.ToUpper() }", "one TWO")]
    [InlineData("{ $_.A; $_.B }", "one two")]
    [InlineData("{ $PSItem.Count * 2 }", "6")]
    [InlineData("{ $suffix + $_.A }", "from outside one")]
    public void Property_takes_several_names_and_script_blocks(string property, string expected)
    {
        PipelineResult result = Embed(
            $"$suffix = 'from outside '; [pscustomobject] @{{ A = 'one'; B = 'two'; Blank = ' '; Count = 3 }} | Get-TextEmbedding "
                + $"-Model $tiny -Property {property}");

        Assert.Equal([expected], result.Clean().Values<string>("Text"));
    }

    [Theory]
    [InlineData("{ throw 'no luck' }")]
    [InlineData("{ $_.Missing.Method() }")]
    [InlineData("{ [int] 'x' }")]
    public void A_script_block_that_fails_is_an_error_of_its_record(string script)
    {
        PipelineResult result = Embed(
            $"@{{ A = 'bad' }}, @{{ A = 'good' }} | Get-TextEmbedding -Model $tiny -Property {{ if ($_.A -eq 'good') {{ 'good' }} "
                + $"else {{ & {script} }} }}");

        Assert.Null(result.Terminating);
        Assert.Equal(["good"], result.Output.Values<string>("Text"));
        Assert.Single(result.Errors).HasId("PropertyNotReadable", ErrorCategory.ReadError, "GetTextEmbedding");
    }

    [Theory]
    [InlineData("$bad = [Bad]::new()", "", "InputNotText")]
    [InlineData("$bad = @{ [Bad]::new() = 1 }", "-Property Text", "PropertyNotReadable")]
    [InlineData("$bad = [pscustomobject] @{ Text = [Bad]::new() }", "-Property Text", "PropertyNotText")]
    [InlineData("$bad = [BadGetter]::new()", "-Property Text", "PropertyNotReadable")]
    public void A_member_that_throws_is_an_error_of_its_record(string bad, string property, string id)
    {
        const string Types = """
            class Bad { [string] ToString() { throw 'no luck' } }
            class BadGetter {
                BadGetter() { $this | & { process { $_.PSObject.Properties.Add([psscriptproperty]::new('Text', { throw 'no luck' })) } } }
            }
            """;
        string good = property.Length == 0 ? "'good'" : "[pscustomobject] @{ Text = 'good' }";
        PipelineResult result = Embed($"{Types}\n{bad}; $bad, ({good}) | Get-TextEmbedding -Model $tiny {property}");

        Assert.Null(result.Terminating);
        Assert.Equal(["good"], result.Output.Values<string>("Text"));
        Assert.StartsWith($"{id},", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-TextEmbedding -Model $tiny -Property Subjekt")]
    [InlineData("Get-TextEmbedding -Model $tiny -Property Subject, Subjekt")]
    [InlineData("Invoke-Hdbscan -Property Id, Subjekt")]
    [InlineData("Invoke-Umap -Property Subjekt")]
    [InlineData("Invoke-Hdbscan -Property Id -WeightProperty Subjekt")]
    [InlineData("Invoke-Umap -Property Id -TargetProperty Subjekt")]
    [InlineData("Measure-Clustering -Property Subjekt")]
    public void A_property_that_the_first_hundred_records_lack_is_one_error_that_ends_the_work(string command)
    {
        PipelineResult result = Embed($"1..1000 | ForEach-Object {{ [pscustomobject] @{{ Id = $_; Subject = 'text' }} }} | {command}");

        Assert.Empty(result.Errors);
        Assert.NotNull(result.Terminating);
        Assert.StartsWith("PropertyMissing,", result.Terminating.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, result.Terminating.CategoryInfo.Category);
        Assert.Contains("Subjekt", result.Terminating.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("Id, Subject", result.Terminating.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_without_a_property_named_are_one_error_that_lists_what_they_have()
    {
        PipelineResult result = Embed(
            "1..1000 | ForEach-Object { [pscustomobject] @{ Id = $_; Subject = 'text' } } | Get-TextEmbedding -Model $tiny");

        Assert.Empty(result.Errors);
        result.EndedWith("InputNotText", ErrorCategory.InvalidArgument, "GetTextEmbedding");
        Assert.Equal("None of the first 100 records is a text.", result.Terminating!.ErrorDetails.Message);
        Assert.Equal(
            "Name the property that holds the text with -Property. They have: Id, Subject.",
            result.Terminating.ErrorDetails.RecommendedAction);

        PipelineResult few = Embed("@{ Id = 1 }, 'good', @{ Id = 2 } | Get-TextEmbedding -Model $tiny");
        Assert.Single(few.Output);
        Assert.Equal(2, few.Errors.Count);
        Assert.EndsWith("This one has: Id.", few.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_among_the_records_says_nothing_of_their_properties()
    {
        PipelineResult result = Embed("1..400 | ForEach-Object { $_ % 7 ? @{ Id = $_ } : $null } | Invoke-Hdbscan -Property Subjekt");

        Assert.StartsWith("PropertyMissing,", result.Terminating?.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.All(result.Errors, error => Assert.StartsWith("InputNotRow,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    [Fact]
    public void A_property_that_some_lack_is_an_error_for_each_of_them()
    {
        PipelineResult late = Embed(
            "1..120 | ForEach-Object { $_ -eq 99 ? @{ A = 1; B = 2 } : @{ A = $_ } } | Invoke-Hdbscan -Property B -WarningAction Ignore");
        Assert.Null(late.Terminating);
        Assert.Equal(119, late.Errors.Count);

        using TemporaryFolder folder = new();
        PipelineResult plot = _session.Run(
            "1..500 | ForEach-Object { [pscustomobject] @{ East = $_; North = 1 } } | Export-ClusterPlot $file",
            ("file", folder.File("map.svg")));
        Assert.Empty(plot.Errors);
        Assert.Contains(
            "East, North",
            plot.EndedWith("PlotCoordinatesMissing", ErrorCategory.InvalidArgument, "ExportClusterPlot").ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ Id = $_ }", "Invoke-Hdbscan -Property B", "PropertyMissing", "A custom object came in, which has no p")]
    [InlineData("@{ A = \"text $_\" }", "Invoke-Umap -Property A", "PropertyNotNumeric", "The property A is the text \"text 1\", which is")]
    [InlineData("@{ A = @{ B = $_ } }", "Group-Text -Property A", "PropertyNotText", "The property A is of type Hashtable")]
    [InlineData("@{ A = $_ }", "Get-TextEmbedding -Property { throw 'no' }", "PropertyNotReadable", "The script block { throw 'no' }")]
    [InlineData("\"text $_\"", "Invoke-Umap", "InputNotRow", "An object of type String came in, which is not a row of numbers.")]
    [InlineData("[pscustomobject]@{ Id = $_ }", "Group-Text", "InputNotText", "A custom object came in, which is not a text.")]
    [InlineData("[pscustomobject]@{ Id = $_ }", "Add-ClusterName", "ClusterMissing", "A custom object came in, which has no p")]
    [InlineData("[pscustomobject]@{ Id = $_ }", "Show-ClusterPlot", "PlotCoordinatesMissing", "A custom object came in")]
    [InlineData("[pscustomobject]@{ Id = $_ }", "Export-TextEmbedding $file", "InputNotRow", "A custom object came in")]
    [InlineData("$null", "Invoke-Umap", "InputNotRow", "A null came in, which is not a row of numbers.")]
    [InlineData("@{ Cluster = \"a$_\" }", "ConvertTo-ClusterRow", "ClusterMissing", "An object of type Hashtable came in, whose property")]
    [InlineData("@{ X = \"a$_\"; Y = 0 }", "Show-ClusterPlot", "PlotCoordinatesMissing", "The property X is the text \"a1\"")]
    [InlineData("@{ A = \"a$_\" }", "Group-Text -Property { [int] $_.A }", "PropertyNotReadable", "The script block { [int] $_.A }")]
    [InlineData("@{ A = $_; B = \"a$_\" }", "Invoke-Hdbscan -Property A -WeightProperty B", "ValueInvalid", "The property B of the record")]
    public void Where_no_record_can_be_read_the_first_few_are_an_error_each_and_the_others_one(
        string record, string command, string id, string message)
    {
        using TemporaryFolder folder = new();
        PipelineResult result = _session.Run($"1..40 | ForEach-Object {{ {record} }} | {command}", ("file", folder.File("a.shard")));

        Assert.Null(result.Terminating);
        Assert.Equal(6, result.Errors.Count);
        Assert.All(result.Errors, error => Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.StartsWith(message, result.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "35 more records (index 5, 6, 7, 8, 9, …) were left out for the same reason as that of index 0: "
                + result.Errors[0].ErrorDetails.Message,
            result.Errors[5].ErrorDetails.Message,
            StringComparison.Ordinal);
        Assert.Equal(result.Errors[0].ErrorDetails.RecommendedAction, result.Errors[5].ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void The_error_that_counts_the_others_says_the_reason_without_the_position_of_the_first()
    {
        PipelineResult result = _session.Run("@(, @(1.0, 2.0)) + @(1..40 | ForEach-Object { , @(1.0, 'x') }) | Invoke-Umap");
        Assert.Equal(40, result.Errors.Count);

        result = _session.Run("$bad = , [double]::NaN * 40; $bad | ForEach-Object { , @(1.0, $_) } | Invoke-Umap");
        Assert.Equal(6, result.Errors.Count);
        Assert.StartsWith("Position 0: ", result.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(
            "35 more records (index 5, 6, 7, 8, 9, …) were left out for the same reason as that of index 0: "
                + result.Errors[0].ErrorDetails.Message["Position 0: ".Length..],
            result.Errors[5].ErrorDetails.Message);
    }

    [Theory]
    [InlineData("$null")]
    [InlineData("@{ A = @{ B = $_ } }")]
    public void However_many_cannot_be_read_they_are_few_errors_that_lose_none(string record)
    {
        string command = record == "$null" ? "Invoke-Umap" : "Get-TextEmbedding -Property A";
        PipelineResult none = _session.Run($"1..20000 | ForEach-Object {{ {record} }} | {command}");
        Assert.Equal(6, none.Errors.Count);
        Assert.StartsWith("19995 more records (index 5,", none.Errors[5].ErrorDetails.Message, StringComparison.Ordinal);

        // Where a good one comes late, those that are remembered have an error each.
        PipelineResult late = Embed(
            "1..200 | ForEach-Object { $_ -eq 150 ? @{ A = 'a' } : @{ A = @{ B = $_ } } } | Get-TextEmbedding -Property A -Model $tiny");
        Assert.Single(late.Output);
        Assert.Equal(100 + 1 + 50, late.Errors.Count);
        Assert.StartsWith(
            "49 more records (index 100, 101, 102, 103, 104, …) were", late.Errors[100].ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blank_records_before_bad_ones_count_in_their_indexes()
    {
        PipelineResult result = _session.Run("@($null, $null) + @(1..7 | ForEach-Object { @{ A = $_ } }) | Group-Text");
        Assert.Contains("2 more records (index 7, 8) were", result.Errors[5].ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_texts_that_are_piped_to_what_takes_rows_are_one_error()
    {
        PipelineResult result = _session.Run("1..5000 | ForEach-Object { \"text $_\" } | Invoke-Umap");
        Assert.Empty(result.Errors);
        result.EndedWith("InputNotRow", ErrorCategory.InvalidArgument, "InvokeUmap");
        Assert.Equal("None of the first 100 records is a row of numbers.", result.Terminating!.ErrorDetails.Message);
        Assert.DoesNotContain("Length", result.Terminating.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void What_providers_add_to_lines_and_files_is_no_property_to_name()
    {
        PipelineResult line = _session.Run("$line | Group-Text -Property Subject", ("line", FromProvider("a line", "ReadCount")));
        Assert.EndsWith("This one has: Length.", Assert.Single(line.Errors).ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        PSObject aFile = FromProvider(new FileInfo("a.txt"), "PSIsContainer");
        PipelineResult file = _session.Run("$file | Group-Text", ("file", aFile));
        Assert.StartsWith(
            "Get-Content reads the texts in a file, one a line,",
            Assert.Single(file.Errors).ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);

        string? recommended = Assert.Single(_session.Run("$file | Group-Text -Property Nope", ("file", aFile)).Errors)
            .ErrorDetails.RecommendedAction;
        Assert.DoesNotContain("has: none", recommended, StringComparison.Ordinal);
        Assert.DoesNotContain("PS", recommended, StringComparison.Ordinal);

        PipelineResult files = _session.Run("@($file) * 100 | Group-Text", ("file", aFile));
        Assert.StartsWith(
            "Get-Content reads the texts in a file",
            files.EndedWith("InputNotText", ErrorCategory.InvalidArgument, "GroupText").ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);

        // As Get-Content and Get-ChildItem give them, which these sessions have not.
        static PSObject FromProvider(object value, string own)
        {
            PSObject wrapped = new(value);
            foreach (string name in (string[])["PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", own])
            {
                wrapped.Properties.Add(new PSNoteProperty(name, "x"));
            }

            return wrapped;
        }
    }

    [Theory]
    [InlineData("Get-TextEmbedding -Property ''")]
    [InlineData("Get-TextEmbedding -Property $null")]
    [InlineData("Get-TextEmbedding -Property A, ' '")]
    [InlineData("Invoke-Hdbscan -Property @{ n = 'A' }")]
    [InlineData("Invoke-Hdbscan -WeightProperty ''")]
    [InlineData("Invoke-Umap -TargetProperty ' '")]
    public void What_names_no_property_is_refused(string command)
        => Assert.StartsWith(
            "ParameterArgumentValidationError",
            _session.Run($"@() | {command}").Terminating?.FullyQualifiedErrorId,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Get-TextEmbedding -Property ")]
    [InlineData("Invoke-Hdbscan -WeightProperty ")]
    [InlineData("Invoke-Umap -TargetProperty ")]
    [InlineData("Measure-Clustering -Property ")]
    public void Properties_never_complete_to_files(string command)
    {
        // What the pipeline brings is known in a whole PowerShell only: tests/pester asks there.
        Assert.Empty(Complete(command));
        Assert.DoesNotContain(Complete($"$unknown | {command}"), match => match.ResultType != CompletionResultType.Property);
    }

    private const string German = "$german = [cultureinfo]::InvariantCulture.Clone(); $german.NumberFormat.NumberDecimalSeparator = "
        + "','; $german.NumberFormat.NumberGroupSeparator = '.'; [cultureinfo]::CurrentCulture = $german";

    private PipelineResult Embed(string script) => _session.Run(script, ("tiny", StagedModule.TinyBert));

    private List<CompletionResult> Complete(string input)
    {
        using PowerShell shell = PowerShell.Create(_session.Runspace);
        return [.. CommandCompletion.CompleteInput(input, input.Length, null, shell).CompletionMatches];
    }
}
