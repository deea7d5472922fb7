using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// What random numbers are drawn for. Each purpose has its own stream, so that one more draw for one changes nothing for another.
/// </summary>
internal enum RandomPurpose
{
    /// <summary>The start of a layout at random places.</summary>
    RandomStart = 1,

    /// <summary>The noise on the start of a layout.</summary>
    StartNoise = 2,

    /// <summary>The rows that repel a row of the layout.</summary>
    NegativeSample = 3,

    /// <summary>The start vector of an eigenvalue iteration.</summary>
    EigenvectorStart = 4,

    /// <summary>The rows on which an approximate search for neighbours is set up.</summary>
    NeighborSample = 30,

    /// <summary>The rows of which a layout is fitted, where it is not fitted of all.</summary>
    FittedSample = 31,

    /// <summary>The fitted rows that repel a new one.</summary>
    TransformNegativeSample = 50,

    /// <summary>The rows of files of which a sample is read.</summary>
    KeyedSample = 70,
}

/// <summary>
/// A counter-based random generator: each number is a function of the seed, the purpose, the row, the epoch and its place in the draw,
/// so that neither the number of threads nor the order of work can change it.
/// </summary>
/// <remarks>
/// Philox4x32 with 10 rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): the key is (seed,
/// purpose), the counter is (row, epoch, draw / 4, 0), and the draw's remainder chooses one of the four numbers of a block.
/// </remarks>
internal readonly struct CounterRandom
{
    /// <summary>How many numbers <see cref="Blocks"/> draws.</summary>
    public const int NumbersAtOnce = 32;

    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;
    private readonly uint _seed;
    private readonly uint _purpose;

    /// <summary>Initializes a new instance of the <see cref="CounterRandom"/> struct.</summary>
    /// <param name="seed">The user's seed; every value is a stream of its own.</param>
    /// <param name="purpose">What the numbers are for.</param>
    public CounterRandom(int seed, RandomPurpose purpose)
    {
        _seed = unchecked((uint)seed);
        _purpose = (uint)purpose;
    }

    /// <summary>Returns 32 random bits.</summary>
    /// <param name="row">The row they are for.</param>
    /// <param name="epoch">The epoch they are for.</param>
    /// <param name="draw">How many numbers were drawn before for this row and epoch.</param>
    /// <returns>A number that is uniform over all 32-bit integers.</returns>
    public uint UInt32(uint row, uint epoch, uint draw)
    {
        (uint x0, uint x1, uint x2, uint x3) = Block(_seed, _purpose, row, epoch, draw >> 2, 0);
        return (draw & 3) switch { 0 => x0, 1 => x1, 2 => x2, _ => x3 };
    }

    /// <summary>
    /// Returns four numbers of 32 random bits at once, the same as four calls of <see cref="UInt32"/> with the draws 4 b to 4 b + 3.
    /// </summary>
    /// <param name="row">The row they are for.</param>
    /// <param name="epoch">The epoch they are for.</param>
    /// <param name="block">The number b of the block.</param>
    /// <returns>The four numbers.</returns>
    public (uint First, uint Second, uint Third, uint Fourth) Block(uint row, uint epoch, uint block)
        => Block(_seed, _purpose, row, epoch, block, 0);

    /// <summary>Draws the numbers of eight blocks at once, which come to 32.</summary>
    /// <param name="row">The row they are for.</param>
    /// <param name="epoch">The epoch they are for.</param>
    /// <param name="block">The number of the first block.</param>
    /// <param name="target">Receives the first numbers of all blocks, then the second ones, and so on: number 4 b + i of the draw, counted
    /// from the first block on, at place 8 i + b.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Blocks(uint row, uint epoch, uint block, Span<uint> target)
    {
        Vector512<ulong> c0 = Vector512.Create((ulong)row);
        Vector512<ulong> c1 = Vector512.Create((ulong)epoch);
        Vector512<ulong> c2 = Vector512.Create(
            (ulong)block, block + 1UL, block + 2UL, block + 3UL, block + 4UL, block + 5UL, block + 6UL, block + 7UL);
        Vector512<ulong> c3 = Vector512<ulong>.Zero;
        Vector512<ulong> low = Vector512.Create((ulong)uint.MaxValue);
        uint key0 = _seed;
        uint key1 = _purpose;
        for (int round = 0; round < Rounds; round++)
        {
            Vector512<ulong> product0 = c0 * Vector512.Create((ulong)Multiplier0);
            Vector512<ulong> product1 = c2 * Vector512.Create((ulong)Multiplier1);
            c0 = (product1 >>> 32) ^ c1 ^ Vector512.Create((ulong)key0);
            c2 = (product0 >>> 32) ^ c3 ^ Vector512.Create((ulong)key1);
            c1 = product1 & low;
            c3 = product0 & low;
            key0 = unchecked(key0 + Weyl0);
            key1 = unchecked(key1 + Weyl1);
        }

        Vector256.Narrow(c0.GetLower(), c0.GetUpper()).CopyTo(target);
        Vector256.Narrow(c1.GetLower(), c1.GetUpper()).CopyTo(target[8..]);
        Vector256.Narrow(c2.GetLower(), c2.GetUpper()).CopyTo(target[16..]);
        Vector256.Narrow(c3.GetLower(), c3.GetUpper()).CopyTo(target[24..]);
    }

    /// <summary>Returns a number in [0, 1), a multiple of 2^-32.</summary>
    /// <param name="row">The row it is for.</param>
    /// <param name="epoch">The epoch it is for.</param>
    /// <param name="draw">How many numbers were drawn before for this row and epoch.</param>
    /// <returns>The number.</returns>
    public double Uniform(uint row, uint epoch, uint draw) => UInt32(row, epoch, draw) * (1.0 / 4294967296.0);

    /// <summary>Returns a whole number from 0 to a bound, the bound excluded.</summary>
    /// <param name="bound">The bound, 1 or more; the bias is below bound / 2^32.</param>
    /// <param name="row">The row it is for.</param>
    /// <param name="epoch">The epoch it is for.</param>
    /// <param name="draw">How many numbers were drawn before for this row and epoch.</param>
    /// <returns>The number.</returns>
    public int Below(int bound, uint row, uint epoch, uint draw) => Scale(UInt32(row, epoch, draw), bound);

    /// <summary>Brings 32 random bits to a whole number below a bound (Lemire 2019, without rejection).</summary>
    /// <param name="bits">Random bits.</param>
    /// <param name="bound">The bound, 1 or more.</param>
    /// <returns>A number from 0 to <paramref name="bound"/> - 1.</returns>
    public static int Scale(uint bits, int bound) => (int)(((ulong)bits * (uint)bound) >> 32);

    /// <summary>Returns a number of the standard normal distribution, by inverting its distribution function.</summary>
    /// <param name="row">The row it is for.</param>
    /// <param name="epoch">The epoch it is for.</param>
    /// <param name="draw">How many numbers were drawn before for this row and epoch.</param>
    /// <returns>The number, within +-6.4.</returns>
    public double Normal(uint row, uint epoch, uint draw) => NormalQuantile((UInt32(row, epoch, draw) + 0.5) * (1.0 / 4294967296.0));

    /// <summary>One block of Philox4x32-10.</summary>
    internal static (uint X0, uint X1, uint X2, uint X3) Block(uint key0, uint key1, uint c0, uint c1, uint c2, uint c3)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ key1, (uint)product0);
            key0 = unchecked(key0 + Weyl0);
            key1 = unchecked(key1 + Weyl1);
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>
    /// The inverse of the normal distribution function: algorithm AS 241, PPND16 (Wichura 1988), relative error about 1e-16.
    /// </summary>
    internal static double NormalQuantile(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - (q * q);
            return q * (
                (
                    (
                        (
                            (
                                (
                                    (
                                        (((((((2509.0809287301226727 * r) + 33430.575583588128105) * r) + 67265.770927008700853) * r)
                                        + 45921.953931549871457) * r) + 13731.693765509461125) * r) + 1971.5909503065514427) * r)
                                        + 133.14166789178437745) * r) + 3.387132872796366608)
                / (
                    (
                        (
                            (
                                (
                                    (
                                        (
                                            (((((((5226.495278852545925 * r) + 28729.085735721942674) * r) + 39307.89580009271061) * r)
                                            + 21213.794301586595867) * r) + 5394.1960214247511077) * r) + 687.1870074920579083) * r)
                                            + 42.313330701600911252) * r) + 1.0);
        }

        double tail = Math.Sqrt(-DeterministicMath.Log(q < 0 ? p : 1 - p));
        double value;
        if (tail <= 5)
        {
            double r = tail - 1.6;
            value = (
                (
                    (
                        (
                            (
                                (
                                    (
                                        (((((((7.7454501427834140764e-4 * r) + 0.0227238449892691845833) * r)
                                        + 0.24178072517745061177) * r) + 1.27045825245236838258) * r) + 3.64784832476320460504) * r)
                                        + 5.7694972214606914055) * r) + 4.6303378461565452959) * r) + 1.42343711074968357734)
                / (
                    (
                        (
                            (
                                (
                                    (
                                        (
                                            (((((((1.05075007164441684324e-9 * r) + 5.475938084995344946e-4) * r)
                                            + 0.0151986665636164571966) * r) + 0.14810397642748007459) * r)
                                            + 0.68976733498510000455) * r) + 1.6763848301838038494) * r) + 2.05319162663775882187) * r)
                                            + 1.0);
        }
        else
        {
            double r = tail - 5;
            value = (
                (
                    (
                        (
                            (
                                (
                                    (
                                        (((((((2.01033439929228813265e-7 * r) + 2.71155556874348757815e-5) * r)
                                        + 0.0012426609473880784386) * r) + 0.026532189526576123093) * r) + 0.29656057182850489123) * r)
                                        + 1.7848265399172913358) * r) + 5.4637849111641143699) * r) + 6.6579046435011037772)
                / (
                    (
                        (
                            (
                                (
                                    (
                                        (
                                            (((((((2.04426310338993978564e-15 * r) + 1.4215117583164458887e-7) * r)
                                            + 1.8463183175100546818e-5) * r) + 7.868691311456132591e-4) * r)
                                            + 0.0148753612908506148525) * r) + 0.13692988092273580531) * r)
                                            + 0.59983220655588793769) * r) + 1.0);
        }

        return q < 0 ? -value : value;
    }
}
