using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>The sizes of a network, from the file's metadata; each is checked before anything is allocated by it.</summary>
/// <param name="Width">Numbers of a token's vector.</param>
/// <param name="HeadCount">Heads of attention, which share the width evenly.</param>
/// <param name="FeedForwardWidth">Numbers between the two layers of the feed-forward part.</param>
/// <param name="LayerCount">Layers.</param>
/// <param name="ContextLength">The most tokens of a window.</param>
/// <param name="Epsilon">What is added to a variance before its root is taken.</param>
/// <param name="Pooling">How the file asks that the tokens' vectors become one.</param>
/// <param name="IsGated">Whether positions are rotations and the feed-forward part is gated by SiLU (nomic-bert), or positions have vectors
/// and it goes through GELU (bert).</param>
/// <param name="RotaryBase">The base of the rotations' wavelengths.</param>
internal sealed record BertShape(
    int Width,
    int HeadCount,
    int FeedForwardWidth,
    int LayerCount,
    int ContextLength,
    float Epsilon,
    GgufPooling Pooling,
    bool IsGated,
    double RotaryBase)
{
    /// <summary>The most layers that are read; the deepest encoders that are published have 24.</summary>
    public const int MostLayers = 512;

    /// <summary>The architecture whose positions are rotations, and whose feed-forward part is gated.</summary>
    public const string GatedArchitecture = "nomic-bert";

    /// <summary>The architectures that the engine knows.</summary>
    public static IReadOnlyList<string> Architectures { get; } = ["bert", GatedArchitecture];

    // The widest encoders that are published have 1,024 numbers and windows of 8,192 tokens.
    private const int MostWidth = 1 << 16;
    private const int MostContext = 1 << 20;
    private const double DefaultRotaryBase = 10_000;

    /// <summary>Gets the numbers of a head.</summary>
    public int HeadWidth => Width / HeadCount;

    /// <summary>Reads the sizes.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="EngineException">One is missing or makes no sense.</exception>
    public static BertShape Read(GgufModel file)
    {
        string name = file.Architecture;
        int width = Size(file, name + ".embedding_length", MostWidth);
        int heads = Size(file, name + ".attention.head_count", width);
        double epsilon = file.Number(name + ".attention.layer_norm_epsilon")
            ?? throw file.Corrupt($"it does not say {name}.attention.layer_norm_epsilon");
        if (width % heads != 0)
        {
            throw file.Corrupt($"it has {heads} heads that cannot share a width of {width}");
        }

        if (epsilon is not (> 0 and < 1))
        {
            throw file.Corrupt($"it has an epsilon of {epsilon}");
        }

        bool gated = name == GatedArchitecture;
        double rotaryBase = gated ? file.Number(name + ".rope.freq_base") ?? DefaultRotaryBase : DefaultRotaryBase;
        if (gated && (rotaryBase is not (> 1 and < 1e12) || width / heads % 2 != 0))
        {
            throw file.Corrupt($"it has rotations of base {rotaryBase} in heads of {width / heads} numbers");
        }

        return new BertShape(
            width,
            heads,
            Size(file, name + ".feed_forward_length", MostWidth * 4),
            Size(file, name + ".block_count", MostLayers),
            Size(file, name + ".context_length", MostContext),
            (float)epsilon,
            file.Header.Pooling,
            gated,
            rotaryBase);
    }

    private static int Size(GgufModel file, string key, int most) => file.Integer(key) switch
    {
        null => throw file.Corrupt($"it does not say {key}"),
        long size when size >= 1 && size <= most => (int)size,
        long size => throw file.Corrupt($"it says {key} = {size}"),
    };

}
