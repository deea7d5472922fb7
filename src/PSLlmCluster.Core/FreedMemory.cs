namespace PSLlmCluster.Core;

/// <summary>
/// Memory that a stage of large work is done with. The garbage collector would come back for it only after as much again was taken, which
/// is hundreds of megabytes beside a matrix of gigabytes.
/// </summary>
internal static class FreedMemory
{
    /// <summary>The bytes of rows from which the time of a collection, some hundredths of a second, is little against the work.</summary>
    private const long Large = 128L << 20;

    /// <summary>Returns whether rows take so much that a second copy of them is to be avoided, even where that costs some time.</summary>
    /// <param name="bytes">The bytes of the rows.</param>
    public static bool IsLarge(long bytes) => bytes >= Large;

    /// <summary>Gives back to the system what nobody uses any more.</summary>
    /// <param name="bytes">The bytes of the rows that are worked on; nothing happens where they are few.</param>
    public static void Return(long bytes)
    {
        if (IsLarge(bytes))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
