namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// How far each row belongs to each cluster: all from 0 to 1, together at most 1 in each row; what is missing to 1 is how far it belongs to
/// none.
/// </summary>
public sealed class MembershipVectors
{
    /// <summary>Initializes a new instance of the <see cref="MembershipVectors"/> class, in which no row belongs to any cluster.</summary>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="clusterCount">The number of clusters.</param>
    /// <exception cref="EngineException">Together they are more numbers than an array can hold (MembershipTooLarge).</exception>
    internal MembershipVectors(int rowCount, int clusterCount)
    {
        if ((long)rowCount * clusterCount > Array.MaxLength)
        {
            throw new EngineException(
                EngineErrorIds.MembershipTooLarge,
                FailureKind.ResourceUnavailable,
                $"{rowCount:N0} rows with a membership in each of {clusterCount:N0} clusters are more numbers than can be held.",
                "Leave memberships out, ask for fewer rows at once from a saved model, or find fewer clusters with a larger "
                + "MinClusterSize.");
        }

        RowCount = rowCount;
        ClusterCount = clusterCount;
        Values = new double[rowCount * clusterCount];
    }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Gets the number of clusters.</summary>
    public int ClusterCount { get; }

    /// <summary>Gets the numbers, row after row, in each by ascending number of the cluster.</summary>
    public double[] Values { get; }

    /// <summary>Returns one row's memberships.</summary>
    /// <param name="index">The row's position, from 0.</param>
    /// <returns>A view of the row.</returns>
    public Span<double> Row(int index) => Values.AsSpan(index * ClusterCount, ClusterCount);
}
