using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core;

/// <summary>
/// Remembers what a log was told. A command asks for its model several times, to check it, for the vectors and for the names, and its
/// reader is to be told of the model once.
/// </summary>
internal static class SaidOnce
{
    private static readonly ConditionalWeakTable<object, HashSet<string>> _said = [];

    /// <summary>Returns whether a log is told of something for the first time, and remembers that it was.</summary>
    /// <param name="log">The log: delegates of one method of one object are one log.</param>
    /// <param name="what">What it is told of.</param>
    public static bool IsNew(Action<string> log, string what)
    {
        HashSet<string> said = _said.GetOrCreateValue(log.Target ?? log);
        lock (said)
        {
            return said.Add(what);
        }
    }
}
