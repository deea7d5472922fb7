namespace PSLlmCluster.Core.Hdbscan;

/// <summary>Sums of how many rows others count for.</summary>
internal static class RowWeights
{
    /// <summary>Sums that fall short of what is wanted by less than this share have reached it: what adds up to it on paper may differ in the last bits, by the order of adding.</summary>
    private const double Same = 1e-12;

    /// <summary>Returns whether a sum is as many rows as are wanted.</summary>
    public static bool HasReached(double sum, double wanted) => sum >= wanted * (1 - Same);

    /// <summary>Returns the whole rows in a sum.</summary>
    public static double Whole(double sum) => Math.Floor(sum * (1 + Same));

    /// <summary>Adds by size, so that the order in which they come changes no bit of the sum.</summary>
    public static double Sum(double[] weights)
    {
        double[] rising = (double[])weights.Clone();
        Array.Sort(rising);
        double sum = 0;
        foreach (double weight in rising)
        {
            sum += weight;
        }

        return sum;
    }
}
