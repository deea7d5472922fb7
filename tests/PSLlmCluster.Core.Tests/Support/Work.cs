namespace PSLlmCluster.Core.Tests.Support;

/// <summary>How work of the engine runs in tests.</summary>
internal static class Work
{
    /// <summary>Gets work that was cancelled before it began.</summary>
    public static WorkContext Cancelled => new(2, default, new CancellationToken(canceled: true));

    /// <summary>Returns work on a number of threads, 0 for as many as there are cores.</summary>
    public static WorkContext On(int threads) => new(threads, default, default);
}
