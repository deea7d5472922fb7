using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Engines;

/// <summary>Says what a model is, from the headers of its files: no weight is read, and no native library loaded.</summary>
public static class ModelInspection
{
    private const string Ending = ".gguf";

    /// <summary>Reads what a model is.</summary>
    /// <param name="path">The full path of its file; of one that is split, the first part.</param>
    /// <param name="isDefault">Whether it is the model that is used where none is named.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>What it is.</returns>
    /// <exception cref="EngineException">It is no model, or damaged; the id says what it is.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EmbeddingModel Read(string path, bool isDefault = false, CancellationToken token = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckedModelFile file = ModelFile.Check(path);
        token.ThrowIfCancellationRequested();
        EngineChoice choice = EngineChoice.For(file, new ModelOptions(path));
        using GgufModel first = GgufModel.Open(path);
        string prefix = first.Architecture + ".";
        Dictionary<uint, long> weights = [];
        Count(first, weights);
        foreach (FileStamp part in file.Files.Skip(1))
        {
            token.ThrowIfCancellationRequested();
            using GgufModel other = GgufModel.Open(part.Path);
            Count(other, weights);
        }

        ModelAdvice advice = ModelAdvice.Of(first.Header, path);
        return new EmbeddingModel
        {
            Name = NameOf(first.Header, path),
            Path = path,
            Length = file.Length,
            Architecture = GgufReader.Shown(first.Architecture),
            Width = Size(first, prefix + "embedding_length_out") ?? Size(first, prefix + "embedding_length"),
            LayerCount = Size(first, prefix + "block_count"),
            ContextLength = Size(first, prefix + "context_length"),
            Quantization = GgmlTensorType.Blocks[weights.MaxBy(type => type.Value).Key].Name,
            Pooling = advice.Pooling,
            Tokenizer = TokenizerOf(first.Header),
            VocabularySize = first.Header.TokenCount,
            ParameterCount = weights.Values.Sum(),
            Engine = choice.IsManaged ? EmbeddingEngine.Managed : EmbeddingEngine.Llama,
            EngineReason = choice.Reason,
            Prefix = advice.Prefix,
            PrefixNote = advice.PrefixNote,
            PromptHint = advice.PromptHint,
            IsDefault = isDefault,
        };
    }

    /// <summary>Lists the models of a folder, those of its own and not of the folders in it.</summary>
    /// <param name="folder">The folder's full path.</param>
    /// <returns>Their paths, by name: all files that end in .gguf, but of a model in several parts only the first.</returns>
    /// <exception cref="EngineException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> List(string folder) => ModelStream.Reading(
        folder,
        () => (string[])[.. Directory.EnumerateFiles(folder)
            .Where(path => path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) && !IsLaterPart(path))
            .Order(StringComparer.OrdinalIgnoreCase)]);

    /// <summary>Returns whether a file is a later part of a model, by its name.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsLaterPart(string path) => ModelFile.PartNumberOf(path) > 1;

    private static void Count(GgufModel file, Dictionary<uint, long> weights)
    {
        foreach (GgufTensorEntry tensor in file.Tensors.Values)
        {
            long elements = tensor.Shape.Aggregate(1L, (product, length) => product * length);
            weights[tensor.Type] = weights.GetValueOrDefault(tensor.Type) + elements;
        }
    }

    // A file may be made by anybody, so what would move a console's cursor is not passed on.
    private static string NameOf(GgufHeader header, string path)
    {
        string name = string.Concat(header.Name.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)).Trim();
        return name.Length > 0 ? name : Path.GetFileNameWithoutExtension(path);
    }

    private static string TokenizerOf(GgufHeader header) => header.TokenizerModel switch
    {
        "bert" => "WordPiece",
        "t5" => "Unigram",
        "llama" => "SentencePiece",
        "gpt2" => "BPE",
        string other => GgufReader.Shown(other),
    };

    private static int? Size(GgufModel file, string key) => (int?)file.Integer(key, 0, int.MaxValue);
}
