using System.Globalization;

namespace PSLlmCluster.Worker.Llama;

/// <summary>The memory of a GPU.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Free">The bytes that are free.</param>
/// <param name="Total">All bytes; 0 where its driver does not say, and then anything fits.</param>
internal sealed record GpuMemory(string Name, long Free, long Total);

/// <summary>What one GPU would hold of a model.</summary>
/// <param name="Gpu">The GPU.</param>
/// <param name="Layers">How many layers.</param>
/// <param name="Weights">The bytes of their weights.</param>
/// <param name="KeyValue">The bytes of their keys and values.</param>
/// <param name="Compute">The bytes that a computation needs for what lies between layers.</param>
internal sealed record GpuShare(GpuMemory Gpu, int Layers, long Weights, long KeyValue, long Compute)
{
    /// <summary>
    /// The bytes beside all that: the driver's own, cuBLAS's, and what is lost between pieces. It is a guess on the safe side; nobody
    /// has measured it.
    /// </summary>
    public const long Reserve = 256L << 20;

    /// <summary>Gets the bytes that it would take; none where there is no layer.</summary>
    public long Needed => Layers == 0 ? 0 : Weights + KeyValue + Compute + Reserve;

    /// <summary>Gets a value indicating whether the GPU has them free.</summary>
    public bool Fits => Gpu.Total <= 0 || Needed <= Gpu.Free;
}

/// <summary>
/// Estimates what a model would take of the memory of GPUs before it is loaded, as llama.cpp lays it out. The last n of its layers, blocks
/// and output, go to the GPUs; layer i of them to the first GPU whose share of the sum of shares, added up, is above i / n
/// (load_tensors of llama-model.cpp, v0.5.0). Without shares they go by free memory.
/// With T tokens at once (512), keys and values take 4 bytes · T · (key and value width) for each block, and a computation at most
/// 4 bytes · T · (2 · feed-forward width + 8 · width + heads · T), and 4 bytes · T · vocabulary more where the output is. Measured on
/// the CPU with 512 tokens, in MB of 2^20 bytes: SmolLM2-135M 98 where this says 120, MiniLM 18 where this says 24, the 14B 317 where this
/// says 471; keys and values are as it says.
/// </summary>
/// <param name="Shares">What each GPU would hold.</param>
/// <param name="LayerCount">How many layers are on GPUs together.</param>
internal sealed record GpuPlan(IReadOnlyList<GpuShare> Shares, int LayerCount)
{
    /// <summary>The tokens of a computation, which <see cref="ContextPlan"/> gives a GPU at once unless it is told otherwise.</summary>
    public const int TokenCount = ContextPlan.GpuCallSize;

    private const int FloatLength = 4;

    /// <summary>Gets a value indicating whether every GPU has room for its share.</summary>
    public bool Fits => Shares.All(share => share.Fits);

    /// <summary>Lays a model out.</summary>
    /// <param name="sizes">The model's sizes.</param>
    /// <param name="layers">How many layers go to GPUs, from 0; more than there are is all.</param>
    /// <param name="gpus">The GPUs, at least one.</param>
    /// <param name="split">The share of each, in any unit; null or all 0 for their free memory. Missing ones are 0.</param>
    /// <returns>The layout.</returns>
    public static GpuPlan For(LayerSizes sizes, int layers, IReadOnlyList<GpuMemory> gpus, IReadOnlyList<float>? split = null)
    {
        int count = Math.Min(layers, sizes.LayerCount);
        int start = sizes.LayerCount - count;
        float[] ends = Ends(gpus, split);
        int[] layersOf = new int[gpus.Count];
        int[] blocksOf = new int[gpus.Count];
        long[] weights = new long[gpus.Count];
        bool[] hasOutput = new bool[gpus.Count];
        for (int layer = start; layer < sizes.LayerCount; layer++)
        {
            float at = (float)(layer - start) / count;
            int gpu = Array.FindIndex(ends, end => end > at);
            gpu = gpu < 0 ? gpus.Count - 1 : gpu;
            bool isOutput = layer == sizes.Blocks.Count;
            layersOf[gpu]++;
            blocksOf[gpu] += isOutput ? 0 : 1;
            hasOutput[gpu] |= isOutput;
            weights[gpu] += isOutput ? sizes.Output : sizes.Blocks[layer];
        }

        long between = (2 * sizes.FeedForwardWidth) + (8 * sizes.Width) + (sizes.HeadCount * TokenCount);
        return new GpuPlan(
            [.. gpus.Select((gpu, i) => new GpuShare(
                gpu,
                layersOf[i],
                weights[i],
                blocksOf[i] * sizes.KeyValueWidth * TokenCount * FloatLength,
                (between + (hasOutput[i] ? sizes.VocabularySize : 0)) * TokenCount * FloatLength))],
            count);
    }

    /// <summary>Returns the most layers that fit.</summary>
    /// <param name="sizes">The model's sizes.</param>
    /// <param name="most">The most layers to try.</param>
    /// <param name="gpus">The GPUs.</param>
    /// <param name="split">Their shares, or null.</param>
    /// <returns>The number, 0 where none fits.</returns>
    public static int MostThatFit(LayerSizes sizes, int most, IReadOnlyList<GpuMemory> gpus, IReadOnlyList<float>? split = null)
    {
        // Not by halves: a layer may move to another GPU as their number grows.
        int layers = Math.Min(most, sizes.LayerCount);
        while (layers > 0 && !For(sizes, layers, gpus, split).Fits)
        {
            layers--;
        }

        return layers;
    }

    /// <summary>Says what it takes, with figures.</summary>
    /// <returns>A clause for each GPU that holds something.</returns>
    public override string ToString() => string.Join("; ", Shares.Where(share => share.Layers > 0).Select(share =>
        (share.Layers == 1 ? $"1 layer on {share.Gpu.Name} needs" : $"{share.Layers} layers on {share.Gpu.Name} need")
            + $" about {Size(share.Needed)} ({Size(share.Weights)} weights, "
            + $"{Size(share.KeyValue + share.Compute)} for {TokenCount} tokens at once, {Size(GpuShare.Reserve)} in reserve), and "
            + (share.Gpu.Total > 0
                ? $"{Size(share.Gpu.Free)} of {Size(share.Gpu.Total)} are free"
                : "its driver does not say what is free")));

    private static string Size(long bytes) => (bytes / (double)(1L << 30)).ToString("F1", CultureInfo.InvariantCulture) + " GB";

    private static float[] Ends(IReadOnlyList<GpuMemory> gpus, IReadOnlyList<float>? split)
    {
        bool isGiven = split is not null && split.Any(share => share > 0);
        float[] ends = new float[gpus.Count];
        float sum = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            sum += isGiven ? (i < split!.Count ? split[i] : 0) : gpus[i].Free;
            ends[i] = sum;
        }

        for (int i = 0; i < ends.Length; i++)
        {
            ends[i] /= sum;
        }

        return ends;
    }
}
