namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// The number of threads that one computation uses on a machine that may be busy. ggml's threads wait for each other after every operation,
/// spinning: where another program has the core of one of them, all others burn theirs meanwhile (measured: ten times the processor time at
/// a load of twenty on two cores). Threads that run get as much processor time as time passes; where they got clearly less, the cores are
/// shared, and half as many threads go on. Where they got all of it for a while, twice as many do, up to those that were asked for.
/// </summary>
internal sealed class ThreadThrottle
{
    // What is measured is counted in hundredths of a second by the system.
    private const double LeastSeconds = 0.2;
    private const double LeastShare = 0.75;
    private const double FullShare = 0.95;
    private const int FullTimesToRise = 3;

    private readonly int _most;
    private double _wall;
    private double _threadSeconds;
    private double _processor;
    private int _fullTimes;

    /// <summary>Initializes a new instance of the <see cref="ThreadThrottle"/> class.</summary>
    /// <param name="most">The most threads, which it starts with.</param>
    public ThreadThrottle(int most)
    {
        _most = most;
        Count = most;
    }

    /// <summary>Gets the number of threads to use now.</summary>
    public int Count { get; private set; }

    /// <summary>Takes note of a computation.</summary>
    /// <param name="wallSeconds">How long it took.</param>
    /// <param name="processorSeconds">The processor time that it took, of all threads.</param>
    /// <returns>Whether the number of threads has changed.</returns>
    public bool Observe(double wallSeconds, double processorSeconds)
    {
        _wall += wallSeconds;
        _threadSeconds += wallSeconds * Count;
        _processor += processorSeconds;
        if (_wall < LeastSeconds)
        {
            return false;
        }

        double share = _processor / _threadSeconds;
        (_wall, _threadSeconds, _processor) = (0, 0, 0);
        _fullTimes = share >= FullShare ? _fullTimes + 1 : 0;
        int before = Count;
        if (share < LeastShare)
        {
            Count = Math.Max(1, Count / 2);
        }
        else if (_fullTimes == FullTimesToRise)
        {
            Count = Math.Min(_most, Count * 2);
            _fullTimes = 0;
        }

        return Count != before;
    }
}
