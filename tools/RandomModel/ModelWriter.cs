using System.Text;

namespace RandomModel;

/// <summary>
/// Writes a model as GGUF (docs/gguf.md of ggml): values, the table of tensors, then the tensors one after another, each in pieces, so that
/// memory does not grow with the model. The same shape, type and seed give the same bytes.
/// </summary>
internal static class ModelWriter
{
    private const int Alignment = 32;
    private const int BlocksAtOnce = 4096;

    /// <summary>Writes a model.</summary>
    /// <param name="stream">Where it goes; it can tell its position.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="shape">Its sizes, without a fault.</param>
    /// <param name="type">The type of its matrices.</param>
    /// <param name="seed">The seed.</param>
    public static void Write(Stream stream, string name, ModelShape shape, WeightType type, ulong seed)
    {
        IReadOnlyList<ModelTensor> tensors = ModelTensors.Of(shape, type);
        List<(string Key, object Value)> values = Values(name, shape, type);
        using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)values.Count);
        foreach ((string key, object value) in values)
        {
            WriteText(writer, key);
            WriteValue(writer, value);
        }

        long offset = 0;
        foreach (ModelTensor tensor in tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write(tensor.IsVector ? 1u : 2u);
            writer.Write(tensor.RowLength);
            if (!tensor.IsVector)
            {
                writer.Write(tensor.Rows);
            }

            writer.Write(tensor.Type.Number);
            writer.Write(offset);
            offset += Padded(tensor.ByteCount);
        }

        writer.Flush();
        Pad(stream, stream.Position);
        foreach (ModelTensor tensor in tensors)
        {
            WriteTensor(stream, tensor, seed);
            Pad(stream, tensor.ByteCount);
        }
    }

    private static void WriteTensor(Stream stream, ModelTensor tensor, ulong seed)
    {
        RandomBits random = new(seed, tensor.Name);
        byte[] buffer = new byte[BlocksAtOnce * tensor.Type.BlockBytes];
        for (long left = tensor.ByteCount; left > 0; left -= buffer.Length)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            tensor.Type.Fill(piece, random, tensor.Mean, tensor.Deviation);
            stream.Write(piece);
        }
    }

    private static List<(string Key, object Value)> Values(string name, ModelShape shape, WeightType type)
    {
        bool isBert = shape.Architecture == "bert";
        SyntheticVocabulary vocabulary = isBert
            ? SyntheticVocabulary.WordPiece(shape.Vocabulary)
            : SyntheticVocabulary.BytePairs(shape.Vocabulary);
        string of = shape.Architecture + ".";
        const string tokenizer = "tokenizer.ggml.";
        List<(string Key, object Value)> values =
        [
            ("general.architecture", shape.Architecture), ("general.type", "model"), ("general.name", name),
            ("general.file_type", type.FileType), ("general.quantization_version", 2u),
            (of + "block_count", (uint)shape.Layers), (of + "context_length", (uint)shape.Context),
            (of + "embedding_length", (uint)shape.Width), (of + "feed_forward_length", (uint)shape.FeedForward),
            (of + "attention.head_count", (uint)shape.Heads), (of + "attention.head_count_kv", (uint)shape.KeyValueHeads),
            (tokenizer + "tokens", vocabulary.Tokens), (tokenizer + "token_type", vocabulary.Types),
        ];
        values.AddRange(isBert
            ? [
                (of + "attention.layer_norm_epsilon", 1e-12f), (of + "attention.causal", false), (of + "pooling_type", 1u),
                (tokenizer + "model", "bert"), (tokenizer + "pre", "jina-v2-en"), (tokenizer + "token_type_count", 2u),
                (tokenizer + "padding_token_id", 0u), (tokenizer + "unknown_token_id", 1u), (tokenizer + "cls_token_id", 2u),
                (tokenizer + "bos_token_id", 2u), (tokenizer + "seperator_token_id", 3u), (tokenizer + "mask_token_id", 4u),
            ]
            : [
                (of + "attention.layer_norm_rms_epsilon", 1e-6f), (of + "rope.freq_base", 1_000_000f),
                (tokenizer + "model", "gpt2"), (tokenizer + "merges", vocabulary.Merges),
                (tokenizer + "pre", shape.Architecture == "qwen2" ? "deepseek-r1-qwen" : "smollm"),
                (tokenizer + "bos_token_id", 0u), (tokenizer + "eos_token_id", 1u),
                (tokenizer + "add_bos_token", shape.Architecture == "qwen2"),
            ]);
        return values;
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write(4u);
                writer.Write(number);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case string text:
                writer.Write(8u);
                WriteText(writer, text);
                break;
            case IReadOnlyList<int> numbers:
                writer.Write(9u);
                writer.Write(5u);
                writer.Write((ulong)numbers.Count);
                foreach (int number in numbers)
                {
                    writer.Write(number);
                }

                break;
            case IReadOnlyList<string> texts:
                writer.Write(9u);
                writer.Write(8u);
                writer.Write((ulong)texts.Count);
                foreach (string text in texts)
                {
                    WriteText(writer, text);
                }

                break;
            default:
                throw new ArgumentException($"GGUF has no type for {value.GetType()}.", nameof(value));
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream, long length) => stream.Write(new byte[Padded(length) - length]);
}
