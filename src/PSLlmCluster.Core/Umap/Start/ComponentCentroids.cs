using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// Where each component of a graph that is not connected goes: up to 2 dim components to the unit vectors and their opposites, more to a
/// spectral embedding of exp(-d^2), d the distance of their centroids in the rows' metric, divided by its largest entry.
/// </summary>
/// <remarks>
/// Sources: spectral.py, multi_component_layout and component_layout; scikit-learn's SpectralEmbedding with a precomputed affinity:
/// eigenvectors of the normalised Laplacian, without the diagonal, divided by the roots of the sums. Departures: signs are fixed; where the
/// affinities underflow or the places coincide, distances are measured by the largest, where theirs gives any basis of a space of equal
/// eigenvalues; beyond 2,000 components, for which the square matrix would be large, and where the embedding fails, the places are the
/// centroids' principal components, or random.
/// </remarks>
internal static class ComponentCentroids
{
    private const int LargestEmbedding = 2000;
    private const int ComponentsPerBlock = 16;
    private const double SmallestShare = 1e-9; // of the eigenvalues from one another, and of the nearest two places against the farthest

    /// <summary>Returns the place of each component.</summary>
    /// <param name="rows">The rows, or null where the components are few.</param>
    /// <param name="components">The rows of each component.</param>
    /// <param name="dim">Number of dimensions.</param>
    /// <param name="options">The metric, the seed and the number of threads.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static double[][] Compute(RowMatrix rows, int[][] components, int dim, UmapOptions options, WorkContext work)
    {
        if (components.Length <= 2 * dim)
        {
            return UnitVectors(components.Length, dim);
        }

        RowMatrix centroids = Centroids(rows, components);
        if (components.Length <= LargestEmbedding)
        {
            double[] distances = options.Metric == Metric.Precomputed
                ? ComponentLinkage.Average(rows, components, work)
                : Distances(centroids, options, work);
            double largest = 0;
            foreach (double distance in distances)
            {
                largest = Math.Max(largest, distance);
            }

            if (DistanceScale.IsUsual(largest) && Embed(distances, 1, components.Length, dim, work) is { } places)
            {
                return places;
            }

            if (largest > 0 && Embed(distances, largest, components.Length, dim, work) is { } scaled)
            {
                return scaled;
            }
        }

        return PrincipalStart.Compute(centroids, dim, work) is { } principal
            ? Rows(principal, components.Length, dim)
            : RandomPlaces(components.Length, dim, options.Seed);
    }

