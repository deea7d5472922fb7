namespace PSLlmCluster.Core.Hdbscan;

/// <summary>The clusters of some rows. All numbers are finite.</summary>
/// <param name="Labels">
/// For each row its cluster, from 0, the largest cluster first (of equal ones the one with the smallest row); -1 for noise.
/// </param>
/// <param name="Probabilities">For each row how firmly it belongs to its cluster, from 0 to 1; 0 for noise.</param>
/// <param name="OutlierScores">For each row its GLOSH outlier score, from 0 to 1; the higher, the more it lies outside.</param>
/// <param name="Persistences">
/// For each cluster how long it persists: its stability by the rows and the largest density; 0 for those of a flat cut.
/// </param>
/// <param name="Warnings">What the user should know of the result.</param>
public sealed record HdbscanResult(
    int[] Labels, double[] Probabilities, double[] OutlierScores, double[] Persistences, IReadOnlyList<EngineWarning> Warnings)
{
    /// <summary>
    /// Gets for each row that is noise the cluster that it would join first, or -1 where there is none; for other rows their own.
    /// </summary>
    public required int[] NearestClusters { get; init; }

    /// <summary>
    /// Gets for each row how firmly it would belong to its nearest cluster, from 0 to 1; for rows that are no noise their probability.
    /// </summary>
    public required double[] NearestStrengths { get; init; }

    /// <summary>Gets the rows that hold numbers that are not finite, ascending. They are noise.</summary>
    public int[] NotFiniteRows { get; init; } = [];

    /// <summary>
    /// Puts noise into its nearest clusters, each row with the strength of that as its probability. The numbers of clusters stay what they
    /// were.
    /// </summary>
    /// <returns>The result, in which only rows without any cluster to join are noise.</returns>
    public HdbscanResult WithNoiseInNearest() => this with
    {
        Labels = NearestClusters,
        Probabilities = NearestStrengths,
        Warnings = Persistences.Length == 0 ? Warnings : [.. Warnings.Where(warning => warning.Id != HdbscanWarnings.MuchNoiseId)],
    };
}
