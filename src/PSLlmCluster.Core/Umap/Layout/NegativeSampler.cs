using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// The random numbers of repelling rows. A layout draws billions of them, so they are cheaper than those of <see cref="CounterRandom"/>:
/// each is a function of the epoch's keys, the edge and its place in the draw, by two rounds of a mixing function.
/// </summary>
/// <remarks>
/// The keys of an epoch come from <see cref="CounterRandom"/>; the mixing function is the last step of MurmurHash3 (Appleby 2011), a
/// one-to-one map of 32 bits, so in an epoch all edges have different states.
/// </remarks>
internal readonly struct NegativeSampler
{
    private const uint First = 0x85ebca6b;
    private const uint Second = 0xc2b2ae35;
    private const uint Weyl = 0x9E3779B9;
    private readonly uint _first;
    private readonly uint _second;

    public NegativeSampler(CounterRandom random, int epoch) => (_first, _second, _, _) = random.Block(0, (uint)epoch, 0);

    /// <summary>Returns what the draws of an edge begin with.</summary>
    public uint State(int edge) => unchecked(Mix((uint)edge ^ _first) + _second);

    /// <summary>Draws one negative sample for each edge that has any left; the others get the edge's own head.</summary>
    /// <param name="states">The edges' <see cref="State"/>.</param>
    /// <param name="draw">How many rows were drawn before for these edges in this epoch.</param>
    /// <param name="draws">How many are to be drawn in all.</param>
    /// <param name="given">The rows of those edges that have no more draws.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="count">Number of edges; what lies behind them, up to a whole vector, is filled in too.</param>
    /// <param name="rows">The rows.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Rows(uint[] states, int draw, int[] draws, int[] given, int rowCount, int count, int[] rows)
    {
        ref int target = ref MemoryMarshal.GetArrayDataReference(rows);
        Vector<uint> step = new(unchecked((uint)draw * Weyl));
        for (int lane = 0; lane < count; lane += Vector<uint>.Count)
        {
            Vector<uint> value = Vector.LoadUnsafe(ref states[0], (nuint)lane) + step;
            value = (value ^ (value >>> 16)) * new Vector<uint>(First);
            value = (value ^ (value >>> 13)) * new Vector<uint>(Second);
            Vector<int> row = Vector.AsVectorInt32(Scale(value ^ (value >>> 16), (uint)rowCount));
            Vector<int> isDrawn = Vector.GreaterThan(Vector.LoadUnsafe(ref draws[0], (nuint)lane), new Vector<int>(draw));
            Vector.ConditionalSelect(isDrawn, row, Vector.LoadUnsafe(ref given[0], (nuint)lane)).StoreUnsafe(ref target, (nuint)lane);
        }
    }

    /// <summary>Puts the points that drawn rows belong to in the place of the rows.</summary>
    /// <param name="pointsOfRows">The point of each row.</param>
    /// <param name="draw">How many rows were drawn before for these edges in this epoch.</param>
    /// <param name="draws">How many are to be drawn in all.</param>
    /// <param name="count">Number of edges.</param>
    /// <param name="rows">The rows; those that were not drawn are points already.</param>
    public static void ToPoints(int[] pointsOfRows, int draw, int[] draws, int count, int[] rows)
    {
        for (int lane = 0; lane < count; lane++)
        {
            rows[lane] = draws[lane] > draw ? pointsOfRows[rows[lane]] : rows[lane];
        }
    }

    /// <summary><see cref="CounterRandom.Scale"/> of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Scale(Vector<uint> bits, uint bound)
    {
        if (Avx2.IsSupported && Vector<uint>.Count == Vector256<uint>.Count)
        {
            Vector256<uint> all = bits.AsVector256();
            Vector256<uint> factor = Vector256.Create(bound);
            Vector256<ulong> even = Avx2.Multiply(all, factor) >>> 32;
            Vector256<ulong> odd = Avx2.Multiply((all.AsUInt64() >>> 32).AsUInt32(), factor) & Vector256.Create(0xffffffff00000000);
            return (even | odd).AsUInt32().AsVector();
        }

        Vector.Widen(bits, out Vector<ulong> low, out Vector<ulong> high);
        return Vector.Narrow((low * new Vector<ulong>(bound)) >>> 32, (high * new Vector<ulong>(bound)) >>> 32);
    }

    /// <summary>A one-to-one map of 32 bits that looks random.</summary>
    internal static uint Mix(uint value)
    {
        value = unchecked((value ^ (value >> 16)) * First);
        value = unchecked((value ^ (value >> 13)) * Second);
        return value ^ (value >> 16);
    }
}
