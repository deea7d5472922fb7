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
        string output = ScriptProcess.Run(
            "param([string] $Name, [int] $Count, [switch] $Loud, [switch] $Quiet) \"$Name|$($Count + 1)|$Loud|$Quiet|$($args.Count)\"",
            "-Count", "41", "it's $me", "-Loud", "-Quiet:$false");
        Assert.Equal("it's $me|42|True|False|0", output.Trim());
    }

    [Fact]
    public void The_module_is_there_and_so_is_the_whole_of_PowerShell()
    {
        string output = ScriptProcess.Run(
            "(Get-Module PSLlmCluster).Path; (Get-Command Get-Content, ConvertTo-Json, Start-Job).Source; $Host.Name");
        Assert.Equal(
            [
                StagedModule.Root, "Microsoft.PowerShell.Management", "Microsoft.PowerShell.Utility", "Microsoft.PowerShell.Core",
                "ConsoleHost",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select((line, index) => index == 0 ? Path.GetDirectoryName(line) : line));
    }
}
