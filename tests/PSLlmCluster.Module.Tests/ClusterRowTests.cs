using System.Management.Automation;
using System.Text.Json;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>ConvertTo-ClusterRow.</summary>
public sealed class ClusterRowTests : IDisposable
{
    /// <summary>A function that makes what Invoke-Hdbscan writes.</summary>
    public const string NewRow =
        """
        $script:next = 0
        function New-Row([int] $Cluster, $Source, [string] $Text = $Source) {
            [PSLlmCluster.ClusterAssignment] @{
                Index = ($script:next++); Cluster = $Cluster; Source = $Source; Text = $Text; Coordinates = [float[]] ($Cluster, 0.5)
                Vector = [float[]] (($Cluster + 2), 1, ($script:next / 100)); Probability = 0.5; OutlierScore = 0; Persistence = 0.25
                NearestCluster = $Cluster; NearestStrength = 0.5 }
        }
        """;
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_row_has_the_properties_of_what_was_piped_in_and_those_of_the_cluster_behind()
    {
        PSObject row = Assert.Single(Run("New-Row 3 ([pscustomobject] @{ Id = 7; Subject = 'a' }) 'a' | ConvertTo-ClusterRow").Clean());

        Assert.Equal(["Id", "Subject", "Cluster", "ClusterName", "Probability", "X", "Y"], Names(row));
        Assert.IsType<PSCustomObject>(row.BaseObject);
        Assert.Equal((7, 3, 0.5, 3f, 0.5f), (row.Value<int>("Id"), row.Value<int>("Cluster"), row.Value<double>("Probability"),
            row.Value<float>("X"), row.Value<float>("Y")));
        Assert.Null(row.Properties["ClusterName"].Value);
    }

    [Fact]
    public void A_text_becomes_Text_and_a_dictionary_its_entries_and_a_list_one_text()
    {
        IReadOnlyList<PSObject> rows = Run(
            """
            'a text', @{ b = 1; a = 2 }, ([ordered] @{ b = 1; a = 2 }), ([double[]] (1.5, 2)) | ForEach-Object { New-Row 0 $_ } |
                ConvertTo-ClusterRow
            """).Clean();

        Assert.Equal(["Text", "Cluster"], Names(rows[0]).Take(2));
        Assert.Equal(["a", "b", "Cluster"], Names(rows[1]).Take(3));
        Assert.Equal(["b", "a", "Cluster"], Names(rows[2]).Take(3));
        Assert.Equal("1.5; 2", rows[3].Value<string>("Value"));
    }

    [Theory]
    [InlineData("$d = [System.Collections.Generic.Dictionary[string, object]]::new(); $d['b'] = 1; $d['a'] = 2; $d", "b a")]
    [InlineData("$d = [System.Collections.Generic.SortedList[int, string]]::new(); $d[7] = 'x'; $d[-1] = 'y'; $d", "-1 7")]
    [InlineData("[System.Management.Automation.OrderedHashtable] ([ordered] @{ b = 1; a = 2 })", "b a")]
    [InlineData("@{ '' = 1; a = 2 }", "_ a")]
    [InlineData("$d = [System.Dynamic.ExpandoObject]::new(); $d.b = 1; $d.a = 2; , $d", "b a")]
    [InlineData("@{ '' = 1; _ = 2 }", "_2 _")]
    [InlineData("@{ '=a' = 1; \"'=a\" = 2 }", "'=a '=a2")]
    [InlineData("[ordered] @{ '=a' = 1; \"'=a\" = 2; \"'=a2\" = 3 }", "'=a3 '=a '=a2")]
    [InlineData("[pscustomobject] @{ '=a' = 1; \"'=a\" = 2 }", "'=a2 '=a")]
    [InlineData("$d = [System.Collections.Generic.Dictionary[string, int]]::new(); $d['a'] = 1; $d['A'] = 2; $d", "a A2")]
    [InlineData("$d = @{}; $d['1'] = 'x'; $d[1] = 'y'; $d", "1 12")]
    public void Dictionaries_of_any_kind_are_their_entries_in_their_order(string source, string names)
    {
        PSObject row = Assert.Single(Run($"$one = & {{ {source} }}\nNew-Row 0 $one 'a' | ConvertTo-ClusterRow").Clean());
        Assert.Equal([.. names.Split(' '), "Cluster"], Names(row).Take(names.Split(' ').Length + 1));
    }

