using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Keeps the k nearest of the candidates that are added, by (distance, index), in two spans that the caller owns. A binary heap with
/// the farthest on top; <see cref="Sort"/> puts the result into rising order.
/// </summary>
internal ref struct NearestHeap(Span<int> indices, Span<double> distances, int count = 0)
{
    private readonly Span<int> _indices = indices;
    private readonly Span<double> _distances = distances;
    private int _count = count;

    /// <summary>Gets how many are kept, so that a heap can be taken up again later.</summary>
    public readonly int Count => _count;

    /// <summary>Gets the distance beyond which no candidate is taken any more.</summary>
    public readonly double Limit => _count < _indices.Length ? double.PositiveInfinity : _distances[0];

    /// <summary>Adds a candidate if it is among the k nearest, and returns whether it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryAdd(int index, double distance)
    {
        if (_count < _indices.Length)
        {
            int place = _count++;
            while (place > 0)
            {
                int parent = (place - 1) / 2;
                if (!IsFarther(distance, index, parent))
                {
                    break;
                }

                Move(parent, place);
                place = parent;
            }

            Assign(place, index, distance);
            return true;
        }

        if (IsFarther(distance, index, 0))
        {
            return false;
        }

        SiftDown(index, distance, _count);
        return true;
    }

    /// <summary>
    /// Adds consecutive candidates, as far as they are among the nearest. Their indices are above those of all before, so that one at the
    /// limit itself never enters a full heap.
    /// </summary>
    /// <param name="start">The index of the first.</param>
    /// <param name="distances">Their distances, which may be infinite.</param>
    public void AddAscending(int start, scoped ReadOnlySpan<double> distances)
    {
        double limit = Limit;
        for (int i = 0; i < distances.Length; i++)
        {
            if (distances[i] < limit || _count < _indices.Length)
            {
                TryAdd(start + i, distances[i]);
                limit = Limit;
            }
        }
    }

    /// <summary>Adds candidates at one distance, rising, until one is not taken: then the next ones would not be either.</summary>
    /// <param name="indices">Their indices.</param>
    /// <param name="distance">Their distance.</param>
    public void AddTies(scoped ReadOnlySpan<int> indices, double distance)
    {
        foreach (int index in indices)
        {
            if (!TryAdd(index, distance))
            {
                break;
            }
        }
    }

    /// <summary>Brings what was kept into rising order of (distance, index). The heap cannot be used after that.</summary>
    public void Sort()
    {
        for (int end = _count - 1; end > 0; end--)
        {
            int index = _indices[end];
            double distance = _distances[end];
            Move(0, end);
            SiftDown(index, distance, end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void SiftDown(int index, double distance, int count)
    {
        int place = 0;
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= count)
            {
                break;
            }

            if (child + 1 < count && IsFarther(_distances[child + 1], _indices[child + 1], child))
            {
                child++;
            }

            if (IsFarther(distance, index, child))
            {
                break;
            }

            Move(child, place);
            place = child;
        }

        Assign(place, index, distance);
    }

    private readonly bool IsFarther(double distance, int index, int place)
        => distance > _distances[place] || (distance == _distances[place] && index > _indices[place]);

    private readonly void Move(int from, int to) => Assign(to, _indices[from], _distances[from]);

    private readonly void Assign(int place, int index, double distance)
    {
        _indices[place] = index;
        _distances[place] = distance;
    }
}
