using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ScriptHost;

/// <summary>Writes what scripts write: output to standard output; errors and progress to standard error. Nobody can be asked anything.</summary>
internal sealed class ConsoleInterface : PSHostUserInterface
{
    private const int LongestStatus = 60;
    private readonly Lock _gate = new();
    private int _progressLength;

    /// <summary>Gets or sets a value indicating whether all that is written is an error: what ended the script.</summary>
    public bool AllIsError { get; set; }

    public override PSHostRawUserInterface RawUI { get; } = new ConsoleRawInterface();

    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override void Write(string value) => Print(Console.Out, value, newLine: false);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Print(Console.Out, value, newLine: false, foregroundColor);

    public override void WriteLine(string value) => Print(Console.Out, value, newLine: true);

    public override void WriteErrorLine(string value) => Print(Console.Error, value, newLine: true, ConsoleColor.Red);

    public override void WriteWarningLine(string message) => Print(Console.Out, $"WARNING: {message}", newLine: true, ConsoleColor.Yellow);

    public override void WriteVerboseLine(string message) => Print(Console.Out, $"VERBOSE: {message}", newLine: true, ConsoleColor.Yellow);

    public override void WriteDebugLine(string message) => Print(Console.Out, $"DEBUG: {message}", newLine: true, ConsoleColor.Yellow);

    /// <summary>Shows progress as one line that is overwritten; a file or a pipe gets none.</summary>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (Console.IsErrorRedirected)
        {
            return;
        }

        lock (_gate)
        {
            ClearProgress();
            if (record.RecordType == ProgressRecordType.Completed)
            {
                return;
            }

            string status = record.StatusDescription.Length > LongestStatus ? record.StatusDescription[..LongestStatus] : record.StatusDescription;
            string line = $"{record.Activity}: {status}{(record.PercentComplete >= 0 ? $" {record.PercentComplete} %" : string.Empty)}";
            Console.Error.Write(line);
            _progressLength = line.Length;
        }
    }

    public override string ReadLine() => throw NobodyToAsk();

    public override SecureString ReadLineAsSecureString() => throw NobodyToAsk();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw NobodyToAsk();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw NobodyToAsk();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw NobodyToAsk();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw NobodyToAsk();

    private static NotSupportedException NobodyToAsk() => new("A script is run here without anybody to ask. Give all that it needs as parameters.");

    private void Print(TextWriter writer, string text, bool newLine, ConsoleColor? color = null)
    {
        if (AllIsError)
        {
            writer = Console.Error;
        }

        lock (_gate)
        {
            ClearProgress();
            bool colored = color is not null && !(writer == Console.Error ? Console.IsErrorRedirected : Console.IsOutputRedirected);
            if (colored)
            {
                Console.ForegroundColor = color!.Value;
            }

            writer.Write(GetOutputString(text, SupportsVirtualTerminal));
            if (colored)
            {
                Console.ResetColor();
            }

            if (newLine)
            {
                writer.WriteLine();
            }
        }
    }

    private void ClearProgress()
    {
        if (_progressLength > 0)
        {
            Console.Error.Write($"\r{new string(' ', _progressLength)}\r");
            _progressLength = 0;
        }
    }
}
