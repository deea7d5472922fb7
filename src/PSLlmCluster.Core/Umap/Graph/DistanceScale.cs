using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// The power of two by which distances are divided where they are so large or so small that the graph could not be computed from them:
/// sigma is searched for from 1 in 64 halvings or doublings, and strengths and radii are in single precision. A power of two rounds
/// nothing, so the graph is that of rows of usual size.
/// </summary>
/// <remarks>
/// Departure: the reference has no such scale; with rows of 1e25 it weighs all neighbours but the nearest by nothing, with rows of 1e-25
/// all alike.
/// </remarks>
internal static class DistanceScale
{
    /// <summary>Up to 2^40, and down to 2^-40, distances are taken as they are.</summary>
    private const int UsualExponent = 40;

    /// <summary>Returns whether a distance needs no scale.</summary>
    public static bool IsUsual(double distance) => distance == 0 || Math.Abs(Math.ILogB(distance)) <= UsualExponent;

    /// <summary>Returns the exponent to scale by: 0 where the median of the rows' farthest neighbours is of usual size.</summary>
    /// <param name="neighbors">The neighbours of each row, by rising distance.</param>
    public static int ExponentFor(NeighborLists neighbors)
    {
        double[] farthest = new double[neighbors.RowCount];
        int count = 0;
        for (int row = 0; row < farthest.Length; row++)
        {
            double distance = FarthestFinite(neighbors.DistancesOf(row));
            if (distance > 0)
            {
                farthest[count++] = distance;
            }
        }

        if (count == 0)
        {
            return 0;
        }

        Array.Sort(farthest, 0, count);
        return ExponentFor(farthest[count / 2]);
    }

    /// <summary>Returns the exponent to scale by for distances up to one.</summary>
    public static int ExponentFor(double distance) => IsUsual(distance) ? 0 : -Math.ILogB(distance);

    /// <summary>Scales distances in place.</summary>
    public static void Apply(Span<double> distances, int exponent)
    {
        for (int i = 0; i < distances.Length && exponent != 0; i++)
        {
            distances[i] = Math.ScaleB(distances[i], exponent);
        }
    }

    /// <summary>Returns the farthest distance that is finite; 0 where there is none.</summary>
    public static double FarthestFinite(ReadOnlySpan<double> rising)
    {
        for (int i = rising.Length - 1; i >= 0; i--)
        {
            if (double.IsFinite(rising[i]))
            {
                return rising[i];
            }
        }

        return 0;
    }
}
