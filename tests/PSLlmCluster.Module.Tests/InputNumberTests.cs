using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>What counts as a number, in which culture, wherever numbers are read.</summary>
public sealed class InputNumberTests : IDisposable
{
    /// <summary>A culture as German is: this process knows no other cultures by name.</summary>
    private const string German =
        "$german = [cultureinfo]::InvariantCulture.Clone(); $german.NumberFormat.NumberDecimalSeparator = ','; "
        + "$german.NumberFormat.NumberGroupSeparator = '.'; $german.NumberFormat.NegativeSign = [string] [char] 0x2212; "
            + "[cultureinfo]::CurrentCulture = $german; ";

    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("'8,784398'", 8.784398f)]
    [InlineData("'8.784398'", 8.784398f)]
    [InlineData("'1.234'", 1.234f)]
    [InlineData("'1,234'", 1.234f)]
    [InlineData("' 1,5E3 '", 1500f)]
    [InlineData("\"$([char] 0x2212)2,5\"", -2.5f)]
    [InlineData("'-2,5'", -2.5f)]
    [InlineData("(1.5).ToString()", 1.5f)]
    public void A_text_is_a_number_in_the_invariant_culture_or_else_in_the_current_one(string text, float expected)
        => Assert.Equal(
            [[expected, 7f]],
            _session.Run($"{German} [pscustomobject] @{{ A = {text}; B = 7 }} | Invoke-Umap -Property A, "
                + $"B").Clean().Values<float[]>("Vector"));

    [Theory]
    [InlineData("")]
    [InlineData(German)]
    public void Separators_of_thousands_are_read_in_no_culture(string culture)
    {
        string[] texts = culture.Length == 0 ? ["1,234", "1,234.5", "1.234.567"] : ["1.234,5", "1.234.567", "1,234,567", "1 234"];
        foreach (string text in texts)
        {
            ErrorRecord error = Assert.Single(
                _session.Run($"{culture} [pscustomobject] @{{ A = '{text}'; B = 7 }} | Invoke-Umap -Property A, B").Errors);
            error.HasId("PropertyNotNumeric", ErrorCategory.InvalidData, "InvokeUmap");
            Assert.Contains("culture", error.ErrorDetails.Message, StringComparison.Ordinal);
            Assert.Contains("separators of thousands", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_element_of_a_list_that_is_no_number_is_named()
    {
        string itself = Message(", ('1.5', '1,234') | Invoke-Umap", "InputNotRow", "InvokeUmap");
        Assert.Contains("element 2 is the text \"1,234\", which is no number (in the current culture", itself, StringComparison.Ordinal);

        string property = Message("@{ V = 'x', 2 } | Invoke-Hdbscan -Property V", "PropertyNotNumeric", "InvokeHdbscan");
        Assert.Contains(
            "The property V is a list whose element 1 is the text \"x\", which is no number.", property, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_parameter_that_takes_numbers_reads_the_same_texts()
    {
        const string Rows = "0..11 | ForEach-Object { [pscustomobject] @{ A = '{0},5' -f ($_ % 2 * 9); B = '0,{0}' -f $_; W = "
            + "'1,5'; X = '{0},25' -f $_; Y = '2,5'; Cluster = '0' } }";
        PipelineResult result = _session.Run(
            $$"""
            {{German}}
            $rows = {{Rows}}
            $rows | Invoke-Hdbscan -Property A, B -WeightProperty W -MinClusterSize 3
            Invoke-Hdbscan -InputObject $rows -Property A, B -Weight (@('1,5') * 12) -MinClusterSize 3
            $rows | Invoke-Umap -Property { $_.A, $_.B } -TargetProperty X -TargetKind Numeric -NeighborCount 3 -EpochCount 1
            Invoke-Umap -InputObject $rows -Property A, B -Target $rows.X -TargetKind Numeric -NeighborCount 3 -EpochCount 1
            $rows | Export-ClusterPlot $file -PassThru
            """,
            ("file", _folder.File("map.svg")));

        Assert.Equal(60, result.Clean().Count);
        Assert.Equal([0.25f, 2.5f], result.Output[0].Value<float[]>("Coordinates"));
    }

    [Fact]
    public void A_number_that_is_none_is_the_error_of_its_record_wherever_it_stands()
    {
        const string Row = "[pscustomobject] @{ A = 1; X = 'east'; Y = 1; Cluster = 0 }";
        Assert.Contains(
            "\"east\"",
            Message($"{Row} | Invoke-Hdbscan -Property A -WeightProperty X", "ValueInvalid", "InvokeHdbscan"),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"east\"",
            Message($"{Row} | Export-ClusterPlot $file", "PlotCoordinatesMissing", "ExportClusterPlot"),
            StringComparison.Ordinal);
        foreach (string nothing in new[] { "[System.DBNull]::Value", "@()", "''", "$null" })
        {
            string message = Message($"@{{ A = {nothing} }} | Invoke-Hdbscan -Property A", "PropertyNotNumeric", "InvokeHdbscan");
            Assert.Contains("is empty", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("[datetime]::new(1970, 1, 2)", 86400f)]
    [InlineData("[datetime]::new(1970, 1, 2, 0, 0, 0, [System.DateTimeKind]::Utc).ToLocalTime()", 86400f)]
    [InlineData("[datetimeoffset]::new(1970, 1, 2, 2, 0, 0, [timespan]::FromHours(2))", 86400f)]
    [InlineData("[System.DateOnly]::new(1970, 1, 2)", 86400f)]
    [InlineData("[System.TimeOnly]::new(1, 0)", 3600f)]
    [InlineData("[timespan]::FromMilliseconds(1500)", 1.5f)]
    [InlineData("[decimal] 2.5", 2.5f)]
    [InlineData("[long] 16", 16f)]
    public void Dates_and_spans_of_time_are_seconds(string value, float expected)
        => Assert.Equal(
            [[expected, 1f]],
            _session.Run($"[pscustomobject] @{{ A = {value}; B = 1 }} | Invoke-Umap -Property A, {{ $_.B }}; "
                + $"").Clean().Values<float[]>("Vector"));

    [Fact]
    public void A_list_of_dates_is_a_record_for_each_of_them()
        => Assert.Equal(
            [[2001f], [2002f]],
            _session.Run("$dates = [datetime]::new(2001, 1, 1), [datetime]::new(2002, 1, 1); Invoke-Umap -InputObject $dates "
                + "-Property Year -NeighborCount 2").Clean().Values<float[]>("Vector"));

    [Fact]
    public void An_array_of_single_precision_is_handed_on_as_it_is()
    {
        float[] row = [1, 2];
        Assert.Same(row, Assert.Single(_session.Run(", $row | Invoke-Umap", ("row", row)).Clean()).Value<float[]>("Vector"));
    }

    [Theory]
    [InlineData("-Property Vector", "PropertyNotReadable")]
    [InlineData("-Property { $_.Vector }", "PropertyNotReadable")]
    [InlineData("", "RecordNotReadable")]
    public void A_list_that_cannot_be_read_to_its_end_is_the_error_of_its_record(string property, string id)
    {
        PipelineResult result = _session.Run(
            $"{BadList} [pscustomobject] @{{ Vector = [BadList]::new() }}, [pscustomobject] @{{ Vector = 1, 2 }} | Invoke-Umap {property}");

        Assert.Null(result.Terminating);
        Assert.Equal([1], result.Output.Values<int>("Index"));
        Assert.Single(result.Errors).HasId(id, ErrorCategory.ReadError, "InvokeUmap");
    }

    [Fact]
    public void Values_that_throw_are_errors_of_their_records_and_lists_that_do_are_one_error_before_the_work()
    {
        const string Bad = "class Bad { [string] ToString() { throw 'no luck' } }; ";
        PipelineResult result = _session.Run($"{Bad} Invoke-Umap -InputObject (, (1, 2) + , (3, 4)) -Target ([Bad]::new(), 'b')");
        Assert.Equal([1], result.Output.Values<int>("Index"));
        Assert.Single(result.Errors).HasId("ValueInvalid", ErrorCategory.InvalidData, "InvokeUmap");

        _session.Run($"{BadList} @() | Invoke-Umap -Target ([BadList]::new())").EndedWith(
            "ValueInvalid",
            ErrorCategory.InvalidArgument,
            "InvokeUmap");
        _session.Run($"{BadList} , (1, 2) | Invoke-Umap -InitialCoordinate ([BadList]::new())").EndedWith(
            "ParameterNotRows",
            ErrorCategory.InvalidArgument,
            "InvokeUmap");
        Assert.Single(_session.Run($"{BadList} Invoke-Umap -InputObject ([BadList]::new())").Errors).HasId(
            "RecordNotReadable",
            ErrorCategory.ReadError,
            "InvokeUmap");
    }

    [Fact]
    public void A_saved_map_that_is_clustered_again_keeps_its_places()
    {
        PipelineResult result = _session.Run(
            """
            $saved = 0..11 | ForEach-Object {
                [pscustomobject] @{ Index = "$_"; X = "$($_ % 2 * 9).5"; Y = "$_"; Cluster = '0'; Text = "text $_" }
            }
            $again = $saved | Invoke-Hdbscan -Property X, Y -MinClusterSize 3
            $again
            $again | ForEach-Object { [pscustomobject] @{ X = $_.X; Y = $_.Y; Cluster = $_.Cluster } } | Export-ClusterPlot $file -PassThru
            """,
            ("file", _folder.File("map.svg")));

        Assert.Equal(24, result.Clean().Count);
        Assert.Equal(Enumerable.Range(0, 12).Select(row => (float?)(row % 2 * 9) + 0.5f), result.Output.Take(12).Values<float?>("X"));
        Assert.Equal(Enumerable.Range(0, 12).Select(row => (float?)row), result.Output.Take(12).Values<float?>("Y"));
        Assert.Equal("text 3", result.Output[3].Value<string>("Text"));
    }

    [Theory]
    [InlineData("'a' | Get-TextEmbedding -Model $tiny")]
    [InlineData("$rows | Invoke-Umap -NeighborCount 3 -EpochCount 1")]
    [InlineData("$rows | Invoke-Hdbscan -MinClusterSize 2")]
    [InlineData("$rows | Measure-Clustering -MinClusterSize 2, 3")]
    public void More_threads_than_processors_are_cut_with_one_warning(string command)
    {
        const string Rows = "$rows = 0..11 | ForEach-Object { [pscustomobject] @{ Vector = [double[]] (($_ % 2 * 9 + $_ / 100), ($_ "
            + "/ 50)) } }; ";
        int tooMany = Environment.ProcessorCount + 1;

        string warning = Assert.Single(
            _session.Run($"{Rows} {command} -ThreadCount {tooMany}", ("tiny", StagedModule.TinyBert)).Warnings,
            line => line.Contains("ThreadCount", StringComparison.Ordinal));
        Assert.Contains($"{Environment.ProcessorCount} processors", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(
            _session.Run($"{Rows} {command} -ThreadCount {Environment.ProcessorCount}").Warnings,
            line => line.Contains("ThreadCount", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Invoke-Hdbscan -MinClusterSize 1", "InvokeHdbscan")]
    [InlineData("Invoke-Hdbscan -MinClusterSize 0", "InvokeHdbscan")]
    [InlineData("Measure-Clustering -MinClusterSize 5, 1", "MeasureClustering")]
    public void A_cluster_of_one_row_is_refused_with_a_cure_before_any_work(string command, string cmdlet)
    {
        ErrorRecord error = _session.Run($"@() | {command}").EndedWith("HdbscanOptionInvalid", ErrorCategory.InvalidArgument, cmdlet);

        Assert.Contains("at least two rows", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("2 or more", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    private const string BadList = "class BadList : System.Collections.IEnumerable { [System.Collections.IEnumerator] "
        + "GetEnumerator() { throw 'no luck' } }; ";

    private string Message(string script, string id, string cmdlet)
        => Assert.Single(
            _session.Run(script, ("file", _folder.File("map.svg"))).Errors).HasId(
                id, ErrorCategory.InvalidData, cmdlet).ErrorDetails.Message;
}
