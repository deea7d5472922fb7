using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class InvertedFileSearchTests
{
    [Theory]
    [InlineData(Metric.Euclidean, 15)]
    [InlineData(Metric.Cosine, 15)]
    [InlineData(Metric.Correlation, 15)]
    [InlineData(Metric.Manhattan, 5)]
    [InlineData(Metric.Chebyshev, 15)]
    [InlineData(Metric.Euclidean, 200)]
    public void A_mixture_is_searched_with_little_loss(Metric metric, int k)
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(6000, 12, 40, seed: 1), metric);
        NeighborLists? found = InvertedFileSearch.Find(space, k, seed: 3, Work.On(0));
        Assert.NotNull(found);
        Assert.InRange(NeighborSets.Recall(space, found, step: 7), 0.98, 1);
    }

    [Fact]
    public void Lists_are_sorted_measured_exactly_and_begin_with_the_row()
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(5000, 10, 30, seed: 2), Metric.Euclidean);
        NeighborLists found = InvertedFileSearch.Find(space, 10, seed: 3, Work.On(0))!;
        for (int row = 0; row < found.RowCount; row++)
        {
            int[] indices = found.IndicesOf(row).ToArray();
            double[] distances = found.DistancesOf(row).ToArray();
            Assert.Equal(row, indices[0]);
            Assert.Equal(10, indices.Distinct().Count());
            Assert.Equal(indices.Select(other => space.Distance(row, other)), distances);
            Assert.True(distances.Zip(distances.Skip(1)).All(pair => pair.First <= pair.Second));
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Manhattan)]
    public void The_number_of_threads_changes_nothing(Metric metric)
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(4000, 12, 25, seed: 4), metric);
        NeighborLists one = InvertedFileSearch.Find(space, 8, seed: 5, Work.On(1))!;
        foreach (int threads in new[] { 2, 5 })
        {
            NeighborLists several = InvertedFileSearch.Find(space, 8, seed: 5, Work.On(threads))!;
            Assert.Equal(one.Indices, several.Indices);
            Assert.Equal(one.Distances, several.Distances);
        }
    }

    [Fact]
    public void Many_equal_rows_are_neighbours_at_distance_zero()
    {
        RowMatrix rows = NeighborSets.Mixture(6000, 8, 20, seed: 6);
        for (int row = 1000; row < 5000; row++)
        {
            rows.Row(1000).CopyTo(rows.Row(row));
        }

        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        NeighborLists found = InvertedFileSearch.Find(space, 15, seed: 7, Work.On(0))!;
        Assert.All(Enumerable.Range(1000, 4000), row => Assert.Equal(0, found.DistancesOf(row)[^1]));
        Assert.InRange(NeighborSets.Recall(space, found, step: 11), 0.98, 1);
    }

    /// <summary>Without any structure a row's neighbours lie in too many cells; then there is no half-good result.</summary>
    [Fact]
    public void Rows_without_structure_are_left_to_the_exact_search()
        => Assert.Null(
            InvertedFileSearch.Find(MetricSpace.Create(TestRows.Random(4000, 60, seed: 8), Metric.Euclidean), 15, seed: 9, Work.On(0)));

    [Fact]
    public void A_cancelled_token_stops_the_search()
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(3000, 8, 20, seed: 1), Metric.Euclidean);
        Assert.ThrowsAny<OperationCanceledException>(() => InvertedFileSearch.Find(space, 5, 1, Work.Cancelled));
    }

    [Fact]
    public void Progress_rises_to_the_end()
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(3000, 8, 20, seed: 1), Metric.Euclidean);
        List<double> seen = [];
        InvertedFileSearch.Find(space, 5, 1, WorkContext.Create(1, new Recorder(seen), default));
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(1, seen[^1], 9);
    }

    private sealed class Recorder(List<double> seen) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => seen.Add(value.Fraction);
    }
}
