namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// The schedule of <see cref="ReferenceEpochSchedule"/> without a state: whether an edge is due, and with how many repelling rows, follow
/// from its rate and the epoch alone. An edge needs four bytes, where the next epochs need three doubles.
/// </summary>
/// <remarks>
/// An edge of period p is used at the epochs ceil(p), ceil(2p), ...: those at which the phase n / p, without its whole part, is below 1 /
/// p. The reference (layouts.py, _optimize_layout_euclidean_single_epoch) adds up p in double precision; here 1 / p is a multiple of 2^-31,
/// rounded up, so that whole periods do not come an epoch late. With s repelling rows for each use the reference has drawn floor(n s / p) -
/// 1 after the use at epoch n, and n s / p is s times the uses and s times the phase.
/// </remarks>
internal static class EpochSchedule
{
    private const int Bits = 31;
    private const uint One = 1u << Bits;

    /// <summary>
    /// Returns the rate of an edge as a multiple of 2^-31: its weight as a share of the largest, 0 for an edge that is never used.
    /// </summary>
    public static uint Rate(float weight, float largest) => weight > 0 ? Rate((double)weight / largest) : 0;

    /// <summary>Returns a rate above 0 and at most 1 as a multiple of 2^-31.</summary>
    public static uint Rate(double share) => (uint)Math.Min(One, Math.Ceiling(share * One));

    /// <summary>Returns an edge's weight as a share of the largest.</summary>
    public static float Share(uint rate) => rate * (1f / One);

    /// <summary>Returns the phase of an epoch above 0. The edge is due where it is below the rate.</summary>
    public static uint Phase(uint rate, uint epoch) => unchecked(rate * epoch) & (One - 1);

    /// <summary>Returns how many repelling rows go with the use of an edge.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="phase">The phase of the epoch, below the rate.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="negatives">Repelling rows for each use.</param>
    public static int Negatives(uint rate, uint phase, uint epoch, int negatives)
    {
        if (negatives == 0)
        {
            return 0;
        }

        uint before = (phase + One) % rate; // the phase of the use before this one
        int count = negatives + (int)(((ulong)(uint)negatives * phase) >> Bits) - (int)(((ulong)(uint)negatives * before) >> Bits);
        return ((ulong)rate * epoch) >> Bits == 1 ? count - 1 : count;
    }
}
