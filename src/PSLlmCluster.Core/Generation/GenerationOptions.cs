namespace PSLlmCluster.Core.Generation;

/// <summary>How prompts are completed. All of it is plain data.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most strings of each of the lists.</summary>
    internal const int MostStrings = 1000;

    /// <summary>Gets the most tokens of a completion, from 1 to 65,536; 64 by default. Larger values take more time and memory.</summary>
    public int MostTokens { get; init; } = 64;

    /// <summary>Gets strings that end a completion before them, also where they lie across tokens; none by default.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>
    /// Gets a grammar that each completion follows, in the notation of llama.cpp (GBNF) with a rule named root, without elements that name
    /// tokens; null, the default, is none. It holds from the first token on, so that a model cannot think under it.
    /// </summary>
    public string? Grammar { get; init; }

    /// <summary>Gets the only texts that a completion may be; where empty, the default, it may be any. It excludes a grammar.</summary>
    public IReadOnlyList<string> AllowedTexts { get; init; } = [];

    /// <summary>
    /// Gets texts that no completion may be, compared without case and without white space and punctuation at their ends; none by
    /// default. Where a token would end a completion with such a text, the next best token is taken.
    /// </summary>
    public IReadOnlyList<string> TakenTexts { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether no two completions of a generator may be equal; false by default. Each completion is compared with
    /// those of all earlier prompts, as with <see cref="TakenTexts"/>, so the result is that of one prompt after the other.
    /// </summary>
    public bool AreDistinct { get; init; }

    /// <summary>
    /// Gets instructions that go before every prompt, as the chat template's system message where it has one; none by default.
    /// </summary>
    public string System { get; init; } = string.Empty;

    /// <summary>
    /// Gets the beginning that the user's message of every prompt has; none by default. It is computed once, together with
    /// <see cref="System"/>.
    /// </summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>
    /// Gets the beginning of every answer, which the model goes on from as if it had written it; none by default. It is no part of the
    /// completion. A small model that is asked for a name and talks about one gives it after <c>The name is "</c>, with the stop string
    /// <c>"</c>.
    /// </summary>
    public string AnswerStart { get; init; } = string.Empty;

    /// <summary>
    /// Gets a value indicating whether prompts are put into the model's chat template; true by default. A model without one is given the
    /// instructions, an empty line and the prompt.
    /// </summary>
    public bool UsesChatTemplate { get; init; } = true;

    /// <summary>
    /// Gets the chat template to use in place of the file's: the name of one of llama.cpp's, such as chatml, llama3 or gemma, or a
    /// template's text, which is recognised by what it contains; null, the default, is the file's.
    /// </summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Gets what becomes of thinking; closed by default.</summary>
    public ThinkingHandling Thinking { get; init; } = ThinkingHandling.Close;

    /// <summary>
    /// Gets the number of threads, from 1 to 1024; null, the default, is one per processor, and half of them where there are more than 4.
    /// </summary>
    public int? ThreadCount { get; init; }

    /// <summary>
    /// Gets the most tokens of a prompt and its completion together, from 2 to the length that the model was trained with; null, the
    /// default, is that length, at most 8,192. Memory is taken for the longest prompt, and not for this.
    /// </summary>
    public int? ContextLength { get; init; }

    /// <summary>Checks what can be checked without a model.</summary>
    /// <exception cref="EngineException">An option makes no sense.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(System);
        ArgumentNullException.ThrowIfNull(Prefix);
        ArgumentNullException.ThrowIfNull(AnswerStart);
        ValidateNumbers();
        ValidateStrings(nameof(StopStrings), StopStrings);
        ValidateStrings(nameof(AllowedTexts), AllowedTexts);
        ValidateStrings(nameof(TakenTexts), TakenTexts);
        if (StopStrings.Any(text => text.Length == 0))
        {
            throw Invalid("A stop string is empty, and would end every completion at once.", "Leave it out.");
        }

        if (Grammar is not null && AllowedTexts.Count > 0)
        {
            throw Invalid("Both a grammar and a list of allowed texts are given.", "Give one of them.");
        }

        if (!UsesChatTemplate && ChatTemplate is not null)
        {
            throw Invalid("A chat template is given, and none is to be used.", "Leave one of both out.");
        }

        if (ChatTemplate is { } template && (template.Length == 0 || template.Contains('\0', StringComparison.Ordinal)))
        {
            throw Invalid("The chat template is empty or has a NUL character in it.", "Name one, such as chatml, or leave it out.");
        }

        if (Grammar is not null)
        {
            GrammarCheck.Validate(Grammar);
        }
    }

    private static EngineException Invalid(string message, string recommendedAction)
        => new(EngineErrorIds.GenerationOptionInvalid, FailureKind.InvalidArgument, message, recommendedAction);

    private static void ValidateStrings(string name, IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts, name);
        if (texts.Count > MostStrings)
        {
            throw Invalid($"{name} has {texts.Count} texts, and may have {MostStrings}.", "Give fewer.");
        }

        foreach (string text in texts)
        {
            ArgumentNullException.ThrowIfNull(text, name);
            if (text.Contains('\0', StringComparison.Ordinal) || !Utf8Text.IsWellFormed(text))
            {
                throw Invalid($"{name} has a text with a NUL character or half a surrogate pair in it.", "Leave it out.");
            }
        }
    }

    private void ValidateNumbers()
    {
        if (MostTokens is < 1 or > 65536)
        {
            throw Invalid($"A completion of at most {MostTokens} tokens makes no sense.", "Give a number from 1 to 65536.");
        }

        if (!Enum.IsDefined(Thinking))
        {
            throw Invalid($"{Thinking} does not exist as a handling of thinking.", "Give Close, Remove or Keep.");
        }

        OptionChecks.RequireThreadCount(ThreadCount);
        OptionChecks.RequireContextLength(ContextLength, least: 2, advised: 2);
    }
}
