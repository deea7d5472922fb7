using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>Says how much time has passed, and how much of it the processors gave this process.</summary>
/// <param name="Time">Says the time.</param>
/// <param name="ProcessorTime">Returns the processor time of all threads since the process began.</param>
internal sealed record ProcessorMeter(TimeProvider Time, Func<TimeSpan> ProcessorTime)
{
    /// <summary>Gets the one of this machine.</summary>
    public static ProcessorMeter OfMachine { get; } = new(TimeProvider.System, () => Environment.CpuUsage.TotalTime);
}

/// <summary>
/// The threads that a context on the CPU computes with. They are as many as get their processor time (<see cref="ThreadThrottle"/>); their
/// number changes no bit.
/// </summary>
internal sealed class ContextThreads
{
    private readonly ContextHandle _handle;
    private readonly ThreadThrottle? _throttle;
    private readonly Action<string>? _log;
    private readonly ProcessorMeter _meter;

    /// <summary>Initializes a new instance of the <see cref="ContextThreads"/> class.</summary>
    /// <param name="handle">The context, which was set up with the threads.</param>
    /// <param name="most">The threads that it was set up with; 1 where a GPU computes, so that their number stays as it is.</param>
    /// <param name="log">Receives a line where their number changes; may be null.</param>
    /// <param name="meter">Says what time they get; null for that of this machine.</param>
    public ContextThreads(ContextHandle handle, int most, Action<string>? log, ProcessorMeter? meter = null)
    {
        _handle = handle;
        _throttle = most > 1 ? new ThreadThrottle(most) : null;
        _log = log;
        _meter = meter ?? ProcessorMeter.OfMachine;
    }

    /// <summary>Computes, and chooses the number of threads for the next time.</summary>
    /// <param name="compute">The computation.</param>
    /// <returns>What it returns.</returns>
    public int Run(Func<int> compute)
    {
        if (_throttle is null)
        {
            return compute();
        }

        int count = _throttle.Count;
        long start = _meter.Time.GetTimestamp();
        TimeSpan before = _meter.ProcessorTime();
        int result = compute();
        double processor = (_meter.ProcessorTime() - before).TotalSeconds;
        if (_throttle.Observe(_meter.Time.GetElapsedTime(start).TotalSeconds, processor))
        {
            LlamaNative.llama_set_n_threads(_handle, _throttle.Count, _throttle.Count);
            string why = _throttle.Count < count ? "Other work uses the processors" : "The processors are free again";
            string noun = _throttle.Count == 1 ? "thread" : "threads";
            _log?.Invoke($"{why}: llama.cpp goes on with {_throttle.Count} {noun}");
        }

        return result;
    }
}
