using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>The host that runs scripts on machines without pwsh.</summary>
public sealed class ScriptHostTests
{
    [Theory]
    [InlineData("'done'", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("throw 'broken'", 1)]
    [InlineData("Get-TextEmbedding -InputObject a -Model nowhere.gguf; 'not reached'", 1, "-ErrorActionPreference", "Stop")]
    [InlineData("Get-Nothing; 'reached'", 0)]
    public void The_exit_code_is_the_scripts_own(string script, int exitCode, params string[] arguments)
    {
        string parameters = "param([string] $ErrorActionPreference = 'Continue')\n";
        (int code, string output, string errors) = ScriptProcess.RunToEnd(parameters + script, arguments);
        Assert.True(code == exitCode, output + errors);
        Assert.DoesNotContain("not reached", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_are_bound_as_PowerShell_binds_them()
    {
        (_, string output, _) = ScriptProcess.RunToEnd("param([string] $Name, [int] $Count, [switch] $Loud) \"$Name|$($Count + 1)|$Loud|$($args.Count)\"", "-Count", "41", "it's $me", "-Loud");
        Assert.Equal("it's $me|42|True|0", output.Trim());
    }

    [Fact]
    public void Output_in_a_file_has_no_colours_and_errors_go_to_the_error_stream()
    {
        (_, string output, string errors) = ScriptProcess.RunToEnd("'a', 'bb' | Group-Object Length; Write-Warning 'careful'; Get-Nothing");
        Assert.DoesNotContain('\u001B', output + errors);
        Assert.Contains("Count Name", output, StringComparison.Ordinal);
        Assert.Contains("WARNING: careful", output, StringComparison.Ordinal);
        Assert.Contains("Get-Nothing", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stand_ins_do_what_the_examples_use_of_them()
    {
        string output = ScriptProcess.Run(
            """
            $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName
            $csv = Join-Path $folder 'a.csv'
            @([pscustomobject]@{ Id = 1; Text = "say ""hi"", twice`nand on" }, [pscustomobject]@{ Id = 2; Text = '' }) | Export-Csv $csv
            $rows = @(Import-Csv $csv)
            "$($rows.Count) $($rows[0].Id) $($rows[0].Text.Length) [$($rows[1].Text)]"
            (3, 1, 2 | Sort-Object) -join ''
            (3, 1, 2 | Sort-Object { -$_ } | Select-Object -First 2) -join ''
            ('x', 'y', 'x' | Group-Object | ForEach-Object { "$($_.Name)$($_.Count)" }) -join ' '
            [pscustomobject]@{ a = 1; b = @('x', $null) } | ConvertTo-Json -Compress
            Set-Content (Join-Path $folder 'b.txt') 'one', 'two', 'three'
            (Get-Content (Join-Path $folder 'b.txt') -TotalCount 2) -join ','
            (1..4 | Measure-Object -Sum -Average).Average
            [System.IO.Directory]::Delete($folder, $true)
            """);
        Assert.Equal(["2 1 22 []", "123", "32", "x2 y1", "{\"a\":1,\"b\":[\"x\",null]}", "one,two", "2.5"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
