namespace PSLlmCluster.Core.Embedding;

/// <summary>
/// Cuts the tokens of a text in windows: runs of its content tokens, each between the model's special tokens (BOS; [CLS] and [SEP]).
/// </summary>
internal sealed class TextWindows
{
    private readonly int[] _before;
    private readonly int[] _after;
    private readonly LongTextHandling _handling;

    /// <summary>Initializes a new instance of the <see cref="TextWindows"/> class.</summary>
    /// <param name="before">The special tokens before each window.</param>
    /// <param name="after">The special tokens after each window.</param>
    /// <param name="length">The most tokens of a window, special ones included.</param>
    /// <param name="handling">What becomes of a text that takes several windows.</param>
    /// <exception cref="EngineException">A window has no room for text.</exception>
    public TextWindows(int[] before, int[] after, int length, LongTextHandling handling)
    {
        _before = before;
        _after = after;
        Length = length;
        _handling = handling;
        if (length <= SpecialCount)
        {
            throw new EngineException(
                EngineErrorIds.ContextTooShort,
                FailureKind.InvalidArgument,
                $"A context length of {length} tokens leaves no room for text beside the model's {SpecialCount} special tokens.",
                "Give more, or leave it out.");
        }
    }

    /// <summary>Gets the most tokens of a window, special ones included.</summary>
    public int Length { get; }

    /// <summary>Gets the special tokens of a window.</summary>
    public int SpecialCount => _before.Length + _after.Length;

    /// <summary>Starts a text.</summary>
    /// <param name="index">The number that the text was added with.</param>
    /// <param name="width">Numbers in a vector.</param>
    /// <param name="contentCount">The text's content tokens.</param>
    /// <returns>The text, which has failed already where it has no tokens, or too many; and how many of its windows are computed.</returns>
    public (PooledText Text, int WindowCount) Start(int index, int width, int contentCount)
    {
        int room = Length - SpecialCount;
        int windowCount = Math.Max(1, (int)(((long)contentCount + room - 1) / room));
        int windowsToRun = _handling == LongTextHandling.Truncate ? 1 : windowCount;
        PooledText text = new(index, width, windowsToRun, windowCount);
        int tokenCount = contentCount + (windowCount * SpecialCount);
        if (tokenCount == 0)
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
        int room = Length - SpecialCount;
        int start = window * room;
        ReadOnlySpan<int> run = content.Slice(start, Math.Min(room, content.Length - start));
        int[] tokens = new int[run.Length + SpecialCount];
        _before.CopyTo(tokens, 0);
        run.CopyTo(tokens.AsSpan(_before.Length));
        _after.CopyTo(tokens, _before.Length + run.Length);
        return tokens;
    }
}
