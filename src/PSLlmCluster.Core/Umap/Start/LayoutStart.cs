using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// Where the layout starts: spectral or principal coordinates times 10 / (largest absolute coordinate) plus normal noise of 1e-4, or
/// uniform places in [-10, 10]; then each axis is scaled to [0, 10].
/// </summary>
/// <remarks>
/// umap_.py, simplicial_set_embedding and noisy_scale_coords. Departures: where the spectral start fails, principal components take its
/// place, and where they fail too, random places, said once (theirs goes to random places, or raises an error where rows are few); an axis
/// without extent becomes 0 (theirs NaN).
/// </remarks>
internal static class LayoutStart
{
    private const double Extent = 10; // max_coord
    private const double Noise = 1e-4;

    /// <summary>Computes the start.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="graph">The graph after pruning.</param>
    /// <param name="options">Which start, the dimensions, the metric, the seed and the number of threads.</param>
    /// <param name="warnings">Receives a warning that says what took the place of a start that failed.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>n x dim, row after row.</returns>
    public static float[] Compute(RowMatrix rows, WeightedGraph graph, UmapOptions options, List<EngineWarning> warnings, WorkContext work)
    {
        int dim = options.ComponentCount;
        double[]? coordinates = null;
        if (options.Initialization != UmapInitialization.Random)
        {
            bool spectral = options.Initialization == UmapInitialization.Spectral;
            coordinates = spectral ? SpectralStart.Compute(rows, graph, options, work) : null;
            bool spectralFailed = spectral && coordinates is null;
            coordinates ??= PrincipalStart.Compute(rows, dim, work);
            if (spectralFailed)
            {
                string instead = coordinates is null ? "random places" : "the principal components";
                warnings.Add(
                    new EngineWarning(
                        "SpectralStartFailed",
                        $"No spectral start could be computed for {graph.RowCount} rows in {dim} dimensions; the layout starts at "
                            + $"{instead} instead. A choice of another start, or fewer components, avoids this."));
            }
            else if (coordinates is null)
            {
                warnings.Add(
                    new EngineWarning(
                        "PcaStartFailed",
                        $"{graph.RowCount} rows of {rows.ColumnCount} numbers have no {dim} principal components; the layout starts "
                            + "at random places instead. A choice of another start, or fewer components, avoids this."));
            }
        }

        float[] start = coordinates is null ? RandomPlaces(graph.RowCount, dim, options.Seed) : NoisyScale(coordinates, dim, options.Seed);
        Rescale(start, dim);
        return start;
    }

    /// <summary>Brings each axis to [0, 10].</summary>
    internal static void Rescale(float[] start, int dim)
    {
        for (int d = 0; d < dim; d++)
        {
            float least = float.PositiveInfinity;
            float largest = float.NegativeInfinity;
            for (int i = d; i < start.Length; i += dim)
            {
                least = Math.Min(least, start[i]);
                largest = Math.Max(largest, start[i]);
            }

            float extent = largest - least;
            for (int i = d; i < start.Length; i += dim)
            {
                start[i] = extent > 0 ? (float)Extent * (start[i] - least) / extent : 0;
            }
        }
    }

    private static float[] RandomPlaces(int n, int dim, int seed)
    {
        CounterRandom random = new(seed, RandomPurpose.RandomStart);
        float[] start = new float[n * dim];
        for (int i = 0; i < start.Length; i++)
        {
            start[i] = (float)(Extent * ((2 * random.Uniform((uint)(i / dim), 0, (uint)(i % dim))) - 1));
        }

        return start;
    }

    private static float[] NoisyScale(double[] coordinates, int dim, int seed)
    {
        CounterRandom random = new(seed, RandomPurpose.StartNoise);
        double largest = 0;
        foreach (double coordinate in coordinates)
        {
            largest = Math.Max(largest, Math.Abs(coordinate));
        }

        float[] start = new float[coordinates.Length];
        for (int i = 0; i < start.Length; i++)
        {
            start[i] = (float)(coordinates[i] * (Extent / largest)) + (float)(Noise * random.Normal((uint)(i / dim), 0, (uint)(i % dim)));
        }

        return start;
    }
}
