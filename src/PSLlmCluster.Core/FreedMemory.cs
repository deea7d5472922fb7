namespace PSLlmCluster.Core;

/// <summary>
/// Memory that a stage of large work is done with. The garbage collector would come back for it only after as much again was taken, which
/// is hundreds of megabytes beside a matrix of gigabytes.
/// </summary>
internal static class FreedMemory
{
    /// <summary>The bytes of rows from which the time of a collection, some hundredths of a second, is little against the work.</summary>
    private const long Large = 128L << 20;

    /// <summary>
    /// The bytes of an array from which it counts beside such rows: those of some hundred numbers have a list of neighbours about as long.
    /// Smaller arrays are neither pinned, which leaves gaps in the heap, nor given back in parts, each of which is a call of the system.
    /// </summary>
    private const long LargeArray = Large / 32;

    /// <summary>Returns whether rows take so much that a second copy of them is to be avoided, even where that costs some time.</summary>
    /// <param name="bytes">The bytes of the rows.</param>
    public static bool IsLarge(long bytes) => bytes >= Large;

    /// <summary>
    /// Returns an array of zeros that <see cref="Return"/> does not move where it is large: while one is moved, it is there twice.
    /// </summary>
    /// <param name="count">Number of elements.</param>
    /// <typeparam name="T">The elements.</typeparam>
    public static unsafe T[] NewArray<T>(int count)
        where T : unmanaged
        => GC.AllocateArray<T>(count, pinned: IsLargeArray<T>(count));

    /// <summary>Gives back to the system what nobody uses any more.</summary>
    /// <param name="bytes">The bytes of the rows that are worked on; nothing happens where they are few.</param>
    public static void Return(long bytes)
    {
        if (IsLarge(bytes))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    /// <summary>
    /// Gives the memory of a part of an array back to the system at once, while another part is still used: what is made of the array,
    /// piece by piece, then takes no more than its own size. On systems other than Linux, and of an array that is not large, the memory is
    /// there until a collection.
    /// </summary>
    /// <param name="array">The array.</param>
    /// <param name="start">The first element that is not needed any more.</param>
    /// <param name="end">The element behind the last of them. What they hold afterwards is not known.</param>
    /// <typeparam name="T">The elements.</typeparam>
    public static unsafe void Drop<T>(T[] array, int start, int end)
        where T : unmanaged
    {
        if (!IsLargeArray<T>(array.Length))
        {
            return;
        }

        nint page = Environment.SystemPageSize;
        fixed (T* first = array)
        {
            // Whole pages only: what begins or ends within one is used by others.
            MemoryAdvice.Give(((nint)(first + start) + page - 1) & -page, (nint)(first + end) & -page, MemoryAdvice.DontNeed);
        }
    }

    private static unsafe bool IsLargeArray<T>(int count)
        where T : unmanaged
        => (long)count * sizeof(T) >= LargeArray;
}
