namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>The best way to a place in a word.</summary>
/// <param name="start">Where its last piece starts, or -1 where no way is known.</param>
/// <param name="piece">Its last piece.</param>
/// <param name="score">The sum of the scores of its pieces.</param>
internal struct PathEnd(int start, int piece, double score)
{
    /// <summary>Gets where the last piece starts, or -1 where no way is known.</summary>
    public int Start { get; private set; } = start;

    /// <summary>Gets the last piece.</summary>
    public int Piece { get; private set; } = piece;

    /// <summary>Gets the sum of the scores.</summary>
    public double Score { get; private set; } = score;

    /// <summary>Takes a way where it is better; of equal ones the first stays, so the one whose last piece starts first.</summary>
    /// <param name="start">Where its last piece starts.</param>
    /// <param name="piece">Its last piece.</param>
    /// <param name="score">The sum of the scores of its pieces.</param>
    public void Improve(int start, int piece, double score)
    {
        if (Start < 0 || score > Score)
        {
            this = new PathEnd(start, piece, score);
        }
    }
}
