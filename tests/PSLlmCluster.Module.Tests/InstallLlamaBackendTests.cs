using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// Installing and removing backends from the prompt. The variables of the process choose the folder and hide npm, so nothing else runs
/// meanwhile. What the archives hold is tested beside the engine.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class InstallLlamaBackendTests : IDisposable
{
    private const string Folder = "PSLLMCLUSTER_NATIVE";
    private const string Install = "InstallLlamaBackend";
    private const string Uninstall = "UninstallLlamaBackend";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string? _pathBefore = Environment.GetEnvironmentVariable("PATH");
    private readonly string? _folderBefore = Environment.GetEnvironmentVariable(Folder);

    public InstallLlamaBackendTests()
    {
        Environment.SetEnvironmentVariable(Folder, _folder.Path);
        Environment.SetEnvironmentVariable("PATH", _folder.Path);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _pathBefore);
        Environment.SetEnvironmentVariable(Folder, _folderBefore);
        _session.Dispose();
        _folder.Dispose();
    }

    [BackendFact]
    public void WhatIf_fetches_and_writes_nothing()
    {
        Assert.Empty(_session.Run("Install-LlamaBackend vulkan -WhatIf").Clean());
        Directory.CreateDirectory(_folder.File("vulkan"));
        Assert.Empty(_session.Run("Uninstall-LlamaBackend Vulkan -WhatIf").Clean());
        Assert.Equal([_folder.File("vulkan")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [BackendFact]
    public void Without_npm_it_is_an_error_that_names_the_package()
    {
        ErrorRecord error = _session.Run("Install-LlamaBackend Cuda12").EndedWith("NpmMissing", ErrorCategory.NotInstalled, Install);
        Assert.Equal("Cuda12", error.TargetObject);
        Assert.Contains("-cuda-ext@", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [BackendFact]
    public void An_archive_is_named_from_the_location_of_the_session()
    {
        _session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($folder)", ("folder", _folder.Path)).Clean();
        File.WriteAllText(_folder.File("a.tgz"), "no archive");
        ErrorRecord wrong = _session.Run("Install-LlamaBackend Vulkan -Path ./a.tgz").EndedWith(
            "BackendArchiveWrong", ErrorCategory.InvalidData, Install);
        Assert.Contains(_folder.File("a.tgz"), wrong.ErrorDetails.Message, StringComparison.Ordinal);
        _session.Run("Install-LlamaBackend Vulkan -Path ./b.tgz").EndedWith("BackendArchiveUnreadable", ErrorCategory.ReadError, Install);
    }

    [BackendFact]
    public void What_is_there_is_replaced_only_by_force_and_can_be_removed()
    {
        Directory.CreateDirectory(_folder.File("cuda13"));
        File.WriteAllText(Path.Combine(_folder.File("cuda13"), "library"), "x");
        _session.Run("Install-LlamaBackend Cuda13").EndedWith("BackendInstalled", ErrorCategory.ResourceExists, Install);
        _session.Run("Install-LlamaBackend Cuda13 -Force").EndedWith("NpmMissing", ErrorCategory.NotInstalled, Install);
        Assert.Empty(_session.Run("Uninstall-LlamaBackend Cuda13").Clean());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        _session.Run("Uninstall-LlamaBackend Cuda13").EndedWith("BackendNotInstalled", ErrorCategory.ObjectNotFound, Uninstall);
    }

    [Fact]
    public void Names_are_completed_and_others_refused()
    {
        const string Complete = "(TabExpansion2 'Install-LlamaBackend cuda').CompletionMatches.CompletionText";
        IReadOnlyList<PSObject> names = _session.Run(Complete).Clean();
        Assert.Equal(["Cuda12", "Cuda13"], names.Select(name => name.ToString()));
        Assert.NotNull(_session.Run("Install-LlamaBackend Rocm").Terminating);
    }
}

/// <summary>A test of a backend, on a platform that has some.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BackendFactAttribute : FactAttribute
{
    public BackendFactAttribute()
    {
        if (OperatingSystem.IsMacOS()
            || System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            Skip = "There are backends for Linux and Windows on x64 alone.";
        }
    }
}
