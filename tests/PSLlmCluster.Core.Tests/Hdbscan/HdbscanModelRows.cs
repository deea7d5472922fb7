using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Rows for models: three groups of unlike density, noise between them, and some equal rows; and new rows around them.</summary>
internal static class HdbscanModelRows
{
    public static RowMatrix Fitted()
    {
        RowMatrix random = TestRows.Random(160, 3, seed: 21);
        float[] values = (float[])random.Values.Clone();
        for (int row = 0; row < 150; row++)
        {
            float spread = (row % 3) switch { 0 => 0.3f, 1 => 0.6f, _ => 1.5f };
            values[row * 3] = (values[row * 3] * spread) + (row % 3 * 4);
            values[(row * 3) + 1] *= spread;
            values[(row * 3) + 2] *= spread;
        }

        // The last ten are those of some that are there already.
        Array.Copy(values, 0, values, 150 * 3, 5 * 3);
        Array.Copy(values, 0, values, 155 * 3, 5 * 3);
        return new RowMatrix(values, 160, 3);
    }

    public static RowMatrix New()
    {
        RowMatrix random = TestRows.Random(70, 3, seed: 22);
        float[] values = Array.ConvertAll(random.Values, value => value * 1.5f);
        for (int row = 0; row < 70; row++)
        {
            values[row * 3] += row % 3 * 4;
        }

        Fitted().Values.AsSpan(0, 12).CopyTo(values);
        return new RowMatrix(values, 70, 3);
    }
}
