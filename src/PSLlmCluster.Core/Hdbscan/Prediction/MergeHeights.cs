namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The lambda at which a cluster of the tree and each of the selected ones part, looked at from below: merge (hdbscan's
/// <c>merge_height</c>). Where one lies in the other it is the row's own lambda.
/// </summary>
/// <remarks>
/// The selected clusters below any cluster are consecutive in the order of the tree from left to right. So all heights are filled in by one
/// climb to the root, in time linear in the number of clusters and of ancestors; hdbscan climbs once for each pair.
/// </remarks>
internal sealed class MergeHeights
{
    private readonly PredictionData _clusters;
    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _anchors;
    private readonly int[] _numberAt;

    /// <summary>Initializes a new instance of the <see cref="MergeHeights"/> class.</summary>
    /// <param name="clusters">The clusters, one or more of which are selected.</param>
    public MergeHeights(PredictionData clusters)
    {
        _clusters = clusters;
        int count = clusters.Parents.Length;
        _starts = new int[count];
        _counts = new int[count];
        _anchors = new int[count];
        _numberAt = new int[clusters.ClusterOfNumber.Length];
        foreach (int cluster in clusters.ClusterOfNumber)
        {
            _counts[cluster] = 1;
        }

        for (int cluster = count - 1; cluster > 0; cluster--)
        {
            _counts[clusters.Parents[cluster]] += _counts[cluster];
        }

        int[] next = new int[count];
        for (int cluster = 1; cluster < count; cluster++)
        {
            int parent = clusters.Parents[cluster];
            _starts[cluster] = next[parent];
            next[parent] += _counts[cluster];
            next[cluster] = _starts[cluster];
            _anchors[cluster] = _counts[cluster] > 0 ? cluster : _anchors[parent];
        }

        for (int number = 0; number < _numberAt.Length; number++)
        {
            _numberAt[_starts[clusters.ClusterOfNumber[number]]] = number;
        }
    }

    /// <summary>Fills in the heights.</summary>
    /// <param name="cluster">The cluster of the tree that a row belongs to.</param>
    /// <param name="lambda">The row's own lambda.</param>
    /// <param name="heights">Receives a height for each number.</param>
    public void Fill(int cluster, double lambda, Span<double> heights)
    {
        // The lowest ancestor that any selected cluster lies in: if it is not the cluster's own line, all of them part from the cluster
        // there.
        int at = _anchors[cluster];
        bool isOneLine = at == cluster || _clusters.Owners[at] >= 0;
        int start = _starts[at];
        int end = start + _counts[at];
        Assign(start, end, isOneLine ? lambda : _clusters.Splits[at], heights);
        while (at > 0)
        {
            at = _clusters.Parents[at];
            Assign(_starts[at], start, _clusters.Splits[at], heights);
            Assign(end, _starts[at] + _counts[at], _clusters.Splits[at], heights);
            start = _starts[at];
            end = start + _counts[at];
        }
    }

    private void Assign(int start, int end, double height, Span<double> heights)
    {
        for (int place = start; place < end; place++)
        {
            heights[_numberAt[place]] = height;
        }
    }
}
