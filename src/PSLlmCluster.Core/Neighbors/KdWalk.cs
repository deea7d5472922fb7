using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// What is looked for on a walk through a <see cref="KdTree"/>, and what was found so far. All bounds are sums, as <see cref="KdKernels"/>
/// takes them.
/// </summary>
internal interface IKdVisitor
{
    /// <summary>Returns a sum that nothing in a node is below.</summary>
    /// <param name="node">The node.</param>
    double Bound(int node);

    /// <summary>Returns whether anything in a node may still be of use.</summary>
    /// <param name="node">The node.</param>
    /// <param name="bound">What <see cref="Bound"/> has said of it.</param>
    bool Enters(int node, double bound);

    /// <summary>Returns whether of two children that are equally near the second comes first.</summary>
    /// <param name="firstLeaf">The first leaf of the second child.</param>
    bool PrefersSecond(int firstLeaf);

    /// <summary>Looks at the points of a leaf whose node was entered just now.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="node">Its node.</param>
    void Scan(int leaf, int node);
}

/// <summary>Work that needs the terms of a tree's metric: <see cref="KdTree.Dispatch{TTask}(ref TTask)"/>.</summary>
internal interface IKdTask
{
    /// <summary>Runs the work.</summary>
    /// <typeparam name="TTerm">What each column adds to a sum.</typeparam>
    void Run<TTerm>()
        where TTerm : LaneKernels.ITerm;
}

/// <summary>The walk through a k-d tree from its root, depth first, the nearer child first (Friedman, Bentley, Finkel 1977).</summary>
internal static class KdWalk
{
    /// <summary>The most nodes that are kept for later: one for each level, of which 2^31 points have 28.</summary>
    private const int StackSize = 40;

    /// <summary>Walks.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="visitor">What is looked for.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TVisitor>(KdTree tree, ref TVisitor visitor, CancellationToken token)
        where TVisitor : struct, IKdVisitor, allows ref struct
    {
        Span<int> nodes = stackalloc int[StackSize];
        Span<double> bounds = stackalloc double[StackSize];
        int height = 1;
        nodes[0] = 0;
        bounds[0] = 0;
        while (height > 0)
        {
            height--;
            int node = nodes[height];
            if (!visitor.Enters(node, bounds[height]))
            {
                continue;
            }

            int leaf = tree.FirstLeaf[node];
            if (tree.EndLeaf[node] - leaf == 1)
            {
                token.ThrowIfCancellationRequested();
                visitor.Scan(leaf, node);
                continue;
            }

            int near = node + 1;
            int far = tree.SecondChild(node);
            double nearBound = visitor.Bound(near);
            double farBound = visitor.Bound(far);
            if (farBound < nearBound || (farBound == nearBound && visitor.PrefersSecond(tree.FirstLeaf[far])))
            {
                (near, far) = (far, near);
                (nearBound, farBound) = (farBound, nearBound);
            }

            nodes[height] = far;
            bounds[height++] = farBound;
            nodes[height] = near;
            bounds[height++] = nearBound;
        }
    }
}
