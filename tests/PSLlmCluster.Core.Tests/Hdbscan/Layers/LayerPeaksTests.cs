using PSLlmCluster.Core.Hdbscan.Layers;

namespace PSLlmCluster.Core.Tests.Hdbscan.Layers;

public class LayerPeaksTests
{
    [Fact]
    public void A_peak_is_higher_than_what_is_before_and_after_it_and_the_ends_count_as_lower()
    {
        List<PersistenceStep> steps = [new(2, 2, 9, 8), new(3, 5, 4, 5), new(6, 6, 7, 3), new(7, 9, 0, 0), new(10, 11, 1, 2)];

        Assert.Equal([2, 6, 10], LayerPeaks.Find(steps).Select(step => step.First));
        Assert.Empty(LayerPeaks.Find([new(2, 9, 0, 0)]));
        Assert.Empty(LayerPeaks.Find([]));
    }

    [Theory]
    [InlineData(new[] { 9, 6 }, new[] { 2, 4 })]
    [InlineData(new[] { 8, 6 }, new[] { 2 })]
    [InlineData(new[] { 9, 7, 6, 4 }, new[] { 2, 6, 8 })]
    [InlineData(new[] { 3, 2, 2 }, new[] { 2, 4 })]
    public void A_peak_with_nearly_as_many_clusters_as_one_taken_is_passed_over(int[] counts, int[] expected)
    {
        // Peaks at 2, 4, 6 ..., each lower than the one before.
        List<PersistenceStep> steps = [];
        for (int i = 0; i < counts.Length; i++)
        {
            steps.Add(new PersistenceStep(2 + (2 * i), 2 + (2 * i), 100 - i, counts[i]));
            steps.Add(new PersistenceStep(3 + (2 * i), 3 + (2 * i), 1, 1));
        }

        Assert.Equal(expected, LayerPeaks.Order(steps).Select(step => step.First));
    }

    [Fact]
    public void Of_equal_peaks_the_smaller_size_comes_first()
    {
        List<PersistenceStep> steps = [new(2, 2, 5, 40), new(3, 3, 1, 30), new(4, 4, 8, 9), new(5, 5, 1, 5), new(6, 6, 8, 2)];

        Assert.Equal([4, 6, 2], LayerPeaks.Order(steps).Select(step => step.First));
    }
}
