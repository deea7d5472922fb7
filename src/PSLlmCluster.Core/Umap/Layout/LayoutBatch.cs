using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// The edges that one thread works at: their rows, and their points' coordinates in planes as <see cref="LayoutGradient"/> wants them.
/// </summary>
internal sealed class LayoutBatch(int dim, int chunkSize)
{
    /// <summary>Gets the edges of a chunk that are due.</summary>
    public int[] Due { get; } = new int[chunkSize];

    /// <summary>Gets the heads.</summary>
    public int[] Heads { get; } = new int[LayoutGradient.Lanes];

    /// <summary>Gets the tails, or the repelling rows.</summary>
    public int[] Tails { get; } = new int[LayoutGradient.Lanes];

    /// <summary>Gets the numbers of repelling rows.</summary>
    public int[] Negatives { get; } = new int[LayoutGradient.Lanes];

    /// <summary>Gets the states of the random numbers.</summary>
    public uint[] States { get; } = new uint[LayoutGradient.Lanes];

    /// <summary>Gets the planes of the heads.</summary>
    public float[] Own { get; } = new float[dim * LayoutGradient.Lanes];

    /// <summary>Gets the planes of the tails.</summary>
    public float[] Other { get; } = new float[dim * LayoutGradient.Lanes];

    /// <summary>Gets three planes of densMAP.</summary>
    public float[] Density { get; } = new float[3 * LayoutGradient.Lanes];

    /// <summary>Copies the coordinates of rows into planes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Load(float[] layout, int[] rows, int count, float[] planes)
    {
        if (dim == 2)
        {
            // Both coordinates by one read, and no bound asked for: every row is below n.
            ref ulong pairs = ref Unsafe.As<float, ulong>(ref MemoryMarshal.GetArrayDataReference(layout));
            ref int row = ref MemoryMarshal.GetArrayDataReference(rows);
            ref float plane = ref MemoryMarshal.GetArrayDataReference(planes);
            for (int lane = 0; lane < count; lane++)
            {
                ulong pair = Unsafe.Add(ref pairs, Unsafe.Add(ref row, lane));
                Unsafe.Add(ref plane, lane) = BitConverter.UInt32BitsToSingle((uint)pair);
                Unsafe.Add(ref plane, LayoutGradient.Lanes + lane) = BitConverter.UInt32BitsToSingle((uint)(pair >> 32));
            }

            return;
        }

        for (int lane = 0; lane < count; lane++)
        {
            ReadOnlySpan<float> row = layout.AsSpan(rows[lane] * dim, dim);
            for (int d = 0; d < row.Length; d++)
            {
                planes[(d * LayoutGradient.Lanes) + lane] = row[d];
            }
        }
    }

    /// <summary>Copies the coordinates of rows back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Store(float[] layout, int[] rows, int count, float[] planes)
    {
        if (dim == 2)
        {
            ref float point = ref MemoryMarshal.GetArrayDataReference(layout);
            ref float plane = ref MemoryMarshal.GetArrayDataReference(planes);
            for (int lane = 0; lane < count; lane++)
            {
                nint place = 2 * (nint)rows[lane];
                Unsafe.Add(ref point, place) = Unsafe.Add(ref plane, lane);
                Unsafe.Add(ref point, place + 1) = Unsafe.Add(ref plane, LayoutGradient.Lanes + lane);
            }

            return;
        }

        for (int lane = 0; lane < count; lane++)
        {
            Span<float> row = layout.AsSpan(rows[lane] * dim, dim);
            for (int d = 0; d < row.Length; d++)
            {
                row[d] = planes[(d * LayoutGradient.Lanes) + lane];
            }
        }
    }
}
