using System.Runtime.InteropServices;

namespace PSLlmCluster.Core;

/// <summary>
/// Tells what is neither a regular file nor a folder: devices, named pipes (FIFOs) and sockets. Opening one may wait for ever, and writing
/// one whole would put a regular file in its place.
/// </summary>
internal static partial class SpecialFile
{
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const string WindowsDevices = @"\\.\";

    /// <summary>Returns whether a path leads to such a thing, through links too, without opening it.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Whether it does; false where nothing is there.</returns>
    public static bool Exists(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.GetFullPath(path).StartsWith(WindowsDevices, StringComparison.Ordinal);
        }

        try
        {
            return Stat(path, out FileStatus status) == 0 && (status.Mode & TypeMask) is not (Regular or Folder);
        }
        catch (Exception problem) when (problem is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another runtime than .NET's own: what is there shows when it is opened.
            return false;
        }
    }

    // .NET has no public call for the type of a file. Its own library has this one, with one layout on all systems, where that of libc
    // differs from one to the next.
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, out FileStatus status);

    /// <summary>The first fields of .NET's own record of a file, with room for the others.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(0)]
        public int Flags;

        [FieldOffset(4)]
        public int Mode;
    }
}
