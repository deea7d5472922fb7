using System.Management.Automation;
using System.Management.Automation.Host;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Module.Commands;

/// <summary>What the window that a session writes to can show.</summary>
/// <param name="Width">Its width in columns; 80 where there is no window.</param>
/// <param name="Height">Its height in lines; 24 where there is no window.</param>
/// <param name="Colors">The colours that are wanted and can be shown.</param>
/// <param name="IsUnicode">Whether it takes any character.</param>
/// <param name="IsLight">Whether its ground is known to be light.</param>
internal sealed record TerminalHost(int Width, int Height, TerminalColors Colors, bool IsUnicode, bool IsLight)
{
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;

    /// <summary>Finds out what a host can show.</summary>
    /// <param name="host">The host.</param>
    /// <param name="style">The session's $PSStyle, or null.</param>
    /// <returns>What it can show.</returns>
    public static TerminalHost Of(PSHost host, object? style)
    {
        bool isRedirected = Console.IsOutputRedirected;
        (int width, int height) = isRedirected ? (UsualWidth, UsualHeight) : SizeOf(host);

        // no-color.org: whatever the variable holds. PowerShell's own setting counts too; by default a terminal has colours, a file none.
        bool hasColor = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && RenderingOf(style) switch
            {
                "PlainText" => false,
                "Ansi" => true,
                _ => !isRedirected && host.UI is { SupportsVirtualTerminal: true },
            };

        // Code pages of UTF-8, and of UTF-16 and UTF-32 in both orders of bytes.
        bool isUnicode = Console.OutputEncoding.CodePage is 65001 or 1200 or 1201 or 12000 or 12001;
        TerminalColors colors = !hasColor ? TerminalColors.None : HasAllColors() ? TerminalColors.Full : TerminalColors.Indexed;
        return new TerminalHost(width, height, colors, isUnicode, IsLightGround(Environment.GetEnvironmentVariable("COLORFGBG")));
    }

    // Windows' console has all colours where it has any. Elsewhere terminals that have them say so (github.com/termstandard/colors).
    private static bool HasAllColors()
        => OperatingSystem.IsWindows()
            || Environment.GetEnvironmentVariable("COLORTERM") is "truecolor" or "24bit"
            || Environment.GetEnvironmentVariable("TERM")?.EndsWith("-direct", StringComparison.Ordinal) == true;

    private static string? RenderingOf(object? style)
        => style is null ? null : PSObject.AsPSObject(style).Properties["OutputRendering"]?.Value?.ToString();

    private static (int Width, int Height) SizeOf(PSHost host)
    {
        try
        {
            // One line is the prompt's.
            return host.UI?.RawUI?.WindowSize is { Width: > 0, Height: > 1 } size
                ? (size.Width, size.Height - 1)
                : (UsualWidth, UsualHeight);
        }
        catch (Exception problem) when (problem is HostException or IOException or InvalidOperationException or NotSupportedException
            or NotImplementedException)
        {
            return (UsualWidth, UsualHeight);
        }
    }

    // Some terminals say their colours, the ground last: of the usual 16, 7 is light grey and 9 to 15 are bright.
    private static bool IsLightGround(string? colors)
        => int.TryParse(colors?.Split(';')[^1], out int ground) && ground is 7 or (>= 9 and <= 15);
}
