namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Numbers of single precision rounded to the upper half of their bits (bfloat16): the range is the same, and eight bits of precision are
/// enough for means of cells, which only say where to look.
/// </summary>
internal static class HalfBits
{
    private const int Shift = 16;

    /// <summary>Returns the upper halves of numbers, to the nearest, ties to even.</summary>
    /// <param name="values">The numbers, finite and far from the largest one.</param>
    public static ushort[] Of(ReadOnlySpan<float> values)
    {
        ushort[] halves = new ushort[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[i]);
            halves[i] = (ushort)((bits + 0x7fff + ((bits >> Shift) & 1)) >> Shift);
        }

        return halves;
    }

    /// <summary>Returns the numbers of upper halves.</summary>
    public static float[] ToSingles(ReadOnlySpan<ushort> halves)
    {
        float[] values = new float[halves.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << Shift);
        }

        return values;
    }

    /// <summary>Returns halves two by two, the first in the lower bits.</summary>
    public static int[] Pack(ReadOnlySpan<ushort> halves)
    {
        int[] pairs = new int[(halves.Length + 1) / 2];
        for (int i = 0; i < halves.Length; i++)
        {
            pairs[i / 2] |= halves[i] << (Shift * (i % 2));
        }

        return pairs;
    }

    /// <summary>Returns the halves of pairs.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="count">How many halves there are.</param>
    public static ushort[] Unpack(ReadOnlySpan<int> pairs, int count)
    {
        ushort[] halves = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            halves[i] = (ushort)(pairs[i / 2] >> (Shift * (i % 2)));
        }

        return halves;
    }
}
