using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// The distance rho_i to the nearest neighbour and the scale sigma_i of each row, such that sum over j = 1 .. k-1 of exp(-max(0, d_ij -
/// rho_i) / sigma_i) = log2(k). Distances have single precision, as in the reference.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, section 3.1 and algorithm 3; umap_.py, smooth_knn_dist. Departures: the sum is taken in double
/// precision (theirs is in single), which moves sigma by less than 4e-5 of itself; neighbours at or over the disconnection distance count
/// neither for rho nor for the means that are sigma's floor. Theirs enter the means as infinity, which makes sigma infinite and all
/// strengths of such a row 1.
/// </remarks>
/// <param name="Sigmas">The scale of each row.</param>
/// <param name="Rhos">The distance of each row to its nearest neighbour that is not at distance 0.</param>
internal sealed record SmoothedDistances(float[] Sigmas, float[] Rhos)
{
    private const double SmoothTolerance = 1e-5; // SMOOTH_K_TOLERANCE
    private const double MinDistanceScale = 1e-3; // MIN_K_DIST_SCALE
    private const int IterationLimit = 64; // n_iter
    private const int RowsPerBlock = 256;
    private const int StackLimit = 256;
    private const int DistancesPerBlock = 1 << 16;

    /// <summary>Computes rho and sigma of all rows.</summary>
    /// <param name="neighbors">The neighbours of each row.</param>
    /// <param name="localConnectivity">Which neighbour rho is measured to, 1 for the nearest; between whole numbers it is
    /// interpolated.</param>
    /// <param name="disconnection">Neighbours at this distance or beyond are dropped.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static SmoothedDistances Compute(
        NeighborLists neighbors, double localConnectivity, float disconnection, WorkContext work = default)
    {
        int n = neighbors.RowCount;
        int k = neighbors.NeighborCount;
        float[] sigmas = new float[n];
        float[] rhos = new float[n];
        double meanOfAll = MeanOfKept(neighbors.Distances, disconnection, work);
        double target = DeterministicMath.Log((double)k) / DeterministicMath.Log(2.0);
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            float[] row = new float[k];
            for (int i = start; i < end; i++)
            {
                int kept = Keep(neighbors.DistancesOf(i), disconnection, row);
                (sigmas[i], rhos[i]) = Solve(row.AsSpan(0, kept), target, localConnectivity, meanOfAll);
            }
        });
        return new SmoothedDistances(sigmas, rhos);
    }

    /// <summary>Computes sigma and rho of one row.</summary>
    /// <param name="distances">The distances that were kept, in rising order. The first is left out of the sum, whatever it is.</param>
    /// <param name="target">What the sum shall be.</param>
    /// <param name="localConnectivity">Which neighbour rho is measured to.</param>
    /// <param name="meanOfAll">The mean distance of all rows.</param>
    internal static (float Sigma, float Rho) Solve(ReadOnlySpan<float> distances, double target, double localConnectivity, double meanOfAll)
    {
        float rho = Rho(distances, localConnectivity);
        int count = Math.Max(0, distances.Length - 1);
        Span<double> beyond = count <= StackLimit ? stackalloc double[count] : new double[count];
        for (int j = 0; j < count; j++)
        {
            beyond[j] = Math.Max(0f, distances[j + 1] - rho);
        }

        double low = 0;
        double high = double.PositiveInfinity;
        double middle = 1;
        for (int iteration = 0; iteration < IterationLimit; iteration++)
        {
            double sum = StrengthSum.Of(beyond, middle);
            if (Math.Abs(sum - target) < SmoothTolerance)
            {
                break;
            }

            if (sum > target)
            {
                high = middle;
                middle = (low + high) / 2;
            }
            else
            {
                low = middle;
                middle = double.IsPositiveInfinity(high) ? middle * 2 : (low + high) / 2;
            }
        }

        double mean = rho > 0 ? Mean(distances) : meanOfAll;
        return ((float)Math.Max(middle, MinDistanceScale * mean), rho);
    }

    private static float Rho(ReadOnlySpan<float> distances, double localConnectivity)
    {
        int first = 0;
        while (first < distances.Length && distances[first] <= 0)
        {
            first++;
        }

        ReadOnlySpan<float> nonZero = distances[first..];
        if (nonZero.Length == 0)
        {
            return 0;
        }

        if (nonZero.Length < localConnectivity)
        {
            return nonZero[^1];
        }

        int whole = (int)Math.Floor(localConnectivity);
        double fraction = localConnectivity - whole;
        if (whole == 0)
        {
            return (float)(fraction * nonZero[0]);
        }

        return fraction > SmoothTolerance
            ? (float)(nonZero[whole - 1] + (fraction * (nonZero[whole] - nonZero[whole - 1])))
            : nonZero[whole - 1];
    }

    private static int Keep(ReadOnlySpan<double> distances, float disconnection, Span<float> kept)
    {
        int count = 0;
        foreach (double distance in distances)
        {
            float single = (float)distance;
            if (single < disconnection)
            {
                kept[count++] = single;
            }
        }

        return count;
    }

    private static double Mean(ReadOnlySpan<float> distances)
    {
        double sum = 0;
        foreach (float distance in distances)
        {
            sum += distance;
        }

        return sum / distances.Length;
    }

    private static double MeanOfKept(double[] distances, float disconnection, WorkContext work)
    {
        int blocks = (int)(((long)distances.Length + DistancesPerBlock - 1) / DistancesPerBlock);
        double[] sums = new double[blocks];
        long[] counts = new long[blocks];
        ParallelBlocks.For(distances.Length, DistancesPerBlock, work, (start, end) =>
        {
            double sum = 0;
            long count = 0;
            for (int i = start; i < end; i++)
            {
                float single = (float)distances[i];
                if (single < disconnection)
                {
                    sum += single;
                    count++;
                }
            }

            sums[start / DistancesPerBlock] = sum;
            counts[start / DistancesPerBlock] = count;
        });
        double total = 0;
        long kept = 0;
        for (int block = 0; block < blocks; block++)
        {
            total += sums[block];
            kept += counts[block];
        }

        return kept == 0 ? 0 : total / kept;
    }
}
