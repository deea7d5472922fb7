using System.Globalization;

namespace PSLlmCluster.Core.Encoding;

/// <summary>Refuses what does not fit into memory before it is begun, with figures.</summary>
internal static class EncoderMemory
{
    private const double Giga = 1e9;

    /// <summary>Checks that there is memory.</summary>
    /// <param name="needed">The bytes that are needed.</param>
    /// <param name="what">What needs them.</param>
    /// <param name="recommendedAction">What needs less.</param>
    /// <exception cref="EngineException">The process may not use as much (NotEnoughMemory).</exception>
    public static void Require(long needed, string what, string recommendedAction)
    {
        // The runtime knows the limits of containers.
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new EngineException(
                EngineErrorIds.NotEnoughMemory,
                FailureKind.ResourceUnavailable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"About {needed / Giga:0.0} GB of memory are needed for {what}, and {available / Giga:0.0} GB are available."),
                recommendedAction);
        }
    }
}
