namespace PSLlmCluster.Core.Embedding;

/// <summary>
/// Cuts the tokens of a text in windows: runs of its content tokens, each between the model's special tokens and, where there is one, a
/// prompt's.
/// </summary>
internal sealed class TextWindows
{
    private readonly WindowFrame _frame;
    private readonly LongTextHandling _handling;
    private readonly int _room;

    /// <summary>Initializes a new instance of the <see cref="TextWindows"/> class.</summary>
    /// <param name="frame">What each window stands in.</param>
    /// <param name="length">The most tokens of a window, those of the frame included.</param>
    /// <param name="handling">What becomes of a text that takes several windows.</param>
    /// <exception cref="EngineException">A window has no room for text.</exception>
    public TextWindows(WindowFrame frame, int length, LongTextHandling handling)
    {
        _frame = frame;
        Length = length;
        _handling = handling;
        _room = (length - frame.Length) / frame.CopyCount;
        if (_room < 1)
        {
            throw new EngineException(
                EngineErrorIds.ContextTooShort,
                FailureKind.InvalidArgument,
                $"A context length of {length} tokens leaves no room for text beside "
                    + (frame.IsPrompt
                        ? $"the {frame.Length} tokens of the prompt."
                        : $"the model's {frame.Length} special tokens."),
                "Give more, or leave it out.");
        }
    }

    /// <summary>Gets the most tokens of a window, those of the frame included.</summary>
    public int Length { get; }

    /// <summary>Starts a text.</summary>
    /// <param name="index">The number that the text was added with.</param>
    /// <param name="width">Numbers in a vector.</param>
    /// <param name="contentCount">The text's content tokens.</param>
    /// <returns>The text, which has failed already where it has no tokens, or too many; and how many of its windows are computed.</returns>
    public (PooledText Text, int WindowCount) Start(int index, int width, int contentCount)
    {
        int windowCount = Math.Max(1, (int)(((long)contentCount + _room - 1) / _room));
        int windowsToRun = _handling == LongTextHandling.Truncate ? 1 : windowCount;
        PooledText text = new(index, width, windowsToRun, windowCount);
        int tokenCount = (contentCount * _frame.CopyCount) + (windowCount * _frame.Length);
        if (tokenCount == 0 || (_frame.IsPrompt && contentCount == 0))
        {
            text.Fail(new EngineException(
                EngineErrorIds.TextHasNoTokens,
                FailureKind.InvalidData,
                "The model's tokenizer makes no token of the text.",
                "Leave out texts that are empty or hold nothing that the model knows."));
        }
        else if (windowCount > 1 && _handling == LongTextHandling.Error)
        {
            text.Fail(
                new EngineException(
                    EngineErrorIds.TextTooLong,
                    FailureKind.InvalidData,
                    $"The text has {tokenCount} tokens, and the window takes {Length}.",
                    "Use -LongText Split or Truncate, or shorten the text."),
                tokenCount);
        }

        return (text, text.Failure is null ? windowsToRun : 0);
    }

    /// <summary>Returns one window of a text.</summary>
    /// <param name="content">All content tokens.</param>
    /// <param name="window">Which window, from 0.</param>
    /// <returns>The window's tokens.</returns>
    public int[] Tokens(ReadOnlySpan<int> content, int window)
    {
        int start = window * _room;
        ReadOnlySpan<int> run = content.Slice(start, CountIn(content.Length, window));
        return _frame.Between is null
            ? [.. _frame.Before, .. run, .. _frame.After]
            : [.. _frame.Before, .. run, .. _frame.Between, .. run, .. _frame.After];
    }

    /// <summary>Returns how many tokens of a text are in a window.</summary>
    /// <param name="contentCount">The text's content tokens.</param>
    /// <param name="window">Which window, from 0.</param>
    /// <returns>The number, of one copy.</returns>
    public int CountIn(int contentCount, int window) => Math.Min(_room, contentCount - (window * _room));
}
