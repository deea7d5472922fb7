using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Worker.Llama;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Which of the waiting windows make a call, and that tokens that they begin with are in it once.</summary>
public sealed class WaitingWindowsTests
{
    private static readonly ContextPlan _plan
        = new(1, 1, 64, CallSize: 8, AlignsWindows: false, SequenceCount: 4, SharesBeginnings: true, UsesFlashAttention: true);

    [Fact]
    public void Windows_that_begin_alike_go_with_the_one_that_waits_longest_and_their_tokens_are_computed_once()
    {
        int[][] calls = Calls(_plan, out int[] computed, [1, 2, 3], [7, 8, 9], [1, 2, 4, 5], [7, 8], [1, 2, 3, 6], [5, 5, 5, 5]);

        // [1, 2, 3], [1, 2, 3, 6] and [1, 2, 4, 5] have 6 tokens together; no other window fits.
        Assert.Equal([[0, 4, 2], [5, 3, 1]], calls);
        Assert.Equal([6, 7], computed);
    }

    [Fact]
    public void A_window_that_waits_twice_is_computed_once_and_each_has_its_rows()
    {
        using WindowBatch batch = new(64, 8, 64, isAligned: false);
        WaitingWindows waiting = Waiting(_plan, [1, 2, 3], [1, 2, 3], [1, 5]);
        List<PendingWindow> moved = [];
        waiting.MoveTo(batch, 1, moved);
        Assert.Equal(3, moved.Count);
        Assert.Equal((0, 0), (waiting.Count, waiting.TokenCount));
        Assert.Equal(4, batch.Native.n_tokens);
        Assert.Equal(2, batch.SequenceCount);
        int[][] rows = [.. moved.Select((window, i) => RowsOf(batch, i, window))];
        Assert.Equal([[0, 1, 2], [0, 1, 2], [0, 3]], rows);
    }

    [Fact]
    public void Each_token_is_in_the_sequences_of_the_windows_that_have_it()
    {
        using WindowBatch batch = new(64, 8, 64, isAligned: false);
        List<PendingWindow> moved = [];
        Waiting(_plan, [1, 2, 4], [1, 2, 3], [1, 6]).MoveTo(batch, 1, moved);
        Assert.Equal([1, 2, 3, 4, 6], Tokens(batch));
        Assert.Equal([[0, 1, 2], [0, 1], [0], [1], [2]], Sequences(batch));
        Assert.Equal([0, 1, 2, 2, 1], Positions(batch));
    }

    [Fact]
    public void A_window_of_one_token_goes_alone_and_is_not_taken_from_another()
    {
        int[][] calls = Calls(_plan, out int[] computed, [1, 2], [1], [1, 3]);
        Assert.Equal([[0, 2], [1]], calls);
        Assert.Equal([3, 1], computed);
    }

    [Fact]
    public void A_window_longer_than_a_call_goes_alone_even_if_it_waits_twice()
    {
        int[] long9 = [.. Enumerable.Range(1, 9)];
        Assert.Equal([[0], [1], [2]], Calls(_plan, out _, long9, long9, [1, 2]));
    }

    [Fact]
    public void A_call_has_no_more_windows_than_sequences_and_a_context_no_more_than_its_share()
    {
        int[][] alike = [.. Enumerable.Range(0, 6).Select(i => (int[])[1, 10 + i])];
        Assert.Equal([4, 2], Calls(_plan, out _, alike).Select(call => call.Length));
        List<PendingWindow> moved = [];
        using WindowBatch batch = new(64, 8, 64, isAligned: false);
        Waiting(_plan, alike).MoveTo(batch, 3, moved);
        Assert.Equal(2, moved.Count);
    }

    [Fact]
    public void Without_sharing_windows_go_in_their_order()
    {
        int[][] calls = Calls(_plan with { SharesBeginnings = false }, out int[] computed, [1, 2, 3], [7, 8, 9], [1, 2, 3], [7]);
        Assert.Equal([[0, 1], [2], [3]], calls);
        Assert.Equal([6, 3, 1], computed);
    }

    [Fact]
    public void Every_window_is_moved_once_and_its_rows_hold_its_tokens_whatever_waits()
    {
        Random random = new(7);
        for (int round = 0; round < 300; round++)
        {
            int[][] windows = [.. Enumerable.Range(0, 40).Select(_ => random.GetItems<int>([0, 1, 2], random.Next(1, 12)))];
            WaitingWindows waiting = Waiting(_plan, windows);
            HashSet<PendingWindow> seen = [];
            using WindowBatch batch = new(64, 8, 64, isAligned: false);
            while (waiting.Count > 0)
            {
                batch.Clear();
                List<PendingWindow> moved = [];
                waiting.MoveTo(batch, 2, moved);
                Assert.All(moved, window => Assert.True(seen.Add(window)));
                Assert.True(batch.Native.n_tokens <= 8 || moved.Count == 1);
                int[] tokens = Tokens(batch);
                int[][] sequences = Sequences(batch);
                for (int i = 0; i < moved.Count; i++)
                {
                    int[] rows = RowsOf(batch, i, moved[i]);
                    Assert.Equal(moved[i].Tokens, rows.Select(row => tokens[row]));

                    // What a token sees are the rows of its first sequence: exactly those before it in the window.
                    int last = rows[^1];
                    int own = sequences[last][0];
                    Assert.Equal(rows, Enumerable.Range(0, last + 1).Where(row => sequences[row].Contains(own)));
                }
            }

            Assert.Equal(windows.Length, seen.Count);
            Assert.Equal(0, waiting.TokenCount);
        }
    }

    private static int[][] Calls(ContextPlan plan, out int[] computed, params int[][] windows)
    {
        // Equal windows are told apart by their arrays.
        int[][] own = [.. windows.Select(window => (int[])window.Clone())];
        WaitingWindows waiting = Waiting(plan, own);
        using WindowBatch batch = new(64, plan.CallSize, 64, isAligned: false);
        List<int[]> calls = [];
        List<int> tokens = [];
        while (waiting.Count > 0)
        {
            batch.Clear();
            List<PendingWindow> moved = [];
            waiting.MoveTo(batch, 1, moved);
            calls.Add([.. moved.Select(window => Array.IndexOf(own, window.Tokens))]);
            tokens.Add(batch.Native.n_tokens);
        }

        computed = [.. tokens];
        return [.. calls];
    }

    private static WaitingWindows Waiting(ContextPlan plan, params int[][] windows)
    {
        WaitingWindows waiting = new(plan, promptLength: 0);
        for (int i = 0; i < windows.Length; i++)
        {
            waiting.Add(new PendingWindow(new PooledText(i, 4, 1, 1), windows[i], PooledRange.Of(PoolingType.Mean, windows[i].Length)));
        }

        return waiting;
    }

    private static int[] RowsOf(WindowBatch batch, int number, PendingWindow window)
        => [.. Enumerable.Range(0, window.Tokens.Length).Select(at => batch.RowOf(number, at))];

    private static unsafe int[] Tokens(WindowBatch batch) => new Span<int>(batch.Native.token, batch.Native.n_tokens).ToArray();

    private static unsafe int[] Positions(WindowBatch batch) => new Span<int>(batch.Native.pos, batch.Native.n_tokens).ToArray();

    private static unsafe int[][] Sequences(WindowBatch batch)
    {
        int[][] sequences = new int[batch.Native.n_tokens][];
        for (int row = 0; row < sequences.Length; row++)
        {
            sequences[row] = new Span<int>(batch.Native.seq_id[row], batch.Native.n_seq_id[row]).ToArray();
        }

        return sequences;
    }
}
