using System.Runtime.InteropServices;

namespace PSLlmCluster.Core;

/// <summary>What the system says of a file beyond what .NET has public calls for.</summary>
/// <remarks>
/// .NET's own library has the call that FileInfo makes, with one layout on all systems but Windows, where that of libc differs from one to
/// the next.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal partial struct FileStatus
{
    /// <summary>The type of the file and who may do what with it.</summary>
    [FieldOffset(4)]
    public int Mode;

    /// <summary>When the file's record was last changed: the seconds.</summary>
    [FieldOffset(56)]
    public long ChangeSeconds;

    /// <summary>When the file's record was last changed: the nanoseconds.</summary>
    [FieldOffset(64)]
    public long ChangeNanoseconds;

    /// <summary>Looks at a file, through links too, without opening it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="status">What the system says.</param>
    /// <returns>Whether it says anything: not on Windows, nor where nothing is there.</returns>
    public static bool TryGet(string path, out FileStatus status)
    {
        status = default;
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            return Stat(path, out status) == 0;
        }
        catch (Exception problem) when (problem is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another runtime than .NET's own.
            return false;
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, out FileStatus status);
}
