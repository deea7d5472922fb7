using System.Globalization;
using System.Management.Automation.Host;

namespace ScriptHost;

/// <summary>The host that scripts see: the console that this program was started in.</summary>
internal sealed class ScriptConsole : PSHost
{
    /// <summary>Gets the console itself.</summary>
    public ConsoleInterface Interface { get; } = new();

    /// <summary>Gets the code that the script asked to exit with, or null.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "ScriptHost";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => Interface;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("There is no prompt here.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("There is no prompt here.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
