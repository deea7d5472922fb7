using System.Runtime.InteropServices;

namespace PSLlmCluster.Core;

/// <summary>What Linux is told about pages of memory (madvise); nothing happens on other systems.</summary>
internal static partial class MemoryAdvice
{
    /// <summary>The pages' contents are not needed any more, and the memory is free at once; read again, they are zero.</summary>
    public const int DontNeed = 4;

    /// <summary>The pages should be large ones when they are touched first.</summary>
    public const int HugePage = 14;

    /// <summary>Gives advice about pages. A refusal changes nothing.</summary>
    /// <param name="first">The first address, of a page.</param>
    /// <param name="last">The address behind them, of a page.</param>
    /// <param name="advice">The advice.</param>
    public static void Give(nint first, nint last, int advice)
    {
        if (last <= first || !OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MAdvise(first, (nuint)(last - first), advice);
        }
        catch (Exception problem) when (problem is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(nint address, nuint length, int advice);
}
