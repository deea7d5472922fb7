using System.Runtime.InteropServices;

namespace PSLlmCluster.Core;

/// <summary>
/// Memory that is touched first in pages of 2 MB instead of 4 kB, where the system offers that (Linux, madvise): a model's weights would be
/// ten thousand small pages, each of which costs a visit to the system, and in a virtual machine a long one.
/// </summary>
internal static class LargePages
{
    private const nint PageSize = 2 << 20;

    /// <summary>
    /// Asks for large pages in place of those of an array that have not been touched. Nothing happens where there are none.
    /// </summary>
    /// <param name="pinned">The array, which does not move.</param>
    /// <typeparam name="T">Its elements.</typeparam>
    public static unsafe void Advise<T>(T[] pinned)
        where T : unmanaged
    {
        nint start = Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
        nint end = start + ((nint)pinned.Length * sizeof(T));
        MemoryAdvice.Give((start + PageSize - 1) & -PageSize, end & -PageSize, MemoryAdvice.HugePage);
    }
}
