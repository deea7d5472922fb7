using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// A sample of rows that come one after the other: each row draws a random number by its key and the seed, and those of the smallest
/// numbers are kept. So it is the same however the rows are cut into files, and in whichever order these are read.
/// </summary>
/// <typeparam name="T">What is kept of a row.</typeparam>
/// <param name="count">How many rows to keep, 1 or more; all, where there are fewer.</param>
/// <param name="seed">What is drawn by.</param>
public sealed class KeyedSample<T>(int count, int seed)
{
    private readonly CounterRandom _random = new(seed, RandomPurpose.KeyedSample);

    // The largest number is the first to go; of equal ones, that of the row that came later.
    private readonly PriorityQueue<T, (ulong Number, long Place)> _kept = new(Comparer<(ulong Number, long Place)>.Create(
        static (first, second) => second.CompareTo(first)));

    private long _place;

    /// <summary>Takes a row, where it is drawn so far.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="make">Makes what is kept; called only where the row is drawn.</param>
    public void Take(long key, Func<T> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        (uint high, uint low, _, _) = _random.Block((uint)key, (uint)((ulong)key >> 32), 0);
        (ulong, long) number = (((ulong)high << 32) | low, _place++);
        if (_kept.Count < count)
        {
            _kept.Enqueue(make(), number);
        }
        else if (_kept.TryPeek(out _, out (ulong, long) largest) && number.CompareTo(largest) < 0)
        {
            _kept.EnqueueDequeue(make(), number);
        }
    }

    /// <summary>Returns the sample, in the order in which its rows came.</summary>
    /// <returns>What was kept.</returns>
    public IReadOnlyList<T> ToList()
        => [.. _kept.UnorderedItems.OrderBy(item => item.Priority.Place).Select(item => item.Element)];
}
