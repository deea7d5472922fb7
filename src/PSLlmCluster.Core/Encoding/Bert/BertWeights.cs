using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>The scale and the shift of a normalisation.</summary>
/// <param name="Scale">The factor of each feature.</param>
/// <param name="Shift">What is added to each feature.</param>
internal sealed record NormWeights(float[] Scale, float[] Shift);

/// <summary>The weights of a layer.</summary>
/// <param name="Query">Queries of all heads, one head after the other.</param>
/// <param name="Key">Keys.</param>
/// <param name="Value">Values.</param>
/// <param name="Output">From all heads' values to the width.</param>
/// <param name="AttentionNorm">After attention.</param>
/// <param name="Up">From the width to the feed-forward width.</param>
/// <param name="Gate">What the feed-forward part is gated by; null where it is not.</param>
/// <param name="Down">Back to the width.</param>
/// <param name="OutputNorm">After the feed-forward part.</param>
internal sealed record BertLayerWeights(
    LinearWeights Query,
    LinearWeights Key,
    LinearWeights Value,
    LinearWeights Output,
    NormWeights AttentionNorm,
    LinearWeights Up,
    LinearWeights? Gate,
    LinearWeights Down,
    NormWeights OutputNorm);

/// <summary>All weights of a network, by the names that llama.cpp's convert_hf_to_gguf.py gives them.</summary>
internal sealed class BertWeights
{
    // Floats, 200 MB. Beyond it a model's layers stay as the file has them: singles would take four times the memory of eight bits.
    private const long MostWidened = 50L << 20;

    private BertWeights(
        BertShape shape,
        GgufTensor tokens,
        float[] tokenType,
        GgufTensor? positions,
        NormWeights norm,
        BertLayerWeights[] layers)
    {
        Shape = shape;
        Tokens = tokens;
        TokenType = tokenType;
        Positions = positions;
        Norm = norm;
        Layers = layers;
    }

    /// <summary>Gets the sizes.</summary>
    public BertShape Shape { get; }

    /// <summary>Gets the vector of each token, as the file has it; a row is widened when its token occurs.</summary>
    public GgufTensor Tokens { get; }

    /// <summary>Gets what is added to each token's vector for being in the first sentence; zeros where there is no such vector.</summary>
    public float[] TokenType { get; }

    /// <summary>Gets the vector of each position; null where positions are rotations.</summary>
    public GgufTensor? Positions { get; }

    /// <summary>Gets the normalisation before the first layer.</summary>
    public NormWeights Norm { get; }

    /// <summary>Gets the layers.</summary>
    public BertLayerWeights[] Layers { get; }

    /// <summary>Gets the floats that the widest layer needs to be widened in.</summary>
    public int ScratchLength { get; private init; }

    /// <summary>Reads the weights.</summary>
    /// <param name="file">The file.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="tokenCount">The tokens of its vocabulary.</param>
    /// <param name="progress">Receives the fraction that is read.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="EngineException">A tensor is missing, has another shape, or holds NaN or infinity.</exception>
    public static BertWeights Read(GgufModel file, BertShape shape, int tokenCount, ProgressRange progress, CancellationToken token)
    {
        WeightRoom? room = RoomFor(file, shape);
        BertLayerWeights[] layers = new BertLayerWeights[shape.LayerCount];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            token.ThrowIfCancellationRequested();
            layers[layer] = Layer(file, shape, $"blk.{layer}.", room);
            progress.Report((double)(layer + 1) / layers.Length);
        }

