using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Tests.Encoding.Bert;

/// <summary>
/// The network once more, written down from llama.cpp's bert.cpp in loops and double precision, for one window: what the kernels are held
/// against.
/// </summary>
internal sealed class PlainNetwork(GgufModel file)
{
    private readonly string _name = file.Architecture;

    /// <summary>Returns the hidden state of each token after the last layer.</summary>
    public double[][] Run(int[] tokens)
    {
        int heads = (int)file.Integer(_name + ".attention.head_count")!;
        int layers = (int)file.Integer(_name + ".block_count")!;
        bool gated = _name == "nomic-bert";
        double[][] words = Matrix("token_embd.weight")!;
        double[][]? types = Matrix("token_types.weight");
        double[][]? places = Matrix("position_embd.weight");
        double[][] x =
        [
            .. tokens.Select((token, position) => words[token].Select(
                (number, i) => number + (types?[0][i] ?? 0) + (places?[position][i] ?? 0)).ToArray()),
        ];
        x = Normalize(x, "token_embd_norm");
        for (int layer = 0; layer < layers; layer++)
        {
            string prefix = $"blk.{layer}.";
            (double[][] q, double[][] k, double[][] v) = Attended(x, prefix);
            if (gated)
            {
                Rotate(q, heads);
                Rotate(k, heads);
            }

            x = Normalize(Sum(x, Linear(Attention(q, k, v, heads), prefix + "attn_output")), prefix + "attn_output_norm");
            double[][] inner = Linear(x, prefix + "ffn_up");
            if (gated)
            {
                double[][] gate = Linear(x, prefix + "ffn_gate");
                inner =
                [
                    .. inner.Select((row, t) => row.Select((number, i) => number * gate[t][i] / (1 + Math.Exp(-gate[t][i]))).ToArray()),
                ];
            }
            else
            {
                inner = [.. inner.Select(row => row.Select(number => number * 0.5 * (1 + Erf(number / Math.Sqrt(2)))).ToArray())];
            }

            x = Normalize(Sum(x, Linear(inner, prefix + "ffn_down")), prefix + "layer_output_norm");
        }

        return x;
    }

    /// <summary>The error function: its series, and beyond 3 its continued fraction.</summary>
    public static double Erf(double z)
    {
        if (Math.Abs(z) > 3)
        {
            double fraction = 0;
            for (int k = 60; k >= 1; k--)
            {
                fraction = k / 2.0 / (Math.Abs(z) + fraction);
            }

            return Math.Sign(z) * (1 - (Math.Exp(-z * z) / ((Math.Abs(z) + fraction) * Math.Sqrt(Math.PI))));
        }

        double sum = 0, term = z;
        for (int n = 0; n < 100; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -z * z / (n + 1);
        }

        return sum * 2 / Math.Sqrt(Math.PI);
    }

    private (double[][] Q, double[][] K, double[][] V) Attended(double[][] x, string prefix)
    {
        if (Matrix(prefix + "attn_qkv.weight") is null)
        {
            return (Linear(x, prefix + "attn_q"), Linear(x, prefix + "attn_k"), Linear(x, prefix + "attn_v"));
        }

        double[][] all = Linear(x, prefix + "attn_qkv");
        int width = x[0].Length;
        return (Part(0), Part(1), Part(2));

        double[][] Part(int number) => [.. all.Select(row => row[(number * width)..((number + 1) * width)])];
    }

    private static double[][] Attention(double[][] q, double[][] k, double[][] v, int heads)
    {
        int width = q[0].Length / heads;
        double[][] mixed = [.. q.Select(row => new double[row.Length])];
        for (int head = 0; head < heads; head++)
        {
            int first = head * width;
            for (int t = 0; t < q.Length; t++)
            {
                double[] scores = new double[k.Length];
                for (int u = 0; u < k.Length; u++)
                {
                    for (int i = first; i < first + width; i++)
                    {
                        scores[u] += q[t][i] * k[u][i];
                    }

                    scores[u] /= Math.Sqrt(width);
                }

                double largest = scores.Max();
                double total = scores.Sum(score => Math.Exp(score - largest));
                for (int u = 0; u < k.Length; u++)
                {
                    for (int i = first; i < first + width; i++)
                    {
                        mixed[t][i] += Math.Exp(scores[u] - largest) / total * v[u][i];
                    }
                }
            }
        }

        return mixed;
    }

    private void Rotate(double[][] x, int heads)
    {
        double rotaryBase = file.Number(_name + ".rope.freq_base")!.Value;
        int width = x[0].Length / heads;
        for (int t = 0; t < x.Length; t++)
        {
            for (int head = 0; head < heads; head++)
            {
                for (int i = 0; i < width / 2; i++)
                {
                    int first = (head * width) + i, second = first + (width / 2);
                    (double sine, double cosine) = Math.SinCos(t * Math.Pow(rotaryBase, -2.0 * i / width));
                    (x[t][first], x[t][second])
                        = ((x[t][first] * cosine) - (x[t][second] * sine), (x[t][first] * sine) + (x[t][second] * cosine));
                }
            }
        }
    }

    private double[][] Linear(double[][] x, string name)
    {
        double[][] weights = Matrix(name + ".weight")!;
        double[]? bias = Matrix(name + ".bias")?[0];
        return [.. x.Select(row => weights.Select((w, o) => w.Zip(row, (a, b) => a * b).Sum() + (bias?[o] ?? 0)).ToArray())];
    }

    private double[][] Normalize(double[][] x, string name)
    {
        double epsilon = file.Number(_name + ".attention.layer_norm_epsilon")!.Value;
        double[] scale = Matrix(name + ".weight")![0], shift = Matrix(name + ".bias")![0];
        return [.. x.Select(row =>
        {
            double mean = row.Average();
            double deviation = Math.Sqrt(row.Average(number => (number - mean) * (number - mean)) + epsilon);
            return row.Select((number, i) => ((number - mean) / deviation * scale[i]) + shift[i]).ToArray();
        })];
    }

    private static double[][] Sum(double[][] x, double[][] y) => [.. x.Zip(y, (a, b) => a.Zip(b, (c, d) => c + d).ToArray())];

    private double[][]? Matrix(string name)
    {
        if (file.TryTensor(name) is not { } tensor)
        {
            return null;
        }

        float[] numbers = new float[tensor.RowLength * tensor.RowCount];
        tensor.WidenRows(0, tensor.RowCount, numbers);
        return [.. numbers.Chunk(tensor.RowLength).Select(row => row.Select(number => (double)number).ToArray())];
    }
}
