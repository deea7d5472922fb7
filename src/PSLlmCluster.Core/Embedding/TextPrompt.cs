namespace PSLlmCluster.Core.Embedding;

/// <summary>
/// What a text is put into before a language model reads it, so that what the model has in mind at its end is what the text is about.
/// A causal model's token knows what is before it alone: the mean over a text's tokens is mostly of tokens that know little. Asked for one
/// word, the last token holds what the model would say (PromptEOL: Jiang and others, "Scaling Sentence Embeddings with Large Language
/// Models"); of a text that comes twice, each token of the second copy knows the whole text (echo embeddings: Springer and others,
/// "Repetition Improves Language Model Embeddings"). docs/decisions/0011 has what was measured.
/// </summary>
public sealed class TextPrompt
{
    /// <summary>The name for no prompt: the text as it is.</summary>
    public const string None = "None";

    /// <summary>The name of the prompt that asks for one word for the text.</summary>
    public const string OneWord = "OneWord";

    /// <summary>The name of the prompt that asks for the topic in one word.</summary>
    public const string Topic = "Topic";

    /// <summary>The name of the prompt that has the text twice.</summary>
    public const string Echo = "Echo";

    /// <summary>What stands for the text.</summary>
    public const string Placeholder = "{0}";

    private static readonly TextPrompt[] _named =
    [
        new(OneWord, "Summarize the sentence: \"{0}\" in one word:\""),
        new(Topic, "The topic of \"{0}\" in one word:\""),
        new(Echo, "Rewrite the following paragraph: {0}. The rewritten paragraph: {0}"),
    ];

    private TextPrompt(string? name, string template)
    {
        Name = name;
        Template = template;
        Pieces = template.Split(Placeholder);
    }

    /// <summary>Gets the prompts that have a name.</summary>
    public static IReadOnlyList<TextPrompt> Named => _named;

    /// <summary>Gets its name; null for one of the user's own.</summary>
    public string? Name { get; }

    /// <summary>Gets its words, with <see cref="Placeholder"/> for the text, once or twice.</summary>
    public string Template { get; }

    /// <summary>Gets what stands before, between and after the text's copies: 2 pieces for one copy, 3 for two.</summary>
    public IReadOnlyList<string> Pieces { get; }

    /// <summary>Gets a value indicating whether the text comes twice.</summary>
    public bool IsTwice => Pieces.Count == 3;

    /// <summary>
    /// Gets the pooling where none is given: the last token, or the mean over the second copy of a text that comes twice.
    /// </summary>
    public PoolingType DefaultPooling => IsTwice ? PoolingType.Mean : PoolingType.Last;

    /// <summary>Returns the prompt that an option names or is.</summary>
    /// <param name="prompt">A name, whatever its case, or a template.</param>
    /// <returns>The prompt; null for <see cref="None"/>.</returns>
    /// <exception cref="EngineException">It is no name, and does not have the text once or twice.</exception>
    public static TextPrompt? Of(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Equals(None, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        TextPrompt found = Array.Find(_named, named => prompt.Equals(named.Name, StringComparison.OrdinalIgnoreCase)) ?? new(null, prompt);
        return found.Pieces.Count is 2 or 3
            ? found
            : throw new EngineException(
                EngineErrorIds.PromptInvalid,
                FailureKind.InvalidArgument,
                $"The prompt '{prompt}' has {Placeholder}, which stands for the text, {found.Pieces.Count - 1} times, and takes it once or "
                    + "twice.",
                $"Write a prompt such as 'The topic of \"{Placeholder}\" in one word:\"', or use one of the names {None}, {OneWord}, "
                    + $"{Topic} and {Echo}.");
    }

    /// <summary>Checks that a pooling suits the prompt.</summary>
    /// <param name="pooling">The pooling; Model only before it is known what the model's file says.</param>
    /// <exception cref="EngineException">It does not.</exception>
    public void Check(PoolingType pooling)
    {
        bool suits = Name is null ? pooling != PoolingType.Cls : pooling == DefaultPooling;
        if (!suits)
        {
            throw new EngineException(
                EngineErrorIds.PromptPoolingInvalid,
                FailureKind.InvalidArgument,
                Name is null
                    ? "With a prompt the pooling Cls makes no sense: the first token does not know the text, so it is the same for all."
                    : $"The prompt {Name} goes with the pooling {DefaultPooling}, and {pooling} is asked for.",
                Name is null
                    ? "Use -Pooling Last or Mean, or leave it out."
                    : "Leave -Pooling out: the prompt sets it. A prompt of your own takes Last and Mean.");
        }
    }

    /// <summary>Makes the error of a model that reads a text whole.</summary>
    /// <param name="path">The model's file.</param>
    /// <returns>The error.</returns>
    internal static EngineException NotForEncoder(string path) => new(
        EngineErrorIds.PromptUnsupported,
        FailureKind.NotSupported,
        $"{path} is an encoder, of which every token knows the whole text: it takes no prompt, which is for models that write text.",
        "Leave -Prompt out. Where the model's card asks for words before a text, -Prefix puts them there.");
}
