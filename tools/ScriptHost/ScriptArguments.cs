using System.Management.Automation.Language;
using System.Text;
using System.Text.RegularExpressions;

namespace ScriptHost;

/// <summary>Makes the command that calls a script with what stood on the command line, so that PowerShell's own binder reads it.</summary>
internal static partial class ScriptArguments
{
    public static string CallOf(string file, ReadOnlySpan<string> arguments)
    {
        StringBuilder call = new();
        call.Append("& ").Append(Quote(file));
        foreach (string argument in arguments)
        {
            Match name = ParameterName().Match(argument);
            call.Append(' ');
            if (!name.Success)
            {
                call.Append(Quote(argument));
            }
            else
            {
                // -Name and -Name:value, where $true and $false are the only values that are not text, as with pwsh -File.
                call.Append(name.Groups[1].Value);
                string value = name.Groups[2].Value;
                if (value.Length > 0)
                {
                    call.Append(':').Append(value.ToLowerInvariant() is "$true" or "$false" ? value : Quote(value));
                }
            }
        }

        return call.ToString();
    }

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    [GeneratedRegex(@"^(-[\p{L}_?][\w-]*)(?::(.*))?$", RegexOptions.Singleline)]
    private static partial Regex ParameterName();
}
