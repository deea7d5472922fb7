namespace PSLlmCluster.Core.Phrases;

/// <summary>Two numbers as one key of a dictionary.</summary>
internal static class PairKey
{
    /// <summary>
    /// Returns the key. It is another one for each pair, and mixed: a long's own hash is the exclusive or of its halves, which is the same
    /// for very many pairs of small numbers.
    /// </summary>
    /// <param name="first">The first number.</param>
    /// <param name="second">The second number.</param>
    /// <returns>The key.</returns>
    public static ulong Of(int first, int second) => unchecked((((ulong)(uint)first << 32) | (uint)second) * 0x9E3779B97F4A7C15);
}
