namespace PSLlmCluster.Core.Endpoints;

/// <summary>Texts of one request.</summary>
/// <param name="Slots">The texts.</param>
/// <param name="Halves">What it is a half of; null for what is whole.</param>
/// <param name="FailureCount">How many times a server failed at it.</param>
/// <param name="IsBare">
/// Whether it goes without the probe text, which otherwise leads it: that is asked for in a request of its own then.
/// </param>
internal sealed record EndpointBatch(EndpointSlot[] Slots, EndpointHalves? Halves = null, int FailureCount = 0, bool IsBare = false);

/// <summary>A request that a server did not take, and that was sent in halves.</summary>
/// <param name="size">The texts of the larger half.</param>
internal sealed class EndpointHalves(int size)
{
    private int _taken;

    /// <summary>Gets the texts of the larger half.</summary>
    public int Size => size;

    /// <summary>Notes that a half was taken as a whole.</summary>
    /// <returns>Whether both were: then it was too many texts, and none of them was at fault.</returns>
    public bool IsSecondTaken() => Interlocked.Increment(ref _taken) == 2;
}
