using System.Text.Json;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Tests.Umap.Start;

public class SpectralStartTests
{
    private const double ValueTolerance = 1e-7;
    private const double VectorTolerance = 1e-5;

    /// <summary>The affinities of centroids, exp(-d^2), turn a rounding of single precision in d = 10 into more than it is.</summary>
    private const double CentreTolerance = 1e-4;

    /// <summary>
    /// Centroids so far apart that the affinities underflow: the reference gives any basis of a space of equal eigenvalues, ours another
    /// embedding.
    /// </summary>
    private static readonly string[] _farApart = ["blobs", "three_islands_dim1"];

    public static TheoryData<string> WholeCases => [.. UmapGolden.Ids("eigenvalues", "eigenvectors")];

    public static TheoryData<string> ComponentCases => [.. UmapGolden.Ids("component_labels")];

    [Theory]
    [MemberData(nameof(WholeCases))]
    public void Eigenvalues_and_eigenvectors_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph graph = golden.PrunedGraph();
        double[] values = golden.File.Doubles("eigenvalues");
        int columns = golden.File.Shape("eigenvectors")[1];
        double[] vectors = golden.File.Doubles("eigenvectors");
        NormalizedAdjacency matrix = new(graph, Work.On(1));
        AssertSpan([matrix.Trivial], Columns(vectors, columns, 0, 1));
        AssertSpectrum(graph, values, vectors, columns, golden.Json.GetProperty("near_equal_eigenvalues"));
    }

    [Theory]
    [MemberData(nameof(ComponentCases))]
    public void Components_their_places_and_their_eigenvectors_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        WeightedGraph graph = golden.PrunedGraph();
        ConnectedComponents components = ConnectedComponents.Of(graph);
        Assert.Equal(golden.File.Ints("component_labels"), components.Labels);
        int[][] members = components.Rows();
        int[] places = new int[graph.RowCount];
        foreach (
            JsonElement component in golden.Json.GetProperty("component_spectra")
                .EnumerateArray()
                .Where(component => component.TryGetProperty("eigenvalues", out _)))
        {
            int number = component.GetProperty("component").GetInt32();
            string name = $"component{number}_eigenvectors";
            double[] values = [.. component.GetProperty("eigenvalues").EnumerateArray().Select(value => value.GetDouble())];
            AssertSpectrum(
                graph.Part(members[number], places),
                values,
                golden.File.Doubles(name),
                golden.File.Shape(name)[1],
                component.GetProperty("near_equal_eigenvalues"));
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
        NormalizedAdjacency matrix = new(GraphOf(TestRows.Random(200, 3, seed: 5)), Work.On(1));
        Assert.True(matrix.Size > SymmetricEigen.DenseLimit);
        (double[] values, double[][] vectors) = SymmetricEigen.Largest(matrix, 5, matrix.Trivial, EigenEffort.Exact, Work.On(1))!.Value;
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
        (double[] values, double[][] vectors) = LaplacianSpectrum.Compute(ring, 2, EigenEffort.Exact, Work.On(0))!.Value;
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
        double[][] one = LaplacianSpectrum.Compute(graph, 2, EigenEffort.ForStart(5000), Work.On(1))!.Value.Vectors;
        double[][] four = LaplacianSpectrum.Compute(graph, 2, EigenEffort.ForStart(5000), Work.On(4))!.Value.Vectors;
        Assert.Equal(one, four);
    }

    [Fact]
    public void Components_far_apart_get_different_places()
    {
        // Nine pairs a thousand units apart: their affinities exp(-d^2) underflow.
        float[] values = [.. Enumerable.Range(0, 18).Select(i => (float)((i / 2 * i / 2 * 1000) + (i % 2)))];
        int[][] components = [.. Enumerable.Range(0, 9).Select(i => new[] { 2 * i, (2 * i) + 1 })];
        double[][] centres = ComponentCentroids.Compute(new RowMatrix(values, 18, 1), components, 2, new UmapOptions(), Work.On(0));
        double[] ranges = ComponentCentroids.Ranges(centres, Work.On(0));
        Assert.Equal(9, centres.Length);
        Assert.All(ranges, range => Assert.InRange(range, 1e-9, 2));
    }

    /// <summary>Forty clusters of fifty rows that hardly touch: each eigenvector tells a few of them from the rest.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(0.9)]
    public void Many_rows_in_clusters_far_apart_start_at_their_principal_components(double distance)
    {
        RowMatrix rows = Clusters(40, 50, distance);
        WeightedGraph graph = GraphOf(rows);
        UmapOptions options = new();
        double[] start = SpectralStart.Compute(rows, graph, options, Work.On(0))!;
        Assert.Equal(PrincipalStart.Compute(rows, 2, Work.On(0))!, start);
    }

    [Fact]
    public void Many_rows_in_one_cloud_start_at_their_eigenvectors()
    {
        RowMatrix rows = TestRows.Random(1500, 3, seed: 6);
        WeightedGraph graph = GraphOf(rows);
        double[] start = SpectralStart.Compute(rows, graph, new UmapOptions(), Work.On(0))!;
        double[][] vectors = LaplacianSpectrum.Compute(graph, 2, EigenEffort.ForStart(1500), Work.On(0))!.Value.Vectors;
        Assert.False(SpectralStart.IsLocal(vectors));
        Assert.Equal(vectors[0][7], start[14]);
        Assert.Equal(vectors[1][7], start[15]);
    }

    [Fact]
    public void Eigenvectors_are_local_where_few_rows_take_part()
    {
        double[] spread = [.. Enumerable.Repeat(0.1, 100)];
        double[] single = [1, .. new double[99]];
        Assert.False(SpectralStart.IsLocal([spread, spread]));
        Assert.True(SpectralStart.IsLocal([single, single]));
    }

    /// <summary>
    /// A long chain has eigenvalues so close to one another that the limit of steps comes first; what there is by then is smooth along it.
    /// </summary>
    [Fact]
    public void The_limit_of_steps_gives_smooth_vectors()
    {
        const int N = 20_000;
        int[] offsets = [.. Enumerable.Range(0, N + 1).Select(i => i == 0 ? 0 : Math.Min(2 * i, (2 * N) - 1) - 1)];
        offsets[N] = (2 * N) - 2;
        int[] columns = [.. Enumerable.Range(0, N).SelectMany(i => new[] { i - 1, i + 1 }.Where(j => j is >= 0 and < N))];
        WeightedGraph chain = new(N, offsets, columns, [.. Enumerable.Repeat(1f, columns.Length)]);
        (double[] values, double[][] vectors) = LaplacianSpectrum.Compute(chain, 2, EigenEffort.ForStart(N), Work.On(0))!.Value;
        Assert.All(values, value => Assert.InRange(value, 0, 0.01));
        Assert.All(vectors, vector => Assert.InRange(vector.Zip(vector.Skip(1), (a, b) => (a - b) * (a - b)).Sum(), 0, 0.02));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void The_number_of_threads_changes_no_bit_of_principal_components_graph_and_start(int threads)
    {
        RowMatrix rows = TestRows.Random(9000, 19, seed: 3);
        Assert.Equal(PrincipalStart.Compute(rows, 2, Work.On(1))!, PrincipalStart.Compute(rows, 2, Work.On(threads))!);
        RowMatrix few = TestRows.Random(5000, 3, seed: 7);
        Core.Neighbors.NeighborLists neighbors = Core.Neighbors.ExactNeighbors.Find(MetricSpace.Create(few, Metric.Euclidean), 10);
        WeightedGraph one = GraphOf(neighbors, 1);
        WeightedGraph several = GraphOf(neighbors, threads);
        Assert.Equal(one.Columns, several.Columns);
        Assert.Equal(one.Weights, several.Weights);
        Assert.Equal(one.Offsets, several.Offsets);
        Assert.Equal(
            SpectralStart.Compute(few, one, new UmapOptions(), Work.On(1))!,
            SpectralStart.Compute(few, several, new UmapOptions(), Work.On(threads))!);
    }

    private static RowMatrix Clusters(int count, int size, double distance)
    {
        RowMatrix rows = TestRows.Random(count * size, 60, seed: 12);
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows.Row(row)[row / size] += (float)(distance * 10);
        }

        return rows;
    }

    private static WeightedGraph GraphOf(Core.Neighbors.NeighborLists neighbors, int threads)
    {
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, 1, float.PositiveInfinity, Work.On(threads));
        return GraphPruning.Prune(
            FuzzyGraph.Join(
                neighbors, FuzzyGraph.Memberships(neighbors, smoothed, float.PositiveInfinity, Work.On(threads)), 1, Work.On(threads)),
            200,
            Work.On(threads));
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
        double[][] centres = ComponentCentroids.Compute(golden.Rows(), members, dim, golden.Options, Work.On(0));
        for (int d = 0; d < dim; d++)
        {
            double[] found = [.. centres.Select(centre => centre[d])];
            double sign = Math.Sign(found.Zip(expected[d], (a, b) => a * b).Sum());
            for (int component = 0; component < members.Length; component++)
            {
                Assert.Equal(expected[d][component], sign * found[component], CentreTolerance);
            }
        }

        double[] ranges = ComponentCentroids.Ranges(centres, Work.On(0));
        for (int component = 0; component < members.Length; component++)
        {
            Assert.Equal(golden.Json.GetProperty("component_ranges")[component].GetDouble(), ranges[component], CentreTolerance);
        }
    }

    /// <summary>
    /// Compares all stored eigenvalues, and the eigenvectors one by one or, where eigenvalues are nearly equal, the spaces they span.
    /// </summary>
    private static void AssertSpectrum(WeightedGraph graph, double[] values, double[] vectors, int columns, JsonElement nearEqual)
    {
        (double[] found, double[][] foundVectors) = LaplacianSpectrum.Compute(
            graph, values.Length - 1, EigenEffort.Exact, Work.On(0))!.Value;
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
        => [
            .. Enumerable.Range(start, end - start).Select(
                column => Enumerable.Range(0, values.Length / width).Select(row => values[(row * width) + column]).ToArray())
        ];

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
