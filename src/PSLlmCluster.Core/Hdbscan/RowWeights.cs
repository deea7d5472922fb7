namespace PSLlmCluster.Core.Hdbscan;

/// <summary>How many rows each row counts for: what is valid, and sums.</summary>
internal static class RowWeights
{
    /// <summary>The smallest weight of a row.</summary>
    public const double Smallest = 1e-9;

    /// <summary>The largest weight of a row.</summary>
    public const double Largest = 1e12;

    /// <summary>What is to be done about a weight that is out of range.</summary>
    public const string RecommendedAction
        = "Give a number from 1e-9 to 1e12: how many rows it stands for. Leave rows out that are to count for nothing.";

    /// <summary>
    /// Sums that fall short of what is wanted by less than this share have reached it: what adds up to it on paper may differ in the last
    /// bits, by the order of adding.
    /// </summary>
    private const double Same = 1e-12;

    /// <summary>Refuses weights that do not fit the rows.</summary>
    /// <param name="weights">How many rows each counts for; null where each is one.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <exception cref="EngineException">A weight is out of range, or there are more or fewer than rows (WeightsInvalid).</exception>
    public static void Require(double[]? weights, int rowCount)
    {
        if (weights is null)
        {
            return;
        }

        if (weights.Length != rowCount)
        {
            throw Invalid($"There are {weights.Length} weights for {rowCount} rows.", "Give one weight for each row.");
        }

        int wrong = Array.FindIndex(weights, weight => !(weight is >= Smallest and <= Largest));
        if (wrong >= 0)
        {
            throw Invalid($"The weight of row {wrong + 1} is {weights[wrong]}.", RecommendedAction);
        }
    }

    /// <summary>Returns the error of weights that cannot be worked with.</summary>
    public static EngineException Invalid(FormattableString message, string recommendedAction)
        => new(EngineErrorIds.WeightsInvalid, FailureKind.InvalidData, FormattableString.Invariant(message), recommendedAction);

    /// <summary>Returns whether a sum is as many rows as are wanted.</summary>
    public static bool HasReached(double sum, double wanted) => sum >= wanted * (1 - Same);

    /// <summary>Returns the most rows that a sum has reached, as far as min_cluster_size can say them.</summary>
    public static int LargestReached(double sum)
    {
        int most = (int)Math.Min(int.MaxValue, Whole(sum));

        // The two tolerances are one on paper, and may differ in the last bit.
        most += most < int.MaxValue && HasReached(sum, most + 1.0) ? 1 : 0;
        return most - (HasReached(sum, most) ? 0 : 1);
    }

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

    /// <summary>Returns the mean weight, at most 1: by it, how many neighbours count for some rows can be guessed.</summary>
    public static double Typical(double[] weights) => Math.Min(1, Sum(weights) / weights.Length);

    /// <summary>Returns how many rows each cluster has.</summary>
    /// <param name="clusters">For each point its cluster, or -1.</param>
    /// <param name="clusterCount">The number of clusters, those without points included.</param>
    /// <param name="weights">How many rows each point counts for; null where each is one.</param>
    public static double[] OfClusters(ReadOnlySpan<int> clusters, int clusterCount, double[]? weights)
    {
        double[] sizes = new double[clusterCount];
        for (int point = 0; point < clusters.Length; point++)
        {
            if (clusters[point] >= 0)
            {
                sizes[clusters[point]] += weights is null ? 1 : weights[point];
            }
        }

        return sizes;
    }
}
