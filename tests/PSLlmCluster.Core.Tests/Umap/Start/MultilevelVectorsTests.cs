using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Tests.Umap.Start;

public sealed class MultilevelVectorsTests
{
    /// <summary>Of rows in a long strip the first vector leads along it, and the second there and back.</summary>
    [Fact]
    public void Vectors_made_of_groups_are_nearly_the_eigenvectors()
    {
        WeightedGraph graph = Strip(3000);
        (double[] values, double[][] exact) = LaplacianSpectrum.Compute(graph, 2, EigenEffort.Exact, Work.On(0))!.Value;
        double[][] vectors = MultilevelVectors.OfGroups(graph, 2, Work.On(0))!;
        NormalizedAdjacency matrix = new(graph, Work.On(0));
        double[] product = new double[graph.RowCount];
        for (int d = 0; d < 2; d++)
        {
            matrix.Multiply(vectors[d], product);
            Assert.InRange(1 - VectorBlock.Dot(vectors[d], product), values[d] - 1e-9, 1.05 * values[d]);
            Assert.Equal(1, VectorBlock.Dot(vectors[d], vectors[d]), 1e-12);
            Assert.InRange(Math.Abs(VectorBlock.Dot(vectors[d], exact[d])), 0.999, 1.000001);
            Assert.Equal(0, VectorBlock.Dot(vectors[d], matrix.Trivial), 1e-12);
        }

        Assert.Equal(0, VectorBlock.Dot(vectors[0], vectors[1]), 1e-12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void The_number_of_threads_changes_no_bit(int threads)
    {
        WeightedGraph graph = Strip(7000);
        Assert.Equal(MultilevelVectors.OfGroups(graph, 3, Work.On(1))!, MultilevelVectors.OfGroups(graph, 3, Work.On(threads))!);
    }

    [Fact]
    public void Few_rows_have_the_eigenvectors_of_their_own_graph_and_many_those_of_groups()
    {
        WeightedGraph few = Chain(MultilevelVectors.FewRows);
        Assert.Equal(
            LaplacianSpectrum.Compute(few, 1, EigenEffort.ForStart(few.RowCount), Work.On(0))!.Value.Vectors,
            MultilevelVectors.Compute(few, 1, Work.On(0))!);

        WeightedGraph many = Chain(3 * MultilevelVectors.FewRows);
        double[] vector = Assert.Single(MultilevelVectors.Compute(many, 1, Work.On(0))!);
        Assert.Equal(Assert.Single(MultilevelVectors.OfGroups(many, 1, Work.On(0))!), vector);

        // Three times as long a chain, whose groups are the rows of one that Lanczos' steps do not reach the end of.
        Assert.InRange(vector.Zip(vector.Skip(1), (a, b) => (a - b) * (a - b)).Sum(), 0, 0.01);
    }

    [Fact]
    public void A_graph_of_too_few_groups_has_none()
    {
        const int N = 1000;
        WeightedGraph star = Of(N, [.. Enumerable.Range(1, N - 1).Select(leaf => (0, leaf))]);
        Assert.Equal(1, CoarseGraph.Of(star, default).Graph.RowCount);
        Assert.Null(MultilevelVectors.OfGroups(star, 2, Work.On(0)));
    }

    [Fact]
    public void Cancellation_ends_it()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        WorkContext work = WorkContext.Create(1, null, source.Token);
        Assert.Throws<OperationCanceledException>(() => MultilevelVectors.OfGroups(Strip(3000), 2, work));
    }

    /// <summary>The graph of rows that are spread over a long strip, in order.</summary>
    internal static WeightedGraph Strip(int count)
    {
        RowMatrix rows = TestRows.Random(count, 2, seed: 11);
        for (int row = 0; row < count; row++)
        {
            rows.Row(row)[0] = row * 40f / count;
            rows.Row(row)[1] = (float)Math.Tanh(rows.Row(row)[1]);
        }

        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(rows, Metric.Euclidean), 15);
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, 1, float.PositiveInfinity);
        return FuzzyGraph.Join(neighbors, FuzzyGraph.Memberships(neighbors, smoothed, float.PositiveInfinity), 1);
    }

    /// <summary>A graph of edges that all weigh 1.</summary>
    internal static WeightedGraph Of(int count, (int A, int B)[] edges)
    {
        ILookup<int, int> ends = edges.Concat(edges.Select(edge => (A: edge.B, B: edge.A))).ToLookup(edge => edge.A, edge => edge.B);
        int[] offsets = new int[count + 1];
        for (int row = 0; row < count; row++)
        {
            offsets[row + 1] = offsets[row] + ends[row].Count();
        }

        int[] columns = [.. Enumerable.Range(0, count).SelectMany(row => ends[row].Order())];
        return new WeightedGraph(count, offsets, columns, [.. Enumerable.Repeat(1f, columns.Length)]);
    }

    private static WeightedGraph Chain(int count) => Of(count, [.. Enumerable.Range(1, count - 1).Select(row => (row - 1, row))]);
}
