using System.Collections.Concurrent;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Boruvka's rounds over all pairs in blocks, for many columns: products in single precision rule out the pairs that are too far apart for
/// both components (<see cref="DotRows"/>), and what is left is measured. No matrix of distances is held.
/// </summary>
internal sealed class BoruvkaBlockSearch : BoruvkaSearch
{
    /// <summary>Above the rounding of a product and a quotient.</summary>
    private const double Slack = 1 + 1e-15;

    /// <summary>Parts into which a short list of points is cut, so that there is one for each thread of a large machine.</summary>
    private const int LeastParts = 32;

    private readonly DotRows _vectors;
    private readonly float[] _limits;
    private readonly ConcurrentStack<PairScanner> _scanners = [];

    /// <summary>Initializes a new instance of the <see cref="BoruvkaBlockSearch"/> class.</summary>
    /// <param name="space">The points, all different, and their metric.</param>
    /// <param name="vectors">The points' vectors.</param>
    /// <param name="core">The core distance of each point.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="nearest">The nearest points of each point, or null.</param>
    public BoruvkaBlockSearch(MetricSpace space, DotRows vectors, double[] core, double alpha, NearestPoints? nearest)
        : base(space, [.. Enumerable.Range(0, space.RowCount)], space.RowCount, core, alpha, nearest)
    {
        _vectors = vectors;
        _limits = new float[space.RowCount + DotTiles.PanelSize];
    }

    /// <inheritdoc/>
    protected override void Search(WorkContext work)
    {
        List<int> active = [];
        for (int point = 0; point < Rows.Length; point++)
        {
            if (!IsOut(point))
            {
                active.Add(point);
            }
        }

        // Each pair once for both of its points, or, where few points still look for edges, these with all.
        if (active.Count > Rows.Length / 2)
        {
            SearchHalf(work);
        }
        else
        {
            SearchFrom([.. active], work);
        }
    }

    private void SearchHalf(WorkContext work)
    {
        int side = PairScanner.SideSize(_vectors);
        int blocks = (Rows.Length + side - 1) / side;
        long done = 0;
        ParallelBlocks.For(blocks, 1, work.ThreadCount, work.Token, (left, _) =>
        {
            PairScanner scanner = Take();
            int start = left * side;
            int end = Math.Min(Rows.Length, start + side);
            scanner.SetLeft(start, end);
            for (int right = left; right < blocks; right++)
            {
                for (int point = start; point < end; point++)
                {
                    Refresh(point);
                }

                Scan(scanner, right * side, bothWays: true, work.Token);
            }

            _scanners.Push(scanner);
            work.Progress.Report((double)Interlocked.Add(ref done, blocks - left) / ((long)blocks * (blocks + 1) / 2));
        });
    }

    private void SearchFrom(int[] active, WorkContext work)
    {
        // Points of one component stand together: they share a limit.
        Array.Sort(Array.ConvertAll(active, point => ((long)Forest.Components[point] << 32) | (uint)point), active);
        int side = PairScanner.SideSize(_vectors);
        int part = Math.Clamp(active.Length / LeastParts / DotTiles.GroupSize * DotTiles.GroupSize, DotTiles.GroupSize, side);
        int done = 0;
        ParallelBlocks.For(active.Length, part, work.ThreadCount, work.Token, (start, end) =>
        {
            PairScanner scanner = Take();
            scanner.SetLeft(active.AsSpan(start, end - start));
            for (int right = 0; right < Rows.Length; right += side)
            {
                for (int i = start; i < end; i++)
                {
                    Refresh(active[i]);
                }

                Scan(scanner, right, bothWays: false, work.Token);
            }

            _scanners.Push(scanner);
            work.Progress.Report((double)Interlocked.Add(ref done, end - start) / active.Length);
        });
    }

    private PairScanner Take() => _scanners.TryPop(out PairScanner? scanner) ? scanner : new PairScanner(_vectors);

    private void Scan(PairScanner scanner, int rightStart, bool bothWays, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        int rightEnd = Math.Min(Rows.Length, rightStart + PairScanner.SideSize(_vectors));
        if (bothWays)
        {
            for (int point = rightStart; point < rightEnd; point++)
            {
                Refresh(point);
            }
        }

        scanner.SetRight(rightStart, rightEnd);
        Visitor visitor = new(this);
        scanner.Scan(_limits, bothWays, ref visitor, token);
    }

    /// <summary>
    /// Puts a point's limit where the scanner reads it. Limits of weights only fall within a round, and those of the scanner rise.
    /// </summary>
    private void Refresh(int point)
    {
        double limit = Forest.Limit(Forest.Components[point]);
        _limits[point] = Least[point] > limit ? float.PositiveInfinity : _vectors.LimitFor(point, limit * Alpha * Slack);
    }

    private void Visit(int left, int right)
    {
        int leftComponent = Forest.Components[left];
        int rightComponent = Forest.Components[right];
        double least = Math.Max(Core[left], Core[right]);
        if (leftComponent == rightComponent || (least > Forest.Limit(leftComponent) && least > Forest.Limit(rightComponent)))
        {
            return;
        }

        AddToBoth(left, right, Space.Distance(left, right));
        Refresh(left);
        Refresh(right);
    }

    private readonly struct Visitor(BoruvkaBlockSearch search) : IPairVisitor
    {
        public void Visit(int left, int right) => search.Visit(left, right);
    }
}
