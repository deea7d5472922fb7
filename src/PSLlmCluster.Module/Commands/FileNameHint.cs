using System.Buffers;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Tells who gave the name of a file, and probably meant its lines, how they are given.</summary>
internal static class FileNameHint
{
    private const int LongestPath = 1024;
    private static readonly SearchValues<char> _special = SearchValues.Create(" '$`;&()");

    /// <summary>Warns where the only text is the name of a file.</summary>
    /// <param name="cmdlet">The cmdlet that took it.</param>
    /// <param name="source">What it came from; only a text is taken for a name.</param>
    public static void Warn(PSCmdlet cmdlet, object? source)
    {
        if (source is not string { Length: > 0 and <= LongestPath } text || TextValue.IsBlank(text))
        {
            return;
        }

        if (FilePaths.TryResolve(cmdlet, text, out _) is { } path && !IsOnShare(path) && File.Exists(path))
        {
            string name = WildcardPattern.ContainsWildcardCharacters(text) || text.AsSpan().ContainsAny(_special)
                ? $"-LiteralPath '{CodeGeneration.EscapeSingleQuotedStringContent(text)}'"
                : text;
            cmdlet.WriteWarning(
                $"The only text is the name of a file, and was taken as it stands. For the texts in it, one a line: Get-Content {name} | "
                    + $"{cmdlet.MyInvocation.MyCommand.Name}");
        }
    }

    // The text may be anybody's, and a look at a share would go to another machine. It may name one in many ways (\\a\b, \/a\b,
    // FileSystem::\\a\b), but the path that it leads to begins in one.
    private static bool IsOnShare(string path) => path.Length > 1 && path[0] is '/' or '\\' && path[1] is '/' or '\\';
}
