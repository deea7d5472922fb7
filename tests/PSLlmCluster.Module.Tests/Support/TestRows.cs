namespace PSLlmCluster.Module.Tests.Support;

/// <summary>Made-up rows, the same in every run.</summary>
internal static class TestRows
{
    /// <summary>Two clouds of points, one around 0 and one around 8 on every axis.</summary>
    public static float[][] Clouds(int rows, int columns, int seed = 1)
    {
        Random random = new(seed);
        return [
            .. Enumerable.Range(0, rows).Select(
                row => Enumerable.Range(0, columns).Select(_ => (float)((row % 2 * 8) + random.NextDouble())).ToArray())
        ];
    }
}
