namespace PSLlmCluster.Core.Phrases;

/// <summary>A place for each phrase to count in, which is 0 between one use and the next.</summary>
/// <param name="phraseCount">How many phrases there are.</param>
internal sealed class PhraseScratch(int phraseCount)
{
    /// <summary>Gets the text that had each phrase last; -1 for none.</summary>
    public int[] LastText { get; } = Filled(phraseCount);

    /// <summary>Gets how many texts have each phrase.</summary>
    public int[] Texts { get; } = new int[phraseCount];

    /// <summary>Gets what those texts count for.</summary>
    public long[] Counts { get; } = new long[phraseCount];

    /// <summary>Gets the sum of the places of each phrase.</summary>
    public long[] Places { get; } = new long[phraseCount];

    /// <summary>Sets the places of some phrases to 0.</summary>
    /// <param name="phrases">The phrases.</param>
    public void Clear(ReadOnlySpan<int> phrases)
    {
        foreach (int phrase in phrases)
        {
            LastText[phrase] = -1;
            Texts[phrase] = 0;
            Counts[phrase] = 0;
            Places[phrase] = 0;
        }
    }

    private static int[] Filled(int count)
    {
        int[] none = new int[count];
        Array.Fill(none, -1);
        return none;
    }
}