    /// <summary>Returns half the distance from each place to the nearest other; 1 where all coincide.</summary>
    /// <param name="places">The place of each component.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static double[] Ranges(double[][] places, WorkContext work)
    {
        double[] ranges = new double[places.Length];
        ParallelBlocks.For(places.Length, ComponentsPerBlock, work, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                double nearest = double.PositiveInfinity;
                for (int j = 0; j < places.Length; j++)
                {
                    double squared = LaneKernels.Reduce<LaneKernels.SquaredDifference>(places[i], places[j]);
                    if (squared > 0 && squared < nearest)
                    {
                        nearest = squared;
                    }
                }

                ranges[i] = double.IsPositiveInfinity(nearest) ? 1 : Math.Sqrt(nearest) / 2;
            }
        });
        return ranges;
    }

    private static double[][] UnitVectors(int count, int dim)
    {
        int half = (count + 1) / 2;
        double[][] places = new double[count][];
        for (int component = 0; component < count; component++)
        {
            places[component] = new double[dim];
            places[component][component % half] = component < half ? 1 : -1;
        }

        return places;
    }

    private static RowMatrix Centroids(RowMatrix rows, int[][] components)
    {
        int width = rows.ColumnCount;
        float[] centroids = new float[checked(components.Length * width)];
        double[] sum = new double[width];
        for (int component = 0; component < components.Length; component++)
        {
            Array.Clear(sum);
            foreach (int row in components[component])
            {
                ReadOnlySpan<float> source = rows.Row(row);
                for (int column = 0; column < width; column++)
                {
                    sum[column] += source[column];
                }
            }

            for (int column = 0; column < width; column++)
            {
                centroids[(component * width) + column] = (float)(sum[column] / components[component].Length);
            }
        }

        return new RowMatrix(centroids, components.Length, width);
    }

    private static double[] Distances(RowMatrix centroids, UmapOptions options, WorkContext work)
    {
        int n = centroids.RowCount;
        MetricSpace space = MetricSpace.Create(centroids, options.Metric, options.MinkowskiPower);
        double[] distances = new double[n * n];
        ParallelBlocks.For(n, ComponentsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                space.DistancesFrom(row, 0, distances.AsSpan(row * n, n));
            }
        });
        return distances;
    }

    /// <summary>Embeds the places; null where the affinities underflow, the method fails or two places coincide.</summary>
    private static double[][]? Embed(double[] distances, double scale, int n, int dim, WorkContext work)
    {
        double[] affinities = new double[distances.Length];
        double[] roots = new double[n];
        for (int i = 0; i < n; i++)
        {
            double sum = 0;
            for (int j = 0; j < n; j++)
            {
                double distance = distances[(i * n) + j] / scale;
                double affinity = i == j ? 0 : DeterministicMath.Exp(-(distance * distance));
                affinities[(i * n) + j] = affinity;
                sum += affinity;
            }

            roots[i] = Math.Sqrt(sum);
            if (roots[i] == 0)
            {
                return null;
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                affinities[(i * n) + j] /= roots[i] * roots[j];
            }
        }

        double[] trivial = (double[])roots.Clone();
        VectorBlock.Scale(trivial, 1 / VectorBlock.Norm(trivial));
        if (
            SymmetricEigen.Largest(
                new DenseOperator(affinities, n), dim, trivial, EigenEffort.Exact, work with { ThreadCount = 1 }) is not { } spectrum
                || spectrum.Values[0] > 1 - SmallestShare)
        {
            return null;
        }

        double largest = 0;
        foreach (double[] vector in spectrum.Vectors)
        {
            for (int i = 0; i < n; i++)
            {
                vector[i] /= roots[i];
            }

            SymmetricEigen.FixSign(vector);
            foreach (double value in vector)
            {
                largest = Math.Max(largest, value);
            }
        }

        double[][] places = new double[n][];
        for (int i = 0; i < n; i++)
        {
            places[i] = Array.ConvertAll(spectrum.Vectors, vector => vector[i] / largest);
        }

        double[] ranges = Ranges(places, work);
        foreach (double range in ranges)
        {
            if (!(range > SmallestShare))
            {
                return null;
            }
        }

        return places;
    }

    private static double[][] Rows(double[] values, int count, int dim)
    {
        double[][] rows = new double[count][];
        for (int i = 0; i < count; i++)
        {
            rows[i] = values[(i * dim)..((i + 1) * dim)];
        }

        return rows;
    }

    private static double[][] RandomPlaces(int count, int dim, int seed)
    {
        CounterRandom random = new(seed, RandomPurpose.RandomStart);
        double[][] places = new double[count][];
        for (int i = 0; i < count; i++)
        {
            places[i] = new double[dim];
            for (int d = 0; d < dim; d++)
            {
                places[i][d] = (2 * random.Uniform((uint)i, 1, (uint)d)) - 1;
            }
        }

        return places;
    }

    private sealed class DenseOperator(double[] matrix, int size) : ISymmetricOperator
    {
        public int Size => size;

        public void Multiply(double[] vector, double[] product)
        {
            for (int row = 0; row < size; row++)
            {
                product[row] = LaneKernels.Reduce<LaneKernels.Product>(matrix.AsSpan(row * size, size), vector);
            }
        }
    }
}
