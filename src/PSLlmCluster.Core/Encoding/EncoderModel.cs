using System.Globalization;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Encoding.Tokenizing;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Encoding;

/// <summary>
/// A sentence encoder in memory that runs in managed code: the same text, file and options give the same bytes on every machine, with any
/// number of threads and in any company.
/// </summary>
public sealed class EncoderModel : IEmbeddingModel
{
    /// <summary>
    /// The version of the vectors: raised with every change of the engine that gives other bytes for any text, so that a cache of vectors
    /// does not mix the two.
    /// </summary>
    public const int VectorVersion = 1;

    private EncoderModel(GgufModel file, EncoderKernels kernels, BertWeights weights, EncoderTokenizer tokenizer)
    {
        Path = file.Path;
        Advice = ModelAdvice.Of(file.Header, file.Path);
        Kernels = kernels;
        Weights = weights;
        Tokenizer = tokenizer;
        Buffers = new BertBufferPool(weights);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public int Width => Weights.Shape.Width;

    /// <inheritdoc/>
    public EmbeddingEngine Engine => EmbeddingEngine.Managed;

    /// <inheritdoc/>
    public string Placement => string.Create(
        CultureInfo.InvariantCulture,
        $"the managed engine on the CPU ({Kernels.Description}), {Weights.Shape.LayerCount} layers, vectors of {Width} numbers");

    /// <inheritdoc/>
    public ModelAdvice Advice { get; }

    /// <summary>Gets the kernels.</summary>
    internal EncoderKernels Kernels { get; }

    /// <summary>Gets the weights.</summary>
    internal BertWeights Weights { get; }

    /// <summary>Gets the buffers that workers compute in.</summary>
    internal BertBufferPool Buffers { get; }

    /// <summary>Gets the tokenizer.</summary>
    internal EncoderTokenizer Tokenizer { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="log">Receives a line about what runs it.</param>
    /// <param name="progress">Receives the fraction that is loaded; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">The file is damaged, or not one that the engine knows.</exception>
    internal static EncoderModel Load(
        string path, Action<string>? log = null, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        using GgufModel file = GgufModel.Open(path);
        EncoderModel model = Read(file, EncoderKernels.Widest, new ProgressRange(progress, "Loading the model", 0, 1), token);
        log?.Invoke("Running with " + model.Placement);
        return model;
    }

    /// <summary>Reads a model from an open file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kernels">What computes.</param>
    /// <param name="progress">Receives the fraction that is read.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">The file is damaged, or not one that the engine knows.</exception>
    internal static EncoderModel Read(GgufModel file, EncoderKernels kernels, ProgressRange progress, CancellationToken token)
    {
        BertShape shape = BertShape.Read(file);
        EncoderVocabulary vocabulary = BertVocabulary.Read(file);
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(vocabulary);
        EncoderMemory.Require(
            BertWeights.ByteCount(file, shape), $"the weights of {file.Path}", "Take a smaller model, or a machine with more memory.");
        BertWeights weights = BertWeights.Read(file, shape, vocabulary.Tokens.Length, progress, token);
        file.RequireUnchanged();
        return new EncoderModel(file, kernels, weights, tokenizer);
    }

    /// <inheritdoc/>
    public ITextEmbedder Open(EmbeddingOptions options, Action<string>? log = null, CancellationToken token = default)
        => new EncoderEmbedder(this, options, token);

    /// <inheritdoc/>
    /// <remarks>The memory is the garbage collector's: it goes when the last embedder does.</remarks>
    public void Release()
    {
    }
}
