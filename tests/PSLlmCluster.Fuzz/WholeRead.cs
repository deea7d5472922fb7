using PSLlmCluster.Core;
using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Fuzz;

/// <summary>Reads all that the engine's reader has to give of a file: every value by its type, every tensor, some rows widened.</summary>
public static class WholeRead
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="largestTensor">Tensors of more bytes are not read, which saves most of the time with a large model.</param>
    /// <exception cref="EngineException">The file is broken.</exception>
    public static void Of(Stream file, long largestTensor = long.MaxValue)
    {
        using GgufModel model = GgufModel.Open(file, "fuzz.gguf");
        Values(model);
        foreach (GgufTensorEntry entry in model.Tensors.Values.Where(entry => entry.ByteCount <= (ulong)largestTensor))
        {
            Tensor(model, entry);
        }
    }

    private static void Values(GgufModel model)
    {
        _ = model.Header.PartCount;
        _ = model.Integer(model.Architecture + ".block_count", 1, 512);
        _ = model.Integer(model.Architecture + ".embedding_length", 1, 1 << 20);
        _ = model.Number(model.Architecture + ".attention.layer_norm_epsilon");
        _ = model.Flag(model.Architecture + ".attention.causal");
        _ = BertSupport.Obstacle(model);
        _ = BertVocabulary.Obstacle(model);
        _ = model.Text("tokenizer.ggml.model");
        _ = model.Texts("tokenizer.ggml.tokens");
        _ = model.Integers("tokenizer.ggml.token_type");
        foreach ((string key, GgufValue value) in model.Values)
        {
            object? read = value.Type switch
            {
                GgufValueType.String => model.Text(key),
                GgufValueType.Bool => model.Flag(key),
                GgufValueType.Float32 or GgufValueType.Float64 => model.Number(key),
                not GgufValueType.Array => model.Integer(key),
                _ => value.ElementType switch
                {
                    GgufValueType.String => key == "tokenizer.ggml.tokens" ? model.Count(key) : model.Texts(key),
                    GgufValueType.Float32 => model.Floats(key),
                    GgufValueType.UInt8 => model.Bytes(key),
                    GgufValueType.Bool or GgufValueType.Float64 => model.Count(key),
                    _ => model.Integers(key),
                },
            };
            if (read is null)
            {
                throw new InvalidOperationException($"{key} is there, and was not read.");
            }
        }
    }

    private static void Tensor(GgufModel model, GgufTensorEntry entry)
    {
        GgufTensor tensor = model.Tensor(entry.Name);
        if (!tensor.IsFinite())
        {
            throw model.Corrupt($"its tensor {entry.Name} has weights that are not finite");
        }

        if (tensor.RowLength > 1 << 16)
        {
            return;
        }

        float[] row = new float[tensor.RowLength];
        foreach (int number in (int[])[0, tensor.RowCount / 2, tensor.RowCount - 1])
        {
            tensor.WidenRow(number, row);
            if (!row.All(float.IsFinite))
            {
                throw new InvalidOperationException($"{entry.Name} is said to be finite, and its row {number} is not.");
            }
        }
    }
}
