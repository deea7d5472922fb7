using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Embedding;

/// <summary>
/// What the makers of a family of models want before a text, which no GGUF file says. A hint and no more: nothing is put there by itself.
/// Each line of the table says what the family's model card says, and where that stands; the hint is the one for clustering, where all
/// texts are of one kind. A model of no line may want a prefix too.
/// </summary>
/// <param name="Name">What the family is called.</param>
/// <param name="Words">What its models' names hold: all parts of one of these lists, each a run of whole words.</param>
/// <param name="Prefix">What goes before each text; null where there is none for clustering.</param>
/// <param name="Note">What the model card says, a sentence without its full stop.</param>
/// <param name="Card">The model card.</param>
internal sealed record ModelFamily(string Name, string[][] Words, string? Prefix, string Note, string Card)
{
    private const string QueriesOnly = "The instruction is for the queries of a search alone, and other texts have none";

    private const string ClusteringInstruction = "Instruct: Identify the topic of the text\n";

    private static readonly char[] _separators = ['-', '_', ' ', '.', '/'];

    // Special cases before the family that they belong to: the first line that fits is taken.
    private static readonly ModelFamily[] _all =
    [
        // "Do I need to add instructions to the query? Yes [...] there is no need to add instructions to the document side."
        new(
            "E5 instruct",
            [["e5", "instruct"]],
            null,
            "A query has an instruction before it, 'Instruct: ', one sentence that says the task, a line break and 'Query: ', and a "
                + "document has none",
            "https://huggingface.co/intfloat/multilingual-e5-large-instruct"),

        // "Use "query: " prefix if you want to use embeddings as features, such as linear probing classification, clustering."
        new(
            "E5",
            [["e5-small"], ["e5-base"], ["e5-large"]],
            "query: ",
            "Every text has a prefix, which is this one for clustering and other symmetric tasks",
            "https://huggingface.co/intfloat/e5-base-v2"),

        // Its card names the prefixes for queries and documents; the one for clustering stands in config_sentence_transformers.json.
        new(
            "nomic-embed-text v2",
            [["nomic-embed-text-v2"]],
            "clustering: ",
            "Every text has a prefix that says the task; its config_sentence_transformers.json has this one for clustering",
            "https://huggingface.co/nomic-ai/nomic-embed-text-v2-moe"),

        // "Important: the text prompt must include a task instruction prefix", of which clustering is one.
        new(
            "nomic-embed-text",
            [["nomic-embed-text"]],
            "clustering: ",
            "Every text has a prefix that says the task, which is this one for clustering",
            "https://huggingface.co/nomic-ai/nomic-embed-text-v1.5"),

        // The table of prompts: Clustering, "task: clustering | query: {content}".
        new(
            "EmbeddingGemma",
            [["embeddinggemma"], ["embedding-gemma"]],
            "task: clustering | query: ",
            "Every text has a prefix that says the task, which is this one for clustering; the mean of the tokens' vectors goes through "
                + "two dense layers, which the file has to have",
            "https://huggingface.co/google/embeddinggemma-300m"),

        // "Each query must come with a one-sentence instruction that describes the task"; "No need to add instruction for retrieval
        // documents"; pooling is of the last token, which is the end of text that its tokenizer appends. The instruction is ours: the
        // evaluations of such models (MTEB's clustering sets) give every text one, such as "Identify the topic or theme of the given news
        // articles".
        new(
            "Qwen3-Embedding",
            [["qwen3-embedding"]],
            ClusteringInstruction + "Query:",
            "A query has an instruction before it, 'Instruct: ', one sentence that says the task, a line break and 'Query:', and a "
                + "document has none; the one for clustering, before every text, is this module's proposal; the vector is that of the "
                + "end of text, the last token, which the file has to append (tokenizer.ggml.add_eos_token)",
            "https://huggingface.co/Qwen/Qwen3-Embedding-0.6B"),

        // "decoder-only architectures with last-token pooling and L2 normalization"; each query has a one-sentence instruction, and
        // documents have none. The files' architectures are gemma3 and qwen3, so the name alone tells.
        new(
            "Harrier-OSS",
            [["harrier-oss"]],
            ClusteringInstruction + "Query: ",
            "A query has an instruction before it, 'Instruct: ', one sentence that says the task, a line break and 'Query: ', and a "
                + "document has none; the one for clustering, before every text, is this module's proposal; the last token's vector, "
                + "of length 1, is the text's: -Pooling Last -Normalize",
            "https://huggingface.co/microsoft/harrier-oss-v1-270m"),

        // "If you need to search the relevant passages to a query, we suggest to add the instruction to the query; in other cases, no
        // instruction is needed"; pooling is of the first token.
        new(
            "BGE v1.5",
            [["bge", "en-v1.5"]],
            null,
            QueriesOnly,
            "https://huggingface.co/BAAI/bge-base-en-v1.5"),

        // "the BGE-M3 model no longer requires adding instructions to the queries"
        new(
            "BGE-M3",
            [["bge-m3"]],
            null,
            "No text has a prefix",
            "https://huggingface.co/BAAI/bge-m3"),

        // "you have to provide the prompt [...] for query if you want to use it for retrieval. Besides that you don't need any prompt."
        new(
            "mxbai-embed-large",
            [["mxbai-embed-large"]],
            null,
            QueriesOnly,
            "https://huggingface.co/mixedbread-ai/mxbai-embed-large-v1"),

        // "use the CLS token to embed each text portion and use the query prefix below (just on the query)"
        new(
            "Arctic Embed",
            [["arctic-embed"]],
            null,
            QueriesOnly,
            "https://huggingface.co/Snowflake/snowflake-arctic-embed-m"),

        // The cards' code embeds texts as they are.
        new(
            "GTE",
            [["gte-small"], ["gte-base"], ["gte-large"], ["gte-multilingual-base"]],
            null,
            "No text has a prefix",
            "https://huggingface.co/thenlper/gte-base"),
        new(
            "all-MiniLM",
            [["all-minilm"]],
            null,
            "No text has a prefix",
            "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2"),

        // "Please apply mean pooling when integrating the model."; the card's code embeds texts as they are.
        new(
            "Jina Embeddings v2",
            [["jina-embeddings-v2"]],
            null,
            "No text has a prefix; the mean of the tokens' vectors is the text's",
            "https://huggingface.co/jinaai/jina-embeddings-v2-base-en"),

        // "You must add Query: or Passage: in front of the input."; "--pooling mean is required".
        new(
            "Jina Embeddings v4",
            [["jina-embeddings-v4"]],
            null,
            "Every text has 'Query: ' or 'Passage: ' before it, by the model's kind; the mean of the tokens' vectors is the text's",
            "https://huggingface.co/jinaai/jina-embeddings-v4-text-matching-GGUF"),
    ];

    /// <summary>Gets the table.</summary>
    public static IReadOnlyList<ModelFamily> All => _all;

    /// <summary>Finds the family of a model by its name.</summary>
    /// <param name="header">The file's header, whose general.name and general.basename are looked at first.</param>
    /// <param name="path">The file's path, whose name is looked at then.</param>
    /// <returns>The family; null for one that is in no line.</returns>
    public static ModelFamily? Of(GgufHeader header, string path)
        => Named(header.Name) ?? Named(header.BaseName) ?? Named(Path.GetFileName(path));

    /// <summary>Finds the family that a name is of, whatever its case, and whatever stands between its words.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The family; null for none.</returns>
    public static ModelFamily? Named(string name)
    {
        string plain = Plain(name);
        return _all.FirstOrDefault(
            family => family.Words.Any(words => words.All(word => plain.Contains(Plain(word), StringComparison.Ordinal))));
    }

    // E5_Base v2.gguf comes to -e5-base-v2-gguf-, so that a word is found as a whole.
    private static string Plain(string name)
        => "-" + string.Join('-', name.ToLowerInvariant().Split(_separators, StringSplitOptions.RemoveEmptyEntries)) + "-";
}
