namespace PSLlmCluster.Core.Embedding;

/// <summary>Whether two vectors of one text come from one model.</summary>
internal static class VectorDifference
{
    /// <summary>
    /// A text whose vector tells models, poolings and versions apart, as none of them shows in an answer.
    /// </summary>
    public const string ProbeText = "Where does the meaning of a short text lie?";

    /// <summary>How far a vector may turn, as 1 - cosine: the same model on another machine turns it less.</summary>
    public const double LargestTurn = 1e-3;

    /// <summary>Says whether two vectors are of one model.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>False where they have other widths, or the angle between them is too large.</returns>
    public static bool IsSmall(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        double product = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = 0; i < left.Length; i++)
        {
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        return 1 - (product / Math.Sqrt(leftSquares * rightSquares)) < LargestTurn;
    }
}
