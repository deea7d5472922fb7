using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Grouping;

/// <summary>How much alike the rows of a group are, against plain cosines.</summary>
public class GroupCohesionTests
{
    [Fact]
    public void It_is_the_mean_cosine_to_the_mean_direction()
    {
        RowMatrix rows = TestRows.Random(60, 5, 3);
        int[] labels = [.. Enumerable.Range(0, 60).Select(row => (row % 4) - 1)];
        double[] found = GroupCohesion.Of(rows, labels, 3, CancellationToken.None);
        double[] mean = [.. Enumerable.Range(0, 5).Select(column => Enumerable.Range(0, 60).Average(row => (double)rows[row, column]))];
        for (int group = 0; group < 3; group++)
        {
            double[][] directions = [.. Enumerable.Range(0, 60).Where(row => labels[row] == group).Select(row => Unit(row))];
            double[] middle = [.. Enumerable.Range(0, 5).Select(column => directions.Average(direction => direction[column]))];
            double length = Math.Sqrt(middle.Sum(value => value * value));
            double cosines = directions.Average(direction => direction.Zip(middle, (a, b) => a * b).Sum() / length);
            Assert.Equal(cosines, found[group], 1e-6);
        }

        double[] Unit(int row)
        {
            double[] difference = [.. Enumerable.Range(0, 5).Select(column => rows[row, column] - mean[column])];
            double length = Math.Sqrt(difference.Sum(value => value * value));
            return Array.ConvertAll(difference, value => value / length);
        }
    }

    [Fact]
    public void Order_changes_no_bit_and_rows_without_a_direction_count_as_none()
    {
        RowMatrix rows = TestRows.Random(200, 8, 4);
        int[] order = TestRows.Shuffle(200, 2);
        int[] labels = [.. Enumerable.Range(0, 200).Select(row => row % 3)];
        Assert.Equal(
            GroupCohesion.Of(rows, labels, 3, CancellationToken.None),
            GroupCohesion.Of(
                CanonicalOrder.Apply(rows, order), Array.ConvertAll(order, row => labels[row]), 3, CancellationToken.None));
        Assert.Equal([1, 0], GroupCohesion.Of(new RowMatrix([1, 2, 1, 2], 2, 2), [0, 0], 2, CancellationToken.None));
    }
}
