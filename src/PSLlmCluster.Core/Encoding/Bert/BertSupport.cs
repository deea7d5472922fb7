using System.Globalization;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>
/// Whether the network can be run, from the file's metadata and its table of tensors alone. The metadata are the keys of llama-arch.cpp
/// that would change what a network of the kind computes, the tensors those that <see cref="BertWeights"/> reads: the ones of llama.cpp's
/// bert.cpp and nomic-bert.cpp. What is there beside them would have a part in the result, so the file is llama.cpp's to run, or to refuse
/// (it refuses tensors that it does not know). What is missing or of a wrong size is for the reading to say: such a file is damaged.
/// </summary>
internal static class BertSupport
{
    private static readonly string[] _layerLinear = ["attn_q", "attn_k", "attn_v", "attn_qkv", "attn_output", "ffn_up", "ffn_down"];
    private static readonly string[] _layerNorms = ["attn_output_norm", "layer_output_norm"];
    private static readonly string[] _endings = [".weight", ".bias"];

    // What comes after the last hidden state: BERT's pooler, and the head of a model that classifies or ranks.
    private static readonly string[] _heads = ["cls.", "pooler."];

    /// <summary>Returns what keeps the network from being run.</summary>
    /// <param name="file">A file of one of <see cref="BertShape.Architectures"/>.</param>
    /// <returns>A clause, or null where it can be.</returns>
    /// <exception cref="EngineException">A value that is asked for is of a wrong type.</exception>
    public static string? Obstacle(GgufModel file) => AttentionObstacle(file) ?? RotationObstacle(file) ?? TensorObstacle(file);

    private static string? AttentionObstacle(GgufModel file)
    {
        string name = file.Architecture;
        if (file.Flag(name + ".attention.causal") == true)
        {
            return "its attention is causal: a token sees only those before it";
        }

        if (file.Integer(name + ".attention.sliding_window") is > 0 and long window)
        {
            return $"its attention slides: a token sees only {window} others";
        }

        if (file.Integer(name + ".expert_count") > 0 || file.Integer(name + ".moe_every_n_layers") > 0)
        {
            return "it has experts";
        }

        long heads = file.Integer(name + ".attention.head_count") ?? 0;
        if (heads > 0 && Differs(file, name + ".attention.head_count_kv", heads) is { } shared)
        {
            return $"its {heads} heads share keys and values of {shared}";
        }

        long headWidth = heads > 0 ? (file.Integer(name + ".embedding_length") ?? 0) / heads : 0;
        long? other = headWidth == 0 ? null
            : Differs(file, name + ".attention.key_length", headWidth) ?? Differs(file, name + ".attention.value_length", headWidth);
        return other is null ? null : $"its heads are {other} numbers wide, and the model's width makes {headWidth} of each";
    }

    // Only nomic-bert has rotations; bert's positions have vectors, and llama.cpp heeds none of these keys then.
    private static string? RotationObstacle(GgufModel file)
    {
        string name = file.Architecture;
        if (name != BertShape.GatedArchitecture)
        {
            return null;
        }

        // Without a factor, llama.cpp scales by 1; the kind is then "linear" where nothing is said.
        double factor = file.Number(name + ".rope.scaling.factor") ?? file.Number(name + ".rope.scale_linear") ?? 0;
        string scaling = file.Text(name + ".rope.scaling.type") ?? "linear";
        if (scaling is not ("none" or "linear") || (scaling == "linear" && factor is not (0 or 1)))
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"the rotations of its positions are scaled ({GgufReader.Shown(scaling)}, {factor})");
        }

        long heads = file.Integer(name + ".attention.head_count") ?? 0;
        long headWidth = heads > 0 ? (file.Integer(name + ".embedding_length") ?? 0) / heads : 0;
        return headWidth > 0 && Differs(file, name + ".rope.dimension_count", headWidth) is { } rotated
            ? $"positions rotate {rotated} of the {headWidth} numbers of a head"
            : null;
    }

    private static string? TensorObstacle(GgufModel file)
    {
        HashSet<string> known = Known(file);
        foreach (GgufTensorEntry tensor in file.Tensors.Values)
        {
            string name = tensor.Name;
            if (_heads.Any(head => name.StartsWith(head, StringComparison.Ordinal)))
            {
                continue;
            }

            if (!known.Contains(name))
            {
                return $"it has a tensor {GgufReader.Shown(name)}, which the engine does not know";
            }

            if (!GgufTensor.CanWiden(tensor.Type))
            {
                return $"its tensor {name} is of the type {GgmlTensorType.Blocks[tensor.Type].Name}";
            }
        }

        return null;
    }

    private static HashSet<string> Known(GgufModel file)
    {
        bool gated = file.Architecture == BertShape.GatedArchitecture;
        HashSet<string> known = new(StringComparer.Ordinal)
        {
            "token_embd.weight", "token_types.weight", "token_embd_norm.weight", "token_embd_norm.bias",
        };
        if (!gated)
        {
            known.Add("position_embd.weight");
        }

        long layers = Math.Clamp(file.Integer(file.Architecture + ".block_count") ?? 0, 0, BertShape.MostLayers);
        string[] parts = [.. _layerLinear, .. _layerNorms, .. gated ? (string[])["ffn_gate"] : []];
        for (long layer = 0; layer < layers; layer++)
        {
            known.UnionWith(parts.SelectMany(part => _endings.Select(ending => $"blk.{layer}.{part}{ending}")));
        }

        return known;
    }

    private static long? Differs(GgufModel file, string key, long usual)
        => file.Integer(key) is { } value && value != usual ? value : null;
}
