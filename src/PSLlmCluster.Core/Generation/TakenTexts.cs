namespace PSLlmCluster.Core.Generation;

/// <summary>Texts that no completion may be, compared without case and without white space and punctuation at their ends.</summary>
/// <param name="texts">The texts to begin with.</param>
internal sealed class TakenTexts(IEnumerable<string> texts)
{
    private readonly HashSet<string> _texts = new(texts.Select(Key), StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the texts.</summary>
    public IEnumerable<string> Texts => _texts;

    /// <summary>Says whether a text is taken.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True where it is.</returns>
    public bool Contains(string text) => _texts.Contains(Key(text));

    /// <summary>Takes a text.</summary>
    /// <param name="text">The text.</param>
    public void Add(string text) => _texts.Add(Key(text));

    private static string Key(string text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsTrimmed(text[start]))
        {
            start++;
        }

        while (end > start && IsTrimmed(text[end - 1]))
        {
            end--;
        }

        return start < end ? text[start..end] : text.Trim();
    }

    private static bool IsTrimmed(char character) => char.IsWhiteSpace(character) || char.IsPunctuation(character);
}
