using System.ComponentModel;
using System.Diagnostics;
using PSLlmCluster.Core;

namespace PSLlmCluster.Module.Commands;

/// <summary>Opens files with the programs that the system has for them. What cannot be opened is a warning: the file is there.</summary>
internal sealed class FileOpener
{
    private readonly bool _hasScreen;
    private readonly Action<ProcessStartInfo> _start;

    /// <summary>Initializes a new instance of the <see cref="FileOpener"/> class.</summary>
    /// <param name="hasScreen">Whether there is a screen to open anything on.</param>
    /// <param name="start">Starts a program and waits for nothing.</param>
    public FileOpener(bool hasScreen, Action<ProcessStartInfo> start) => (_hasScreen, _start) = (hasScreen, start);

    /// <summary>Gets the opener of this session.</summary>
    public static FileOpener Own => new(HasScreen(), start => Process.Start(start)?.Dispose());

    /// <summary>Opens a file.</summary>
    /// <param name="path">The full path.</param>
    /// <returns>Null, or why it is not open.</returns>
    public EngineWarning? Open(string path)
    {
        if (!_hasScreen)
        {
            return NotShown(path, "this session has no screen", "Open it in a desktop session, or copy it to a machine with a screen.");
        }

        try
        {
            _start(Program(path));
            return null;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException or PlatformNotSupportedException)
        {
            string cure = OperatingSystem.IsLinux()
                ? "Install xdg-utils, which has xdg-open, or open the file yourself."
                : "Choose a program for files of this kind in the system's settings, or open the file yourself.";
            return NotShown(path, $"the system could not open it: {e.Message.TrimEnd('.')}", cure);
        }
    }

    // By name, since the shell's way of .NET would run the file itself where its mode lets it.
    private static ProcessStartInfo Program(string path) => OperatingSystem.IsWindows()
        ? new ProcessStartInfo(path) { UseShellExecute = true }
        : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [path]);

    private static bool HasScreen() => OperatingSystem.IsWindows()
        ? Environment.UserInteractive
        : OperatingSystem.IsMacOS() || IsSet("DISPLAY") || IsSet("WAYLAND_DISPLAY");

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static EngineWarning NotShown(string path, string why, string cure)
        => new("FileNotShown", $"'{path}' is written, but not shown: {why}. {cure}");
}
