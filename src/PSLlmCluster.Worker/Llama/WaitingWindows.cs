namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// The windows that wait for a context, in the order in which they came, and which of them make the next call. The longest waiting one is
/// always in it. Where the plan lets windows share what they begin with, those next to it in the order of their tokens come along, on
/// either side the one that has more in common with what is chosen first: sorted windows share most with their neighbours, so the tree of
/// their tokens is small, and only its tokens are computed. Otherwise they come along in their order.
/// Not thread-safe.
/// </summary>
/// <param name="plan">What a call takes.</param>
/// <param name="promptLength">The tokens that all windows begin with and that are computed beforehand.</param>
internal sealed class WaitingWindows(ContextPlan plan, int promptLength)
{
    private readonly List<PendingWindow> _windows = [];

    /// <summary>Gets the number of windows.</summary>
    public int Count => _windows.Count;

    /// <summary>Gets the number of their tokens without the prompt's, of aligned ones with the gap to the next.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Adds a window.</summary>
    /// <param name="window">The window.</param>
    public void Add(PendingWindow window)
    {
        _windows.Add(window);
        TokenCount += LengthOf(window);
    }

    /// <summary>Moves the windows of the next call into a batch; there is at least one.</summary>
    /// <param name="batch">The batch, empty.</param>
    /// <param name="contextCount">
    /// The contexts that take windows. None takes more than its share of the tokens, so that all end at about the same time.
    /// </param>
    /// <param name="moved">Receives the windows in the batch's order.</param>
    public void MoveTo(WindowBatch batch, int contextCount, List<PendingWindow> moved)
    {
        int share = (TokenCount + contextCount - 1) / contextCount;
        if (plan.SharesBeginnings && OwnTokens(_windows[0]).Length > 1)
        {
            MoveAlike(batch, share, moved);
        }
        else
        {
            MoveInOrder(batch, share, moved);
        }
    }

    private void MoveInOrder(WindowBatch batch, int share, List<PendingWindow> moved)
    {
        int left = TokenCount - share;
        do
        {
            PendingWindow window = _windows[moved.Count];
            batch.Add(OwnTokens(window));
            moved.Add(window);
            TokenCount -= LengthOf(window);
        }
        while (TokenCount > left && moved.Count < _windows.Count && batch.HasRoomFor(OwnTokens(_windows[moved.Count]).Length));
        _windows.RemoveRange(0, moved.Count);
    }

    private void MoveAlike(WindowBatch batch, int share, List<PendingWindow> moved)
    {
        // One token alone is multiplied by another kernel, so it never has company.
        PendingWindow[] sorted = [.. _windows.Where(window => OwnTokens(window).Length > 1)];
        Array.Sort(sorted, (one, other) => OwnTokens(one).SequenceCompareTo(OwnTokens(other)));
        int first = Array.IndexOf(sorted, _windows[0]);
        int end = first + 1;
        int taken = LengthOf(_windows[0]);
        int computed = taken;
        while (taken < share && end - first < plan.SequenceCount)
        {
            int commonBefore = first > 0 ? Common(sorted[first - 1], sorted[first]) : 0;
            int commonAfter = end < sorted.Length ? Common(sorted[end - 1], sorted[end]) : 0;
            bool fitsBefore = first > 0 && computed + LengthOf(sorted[first - 1]) - commonBefore <= plan.CallSize;
            bool fitsAfter = end < sorted.Length && computed + LengthOf(sorted[end]) - commonAfter <= plan.CallSize;
            if (fitsBefore && (commonBefore > commonAfter || !fitsAfter))
            {
                first--;
                taken += LengthOf(sorted[first]);
                computed += LengthOf(sorted[first]) - commonBefore;
            }
            else if (fitsAfter)
            {
                taken += LengthOf(sorted[end]);
                computed += LengthOf(sorted[end]) - commonAfter;
                end++;
            }
            else
            {
                break;
            }
        }

        for (int i = first; i < end; i++)
        {
            batch.Add(OwnTokens(sorted[i]), i > first ? Common(sorted[i - 1], sorted[i]) : 0);
            moved.Add(sorted[i]);
        }

        _windows.RemoveAll(moved.Contains);
        TokenCount -= taken;
    }

    private int Common(PendingWindow one, PendingWindow other) => OwnTokens(one).CommonPrefixLength(OwnTokens(other));

    private int LengthOf(PendingWindow window)
    {
        int length = OwnTokens(window).Length;
        return plan.AlignsWindows ? WindowBatch.RoundUp(length, WindowBatch.StartAlignment) : length;
    }

    private ReadOnlySpan<int> OwnTokens(PendingWindow window) => window.Tokens.AsSpan(promptLength);
}
