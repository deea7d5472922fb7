namespace PSLlmCluster.Core;

/// <summary>
/// Recognises what is neither a regular file nor a folder: devices, named pipes (FIFOs) and sockets. Opening one may wait for ever, and
/// writing one whole would put a regular file in its place.
/// </summary>
public static class SpecialFile
{
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const string WindowsDevices = @"\\.\";

    /// <summary>Returns whether a path leads to such a thing, through links too, without opening it.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Whether it does; false where nothing is there.</returns>
    public static bool Exists(string path)
        => OperatingSystem.IsWindows()
            ? Path.GetFullPath(path).StartsWith(WindowsDevices, StringComparison.Ordinal)
            : FileStatus.TryGet(path, out FileStatus status) && (status.Mode & TypeMask) is not (Regular or Folder);
}