    [Theory]
    [InlineData("[hashtable]::Synchronized(@{})")]
    [InlineData("[System.Collections.Concurrent.ConcurrentDictionary[string, object]]::new()")]
    [InlineData("[System.Collections.Specialized.HybridDictionary]::new()")]
    public void Dictionaries_without_an_order_that_lasts_are_their_entries_by_name(string dictionary)
    {
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => $"k{i:00}")];
        PSObject row = Assert.Single(Run(
            $"$d = {dictionary}\n39..0 | ForEach-Object {{ $d['k{{0:00}}' -f $_] = $_ }}\n"
                + "New-Row 0 $d 'a' | ConvertTo-ClusterRow").Clean());
        Assert.Equal(keys, Names(row).Take(keys.Length));
        Assert.Equal(Enumerable.Range(0, 40), keys.Select(row.Value<int>));
    }

    [Fact]
    public void An_object_that_grows_within_another_is_read_as_a_dictionary()
        => Assert.Equal(
            "b=1; a=2",
            Run("$d = [System.Dynamic.ExpandoObject]::new(); $d.b = 1; $d.a = 2\n"
                + "New-Row 0 ([pscustomobject] @{ V = $d }) 'a' | ConvertTo-ClusterRow").Clean()[0].Value<string>("V"));

    [Fact]
    public void Columns_of_last_week_are_replaced_and_a_prefix_keeps_them()
    {
        const string Source = "New-Row 3 ([pscustomobject] @{ x = 'old'; Id = 7; cluster = 99; TCluster = 98 }) 'a' | "
            + "Add-ClusterName @{ 3 = 'n' } | ";
        PSObject replaced = Run(Source + "ConvertTo-ClusterRow").Clean()[0];
        PSObject prefixed = Run(Source + "ConvertTo-ClusterRow -Prefix T").Clean()[0];

        Assert.Equal(["Id", "TCluster", "Cluster", "ClusterName", "Probability", "X", "Y"], Names(replaced));
        Assert.Equal((3, "n"), (replaced.Value<int>("Cluster"), replaced.Value<string>("ClusterName")));
        Assert.Equal(["x", "Id", "cluster", "TCluster", "TClusterName", "TProbability", "TX", "TY"], Names(prefixed));
        Assert.Equal((99, 3), (prefixed.Value<int>("cluster"), prefixed.Value<int>("TCluster")));
    }

    [Fact]
    public void A_table_that_was_made_once_is_made_again_the_same()
        => Assert.Equal(
            Text("$rows | ForEach-Object { \"$_\" }"),
            Text("$rows | ForEach-Object { \"$($_ | ConvertTo-ClusterRow)\" }"));

    [Theory]
    [InlineData("@('a', 'b', 3)", "a; b; 3")]
    [InlineData("[pscustomobject] @{ a = 1; b = @(2, 3) }", "a=1; b=2; 3")]
    [InlineData("@{ b = 1; a = 'x' }", "a=x; b=1")]
    [InlineData("[timespan] '1.02:03:04'", "1.02:03:04")]
    [InlineData("[uri] 'https://example.org/a'", "https://example.org/a")]
    [InlineData("[System.DayOfWeek]::Friday", "Friday")]
    [InlineData("[DateOnly]::new(2026, 11, 29)", "2026-11-29")]
    [InlineData("@('=1', 2)", "'=1; 2")]
    [InlineData("[double[]] (-1.5, 2, -3)", "-1.5; 2; -3")]
    [InlineData("([xml] '<a>=1<b>2</b></a>').a", "'=12")]
    [InlineData("([xml] '<n><k>x</k><k>y</k></n>').n", "x; y")]
    [InlineData("([xml] '<n><k><a>1</a><b>2</b></k><!-- no --><k>y</k></n>')", "1; 2; y")]
    [InlineData("([xml] '<n>some <b>bold</b> words</n>')", "some bold words")]
    [InlineData("''", "")]
    [InlineData("$null", null)]
    public void Values_are_flat_and_no_formulas(string value, string? expected)
        => Assert.Equal(
            expected, Run($"New-Row 0 ([pscustomobject] @{{ V = {value} }}) | ConvertTo-ClusterRow").Clean()[0].Value<object?>("V"));

    [Fact]
    public void Texts_are_no_formulas_wherever_a_spreadsheet_splits()
    {
        string cases = Path.Combine(StagedModule.RepositoryRoot, "tests", "PSLlmCluster.Core.Tests", "Data", "formulas.json");
        string[][] pairs = JsonSerializer.Deserialize<string[][]>(File.ReadAllText(cases))!;
        string[] written =
        [
            .. _session.Run(
                NewRow + "\n$texts | ForEach-Object { New-Row 0 ([pscustomobject] @{ V = $_ }) } | ConvertTo-ClusterRow",
                ("texts", pairs.Select(pair => pair[0]).ToArray())).Clean().Select(row => row.Value<string>("V")),
        ];

        Assert.Equal(pairs.Select(pair => pair[1]), written);
    }

    [Fact]
    public void Names_of_columns_are_no_formulas_either()
    {
        const string Source = "New-Row 0 ([pscustomobject] @{ '=1+1' = 1; '@type' = 2; 'a-b' = 3; '-1' = 4 }) | ConvertTo-ClusterRow";
        Assert.Equal(["'=1+1", "'@type", "a-b", "-1"], Names(Run(Source).Clean()[0]).Take(4));
        Assert.Equal(["=1+1", "@type", "a-b", "-1"], Names(Run(Source + " -KeepFormula").Clean()[0]).Take(4));
    }

    [Fact]
    public void Names_of_added_columns_are_no_formulas_either_and_are_replaced()
    {
        const string Source = "New-Row 0 ([pscustomobject] @{ Id = 1; \"'=x\" = 2; '=Cluster' = 3 }) | ConvertTo-ClusterRow -Prefix '='";
        Assert.Equal(["Id", "'=Cluster", "'=ClusterName", "'=Probability", "'=X", "'=Y"], Names(Run(Source).Clean()[0]));
        Assert.Equal(["Id", "'=x", "=Cluster", "=ClusterName"], Names(Run(Source + " -KeepFormula").Clean()[0]).Take(4));
    }

    [Theory]
    [InlineData("$table.Rows[0]")]
    [InlineData("$table.DefaultView[0]")]
    [InlineData("([xml] '<a Id=\"7\"><Subject>no toner</Subject></a>').a")]
    public void Of_a_database_s_row_and_of_xml_there_are_the_columns_alone(string source)
    {
        PSObject row = Run(
            $$"""
            $table = [System.Data.DataTable]::new()
            $table.Columns.Add('Id', [int])
            $table.Columns.Add('Subject')
            $table.Rows.Add(7, 'no toner')
            $one = {{source}}
            $one.PSObject.Properties.Add([psnoteproperty]::new('Added', 1))
            New-Row 0 $one 'no toner' | ConvertTo-ClusterRow
            """).Clean()[^1];

        Assert.Equal(["Id", "Subject", "Added", "Cluster", "ClusterName", "Probability", "X", "Y"], Names(row));
        Assert.Equal("no toner", row.Value<string>("Subject"));
        Assert.Equal("7", row.Properties["Id"].Value.ToString());
    }

    [Fact]
    public void Numbers_and_dates_stay_what_they_are_and_formulas_can_be_kept()
    {
        PSObject row = Run(
            "New-Row 0 ([pscustomobject] @{ N = -5; D = [decimal] 1.5; B = $true; When = [datetime] '2026-11-29'; F = '=1' }) | "
                + "ConvertTo-ClusterRow -KeepFormula").Clean()[0];

        Assert.Equal(-5, row.Value<int>("N"));
        Assert.Equal(1.5m, row.Value<decimal>("D"));
        Assert.True(row.Value<bool>("B"));
        Assert.Equal(new DateTime(2026, 11, 29), row.Value<DateTime>("When"));
        Assert.Equal("=1", row.Value<string>("F"));
    }

    [Fact]
    public void A_property_that_throws_is_empty_and_a_loop_of_objects_ends()
    {
        PSObject row = Run(
            """
            $loop = [pscustomobject] @{ Name = 'a'; Self = $null; Bad = 1 }
            $loop.Self = $loop
            $loop.PSObject.Properties.Add([psscriptproperty]::new('Throws', { throw 'no' }))
            New-Row 0 $loop 'a' | ConvertTo-ClusterRow
            """).Clean()[0];

        Assert.Null(row.Properties["Throws"].Value);
        Assert.InRange(row.Value<string>("Self").Length, 10, 1000);
    }

    [Fact]
    public void Rows_stream_and_a_record_without_a_cluster_is_an_error_of_its_own()
    {
        PipelineResult result = Run(
            "& { New-Row 0 'a'; 'text'; [pscustomobject] @{ Cluster = 'x' }; New-Row 1 'b'; throw 'end' } | ConvertTo-ClusterRow");

        Assert.Equal(["a", "b"], result.Output.Values<string>("Text"));
        Assert.Equal(2, result.Errors.Count);
        Assert.All(result.Errors, error => error.HasId("ClusterMissing", ErrorCategory.InvalidData, "ConvertToClusterRow"));
        Assert.Empty(Run("@() | ConvertTo-ClusterRow").Clean());
    }

    private static string[] Names(PSObject row) => [.. row.Properties.Select(property => property.Name)];

    private string[] Text(string script)
        => [.. Run($"$rows = New-Row 0 ([pscustomobject] @{{ Id = 1; F = '=1' }}) 'a' | ConvertTo-ClusterRow\n{script}").Clean()
            .Select(line => line.ToString())];

    private PipelineResult Run(string script) => _session.Run($"{NewRow}\n{script}");
}
