using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>A PowerShell session with the staged module imported, and nothing else but the engine's own commands.</summary>
internal sealed class ModuleSession : IDisposable
{
    public ModuleSession(bool import = true)
    {
        Runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        Runspace.Open();
        if (import)
        {
            Import();
        }
    }

    public Runspace Runspace { get; }

    public void Dispose() => Runspace.Dispose();

    public void Import(bool force = false)
        => Assert.Empty(Run($"Import-Module '{StagedModule.Manifest}'{(force ? " -Force" : string.Empty)}").AllErrors);

    /// <summary>
    /// Runs a script; variables are set before it. An error that ends a command ends the script, which tells it from the others.
    /// </summary>
    public PipelineResult Run(string script, params (string Name, object? Value)[] variables)
    {
        using PowerShell shell = Prepare($"try {{\n{script}\n}}\ncatch {{ throw }}", variables);
        return PipelineResult.Of(shell);
    }

    /// <summary>Makes a script ready to run, for tests that watch or stop it.</summary>
    public PowerShell Prepare(string script, params (string Name, object? Value)[] variables)
    {
        foreach ((string name, object? value) in variables)
        {
            Runspace.SessionStateProxy.SetVariable(name, value);
        }

        PowerShell shell = PowerShell.Create(Runspace);
        shell.AddScript(script);
        return shell;
    }
}
