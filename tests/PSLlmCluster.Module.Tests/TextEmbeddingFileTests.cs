using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Embeddings in files: written, read, merged, and taken in place of objects.</summary>
public sealed class TextEmbeddingFileTests : IDisposable
{
    private const string Embed = "$e = 0..39 | ForEach-Object { \"text $_ of kind $($_ % 4)\" } | Get-TextEmbedding -Model $tiny; ";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("shard")]
    [InlineData("parquet")]
    [InlineData("jsonl")]
    public void What_is_read_is_what_was_written(string ending)
    {
        IReadOnlyList<PSObject> pairs = Run(
            Embed + $"$null = $e | Export-TextEmbedding a.{ending}; $i = 0; "
                + $"Import-TextEmbedding a.{ending} | ForEach-Object {{ $o = $e[$i++]; "
                + "[pscustomobject]@{ Same = $_.Index -eq $o.Index -and $_.Text -ceq $o.Text -and $_.TokenCount -eq $o.TokenCount -and "
                + "[System.Linq.Enumerable]::SequenceEqual($_.Vector, $o.Vector); Engine = $_.Engine; "
                + "Source = $_.Source.Text -ceq $o.Text } }")
            .Clean();
        Assert.Equal(40, pairs.Count);
        Assert.All(pairs, pair => Assert.True(pair.Value<bool>("Same") && pair.Value<bool>("Source")));
        Assert.All(pairs, pair => Assert.Equal(ending == "jsonl" ? null : "Managed", pair.Properties["Engine"].Value?.ToString()));
    }

    [Fact]
    public void Parts_that_are_merged_have_the_bytes_of_one_run()
    {
        const string Part = " | Get-TextEmbedding -Model $tiny | Export-TextEmbedding ";
        Run("$t = 0..39 | ForEach-Object { \"text $_\" }; $t" + Part + "whole.shard; $t[0..14]" + Part + "p0.shard; "
            + "$t[15..39]" + Part + "p1.shard -FirstIndex 15; Merge-TextEmbedding p*.shard all.shard").Clean();
        Assert.Equal(File.ReadAllBytes(_folder.File("whole.shard")), File.ReadAllBytes(_folder.File("all.shard")));

        Run("Import-TextEmbedding p0.shard, p1.shard | Export-TextEmbedding again.shard").Clean();
        Assert.Equal(File.ReadAllBytes(_folder.File("whole.shard")), File.ReadAllBytes(_folder.File("again.shard")));
    }

    [Fact]
    public void A_sample_is_the_same_however_rows_lie_in_files()
    {
        IReadOnlyList<PSObject> output = Run(
            Embed + "$null = $e | Export-TextEmbedding all.shard; $null = $e[0..6] | Export-TextEmbedding p0.shard; "
                + "$null = $e[7..39] | Export-TextEmbedding p1.parquet; function Show { ($args[0] | ForEach-Object Index) -join ',' }; "
                + "Show (Import-TextEmbedding all.shard -SampleCount 9 -Seed 7); "
                + "Show (Import-TextEmbedding p0.shard, p1.parquet -SampleCount 9 -Seed 7); "
                + "Show (Import-TextEmbedding p1.parquet, p0.shard -SampleCount 9 -Seed 7); "
                + "Show (Import-TextEmbedding all.shard -SampleCount 9 -Seed 8); Show (Import-TextEmbedding all.shard -SampleCount 100)")
            .Clean();
        string[] samples = [.. output.Select(sample => sample.ToString()!)];
        int[] rows = [.. samples[0].Split(',').Select(int.Parse)];
        Assert.Equal(9, rows.Length);
        Assert.Equal(samples[0], samples[1]);
        Assert.Equal(rows, samples[2].Split(',').Select(int.Parse).Order());
        Assert.NotEqual(samples[0], samples[3]);
        Assert.Equal(string.Join(',', Enumerable.Range(0, 40)), samples[4]);
        Assert.Equal(rows.Order(), rows);
    }

    [Theory]
    [InlineData("Invoke-Umap -NeighborCount 5 -EpochCount 20", "Coordinates")]
    [InlineData("Invoke-Umap -NeighborCount 5 -EpochCount 20 -Center -Metric Cosine", "Coordinates")]
    [InlineData("Invoke-Umap -NeighborCount 5 -EpochCount 20 -Target (0..39)", "Coordinates")]
    [InlineData("Invoke-Hdbscan -MinClusterSize 3", "OutlierScore")]
    [InlineData("Invoke-Hdbscan -MinClusterSize 3 -Weight (1..40)", "OutlierScore")]
    [InlineData("Measure-Clustering -MinClusterSize 3, 4", "RelativeValidity")]
    public void Rows_of_files_give_what_the_same_rows_give_that_are_piped_in(string command, string property)
    {
        PipelineResult result = Run(
            Embed + "$null = $e[0..19] | Export-TextEmbedding a.shard; $null = $e[20..39] | Export-TextEmbedding b.shard; "
                + $"function Show {{ process {{ \"$($_.Index) $($_.Text) $($_.Vector -join ' ') $($_.{property} -join ' ')\" }} }} "
                + $"$e | {command} | Show; {command} -Path b.shard, a.shard | Show");
        string[] lines = [.. result.Clean().Select(line => line.ToString())];
        Assert.NotEmpty(lines);
        Assert.Equal(lines[..(lines.Length / 2)], lines[(lines.Length / 2)..]);
    }

    [Fact]
    public void A_saved_map_takes_rows_of_files_and_knows_their_engine()
    {
        PipelineResult result = Run(
            Embed + "$null = $e | Export-TextEmbedding a.shard; "
                + "$fit = Invoke-Umap -Path a.shard -NeighborCount 5 -EpochCount 20 -SaveModel map.umap; "
                + "$null = $e | Invoke-Umap -NeighborCount 5 -EpochCount 20 -SaveModel piped.umap; "
                + "Invoke-Umap -Path a.shard -Model map.umap | ForEach-Object { "
                + "$_.X -eq $fit[$_.Index].X -and $_.Source.Index -eq $_.Index }");
        Assert.Equal(40, result.Clean().Count);
        Assert.All(result.Output, same => Assert.True((bool)same.BaseObject));
        Assert.Equal(File.ReadAllBytes(_folder.File("piped.umap")), File.ReadAllBytes(_folder.File("map.umap")));
    }

    [Theory]
    [InlineData("Invoke-Umap", "InputMissing", ErrorCategory.InvalidArgument, "InvokeUmap")]
    [InlineData("Invoke-Umap -Path none*.shard", "PathNoMatch", ErrorCategory.ObjectNotFound, "InvokeUmap")]
    [InlineData("Invoke-Umap -Path none.shard", "EmbeddingFileNotFound", ErrorCategory.ObjectNotFound, "InvokeUmap")]
    [InlineData("$e | Invoke-Umap -Path a.shard", "ParametersExclude", ErrorCategory.InvalidArgument, "InvokeUmap")]
    [InlineData("Invoke-Umap -Path a.shard -Property Vector", "ParametersExclude", ErrorCategory.InvalidArgument, "InvokeUmap")]
    [InlineData("Invoke-Umap -Path a.shard -TargetProperty Text", "ParametersExclude", ErrorCategory.InvalidArgument, "InvokeUmap")]
    [InlineData("Invoke-Hdbscan -Path a.shard -WeightProperty Index", "ParametersExclude", ErrorCategory.InvalidArgument, "InvokeHdbscan")]
    [InlineData("Invoke-Umap -Path a.shard -Target (1, 2)", "ValueCountMismatch", ErrorCategory.InvalidArgument, "InvokeUmap")]
    [InlineData("Invoke-Umap -Path a.shard, a.shard", "EmbeddingFileDoubleKey", ErrorCategory.InvalidArgument, "InvokeUmap")]
    [InlineData("Group-Text -Path a.shard, ./a.shard", "EmbeddingFileDoubleKey", ErrorCategory.InvalidArgument, "GroupText")]
    [InlineData(
        "Merge-TextEmbedding a.shard, *.shard all.shard", "EmbeddingFileDoubleKey", ErrorCategory.InvalidArgument, "MergeTextEmbedding")]
    [InlineData("Merge-TextEmbedding b.shard all.shard", "EmbeddingFileGap", ErrorCategory.InvalidData, "MergeTextEmbedding")]
    [InlineData("Merge-TextEmbedding a.shard all.shard -Count 1000", "EmbeddingFileGap", ErrorCategory.InvalidData, "MergeTextEmbedding")]
    [InlineData(
        "Merge-TextEmbedding a.shard all.shard -Count 1", "EmbeddingFileKeyBeyondCount", ErrorCategory.InvalidData, "MergeTextEmbedding")]
    [InlineData(
        "Merge-TextEmbedding a.shard all.shard -Count 9 -AllowGap",
        "ParametersExclude",
        ErrorCategory.InvalidArgument,
        "MergeTextEmbedding")]
    [InlineData("Merge-TextEmbedding a.shard, c.shard all.shard", "EmbeddingFileMismatch", ErrorCategory.InvalidData, "MergeTextEmbedding")]
    [InlineData("Merge-TextEmbedding *.shard a.shard", "EmbeddingFileSame", ErrorCategory.InvalidArgument, "MergeTextEmbedding")]
    [InlineData(
        "Merge-TextEmbedding a.shard b.shard -NoClobber", "EmbeddingFileExists", ErrorCategory.ResourceExists, "MergeTextEmbedding")]
    [InlineData("$e + $e | Export-TextEmbedding d.shard", "EmbeddingFileKeyOrder", ErrorCategory.InvalidData, "ExportTextEmbedding")]
    [InlineData(
        "@($e[0]) + @($n[1]) | Export-TextEmbedding d.shard", "EmbeddingFileMismatch", ErrorCategory.InvalidData, "ExportTextEmbedding")]
    [InlineData("$e | Export-TextEmbedding d.txt", "EmbeddingFileFormatUnknown", ErrorCategory.InvalidArgument, "ExportTextEmbedding")]
    public void What_cannot_be_ends_with_its_error(string script, string id, ErrorCategory category, string cmdlet)
    {
        Run(Embed + "$n = 'x', 'y' | Get-TextEmbedding -Model $tiny -Normalize; $null = $e[0..19] | Export-TextEmbedding a.shard; "
            + "$null = $e[20..39] | Export-TextEmbedding b.shard; $null = $n | Export-TextEmbedding c.shard -FirstIndex 20").Clean();
        Run(script).EndedWith(id, category, cmdlet);
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Rows_that_are_none_are_errors_and_the_others_are_written()
    {
        PipelineResult result = Run(
            "$rows = @(, @(1, 2)) + @('no row') + @(, @(1, 2, 3)) + @(, @(3, [double]::NaN)) + @(, @(5, 6)) + @($null); "
                + "$rows | Export-TextEmbedding a.shard; Import-TextEmbedding a.shard | ForEach-Object { \"$($_.Index): $($_.Vector)\" }");
        Assert.Equal(["0: 1 2", "4: 5 6"], result.Output.Skip(1).Select(line => line.ToString()));
        Assert.Equal(
            ["InputNotRow", "RowLengthMismatch", "RowNotFinite", "InputNotRow"],
            result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Fact]
    public void A_row_that_is_left_out_says_nothing_of_where_the_others_come_from()
    {
        PipelineResult result = Run(
            Embed + "$bad = [PSLlmCluster.TextEmbedding]::new(0, 'a', 'a', [float[]] (@([float]::NaN) * 64), 1); "
                + "$bad, $e[1..3] | ForEach-Object { $_ } | Export-TextEmbedding a.shard | Out-Null; "
                + "(Import-TextEmbedding a.shard)[0].Origin");
        Assert.Equal("RowNotFinite", Assert.Single(result.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.NotNull(Assert.Single(result.Output));
    }

    [Fact]
    public void Renumbered_rows_may_come_twice()
    {
        IReadOnlyList<PSObject> output = Run(
            Embed + "$null = $e[5..6] + $e[0..1] | Export-TextEmbedding a.shard -Renumber -FirstIndex 100 -NoText -Precision Half; "
                + "Import-TextEmbedding a.shard").Clean();
        Assert.Equal([100, 101, 102, 103], output.Values<int>("Index"));
        Assert.All(output, row => Assert.Null(row.Properties["Text"].Value));
    }

    /// <summary>The same files are the same error to whatever reads them as parts of one whole.</summary>
    [Theory]
    [InlineData("a.shard, a.shard", "EmbeddingFileDoubleKey", "is named twice", 20)]
    [InlineData("a.shard, a*.shard, b.shard", "EmbeddingFileDoubleKey", "is named twice", 40)]
    [InlineData("a.shard, twin.shard", "EmbeddingFileDoubleKey", "Keys come more than once: 0 to 19 in", 20)]
    [InlineData("b.shard, late.shard", "EmbeddingFileDoubleKey", "Keys come more than once: 30 to 39 in", 20)]
    [InlineData("odd.shard, even.shard, a.shard", "EmbeddingFileDoubleKey", "Keys come more than once: 0 in", 20)]
    [InlineData("a.shard, twin.parquet", "EmbeddingFileDoubleKey", "Keys come more than once: 0 in", 20)]
    [InlineData("a.shard, other.shard", "EmbeddingFileMismatch", "Normalize", 20)]
    public void Parts_that_do_not_go_together_are_refused_by_all_that_read_them(string paths, string id, string said, int taken)
    {
        Run(Embed + "$n = 'x', 'y' | Get-TextEmbedding -Model $tiny -Normalize; $null = $e[0..19] | Export-TextEmbedding a.shard; "
            + "$null = $e[20..39] | Export-TextEmbedding b.shard; $null = $n | Export-TextEmbedding other.shard -FirstIndex 20; "
            + "$null = $e[30..39] | Export-TextEmbedding late.shard; $null = $e[0..19] | Export-TextEmbedding twin.shard; "
            + "$null = $e[0..19] | Export-TextEmbedding twin.parquet; "
            + "$null = $e | Where-Object { $_.Index % 2 } | Export-TextEmbedding odd.shard; "
            + "$null = $e | Where-Object { $_.Index -eq 0 } | Export-TextEmbedding even.shard").Clean();
        foreach (string script in (string[])
            [
                $"Import-TextEmbedding {paths}", $"Invoke-Umap -Path {paths}", $"Group-Text -Path {paths}",
                $"Merge-TextEmbedding {paths} all.shard",
            ])
        {
            PipelineResult result = Run(script);
            ErrorRecord error = Assert.Single(result.AllErrors);
            Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
            Assert.Contains(said, error.Exception.Message, StringComparison.Ordinal);
            if (script.StartsWith("Import", StringComparison.Ordinal) && !paths.StartsWith("odd", StringComparison.Ordinal))
            {
                Assert.Equal(Enumerable.Range(paths[0] == 'b' ? 20 : 0, taken), result.Output.Values<int>("Index"));
            }
        }
    }

    [Fact]
    public void Files_of_several_runs_and_files_without_keys_are_read_together()
    {
        File.WriteAllText(_folder.File("a.jsonl"), "{\"vector\":[1,2]}\n{\"vector\":[3,4]}\n");
        File.Copy(_folder.File("a.jsonl"), _folder.File("b.jsonl"));
        IReadOnlyList<PSObject> output = Run(
            Embed + "$null = $e[0..2] | Export-TextEmbedding a.shard; $null = $e[0..1] | Export-TextEmbedding b.shard; "
                + "Import-TextEmbedding a.shard, b.shard -Renumber | Export-TextEmbedding all.shard | Out-Null; "
                + "$all = Import-TextEmbedding all.shard; \"$($all.Index)\"; $all[3].Text; "
                + "\"$((Import-TextEmbedding a.jsonl, b.jsonl).Index)\"; "
                + "(Import-TextEmbedding a.shard, b.shard -Renumber -SampleCount 4).Count").Clean();
        Assert.Equal(["0 1 2 3 4", "text 0 of kind 0", "0 1 0 1", "4"], output.Select(line => line.ToString()));
        PipelineResult refused = Run("Invoke-Umap -Path a.jsonl, b.jsonl");
        Assert.Contains(
            "-Renumber", Assert.Single(refused.AllErrors).ErrorDetails?.RecommendedAction ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_files_that_are_none_are_errors_that_name_their_lines_and_the_others_are_taken()
    {
        PipelineResult result = Run(
            Embed + "$null = $e | Export-TextEmbedding a.jsonl; $lines = [System.IO.File]::ReadAllLines($a); "
                + "$lines[3] = 'no JSON'; $lines[7] = '{\"key\":7,\"vector\":[1,NaN]}'; $lines[39] = '{\"key\":39,\"vector\":[1,2]}'; "
                + "[System.IO.File]::WriteAllLines($a, $lines); "
                + "$r = @(Import-TextEmbedding a.jsonl).Count; $u = @(Invoke-Umap -Path a.jsonl -NeighborCount 5 -EpochCount 5).Index; "
                + "$g = @((Group-Text -Path a.jsonl).Members).Count; $r; \"$($u.Count) $(3 -in $u) $($u[-1])\"; $g",
            ("a", _folder.File("a.jsonl")));
        Assert.Equal(["37", "37 False 38"], result.Output.Take(2).Select(line => line.ToString()));
        Assert.Equal(
            Enumerable.Repeat("EmbeddingRowInvalid", 9), result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(
            ["line 4:", "line 8:", "line 40:", "line 4:", "line 8:", "line 40:", "line 4:", "line 8:", "line 40:"],
            result.Errors.Select(error => error.Exception.Message)
                .Select(words => words[words.IndexOf("line ", StringComparison.Ordinal)..])
                .Select(words => words[..(words.IndexOf(':', StringComparison.Ordinal) + 1)]));
        Run("Merge-TextEmbedding a.jsonl all.shard").EndedWith("EmbeddingRowInvalid", ErrorCategory.InvalidData, "MergeTextEmbedding");
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_and_the_next_is_read()
    {
        PipelineResult result = Run(
            Embed + "$null = $e[0..1] | Export-TextEmbedding a.shard; "
                + "$bytes = [System.IO.File]::ReadAllBytes($a); $bytes[-70] = $bytes[-70] -bxor 1; "
                + "[System.IO.File]::WriteAllBytes($b, $bytes); "
                + "Import-TextEmbedding b.shard, none.shard, a.shard",
            ("a", _folder.File("a.shard")),
            ("b", _folder.File("b.shard")));
        Assert.Equal(2, result.Output.Count);
        Assert.Equal(
            ["EmbeddingFileDamaged", "EmbeddingFileNotFound"], result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Fact]
    public void Nothing_piped_in_gives_a_file_without_rows_that_goes_with_any()
    {
        IReadOnlyList<PSObject> output = Run(
            Embed + "@() | Export-TextEmbedding none.shard; $e | Export-TextEmbedding a.shard; Merge-TextEmbedding *.shard all.jsonl; "
                + "Invoke-Umap -Path none.shard").Clean();
        Assert.Equal(["none.shard", "a.shard", "all.jsonl"], output.Values<string>("Name"));
    }

    [Fact]
    public void A_model_that_changed_after_it_made_the_vectors_is_an_error()
    {
        string model = _folder.File("model.gguf");
        File.Copy(StagedModule.TinyBert, model);
        Run("$changed = 'a' | Get-TextEmbedding -Model model.gguf").Clean();
        File.SetLastWriteTimeUtc(model, DateTime.UnixEpoch);
        Run("$changed | Export-TextEmbedding a.shard").EndedWith(
            "EmbeddingModelChanged", ErrorCategory.InvalidData, "ExportTextEmbedding");
        Assert.Equal([model], Directory.GetFiles(_folder.Path));
    }

    private PipelineResult Run(string script, params (string Name, object? Value)[] more)
        => _session.Run(
            $"$null = $ExecutionContext.SessionState.Path.SetLocation($folder); {script}",
            [("folder", _folder.Path), ("tiny", StagedModule.TinyBert), .. more]);
}
