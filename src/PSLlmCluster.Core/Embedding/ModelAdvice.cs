using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Embedding;

/// <summary>How a model's makers want it to be used, as far as its file says so, or its name.</summary>
public sealed class ModelAdvice
{
    private readonly GgufPooling _pooling;
    private readonly ModelFamily? _family;

    private ModelAdvice(GgufPooling pooling, ModelFamily? family, bool isGenerative)
    {
        _pooling = pooling;
        _family = family;
        PromptHint = isGenerative
            ? "The model was made to write text, not vectors (its file has a chat template and no pooling). Asked for one word, -Prompt "
                + "OneWord or Topic, it gives vectors that group texts better than the mean of their tokens does; an embedding model's are "
                + "better still."
            : null;
    }

    /// <summary>
    /// Gets the pooling that the file asks for, the mean where it does not say or asks for none; null where it asks for a rank and no
    /// vector.
    /// </summary>
    public PoolingType? Pooling => _pooling == GgufPooling.Rank ? null : ModelLimits.PoolingFor(string.Empty, _pooling, PoolingType.Model);

    /// <summary>Gets what goes before each text that is to be clustered; null where that is nothing, or nobody knows.</summary>
    public string? Prefix => _family?.Prefix;

    /// <summary>Gets what the model's card says about prefixes, and where it is; null for a model whose family is not known.</summary>
    public string? PrefixNote => _family is null ? null : $"{_family.Note} ({_family.Card}).";

    /// <summary>
    /// Gets what to do with a model that was made to write text: one with a chat template and no pooling in its file, whose tokens see only
    /// what is before them, and which is of no known family of embedding models; null for others.
    /// </summary>
    public string? PromptHint { get; }

    /// <summary>Returns what somebody should know who left out how the model is to be used.</summary>
    /// <param name="poolingIsGiven">Whether the pooling was given, or is a prompt's; if not, it is the mean.</param>
    /// <param name="prefixIsGiven">Whether a prefix was given, or a prompt in its place; if not, there is none.</param>
    /// <param name="promptIsGiven">Whether a prompt was given, or none on purpose.</param>
    /// <returns>A line for each thing.</returns>
    public IEnumerable<string> Lines(bool poolingIsGiven, bool prefixIsGiven, bool promptIsGiven = false)
    {
        if (!poolingIsGiven && !prefixIsGiven && !promptIsGiven && PromptHint is not null)
        {
            yield return PromptHint;
        }
        if (!poolingIsGiven && Pooling is PoolingType.Cls or PoolingType.Last)
        {
            yield return $"The model's file asks for the pooling {Pooling}, and Mean is used: -Pooling Model does as the file asks.";
        }

        if (!poolingIsGiven && Pooling is null)
        {
            yield return "The model's file asks for a rank, and no vector: it is made to compare two texts.";
        }

        if (!prefixIsGiven && _family is not null)
        {
            yield return _family.Prefix is null
                ? $"The model card of {_family.Name} on prefixes: {PrefixNote}"
                : $"The model asks for a prefix, and none is given: -Prefix {Quoted(_family.Prefix)}. "
                    + $"The model card of {_family.Name}: {PrefixNote}";
        }
    }

    /// <summary>Reads what a file says.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="path">Its path.</param>
    /// <returns>The advice.</returns>
    internal static ModelAdvice Of(GgufHeader header, string path)
    {
        ModelFamily? family = ModelFamily.Of(header, path);
        bool isGenerative = family is null && header.HasChatTemplate && header.IsCausal && header.Pooling == GgufPooling.Unspecified;
        return new ModelAdvice(header.Pooling, family, isGenerative);
    }

    /// <summary>Returns what is known of a model by its name alone, as of one that a server runs.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The advice.</returns>
    internal static ModelAdvice OfName(string name) => new(GgufPooling.Unspecified, ModelFamily.Named(name), isGenerative: false);

    // As PowerShell reads it, on one line.
    private static string Quoted(string prefix)
        => prefix.Contains('\n', StringComparison.Ordinal)
            ? '"' + prefix.Replace("\n", "`n", StringComparison.Ordinal) + '"'
            : $"'{prefix}'";
}
