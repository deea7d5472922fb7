using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Numerics;

public class DotRowsTests
{
    /// <summary>Vectors that are written each time have the bits of those that are kept, in any order.</summary>
    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Correlation)]
    public void Vectors_are_the_same_whether_they_are_kept_or_not(Metric metric)
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(700, 37, seed: 1), metric);
        DotRows kept = DotRows.Create(space, Work.On(2), keeps: true);
        DotRows written = DotRows.Create(space, Work.On(2), keeps: false);
        AssertSame(kept, written);
        for (int seed = 0; seed < 2; seed++)
        {
            int[] order = TestRows.Shuffle(700, seed);
            kept.Permute(order, default);
            written.Permute(order, default);
            AssertSame(kept, written);
        }
    }

    [Fact]
    public void Pairs_are_the_same_whether_vectors_are_kept_or_not()
    {
        // More rows than a whole number of panels and groups.
        MetricSpace space = MetricSpace.Create(TestRows.Random(131, 20, seed: 2), Metric.Euclidean);
        Assert.Equal(
            PairsOf(DotRows.Create(space, Work.On(1), keeps: true)), PairsOf(DotRows.Create(space, Work.On(1), keeps: false)));
    }

    private static void AssertSame(DotRows kept, DotRows written)
    {
        double[] room = new double[kept.ColumnCount];
        float[] vector = new float[kept.ColumnCount];
        Assert.Equal(kept.Halves, written.Halves);
        for (int place = 0; place < kept.RowCount; place++)
        {
            Assert.Equal(kept.Read(place, [], []).ToArray(), written.Read(place, room, vector).ToArray());
        }
    }

    private static List<(int Left, int Right)> PairsOf(DotRows rows)
    {
        float[] limits = new float[rows.RowCount + DotTiles.PanelSize];
        for (int row = 0; row < rows.RowCount; row++)
        {
            limits[row] = rows.LimitFor(row, 5);
        }

        PairScanner scanner = new(rows);
        Pairs pairs = new([]);
        scanner.SetLeft([.. Enumerable.Range(0, 57)]);
        scanner.SetRight(40, rows.RowCount);
        scanner.Scan(limits, bothWays: true, ref pairs, default);
        Assert.NotEmpty(pairs.Found);
        return pairs.Found;
    }

    private readonly record struct Pairs(List<(int Left, int Right)> Found) : IPairVisitor
    {
        public void Visit(int left, int right) => Found.Add((left, right));
    }
}
