using LLama;
using LLama.Common;
using LLama.Native;

namespace SecondLlama;

/// <summary>Embeds a text with LLamaSharp, as another module would.</summary>
public static class Embedding
{
    static Embedding()
    {
        // As it comes, it looks for its libraries beside the program; a module has them beside its own assembly.
        NativeLibraryConfig.All.WithSearchDirectory(
            Path.GetDirectoryName(typeof(Embedding).Assembly.Location)!).WithLogCallback((_, _) => { });
    }

    /// <summary>Returns a text's vector.</summary>
    public static float[] Of(string model, string text)
    {
        ModelParams parameters = new(model) { Embeddings = true, GpuLayerCount = 0, Threads = 1, BatchThreads = 1, ContextSize = 64 };
        using LLamaWeights weights = LLamaWeights.LoadFromFile(parameters);
        using LLamaEmbedder embedder = new(weights, parameters);
        return embedder.GetEmbeddings(text).GetAwaiter().GetResult()[0];
    }
}
