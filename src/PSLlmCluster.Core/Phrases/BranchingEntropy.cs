using System.Runtime.InteropServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// How freely what follows a string varies, over all strings of some runs: the entropy of the next unit, where each end of a run counts as
/// a unit of its own, since anything may follow there. Within a word little can follow, after it much can (Harris 1955).
/// </summary>
internal sealed class BranchingEntropy
{
    // Sums are of whole numbers, so that no order of the runs changes a bit.
    private const double Unit = 1 << 20;
    private readonly Dictionary<ulong, int> _children = [];
    private readonly double[] _jumps;
    private readonly double[] _means;
    private readonly long[] _counts;

    /// <summary>Initializes a new instance of the <see cref="BranchingEntropy"/> class.</summary>
    /// <param name="runs">The runs, as numbers of units.</param>
    /// <param name="counts">How often each run occurs.</param>
    /// <param name="longest">How many units the longest string has.</param>
    public BranchingEntropy(IReadOnlyList<int[]> runs, IReadOnlyList<int> counts, int longest)
    {
        List<Node> nodes = [new Node(-1, 0)];
        int[][] at = [.. runs.Select(run => new int[run.Length])];
        for (int depth = 0; depth <= longest; depth++)
        {
            for (int r = 0; r < runs.Count; r++)
            {
                int[] run = runs[r];
                for (int start = 0; start + depth < run.Length; start++)
                {
                    int parent = at[r][start];

                    // What occurs once is followed by one unit, whatever it is: it is not followed up.
                    if (parent < 0 || (depth > 0 && nodes[parent].Count < 2))
                    {
                        at[r][start] = -1;
                        continue;
                    }

                    ref int child = ref CollectionsMarshal.GetValueRefOrAddDefault(
                        _children, PairKey.Of(parent, run[start + depth]), out bool isKnown);
                    if (!isKnown)
                    {
                        child = nodes.Count;
                        nodes.Add(new Node(parent, depth + 1));
                    }

                    nodes[child].Count += counts[r];
                    at[r][start] = child;
                }
            }
        }

        nodes[0].Count = 1 + nodes.Where(node => node.Depth == 1).Sum(node => node.Count);
        double[] entropies = Entropies(nodes, longest);
        _means = new double[longest + 2];
        _jumps = Jumps(nodes, entropies, _means);
        _counts = [.. nodes.Select(node => node.Count)];
    }

    /// <summary>Returns the string that is another one with a unit behind it.</summary>
    /// <param name="node">The string, from 0 for the empty one; -1 for one that is not known.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>The number of the string, or -1.</returns>
    public int Next(int node, int unit) => node >= 0 && _children.TryGetValue(PairKey.Of(node, unit), out int child) ? child : -1;

    /// <summary>
    /// Returns by how much the entropy rises with a string's last unit, against the mean of all strings of its length; what is not known
    /// has none, which is less than the mean.
    /// </summary>
    /// <param name="node">The string, or -1.</param>
    /// <param name="length">How many units it has.</param>
    /// <returns>The rise.</returns>
    public double Jump(int node, int length) => node >= 0 ? _jumps[node] : -1 - Math.Abs(_means[length]);

    /// <summary>Returns how often a string goes on with a unit.</summary>
    /// <param name="units">The string, not empty.</param>
    /// <param name="next">The unit.</param>
    /// <returns>The share of its occurrences, from 0 to 1; 0 where it occurs less than twice.</returns>
    public double ShareOf(ReadOnlySpan<int> units, int next)
    {
        int node = 0;
        foreach (int unit in units)
        {
            node = Next(node, unit);
        }

        int longer = Next(node, next);
        return node < 0 || longer < 0 || _counts[node] < 2 ? 0 : (double)_counts[longer] / _counts[node];
    }

    private static double[] Entropies(List<Node> nodes, int longest)
    {
        long[] weighted = new long[nodes.Count];
        for (int i = 1; i < nodes.Count; i++)
        {
            weighted[nodes[i].Parent] += (long)Math.Round(nodes[i].Count * DeterministicMath.Log((double)nodes[i].Count) * Unit);
        }

        double[] entropies = new double[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
        {
            // What was not followed up has one neighbour, or so it is taken.
            entropies[i] = nodes[i].Count < 2 || nodes[i].Depth > longest
                ? 0
                : DeterministicMath.Log((double)nodes[i].Count) - (weighted[i] / Unit / nodes[i].Count);
        }

        return entropies;
    }

    private static double[] Jumps(List<Node> nodes, double[] entropies, double[] means)
    {
        long[] sums = new long[means.Length];
        int[] sizes = new int[means.Length];
        double[] jumps = new double[nodes.Count];
        for (int i = 1; i < nodes.Count; i++)
        {
            jumps[i] = entropies[i] - entropies[nodes[i].Parent];
            sums[nodes[i].Depth] += (long)Math.Round(jumps[i] * Unit);
            sizes[nodes[i].Depth]++;
        }

        for (int length = 1; length < means.Length; length++)
        {
            means[length] = sizes[length] == 0 ? 0 : sums[length] / Unit / sizes[length];
        }

        for (int i = 1; i < nodes.Count; i++)
        {
            jumps[i] -= means[nodes[i].Depth];
        }

        return jumps;
    }

    private sealed class Node(int parent, int depth)
    {
        public int Parent { get; } = parent;

        public int Depth { get; } = depth;

        public long Count { get; set; }
    }
}
