using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Boruvka's rounds: what does not depend on how near points are found. The first round needs no search: the nearest neighbour whose core
/// distance is not above the point's own makes an edge of the least weight that a point can have. Each further round begins with the edges
/// that are known from before, whose weights limit the search for better ones.
/// </summary>
/// <remarks>
/// A point is left out where what is known of it from earlier rounds is beyond its component's best: components only grow, so the least
/// edge that leaves from a point never becomes lighter.
/// </remarks>
internal abstract class BoruvkaSearch
{
    private const int PointsPerBlock = 256;

    private readonly NearestPoints? _nearest;

    /// <summary>For each point the other end of the edge that was found from it last, or -1.</summary>
    private readonly int[] _partner;

    /// <summary>For each point whether all of its nearest points are known to be in its component.</summary>
    private readonly bool[] _isSpent;

    /// <summary>Initializes a new instance of the <see cref="BoruvkaSearch"/> class.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="rows">For each point its row.</param>
    /// <param name="places">Room for points: their number, or more.</param>
    /// <param name="coreOfRow">The core distance of each row.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="nearest">The nearest points of each point, or null.</param>
    protected BoruvkaSearch(MetricSpace space, int[] rows, int places, double[] coreOfRow, double alpha, NearestPoints? nearest)
    {
        Space = space;
        Rows = rows;
        Alpha = alpha;
        _nearest = nearest;
        Core = new double[places];
        Core.AsSpan().Fill(double.PositiveInfinity);
        for (int point = 0; point < rows.Length; point++)
        {
            Core[point] = coreOfRow[rows[point]];
        }

        Least = Core.AsSpan(0, rows.Length).ToArray();
        Forest = new BoruvkaForest(rows, places);
        _partner = new int[rows.Length];
        _partner.AsSpan().Fill(-1);
        _isSpent = new bool[rows.Length];
    }

    /// <summary>
    /// Gets a value indicating whether the search turned out to be unfit for such rows. What it found in its last round is not complete
    /// then.
    /// </summary>
    protected virtual bool HasGivenUp => false;

    /// <summary>Gets the rows and their metric.</summary>
    protected MetricSpace Space { get; }

    /// <summary>Gets each point's row.</summary>
    protected int[] Rows { get; }

    /// <summary>Gets what distances are divided by.</summary>
    protected double Alpha { get; }

    /// <summary>Gets each point's core distance; infinite in places beyond the points.</summary>
    protected double[] Core { get; }

    /// <summary>Gets for each point a weight below which no edge leaves its component from it.</summary>
    protected double[] Least { get; }

    /// <summary>Gets the components and their best edges.</summary>
    protected BoruvkaForest Forest { get; }

    /// <summary>Finds the minimum spanning tree of the points.</summary>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The tree, or null where the search gave up.</returns>
    public BoruvkaForest? Grow(WorkContext work)
    {
        double all = Math.Log2(Forest.ComponentCount) + 1;
        JoinWithNearest(work);
        while (Forest.ComponentCount > 1)
        {
            work.Token.ThrowIfCancellationRequested();

            // A round leaves at most half of the components.
            double done = 1 - ((Math.Log2(Forest.ComponentCount) + 1) / all);
            work.Progress.Report(done);
            ParallelBlocks.For(Rows.Length, PointsPerBlock, work.ThreadCount, work.Token, AddKnown);
            Search(work.Part(done, done + (1 / all)));
            if (HasGivenUp)
            {
                return null;
            }

            for (int point = 0; point < Rows.Length; point++)
            {
                // What leaves the component here is no better than its best edge, or that would not be the best.
                Least[point] = Math.Max(Least[point], Forest.Limit(Forest.Components[point]));
            }

            Forest.Join();
        }

        work.Progress.Report(1);
        return Forest;
    }

    /// <summary>Adds each component's least edge. An edge may be left out if it is heavier than another one that was added.</summary>
    /// <param name="work">The threads to use, the progress of the round and the token.</param>
    protected abstract void Search(WorkContext work);

    /// <summary>Returns whether no edge from a point can be as good as the best one of its component.</summary>
    protected bool IsOut(int point) => Least[point] > Forest.Limit(Forest.Components[point]);

    /// <summary>Adds an edge to the components at both ends, if it is of use to the first.</summary>
    protected void AddToBoth(int point, int other, double distance)
    {
        double weight = Math.Max(Math.Max(Core[point], Core[other]), distance / Alpha);
        int component = Forest.Components[point];
        if (weight <= Forest.Limit(component))
        {
            Forest.TryAdd(component, weight, distance, point, other);
            _partner[point] = other;
        }

        Forest.TryAdd(Forest.Components[other], weight, distance, point, other);
    }

    private void JoinWithNearest(WorkContext work)
    {
        if (_nearest is null)
        {
            return;
        }

        ParallelBlocks.For(Rows.Length, PointsPerBlock, work.ThreadCount, work.Token, (start, end) =>
        {
            for (int point = start; point < end; point++)
            {
                foreach (int other in _nearest.Of(point))
                {
                    if (other < 0)
                    {
                        break;
                    }

                    if (Core[other] <= Core[point])
                    {
                        double distance = Space.Distance(Rows[point], Rows[other]);
                        if (distance / Alpha <= Core[point])
                        {
                            Forest.TryAdd(point, Core[point], distance, point, other);
                        }

                        break;
                    }
                }
            }
        });
        Forest.Join();
    }

    /// <summary>Adds the edges that are known from before and still lead out of the component.</summary>
    private void AddKnown(int start, int end)
    {
        int[] components = Forest.Components;
        for (int point = start; point < end; point++)
        {
            int component = components[point];
            int partner = _partner[point];
            if (partner >= 0 && components[partner] != component)
            {
                AddToBoth(point, partner, Space.Distance(Rows[point], Rows[partner]));
            }

            if (_nearest is null || _isSpent[point])
            {
                continue;
            }

            _isSpent[point] = true;
            foreach (int other in _nearest.Of(point))
            {
                if (other < 0)
                {
                    break;
                }

                if (components[other] != component)
                {
                    _isSpent[point] = false;
                    AddToBoth(point, other, Space.Distance(Rows[point], Rows[other]));
                }
            }
        }
    }
}
