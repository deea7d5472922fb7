namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>
/// A clock whose short waits are over at once, and are remembered, and whose long ones end when the test says so: retries need no waiting,
/// and time-outs come when they are wanted.
/// </summary>
internal sealed class HandTime : TimeProvider
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(45);
    private readonly Lock _lock = new();
    private readonly List<HandTimer> _held = [];
    private readonly List<TimeSpan> _waits = [];
    private readonly List<TimeSpan> _made = [];
    private readonly List<(TimeSpan Length, int Count, TaskCompletionSource Made)> _watched = [];

    /// <summary>Gets the time of day, which stands still; null for the system's.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Gets the short waits so far.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    /// <summary>Ends all long waits of a length.</summary>
    public void End(TimeSpan length)
    {
        HandTimer[] due;
        lock (_lock)
        {
            due = [.. _held.Where(timer => timer.Length == length)];
            _held.RemoveAll(timer => timer.Length == length);
        }

        Array.ForEach(due, timer => timer.Fire());
    }

    /// <summary>Waits until so many long waits of a length have begun, those that are over included.</summary>
    public Task WhenMade(TimeSpan length, int count)
    {
        TaskCompletionSource made = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _watched.Add((length, count, made));
            Watch();
        }

        return made.Task;
    }

    public override DateTimeOffset GetUtcNow() => Now ?? base.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        HandTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Take(HandTimer timer)
    {
        lock (_lock)
        {
            if (timer.Length < TimeSpan.Zero)
            {
                return;
            }

            if (timer.Length > _longest)
            {
                _held.Add(timer);
                _made.Add(timer.Length);
                Watch();
                return;
            }

            _waits.Add(timer.Length);
        }

        ThreadPool.QueueUserWorkItem(_ => timer.Fire());
    }

    private void Watch() => _watched.ForEach(watched =>
    {
        if (_made.Count(length => length == watched.Length) >= watched.Count)
        {
            watched.Made.TrySetResult();
        }
    });

    private void Forget(HandTimer timer)
    {
        lock (_lock)
        {
            _held.Remove(timer);
        }
    }

    private sealed class HandTimer(HandTime time, TimerCallback callback, object? state) : ITimer
    {
        private int _isOver;

        public TimeSpan Length { get; private set; }

        public void Fire()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Length = dueTime;
            time.Take(this);
            return true;
        }

        public void Dispose()
        {
            Volatile.Write(ref _isOver, 1);
            time.Forget(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
