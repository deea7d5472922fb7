using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Layout;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class LayoutOptimizerTests
{
    private const int Epochs = 60;

    [Fact]
    public void Running_in_two_halves_equals_one_run()
    {
        LayoutOptimizer whole = Optimizer(1);
        LayoutOptimizer halves = Optimizer(1);
        whole.RunTo(Epochs);
        halves.RunTo(Epochs / 2);
        Assert.Equal(Epochs / 2, halves.Epoch);
        Assert.NotEqual(whole.Layout, halves.Layout);
        halves.RunTo(Epochs);
        Assert.Equal(Epochs, halves.Epoch);
        Assert.Equal(whole.Layout, halves.Layout);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    public void The_number_of_threads_changes_no_bit(int threads)
    {
        LayoutOptimizer one = Optimizer(1);
        LayoutOptimizer many = Optimizer(threads);
        one.RunTo(Epochs);
        many.RunTo(Epochs);
        Assert.Equal(one.Layout, many.Layout);
    }

    [Fact]
    public void The_start_is_not_changed_and_is_the_layout_of_no_epochs()
    {
        float[] start = [0, 0, 1, 1, 2, 5];
        LayoutOptimizer optimizer = new(Chain(3), start, Settings(2, 10, 1));
        Assert.Equal(start, optimizer.Layout);
        optimizer.RunTo(10);
        Assert.Equal([0, 0, 1, 1, 2, 5], start);
        Assert.NotEqual(start, optimizer.Layout);
    }

    /// <summary>
    /// Without repulsion two rows on one edge move as in the reference: in each epoch but the first both entries of the edge move both
    /// ends.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_rows_without_repulsion_move_as_in_the_reference(int dim)
    {
        const int EpochCount = 5;
        float[] start = [.. Enumerable.Range(0, 2 * dim).Select(i => i * 1.25f)];
        LayoutSettings settings = Settings(dim, EpochCount, 1) with { RepulsionStrength = 0, LearningRate = 0.1 };
        LayoutOptimizer optimizer = new(Chain(2), start, settings);
        optimizer.RunTo(EpochCount);
        float[] expected = (float[])start.Clone();
        ReferenceEpochSchedule schedule = new([1f, 1f], EpochCount, settings.NegativeSampleRate);
        new ReferenceOptimizer(
            schedule,
            new TransformGradient(settings.Curve, 0),
            [0, 1],
            [1, 0],
            dim).Run(expected, expected, EpochCount, 0.1, [11, 22, 33], moveOther: true);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal((double)expected[i], optimizer.Layout[i], 1e-5);
        }
    }

    [Fact]
    public void A_cancelled_token_stops_the_run()
        => Assert.ThrowsAny<OperationCanceledException>(() => Optimizer(1).RunTo(Epochs, Work.Cancelled));

    [Fact]
    public void Progress_is_reported_after_each_epoch()
    {
        List<double> fractions = [];
        Optimizer(1).RunTo(Epochs, WorkContext.Create(1, new Recorder(fractions), default));
        Assert.Equal(Enumerable.Range(1, Epochs).Select(epoch => (double)epoch / Epochs), fractions);
    }

    [Fact]
    public void What_is_taken_changes_no_layout()
    {
        LayoutOptimizer expected = Optimizer(2);
        LayoutOptimizer taking = Optimizer(2, takes: true);
        expected.RunTo(Epochs);
        taking.RunTo(Epochs);
        Assert.Equal(expected.Layout, taking.Layout);
    }

    [Fact]
    public void No_more_epochs_can_be_run_than_there_are()
        => Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer(1).RunTo(Epochs + 1));

    private static LayoutOptimizer Optimizer(int threads, bool takes = false)
    {
        WeightedGraph graph = UmapGolden.Load("iris").PrunedGraph();
        float[] start = TestRows.Random(graph.RowCount, 2, seed: 1).Values;
        return new LayoutOptimizer(graph, start, Settings(2, Epochs, threads), takes: takes);
    }

    private static LayoutSettings Settings(int dim, int epochs, int threads)
        => new(dim, CurveParameters.Fit(0.1, 1), epochs, 1, 1, 5, 42, threads);

    /// <summary>Rows 0 - 1 - 2 - ..., each joined to the next with weight 1.</summary>
    private static WeightedGraph Chain(int n)
    {
        List<int> columns = [];
        int[] offsets = new int[n + 1];
        for (int row = 0; row < n; row++)
        {
            columns.AddRange(new[] { row - 1, row + 1 }.Where(other => other >= 0 && other < n));
            offsets[row + 1] = columns.Count;
        }

        return new WeightedGraph(n, offsets, [.. columns], [.. Enumerable.Repeat(1f, columns.Count)]);
    }

    private sealed class Recorder(List<double> fractions) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => fractions.Add(value.Fraction);
    }
}