        return new BertWeights(
            shape,
            Finite(file, file.Tensor("token_embd.weight", shape.Width, tokenCount)),
            TokenTypeOf(file, shape.Width),
            shape.IsGated ? null : Finite(file, file.Tensor("position_embd.weight", shape.Width, shape.ContextLength)),
            ReadNorm(file, "token_embd_norm", shape.Width),
            layers)
        {
            ScratchLength = layers.SelectMany(All).Max(LinearLayer.ScratchLength),
        };
    }

    /// <summary>Returns about how many bytes the weights of a file take in memory.</summary>
    /// <param name="file">The file.</param>
    /// <param name="shape">Its sizes.</param>
    /// <returns>The bytes: those of all tensors, and those of the widened ones.</returns>
    public static long ByteCount(GgufModel file, BertShape shape)
    {
        long length = WidenedLength(file, shape);
        return file.Tensors.Values.Sum(entry => (long)entry.ByteCount) + (length <= MostWidened ? sizeof(float) * length : 0);
    }

    private static WeightRoom? RoomFor(GgufModel file, BertShape shape)
        => WidenedLength(file, shape) is long length and <= MostWidened ? new WeightRoom((int)length) : null;

    // Of the tensors that the file has, so that a file that lies about its sizes takes no memory by them.
    private static long WidenedLength(GgufModel file, BertShape shape)
    {
        (string Name, int Inputs, int Outputs)[] linears =
        [
            ("attn_q", shape.Width, shape.Width), ("attn_k", shape.Width, shape.Width), ("attn_v", shape.Width, shape.Width),
            ("attn_qkv", shape.Width, 3 * shape.Width), ("attn_output", shape.Width, shape.Width),
            ("ffn_up", shape.Width, shape.FeedForwardWidth), ("ffn_gate", shape.Width, shape.FeedForwardWidth),
            ("ffn_down", shape.FeedForwardWidth, shape.Width),
        ];
        long length = 0;
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            foreach ((string name, int inputs, int outputs) in linears)
            {
                if (file.Tensors.TryGetValue($"blk.{layer}.{name}.weight", out GgufTensorEntry? entry)
                    && entry.Shape.SequenceEqual([inputs, outputs]))
                {
                    // What is cut in three may need a group more for each.
                    length += WeightRoom.LengthOf(inputs, outputs) + (name == "attn_qkv" ? 3 * WeightRoom.LengthOf(inputs, 1) : 0);
                }
            }
        }

        return length;
    }

    private static IEnumerable<LinearWeights> All(BertLayerWeights layer)
    {
        LinearWeights[] always = [layer.Query, layer.Key, layer.Value, layer.Output, layer.Up, layer.Down];
        return layer.Gate is null ? always : always.Append(layer.Gate);
    }

    private static BertLayerWeights Layer(GgufModel file, BertShape shape, string prefix, WeightRoom? room)
    {
        int width = shape.Width;
        (LinearWeights query, LinearWeights key, LinearWeights value) = Attention(file, prefix, width, room);
        return new BertLayerWeights(
            query,
            key,
            value,
            Linear(file, prefix + "attn_output", width, width, room),
            ReadNorm(file, prefix + "attn_output_norm", width),
            Linear(file, prefix + "ffn_up", width, shape.FeedForwardWidth, room),
            shape.IsGated ? Linear(file, prefix + "ffn_gate", width, shape.FeedForwardWidth, room) : null,
            Linear(file, prefix + "ffn_down", shape.FeedForwardWidth, width, room),
            ReadNorm(file, prefix + "layer_output_norm", width));
    }

    // Some files hold queries, keys and values in one tensor, one after the other.
    private static (LinearWeights Query, LinearWeights Key, LinearWeights Value) Attention(
        GgufModel file, string prefix, int width, WeightRoom? room)
    {
        if (file.TryTensor(prefix + "attn_qkv.weight", width, 3 * width) is not { } all)
        {
            return (
                Linear(file, prefix + "attn_q", width, width, room),
                Linear(file, prefix + "attn_k", width, width, room),
                Linear(file, prefix + "attn_v", width, width, room));
        }

        Finite(file, all);
        float[] bias = Vector(file, prefix + "attn_qkv.bias", 3 * width) ?? [];
        LinearWeights[] parts = new LinearWeights[3];
        for (int i = 0; i < parts.Length; i++)
        {
            float[] own = bias.Length == 0 ? [] : bias[(i * width)..((i + 1) * width)];
            parts[i] = new LinearWeights(all, i * width, width, own, room);
        }

        return (parts[0], parts[1], parts[2]);
    }

    private static LinearWeights Linear(GgufModel file, string name, int inputs, int outputs, WeightRoom? room)
    {
        GgufTensor weights = Finite(file, room is not null
            ? file.BorrowTensor(name + ".weight", inputs, outputs)
            : file.Tensor(name + ".weight", inputs, outputs));
        return new LinearWeights(weights, 0, outputs, Vector(file, name + ".bias", outputs) ?? [], room);
    }

    private static NormWeights ReadNorm(GgufModel file, string name, int width)
    {
        GgufTensor scale = Finite(file, file.Tensor(name + ".weight", width));
        return new NormWeights(Row(scale), Vector(file, name + ".bias", width) ?? new float[width]);
    }

    private static float[] TokenTypeOf(GgufModel file, int width)
        => file.TryTensor("token_types.weight") is { } types && types.RowLength == width && types.RowCount > 0
            ? Row(Finite(file, types))
            : new float[width];

    private static float[]? Vector(GgufModel file, string name, int length)
        => file.TryTensor(name, length) is { } tensor ? Row(Finite(file, tensor)) : null;

    private static float[] Row(GgufTensor tensor)
    {
        float[] row = new float[tensor.RowLength];
        tensor.WidenRow(0, row);
        return row;
    }

    private static GgufTensor Finite(GgufModel file, GgufTensor tensor) => tensor.IsFinite()
        ? tensor
        : throw file.Corrupt($"there is NaN or infinity among the weights of its tensor {tensor.Name}");
}
