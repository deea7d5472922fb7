using System.Text.Json;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Spectral;

namespace PSLlmCluster.Core.Tests.Umap;

public class SpectralStartTests
{
    private const double ValueTolerance = 1e-7;
    private const double VectorTolerance = 1e-5;

    /// <summary>The affinities of centroids, exp(-d^2), turn a rounding of single precision in d = 10 into more than it is.</summary>
    private const double CentreTolerance = 1e-4;

    /// <summary>Centroids so far apart that the affinities underflow: the reference gives any basis of a space of equal eigenvalues, ours another embedding.</summary>
    private static readonly string[] _farApart = ["blobs", "three_islands_dim1"];

    public static TheoryData<string> WholeCases => [.. UmapGolden.Ids("eigenvalues", "eigenvectors")];

    public static TheoryData<string> PieceCases => [.. UmapGolden.Ids("component_labels")];

    [Theory]
    [MemberData(nameof(WholeCases))]
    public void Eigenvalues_and_eigenvectors_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph graph = golden.PrunedGraph();
        double[] values = golden.File.Doubles("eigenvalues");
        int columns = golden.File.Shape("eigenvectors")[1];
        double[] vectors = golden.File.Doubles("eigenvectors");
        NormalizedAdjacency matrix = new(graph, 1, CancellationToken.None);
        AssertSpan([matrix.Trivial], Columns(vectors, columns, 0, 1));
        AssertSpectrum(graph, values, vectors, columns, golden.Json.GetProperty("near_equal_eigenvalues"));
    }

    [Theory]
    [MemberData(nameof(PieceCases))]
    public void Pieces_their_places_and_their_eigenvectors_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph graph = golden.PrunedGraph();
        ConnectedPieces pieces = ConnectedPieces.Of(graph);
        Assert.Equal(golden.File.Ints("component_labels"), pieces.Labels);
        int[][] members = pieces.Rows();
        int[] places = new int[graph.RowCount];
        foreach (JsonElement piece in golden.Json.GetProperty("component_spectra").EnumerateArray().Where(piece => piece.TryGetProperty("eigenvalues", out _)))
        {
            int number = piece.GetProperty("component").GetInt32();
            string name = $"component{number}_eigenvectors";
            double[] values = [.. piece.GetProperty("eigenvalues").EnumerateArray().Select(value => value.GetDouble())];
            AssertSpectrum(graph.Part(members[number], places), values, golden.File.Doubles(name), golden.File.Shape(name)[1], piece.GetProperty("near_equal_eigenvalues"));
        }

        if (!_farApart.Contains(id))
        {
            AssertCentres(golden, members);
        }
    }

    /// <summary>Lanczos' method and the dense one, on a graph just beyond the latter's limit.</summary>
    [Fact]
    public void Both_methods_give_the_same_eigenvectors()
    {
        NormalizedAdjacency matrix = new(GraphOf(TestRows.Random(200, 3, seed: 5)), 1, CancellationToken.None);
        Assert.True(matrix.Size > SymmetricEigen.DenseLimit);
        (double[] values, double[][] vectors) = SymmetricEigen.Largest(matrix, 5, matrix.Trivial, 1, CancellationToken.None)!.Value;
        double[] dense = new double[matrix.Size * matrix.Size];
        double[] unit = new double[matrix.Size];
        for (int i = 0; i < matrix.Size; i++)
        {
            unit[i] = 1;
            double[] column = new double[matrix.Size];
            matrix.Multiply(unit, column);
            unit[i] = 0;
            column.CopyTo(dense, i * matrix.Size);
        }

        (double[] all, double[][] allVectors) = DenseEigen.Decompose(dense, matrix.Size)!.Value;
        Assert.Equal(1, all[^1], 1e-12);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(all[^(i + 2)], values[i], 1e-12);
            AssertSpan([vectors[i]], [allVectors[^(i + 2)]]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void A_dense_matrix_is_its_eigenvectors_times_its_eigenvalues(int n)
    {
        RowMatrix random = TestRows.Random(n, n, seed: n);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                matrix[(i * n) + j] = random.Row(i)[j] + random.Row(j)[i];
            }
        }

        (double[] values, double[][] vectors) = DenseEigen.Decompose((double[])matrix.Clone(), n)!.Value;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                double product = 0;
                for (int v = 0; v < n; v++)
                {
                    sum += values[v] * vectors[v][i] * vectors[v][j];
                    product += vectors[i][v] * vectors[j][v];
                }

                Assert.Equal(matrix[(i * n) + j], sum, 1e-12 * n);
                Assert.Equal(i == j ? 1 : 0, product, 1e-13 * n);
            }
        }
    }

    /// <summary>Eigenvalues of a ring are cosines, each twice: Lanczos' method alone would see each once.</summary>
    [Fact]
    public void A_ring_of_many_rows_starts_as_a_circle()
    {
        const int N = 1000;
        int[] offsets = [.. Enumerable.Range(0, N + 1).Select(i => 2 * i)];
        int[] columns = [.. Enumerable.Range(0, N).SelectMany(i => new[] { (i + N - 1) % N, (i + 1) % N }.Order())];
        WeightedGraph ring = new(N, offsets, columns, [.. Enumerable.Repeat(1f, 2 * N)]);
        (double[] values, double[][] vectors) = SpectralStart.Eigenvectors(ring, 2, 0, CancellationToken.None)!.Value;
        double expected = 1 - Math.Cos(2 * Math.PI / N);
        Assert.Equal(expected, values[0], 1e-9);
        Assert.Equal(expected, values[1], 1e-9);
        for (int i = 0; i < N; i++)
        {
            Assert.Equal(2.0 / N, (vectors[0][i] * vectors[0][i]) + (vectors[1][i] * vectors[1][i]), 1e-6);
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit_of_the_eigenvectors()
    {
        WeightedGraph graph = GraphOf(TestRows.Random(5000, 3, seed: 4));
        double[][] one = SpectralStart.Eigenvectors(graph, 2, 1, CancellationToken.None)!.Value.Vectors;
        double[][] four = SpectralStart.Eigenvectors(graph, 2, 4, CancellationToken.None)!.Value.Vectors;
        Assert.Equal(one, four);
    }

    [Fact]
    public void Pieces_far_apart_get_places_of_their_own()
    {
        // Nine pairs a thousand units apart: their affinities exp(-d^2) underflow.
        float[] values = [.. Enumerable.Range(0, 18).Select(i => (float)((i / 2 * i / 2 * 1000) + (i % 2)))];
        int[][] pieces = [.. Enumerable.Range(0, 9).Select(i => new[] { 2 * i, (2 * i) + 1 })];
        double[][] centres = PieceCentres.Compute(new RowMatrix(values, 18, 1), pieces, 2, new UmapOptions(), CancellationToken.None);
        double[] ranges = PieceCentres.Ranges(centres, 0, CancellationToken.None);
        Assert.Equal(9, centres.Length);
        Assert.All(ranges, range => Assert.InRange(range, 1e-9, 2));
    }

    private static WeightedGraph GraphOf(RowMatrix rows)
    {
        Core.Neighbors.NeighborLists neighbors = Core.Neighbors.ExactNeighbors.Find(MetricSpace.Create(rows, Metric.Euclidean), 15);
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, 1, float.PositiveInfinity);
        return FuzzyGraph.Join(neighbors, FuzzyGraph.Memberships(neighbors, smoothed, float.PositiveInfinity), 1);
    }

    private static void AssertCentres(UmapGolden golden, int[][] members)
    {
        int dim = golden.Options.ComponentCount;
        double[][] expected = Columns(golden.File.Doubles("meta_embedding"), dim, 0, dim);
        double[][] centres = PieceCentres.Compute(golden.Rows(), members, dim, golden.Options, CancellationToken.None);
        for (int d = 0; d < dim; d++)
        {
            double[] found = [.. centres.Select(centre => centre[d])];
            double sign = Math.Sign(found.Zip(expected[d], (a, b) => a * b).Sum());
            for (int piece = 0; piece < members.Length; piece++)
            {
                Assert.Equal(expected[d][piece], sign * found[piece], CentreTolerance);
            }
        }

        double[] ranges = PieceCentres.Ranges(centres, 0, CancellationToken.None);
        for (int piece = 0; piece < members.Length; piece++)
        {
            Assert.Equal(golden.Json.GetProperty("component_ranges")[piece].GetDouble(), ranges[piece], CentreTolerance);
        }
    }

    /// <summary>Compares all stored eigenvalues, and the eigenvectors one by one or, where eigenvalues are nearly equal, the spaces they span.</summary>
    private static void AssertSpectrum(WeightedGraph graph, double[] values, double[] vectors, int columns, JsonElement nearEqual)
    {
        (double[] found, double[][] foundVectors) = SpectralStart.Eigenvectors(graph, values.Length - 1, 0, CancellationToken.None)!.Value;
        for (int i = 1; i < values.Length; i++)
        {
            Assert.Equal(values[i], found[i - 1], ValueTolerance);
        }

        HashSet<int> joined = [.. nearEqual.EnumerateArray().Select(pair => pair[0].GetInt32())];
        for (int first = 1; first < columns;)
        {
            int last = first;
            while (joined.Contains(last))
            {
                last++;
            }

            // A group that goes beyond the stored eigenvectors is no space of its own.
            if (last < columns)
            {
                AssertSpan(foundVectors[(first - 1)..last], Columns(vectors, columns, first, last + 1));
            }

            first = last + 1;
        }
    }

    private static double[][] Columns(double[] values, int width, int start, int end)
        => [.. Enumerable.Range(start, end - start).Select(column => Enumerable.Range(0, values.Length / width).Select(row => values[(row * width) + column]).ToArray())];

    /// <summary>Each expected vector is what the found ones make of it, to the tolerance in every entry.</summary>
    private static void AssertSpan(double[][] found, double[][] expected)
    {
        foreach (double[] vector in expected)
        {
            double[] rest = (double[])vector.Clone();
            foreach (double[] basis in found)
            {
                double part = basis.Zip(vector, (a, b) => a * b).Sum();
                for (int i = 0; i < rest.Length; i++)
                {
                    rest[i] -= part * basis[i];
                }
            }

            Assert.All(rest, value => Assert.InRange(value, -VectorTolerance, VectorTolerance));
        }
    }
}
