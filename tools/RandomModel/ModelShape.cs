namespace RandomModel;

/// <summary>The sizes of a model.</summary>
/// <param name="Architecture">qwen2, llama or bert.</param>
/// <param name="Layers">The blocks.</param>
/// <param name="Width">The numbers of a hidden state, a multiple of the heads.</param>
/// <param name="FeedForward">The numbers of a feed-forward layer.</param>
/// <param name="Heads">The heads of attention.</param>
/// <param name="KeyValueHeads">The heads that keys and values have, a divisor of the heads; of bert as many.</param>
/// <param name="Vocabulary">The tokens, at least <see cref="SyntheticVocabulary.Least"/>.</param>
/// <param name="Context">The longest window that the model is said to be made for.</param>
/// <param name="IsTied">Whether the embedding matrix is the output's too.</param>
internal sealed record ModelShape(
    string Architecture, int Layers, int Width, int FeedForward, int Heads, int KeyValueHeads, int Vocabulary, int Context, bool IsTied)
{
    /// <summary>
    /// The presets by their names. minilm is all-MiniLM-L6-v2, qwen2-14b is DeepSeek-R1-Distill-Qwen-14B, smollm2-135m is SmolLM2-135M, as
    /// their config.json have them; tiny loads in no time, and every type fits its rows.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, ModelShape> Presets = new Dictionary<string, ModelShape>
    {
        ["minilm"] = new("bert", 6, 384, 1536, 12, 12, 30_522, 512, true),
        ["qwen2-14b"] = new("qwen2", 48, 5120, 13_824, 40, 8, 152_064, 131_072, false),
        ["smollm2-135m"] = new("llama", 30, 576, 1536, 9, 3, 49_152, 8192, true),
        ["tiny"] = new("qwen2", 2, 256, 512, 4, 2, 600, 512, false),
    };

    /// <summary>Gets the numbers of a key or a value.</summary>
    public int KeyValueWidth => Width / Heads * KeyValueHeads;

    /// <summary>Says what is wrong with the sizes.</summary>
    /// <returns>A sentence; null where nothing is.</returns>
    public string? Fault()
        => Architecture is not ("qwen2" or "llama" or "bert") ? $"The architecture {Architecture} is none of qwen2, llama and bert."
            : new[] { Layers, Width, FeedForward, Heads, KeyValueHeads, Context }.Any(size => size < 1) ? "A size is less than 1."
            : Layers > 512 ? "More than 512 layers are more than llama.cpp loads."
            : Width % Heads != 0 || Width / Heads % 2 != 0 ? "The width is no even multiple of the heads."
            : Heads % KeyValueHeads != 0 ? "The heads are no multiple of the key and value heads."
            : Architecture == "bert" && KeyValueHeads != Heads ? "A bert has as many key and value heads as heads."
            : Vocabulary < SyntheticVocabulary.Least ? $"A vocabulary has at least {SyntheticVocabulary.Least} tokens."
            : null;
}
