namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// core(x) = the distance from x to its min_samples-th nearest other row (Campello, Moulavi, Sander 2013, definition 1; hdbscan's
/// <c>mutual_reachability</c> and <c>HDBSCAN(min_samples)</c>, in which the row itself does not count). <see cref="ReachabilitySearch"/>
/// measures them.
/// </summary>
/// <param name="SampleCount">How many other rows a core distance reaches, min_samples.</param>
/// <param name="Distances">The core distance of each row.</param>
/// <param name="Nearest">The nearest other points of each point, if the search for the core distances has found them.</param>
internal sealed record CoreDistances(int SampleCount, double[] Distances, NearestPoints? Nearest)
{
    /// <summary>Joins what one search has found for several sample counts.</summary>
    /// <param name="sampleCounts">The sample counts.</param>
    /// <param name="distances">The core distances for each of them.</param>
    /// <param name="nearest">The nearest other points of each point, or null.</param>
    public static CoreDistances[] Create(int[] sampleCounts, double[][] distances, NearestPoints? nearest)
    {
        CoreDistances[] cores = new CoreDistances[sampleCounts.Length];
        for (int i = 0; i < cores.Length; i++)
        {
            cores[i] = new CoreDistances(sampleCounts[i], distances[i], nearest);
        }

        return cores;
    }
}
