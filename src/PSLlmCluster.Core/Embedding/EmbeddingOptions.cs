namespace PSLlmCluster.Core.Embedding;

/// <summary>How texts become vectors.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>
    /// Gets how the vectors of a text's tokens become the text's vector; their mean by default. With a prompt it has to be one that suits
    /// it: Last, or, where the text comes twice, Mean, which is that over the tokens of the second copy; a prompt of the user's own takes
    /// either, and Mean is that over the tokens of the last copy of the text.
    /// </summary>
    public PoolingType Pooling { get; init; } = PoolingType.Mean;

    /// <summary>Gets a value indicating whether each vector is scaled to length 1; false by default.</summary>
    public bool Normalize { get; init; }

    /// <summary>
    /// Gets the number of threads, from 1 to 1024; null, the default, is one per processor, and half of them, where there are more than 4,
    /// for a model of more than 1 GB in llama.cpp. Larger values take less time, up to the number of cores, and change no result. Each
    /// takes memory for what it computes in, once there is work for it: some megabytes in the managed engine, and in llama.cpp, with
    /// windows of 512 tokens, about a fifth of the model's weights, of which the default takes 4 GB at most. The threads of a model of more
    /// than 1 GB share that memory.
    /// </summary>
    public int? ThreadCount { get; init; }

    /// <summary>
    /// Gets the window in tokens, at most the model's own; null, the default, is the model's own, at most 512. Larger values let the model
    /// see more of a long text at once, and take more time and memory. It makes little difference to texts that are shorter than the
    /// window.
    /// </summary>
    public int? ContextLength { get; init; }

    /// <summary>
    /// Gets the largest number of tokens that llama.cpp takes in one call on a GPU, from the window to 65,536; null, the default, is 512.
    /// Larger values put more texts into a call, which uses a GPU better, and take more memory. It is rounded up to a multiple of 32, and
    /// does not change which windows a text is split into.
    /// On a CPU, and in the managed engine, it changes nothing.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>Gets what is put before each text, as some models ask; nothing by default.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>
    /// Gets what each text is put into: None, the default, OneWord, Topic, Echo, or a template that has {0} for the text once or twice. It
    /// is for models that write text, in llama.cpp; with it there is no prefix. The pieces around the text are tokenised by themselves, so
    /// a text's tokens are its own: what looks like a special token, in the text or in the prompt, is letters. A single space before {0}
    /// goes with the text, where the space before a word belongs for a tokenizer. Each window of a long text stands in the whole prompt.
    /// </summary>
    public string Prompt { get; init; } = TextPrompt.None;

    /// <summary>Gets how a text that is longer than the window is handled; split into windows by default.</summary>
    public LongTextHandling LongText { get; init; } = LongTextHandling.Split;

    /// <summary>Checks what can be checked without a model.</summary>
    /// <exception cref="EngineException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionChecks.RequireThreadCount(ThreadCount);
        OptionChecks.RequireContextLength(ContextLength, least: 1, advised: 8);

        if (ContextLength > MostBatchSize)
        {
            throw new EngineException(
                EngineErrorIds.ContextTooLong,
                FailureKind.InvalidArgument,
                $"A context length of {ContextLength} tokens is more than {MostBatchSize}, which is the most that a model is given "
                    + "at once.",
                $"Give at most {MostBatchSize}, or leave it out; longer texts are cut in windows.");
        }

        if (BatchSize is < 1)
        {
            throw new EngineException(
                EngineErrorIds.BatchSizeTooSmall,
                FailureKind.InvalidArgument,
                $"A batch size of {BatchSize} tokens makes no sense.",
                "Give at least as many tokens as the context length, or leave it out.");
        }

        if (BatchSize > MostBatchSize)
        {
            throw new EngineException(
                EngineErrorIds.BatchSizeTooLarge,
                FailureKind.InvalidArgument,
                $"A batch size of {BatchSize} tokens is more than {MostBatchSize}.",
                "Give less, or leave it out: more than a few thousand tokens only cost memory.");
        }

        ArgumentNullException.ThrowIfNull(Prefix);
        if (TextPrompt.Of(Prompt) is { } prompt)
        {
            if (Prefix.Length > 0)
            {
                throw new EngineException(
                    EngineErrorIds.PromptPrefixInvalid,
                    FailureKind.InvalidArgument,
                    "A prompt and a prefix are asked for, and which of them comes first is not said.",
                    "Leave one of them out, or write the prefix into a prompt of your own, such as 'query: {0}'.");
            }

            prompt.Check(Pooling);
        }
    }

    /// <summary>The largest batch size. Attention needs room for its square, so this is already beyond use.</summary>
    internal const int MostBatchSize = 65536;
}
