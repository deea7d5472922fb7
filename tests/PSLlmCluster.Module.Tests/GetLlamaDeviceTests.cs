using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>What llama.cpp can compute on, as a person at the prompt and a script see it.</summary>
public sealed class GetLlamaDeviceTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [LlamaFact]
    public void The_processor_is_usable_and_each_other_says_why_not()
    {
        IReadOnlyList<PSObject> devices = _session.Run("Get-LlamaDevice").Clean();

        Assert.All(devices, device => Assert.Equal("PSLlmCluster.LlamaDevice", device.TypeNames[0]));
        Assert.Equal("Cpu", devices[0].Value<string>("Backend"));
        Assert.Equal("Cpu", devices[0].Value<object>("Type").ToString());
        Assert.True(devices[0].Value<bool>("IsUsable"));
        Assert.True(devices[0].Value<long?>("TotalMemory") > 0);
        Assert.All(
            devices,
            device => Assert.Equal(device.Value<bool>("IsUsable"), device.Value<string?>("Reason") is null));
    }

    [LlamaFact]
    public void A_backend_that_is_asked_for_comes_alone()
    {
        Assert.Equal(["Cpu"], _session.Run("Get-LlamaDevice cpu").Clean().Values<string>("Backend"));
        ErrorRecord? refused = _session.Run("Get-LlamaDevice Cuda9").Terminating;
        Assert.StartsWith("ParameterArgumentValidationError", refused?.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [LlamaFact]
    public void The_table_says_why_in_place_of_a_description()
    {
        string shown = ScriptProcess.Run(
            "Get-LlamaDevice | Out-String -Width 120 | Write-Host; (Get-LlamaDevice)[0].ToString() | ForEach-Object { \"text: $_\" }");

        Assert.Matches(@"Backend\s+Name\s+Usable\s+Free\s+Total\s+Description, or why not", shown);
        Assert.Matches(@"Cpu\s+CPU\s+True\s+([0-9.]+ GB\s+)?[0-9]+\.[0-9] GB", shown);
        Assert.Contains("text: CPU", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_libraries_is_an_error_that_names_it()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output, string errors) = ScriptProcess.RunToEnd(
            $"$env:PSLLMCLUSTER_NATIVE = '{folder.Path}'\n"
                + "try { Get-LlamaDevice } catch { $_.FullyQualifiedErrorId; $_.ErrorDetails.Message }");

        Assert.Equal((0, string.Empty), (exitCode, errors));
        Assert.Contains("NativeLibraryMissing,PSLlmCluster.Module.Commands.GetLlamaDeviceCommand", output, StringComparison.Ordinal);
        Assert.Contains(folder.Path, output, StringComparison.Ordinal);
    }
}
