using System.Globalization;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// What the layers of a model take in memory, from the headers of its files: the bytes of the weights of each block (<c>blk.N.*</c>) and of
/// the output, and the sizes that memory for a computation goes by. No weight is read.
/// </summary>
/// <param name="Blocks">The bytes of the weights of each block.</param>
/// <param name="Output">The bytes of the output layer's weights: the last norm, the output matrix, or a copy of the embedding matrix
/// where the two are one.</param>
/// <param name="Width">The numbers of a hidden state.</param>
/// <param name="FeedForwardWidth">The numbers of a feed-forward layer.</param>
/// <param name="HeadCount">The heads of attention.</param>
/// <param name="KeyValueWidth">The numbers of a token's key and value together in one block; 0 for an encoder, which keeps none.</param>
/// <param name="VocabularySize">The numbers of an output; 0 for an encoder, which has none.</param>
internal sealed record LayerSizes(
    IReadOnlyList<long> Blocks, long Output, long Width, long FeedForwardWidth, long HeadCount, long KeyValueWidth, long VocabularySize)
{
    private const string BlockPrefix = "blk.";
    private const string OutputMatrix = "output.weight";
    private const string EmbeddingMatrix = "token_embd.weight";
    private const long LargestSize = 1 << 24;

    /// <summary>Gets the number of layers that can be on a GPU: the blocks and the output.</summary>
    public int LayerCount => Blocks.Count + 1;

    /// <summary>Reads the headers of a model's files.</summary>
    /// <param name="file">The model, of one part or several.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="EngineException">A file cannot be read, or is damaged.</exception>
    public static LayerSizes Read(CheckedModelFile file)
    {
        using GgufModel first = GgufModel.Open(file.Path);
        List<GgufTensorEntry> tensors = [.. first.Tensors.Values];
        foreach (FileStamp part in file.Files.Skip(1))
        {
            using GgufModel other = GgufModel.Open(part.Path);
            tensors.AddRange(other.Tensors.Values);
        }

        return Of(tensors, first.Values, first.Header);
    }

    /// <summary>Adds up the sizes of tensors.</summary>
    /// <param name="tensors">The tensors of all parts.</param>
    /// <param name="values">The values of the first part's header by their keys.</param>
    /// <param name="header">What the first part's header says.</param>
    /// <returns>The sizes.</returns>
    internal static LayerSizes Of(
        IEnumerable<GgufTensorEntry> tensors, IReadOnlyDictionary<string, GgufValue> values, GgufHeader header)
    {
        long[] blocks = new long[Math.Max(header.BlockCount, 1)];
        long output = 0;
        long embedding = 0;
        bool hasOutputMatrix = false;
        foreach (GgufTensorEntry tensor in tensors)
        {
            if (BlockOf(tensor.Name) is int block)
            {
                blocks[Math.Min(block, blocks.Length - 1)] += (long)tensor.ByteCount;
            }
            else if (tensor.Name.StartsWith("output", StringComparison.Ordinal))
            {
                output += (long)tensor.ByteCount;
                hasOutputMatrix |= tensor.Name == OutputMatrix;
            }
            else if (tensor.Name == EmbeddingMatrix)
            {
                embedding = (long)tensor.ByteCount;
            }
        }

        bool isEncoder = Size("attention.causal", 1) == 0;
        long width = Size("embedding_length", 0);
        long heads = Math.Max(Size("attention.head_count", 1), 1);
        long keyHeads = Size("attention.head_count_kv", heads);
        return new LayerSizes(
            blocks,
            output + (hasOutputMatrix || isEncoder ? 0 : embedding),
            width,
            Size("feed_forward_length", 4 * width),
            heads,
            isEncoder ? 0 : keyHeads * (Size("attention.key_length", width / heads) + Size("attention.value_length", width / heads)),
            isEncoder ? 0 : header.TokenCount);

        // Some models have a list of these, one for each block; the largest that there could be is then taken.
        long Size(string key, long otherwise)
            => Math.Clamp(GgufMetadata.Number(values, $"{header.Architecture}.{key}", otherwise), 0, LargestSize);
    }

    private static int? BlockOf(string tensor)
    {
        ReadOnlySpan<char> rest = tensor.StartsWith(BlockPrefix, StringComparison.Ordinal) ? tensor.AsSpan(BlockPrefix.Length) : [];
        int dot = rest.IndexOf('.');
        return dot > 0 && int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int block) ? block : null;
    }
}
