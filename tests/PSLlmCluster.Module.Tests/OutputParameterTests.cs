using System.Diagnostics;
using System.Management.Automation;
using System.Text.RegularExpressions;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>The one rule for every parameter that names a file to be written.</summary>
public sealed partial class OutputParameterTests : IDisposable
{
    private const string Before = "& { $script:isFed = $true; $records | ForEach-Object { , $_ } }";
    private const string Streaming = "Export-TextEmbedding -Path";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    /// <summary>All of them, each with a name of a file and a call that writes results beside it.</summary>
    public static TheoryData<string, string, string> Outputs => new()
    {
        { "Invoke-Umap -SaveModel", "map.umap", "Invoke-Umap -NeighborCount 3 -EpochCount 1 -SaveModel" },
        { "Invoke-Hdbscan -SaveModel", "clusters.hdbscan", "Invoke-Hdbscan -MinClusterSize 2 -WarningAction Ignore -SaveModel" },
        { "Group-Text -SaveModel", "texts.groups", "Group-Text -Property { 'text ' + $_[0] } -AsMember -SaveModel" },
        { "Group-Text -Map", "map.svg", "Group-Text -Property { 'text ' + $_[0] } -AsMember -Map" },
        { "Export-ClusterPlot -Path", "map.svg", "Export-ClusterPlot -PassThru -Path" },
        { Streaming, "rows.shard", "Export-TextEmbedding -PassThru -Path" },
    };

