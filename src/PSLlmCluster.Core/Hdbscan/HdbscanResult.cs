namespace PSLlmCluster.Core.Hdbscan;

/// <summary>The clusters of some rows. All numbers are finite.</summary>
/// <param name="Labels">For each row its cluster, from 0, the largest cluster first (of equal ones the one with the smallest row); -1 for noise.</param>
/// <param name="Probabilities">For each row how firmly it belongs to its cluster, from 0 to 1; 0 for noise.</param>
/// <param name="OutlierScores">For each row its GLOSH outlier score, from 0 to 1; the higher, the more it lies outside.</param>
/// <param name="Persistences">For each cluster how long it persists: its stability by the rows and the largest density.</param>
/// <param name="Warnings">What the user should know of the result.</param>
public sealed record HdbscanResult(int[] Labels, double[] Probabilities, double[] OutlierScores, double[] Persistences, IReadOnlyList<EngineWarning> Warnings);
