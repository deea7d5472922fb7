namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>What happens to a new point over some epochs: the fitted points that attract or repel it, in order.</summary>
internal sealed class TransformSteps
{
    private int[] _points = new int[512];
    private bool[] _attracts = new bool[512];
    private double[] _rates = new double[512];

    /// <summary>Gets the number of steps.</summary>
    public int Count { get; private set; }

    /// <summary>Gets or sets the next step to take.</summary>
    public int Next { get; set; }

    /// <summary>Gets the number of steps that are left.</summary>
    public int Left => Count - Next;

    /// <summary>Gets the fitted point of each step.</summary>
    public ReadOnlySpan<int> Points => _points.AsSpan(Next, Left);

    /// <summary>Gets whether each step attracts; the others repel.</summary>
    public ReadOnlySpan<bool> Attracts => _attracts.AsSpan(Next, Left);

    /// <summary>Gets the learning rate of each step.</summary>
    public ReadOnlySpan<double> Rates => _rates.AsSpan(Next, Left);

    /// <summary>Forgets all steps.</summary>
    public void Clear() => (Count, Next) = (0, 0);

    /// <summary>Adds a step.</summary>
    public void Add(int point, bool attracts, double rate)
    {
        if (Count == _points.Length)
        {
            Array.Resize(ref _points, 2 * Count);
            Array.Resize(ref _attracts, 2 * Count);
            Array.Resize(ref _rates, 2 * Count);
        }

        _points[Count] = point;
        _attracts[Count] = attracts;
        _rates[Count++] = rate;
    }
}