    /// <summary>Those of cmdlets that write no result before the last record has come.</summary>
    public static TheoryData<string, string, string> Collecting
    {
        get
        {
            TheoryData<string, string, string> outputs = [];
            foreach (object[] output in Outputs.Where(output => (string)output[0] != Streaming))
            {
                outputs.Add((string)output[0], (string)output[1], (string)output[2]);
            }

            return outputs;
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_parameter_that_names_an_output_is_known_here_and_its_cmdlet_has_the_parameters_of_the_rule()
    {
        CommandInfo[] cmdlets = [.. _session.Run("Get-Command -Module "
            + "PSLlmCluster").Clean().Select(command => (CommandInfo)command.BaseObject)];
        List<string> found = [];

        // What a cmdlet that exports nothing is given a path of, it reads.
        string[] reading = ["Get", "Install", "Import"];
        foreach (CommandInfo cmdlet in cmdlets.Where(cmdlet => !reading.Contains(((CmdletInfo)cmdlet).Verb)))
        {
            bool isExport = ((CmdletInfo)cmdlet).Verb == "Export";
            foreach (ParameterMetadata parameter in cmdlet.Parameters.Values.Where(
                parameter => NamesAnOutput(parameter) && (isExport || parameter.Name != "Path")))
            {
                found.Add($"{cmdlet.Name} -{parameter.Name}");
                Assert.All(new[] { "WhatIf", "Confirm", "Force", "NoClobber" }, name => Assert.Contains(name, cmdlet.Parameters.Keys));
            }
        }

        Assert.Equal(Outputs.Select(output => (string)output[0]).Order(), found.Order());
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void What_is_there_and_may_not_be_replaced_is_found_before_the_work(string parameter, string name, string command)
    {
        string file = _folder.File(name);
        AssertRefused(Run($"{command} {{0}}", _folder.Path + "/none/" + name), "FolderNotFound", parameter);
        string below = Path.Combine(_folder.Path, "made", "for it", name);
        AssertWritten(Run($"{command} {{0}} -Force", below), below);
        Directory.Delete(_folder.File("made"), recursive: true);
        AssertRefused(Run($"{command} {{0}}", _folder.Path), "IsDirectory", parameter);
        AssertRefused(Run($"{command} {{0}}", file + "\0"), "PathHasNul", parameter);
        AssertWritten(Run($"{command} {{0}}", file), file);
        byte[] first = File.ReadAllBytes(file);

        AssertRefused(Run($"{command} {{0}} -NoClobber", file), "Exists", parameter);
        AssertRefused(Run($"{command} {{0}} -NoClobber -Force", file), "Exists", parameter);
        File.SetAttributes(file, FileAttributes.ReadOnly);
        AssertRefused(Run($"{command} {{0}}", file), "(ReadOnly|NotWritable)", parameter);
        Assert.Equal(first, File.ReadAllBytes(file));
        AssertWritten(Run($"{command} {{0}} -Force", file), file);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void What_is_no_file_is_never_replaced(string parameter, string name, string command)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using (Process made = Process.Start("mkfifo", [_folder.File(name)]))
        {
            made.WaitForExit();
        }

        File.CreateSymbolicLink(_folder.File("null" + name), "/dev/null");
        foreach (string path in new[] { _folder.File(name), _folder.File("null" + name) })
        {
            AssertRefused(Run($"{command} {{0}}", path), "NotRegular", parameter);
            AssertRefused(Run($"{command} {{0}} -Force", path), "NotRegular", parameter);
        }

        Assert.Equal("/dev/null", new FileInfo(_folder.File("null" + name)).LinkTarget);
        File.Delete(_folder.File(name));
        File.Delete(_folder.File("null" + name));
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void WhatIf_writes_all_but_the_file(string parameter, string name, string command)
    {
        string file = _folder.File(name);
        Assert.Equal(12, Run($"{command} {{0}} -WhatIf", file).Clean().Count);
        Assert.Equal(12, Run($"$WhatIfPreference = $true; {command} {{0}}", file).Clean().Count);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        File.WriteAllText(file, "my own notes");
        Assert.Equal(12, Run($"{command} {{0}} -WhatIf -Force", file).Clean().Count);
        Assert.Equal(12, Run($"{command} {{0}} -WhatIf", file).Clean().Count);
        Assert.Equal("my own notes", File.ReadAllText(file));
        Assert.NotEmpty(parameter);
    }

    [Theory]
    [MemberData(nameof(Collecting))]
    public void A_save_that_fails_after_the_work_is_an_error_beside_the_results(string parameter, string name, string command)
    {
        string sub = _folder.File("sub");
        Directory.CreateDirectory(sub);
        PipelineResult result = Lost($"{command} {{0}}", sub, name);

        Assert.Null(result.Terminating);
        Assert.Equal(12, result.Output.Count);
        Assert.Contains("FolderNotFound,", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEmpty(result.Errors[0].ErrorDetails.RecommendedAction);

        // The first result ends the pipeline, and the error is there all the same.
        Directory.CreateDirectory(sub);
        Assert.Single(Lost($"{command} {{0}} | ForEach-Object {{ break }}", sub, name).Errors);

        // The error ends the pipeline, and the results were there before.
        Directory.CreateDirectory(sub);
        PipelineResult stopped = Lost($"{command} {{0}} -ErrorAction Stop", sub, name);
        Assert.NotNull(stopped.Terminating);
        Assert.Equal(12, stopped.Output.Count);
        Directory.CreateDirectory(sub);
        PipelineResult preferred = Lost($"{command} {{0}}", sub, name, "$ErrorActionPreference = 'Stop'; ");
        Assert.NotNull(preferred.Terminating);
        Assert.Equal(12, preferred.Output.Count);
        Assert.NotEmpty(parameter);
    }

    [Fact]
    public void SaveModel_replaces_a_saved_model_and_any_other_file_only_with_Force()
    {
        string file = _folder.File("notes.txt");
        const string Command = "Invoke-Hdbscan -MinClusterSize 2 -WarningAction Ignore -SaveModel {0}";
        File.WriteAllText(file, "my own notes");

        AssertRefused(Run(Command, file), "ModelFileForeign", "Invoke-Hdbscan -SaveModel");
        Assert.Equal("my own notes", File.ReadAllText(file));
        AssertWritten(Run(Command + " -Force", file), file);
        AssertWritten(Run("Invoke-Umap -NeighborCount 3 -EpochCount 1 -SaveModel {0}", file), file);
        AssertWritten(Run(Command, file), file);
    }

    [Fact]
    public void Clusters_that_cannot_be_saved_are_written_all_the_same()
    {
        PipelineResult result = _session.Run(
            "Invoke-Hdbscan -InputObject (, [double[]] ([double]::NaN, 1)) -SaveModel $file",
            ("file", _folder.File("none.hdbscan")));

        Assert.Equal(-1, Assert.Single(result.Output).Value<int>("Cluster"));
        Assert.Equal(
            ["HdbscanModelNotPossible", "RowsNotFinite"],
            result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Theory]
    [InlineData("Invoke-Umap")]
    [InlineData("Invoke-Hdbscan")]
    public void A_model_that_is_no_file_is_not_opened(string command)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using (Process made = Process.Start("mkfifo", [_folder.File("fifo")]))
        {
            made.WaitForExit();
        }

        _session.Run($"@() | {command} -Model $file", ("file", _folder.File("fifo"))).EndedWith(
            "ModelFileNotRegular",
            ErrorCategory.InvalidArgument,
            command.Replace("-", string.Empty, StringComparison.Ordinal));
        _session.Run($"@() | {command} -Model /dev/zero").EndedWith(
            "ModelFileNotRegular",
            ErrorCategory.InvalidArgument,
            command.Replace("-", string.Empty, StringComparison.Ordinal));
        File.Delete(_folder.File("fifo"));
    }

    [GeneratedRegex("^(Save|Out|Export|Write)|^(Path|Map)$|File$")]
    private static partial Regex NameOfOutput();

    private static bool NamesAnOutput(ParameterMetadata parameter)
        => NameOfOutput().IsMatch(parameter.Name) && !parameter.SwitchParameter && !Cmdlet.CommonParameters.Contains(parameter.Name);

    private static void AssertRefused(PipelineResult result, string id, string parameter)
    {
        Assert.NotNull(result.Terminating);
        Assert.Matches($"{id},", result.Terminating.FullyQualifiedErrorId);
        Assert.NotEmpty(result.Terminating.ErrorDetails.RecommendedAction);
        Assert.Equal(["not fed"], result.Output.Select(line => line.ToString()));
        Assert.NotEmpty(parameter);
    }

    private static void AssertWritten(PipelineResult result, string file)
    {
        Assert.Equal(12, result.Clean().Count);
        Assert.True(new FileInfo(file).Length > 100);
    }

    /// <summary>Pipes records to a command. Where it ends with an error, the output says whether any record was asked for.</summary>
    private PipelineResult Run(string command, string file)
        => _session.Run(
            $"$script:isFed = $false; $records = {Records}; try {{ {Piped(command)} }} catch {{ if (-not $script:isFed) {{ 'not "
                + $"fed' }}; throw }}",
            ("file", file));

    /// <summary>Pipes records to a command whose folder is lost meanwhile.</summary>
    private PipelineResult Lost(string command, string folder, string name, string before = "")
        => _session.Run(
            $"{before}$records = {Records}; foreach ($once in 1) {{ & {{ [System.IO.Directory]::Delete($folder); $records | ForEach-Object "
                + $"{{ , $_ }} }} | {command.Replace("{0}", "$file", StringComparison.Ordinal)} }}",
            ("folder", folder),
            ("file", Path.Combine(folder, name)));

    private const string Records = "@(0..11 | ForEach-Object { [pscustomobject] @{ Vector = [double[]] (($_ % 2 * 9 + $_ / 100), "
        + "($_ / 50)); X = $_; Y = $_ % 3; Cluster = $_ % 2 } })";

    private static string Piped(string command)
    {
        int place = command.IndexOf(';', StringComparison.Ordinal) + 1;
        return $"{command[..place]} {Before} | {command[place..].Replace("{0}", "$file", StringComparison.Ordinal)}";
    }
}
