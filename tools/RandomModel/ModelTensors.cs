namespace RandomModel;

/// <summary>A tensor that is to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="RowLength">The length of a row.</param>
/// <param name="Rows">The rows.</param>
/// <param name="IsVector">Whether it has one dimension.</param>
/// <param name="Mean">The mean of its weights.</param>
/// <param name="Deviation">Their standard deviation.</param>
internal sealed record ModelTensor(
    string Name, WeightType Type, long RowLength, long Rows, bool IsVector, double Mean, double Deviation)
{
    /// <summary>Gets its bytes.</summary>
    public long ByteCount => RowLength / Type.BlockElements * Rows * Type.BlockBytes;
}

/// <summary>
/// The tensors of a shape, in llama.cpp's names. Weights have the variance 1 / (length of a row), so that hidden states keep their size
/// through a layer; norms are about 1, and biases small.
/// </summary>
internal static class ModelTensors
{
    private const double Small = 0.1;

    /// <summary>Lists the tensors.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="type">The type of the matrices; norms, biases and what is added to a token's embedding are F32.</param>
    /// <returns>The tensors, in the file's order.</returns>
    public static IReadOnlyList<ModelTensor> Of(ModelShape shape, WeightType type)
    {
        List<ModelTensor> tensors = [];
        bool isBert = shape.Architecture == "bert";
        Matrix("token_embd", shape.Width, shape.Vocabulary, 1);
        if (isBert)
        {
            tensors.Add(new ModelTensor("position_embd.weight", WeightType.F32, shape.Width, shape.Context, false, 0, 1));
            tensors.Add(new ModelTensor("token_types.weight", WeightType.F32, shape.Width, 2, false, 0, 1));
            Norm("token_embd_norm", hasBias: true);
        }

        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string block = $"blk.{layer}.";
            bool hasBias = shape.Architecture != "llama";
            if (!isBert)
            {
                Norm(block + "attn_norm", hasBias: false);
            }

            Linear(block + "attn_q", shape.Width, shape.Width, hasBias);
            Linear(block + "attn_k", shape.Width, shape.KeyValueWidth, hasBias);
            Linear(block + "attn_v", shape.Width, shape.KeyValueWidth, hasBias);
            Linear(block + "attn_output", shape.Width, shape.Width, isBert);
            Norm(block + (isBert ? "attn_output_norm" : "ffn_norm"), isBert);
            if (!isBert)
            {
                Linear(block + "ffn_gate", shape.Width, shape.FeedForward, false);
            }

            Linear(block + "ffn_up", shape.Width, shape.FeedForward, isBert);
            Linear(block + "ffn_down", shape.FeedForward, shape.Width, isBert);
            if (isBert)
            {
                Norm(block + "layer_output_norm", hasBias: true);
            }
        }

        if (!isBert)
        {
            Norm("output_norm", hasBias: false);
            if (!shape.IsTied)
            {
                Matrix("output", shape.Width, shape.Vocabulary, 1 / Math.Sqrt(shape.Width));
            }
        }

        return tensors;

        void Linear(string name, int from, int to, bool hasBias)
        {
            Matrix(name, from, to, 1 / Math.Sqrt(from));
            if (hasBias)
            {
                Vector(name + ".bias", to, 0);
            }
        }

        void Norm(string name, bool hasBias)
        {
            Vector(name + ".weight", shape.Width, 1);
            if (hasBias)
            {
                Vector(name + ".bias", shape.Width, 0);
            }
        }

        void Matrix(string name, int rowLength, int rows, double deviation)
            => tensors.Add(new ModelTensor(name + ".weight", type.For(rowLength), rowLength, rows, false, 0, deviation));

        void Vector(string name, int length, double mean)
            => tensors.Add(new ModelTensor(name, WeightType.F32, length, 1, true, mean, Small));
    }
}
