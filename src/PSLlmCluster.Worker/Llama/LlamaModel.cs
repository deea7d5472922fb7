using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// A model in memory: <c>llama_model_load_from_file</c> of llama.h, with each of its failures distinguished. It belongs to the
/// models that the worker holds; an embedder that uses it keeps its weights alive even after it was released.
/// </summary>
public sealed unsafe class LlamaModel : IEmbeddingModel
{
    // A smaller file is read into memory. A larger one is mapped, which spares the memory of a copy, but where the file is cut meanwhile
    // the system ends the process (SIGBUS).
    private const long LeastMappedLength = 1 << 30;

    private LlamaModel(string path, GgufHeader header, ModelHandle handle, string deviceDescription, int gpuLayers)
    {
        Path = path;
        Architecture = header.Architecture;
        Handle = handle;
        Vocabulary = LlamaNative.llama_model_get_vocab(handle);
        Width = LlamaNative.llama_model_n_embd_out(handle);
        TrainedContextLength = LlamaNative.llama_model_n_ctx_train(handle);
        LayerCount = LlamaNative.llama_model_n_layer(handle) + 1;
        GpuLayers = Math.Min(gpuLayers, LayerCount);
        DeviceDescription = deviceDescription;
        HasEncoder = LlamaNative.llama_model_has_encoder(handle);
        HasRecurrentMemory = LlamaNative.llama_model_is_recurrent(handle) || LlamaNative.llama_model_is_hybrid(handle);
        Pooling = header.Pooling;
        IsCausal = header.IsCausal;
        MatrixTypes = header.MatrixTypes;
        WeightBytes = (long)LlamaNative.llama_model_size(handle);
        BitsPerWeight = 8.0 * WeightBytes / Math.Max(1, LlamaNative.llama_model_n_params(handle));
        Advice = ModelAdvice.Of(header, path);
        Splitting = TextRuns.SplittingOf(header);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Gets its architecture as the file names it: bert, qwen2, llama.</summary>
    public string Architecture { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public ModelAdvice Advice { get; }

    /// <summary>Gets the longest text, in tokens, that it was trained with.</summary>
    public int TrainedContextLength { get; }

    /// <summary>Gets what it runs on.</summary>
    public string DeviceDescription { get; }

    /// <summary>Gets the number of its layers that are on a GPU.</summary>
    public int GpuLayers { get; }

    /// <summary>Gets the number of its layers, the output layer included.</summary>
    public int LayerCount { get; }

    /// <inheritdoc/>
    public EmbeddingEngine Engine => EmbeddingEngine.Llama;

    /// <inheritdoc/>
    public string Placement => $"llama.cpp on {DeviceDescription}, {GpuLayers} of {LayerCount} layers on a GPU";

    /// <summary>
    /// Gets or sets how the same model is loaded on the CPU, where nobody asked for the GPU that it is on, so that the CPU may take its
    /// place; otherwise null.
    /// </summary>
    internal Func<Action<string>?, CancellationToken, LlamaModel>? LoadOnCpu { get; set; }

    /// <summary>Gets the native model.</summary>
    internal ModelHandle Handle { get; }

    /// <summary>Gets the native vocabulary, which lives as long as the model.</summary>
    internal nint Vocabulary { get; }

    /// <summary>Gets a value indicating whether texts go through <c>llama_encode</c>, as for T5.</summary>
    internal bool HasEncoder { get; }

    /// <summary>Gets a value indicating whether layers remember a state in place of tokens, as Mamba's do, all or some of them.</summary>
    internal bool HasRecurrentMemory { get; }

    /// <summary>Gets the pooling that the file asks for.</summary>
    internal GgufPooling Pooling { get; }

    /// <summary>Gets a value indicating whether a token sees only what is before it, as in a model that generates text.</summary>
    internal bool IsCausal { get; }

    /// <summary>Gets the types of its matrices, numbers of <see cref="GgmlTensorType"/>.</summary>
    internal IReadOnlySet<uint> MatrixTypes { get; }

    /// <summary>Gets the bytes of its weights.</summary>
    internal long WeightBytes { get; }

    /// <summary>Gets the bits that a weight takes on average: 32 for F32, 16 for F16, 8.5 for Q8_0, 5 for Q4_1.</summary>
    internal double BitsPerWeight { get; }

    /// <summary>Gets how its tokenizer splits a text.</summary>
    internal TextSplitting Splitting { get; }

    /// <inheritdoc/>
    public ITextEmbedder Open(EmbeddingOptions options, Action<string>? log = null, CancellationToken token = default)
        => new LlamaEmbedder(this, options, log, token);

    /// <summary>Opens a generator on it, which keeps the model in memory until it is disposed.</summary>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the generator.</param>
    /// <param name="token">
    /// The token to monitor for cancellation. A computation on a CPU is aborted at once; the generator can then only be disposed.
    /// </param>
    /// <returns>The generator, which the caller disposes.</returns>
    /// <exception cref="EngineException">The options make no sense or do not suit the model, or the model was released.</exception>
    public ITextGenerator OpenGenerator(GenerationOptions options, Action<string>? log = null, CancellationToken token = default)
        => new LlamaGenerator(this, options, log, polled: null, token);

    /// <inheritdoc/>
    public void Release() => Handle.Dispose();

    /// <summary>Keeps the model in memory until <see cref="LetGo"/> is called as often.</summary>
    /// <exception cref="EngineException">It was released.</exception>
    internal void Hold()
    {
        try
        {
            bool isHeld = false;
            Handle.DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException released)
        {
            throw Released(released);
        }
    }

    /// <summary>Undoes <see cref="Hold"/>.</summary>
    internal void LetGo() => Handle.DangerousRelease();

    /// <summary>Sets up a computation.</summary>
    /// <param name="parameters">Its sizes.</param>
    /// <param name="signal">What it looks at to see whether it is to stop; this disposes it where there is no computation.</param>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <param name="purpose">What it is for, after "cannot set up … for".</param>
    /// <param name="recommendedAction">What to do where there is no room for it.</param>
    /// <returns>The computation's context.</returns>
    /// <exception cref="EngineException">It cannot be set up, or the model was released.</exception>
    internal ContextHandle SetUp(
        in llama_context_params parameters, NativeSignal signal, Action<string>? log, string purpose, string recommendedAction)
    {
        using NativeLogBuffer buffer = NativeLog.Collect(log);
        ContextHandle context;
        try
        {
            context = ContextHandle.Create(Handle, parameters);
        }
        catch (ObjectDisposedException released)
        {
            signal.Dispose();
            throw Released(released);
        }

        if (context.IsInvalid)
        {
            signal.Dispose();
            throw new EngineException(
                EngineErrorIds.ContextFailed,
                FailureKind.ResourceUnavailable,
                $"llama.cpp cannot set up {Path} for {purpose}: {buffer.LastErrors()}",
                recommendedAction);
        }

        return context;
    }

    /// <summary>Makes the error of a model that was released while it was about to be used.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <returns>The error.</returns>
    internal EngineException Released(ObjectDisposedException cause) => new(
        EngineErrorIds.ModelReleased,
        FailureKind.ResourceUnavailable,
        $"{Path} was released while it was about to be used.",
        "Run the command again; it loads the model again.",
        cause);

    /// <summary>Loads a model.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="options">Where it runs.</param>
    /// <param name="loadOnCpu">Loads the same model on the CPU, where a computation has no room on a GPU.</param>
    /// <param name="log">Receives llama.cpp's log and a line about the device.</param>
    /// <param name="progress">Receives the fraction that is loaded; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">It cannot be loaded.</exception>
    internal static LlamaModel Load(
        CheckedModelFile file,
        ModelOptions options,
        Func<Action<string>?, CancellationToken, LlamaModel> loadOnCpu,
        Action<string>? log,
        IProgress<StageProgress>? progress,
        CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        string path = file.Path;
        NativeLibraryFiles files = NativeLibraryLoader.EnsureLoaded(log);
        IReadOnlyList<NativeDevice> gpus = [];
        if (options.Device != ComputeDevice.Cpu && options.GpuLayerCount != 0)
        {
            GpuSearch search = GpuBackends.Find(files, log);
            gpus = search.Gpus;
            if (gpus.Count == 0)
            {
                log?.Invoke("No GPU is used: " + search.Reason);
                if (options.Device == ComputeDevice.Gpu)
                {
                    throw GpuNotAvailable("No GPU can be used: " + search.Reason + ".");
                }
            }
        }

        GpuChoice? choice = gpus.Count > 0
            ? GpuChoice.For(path, LayerSizes.Read(file), options, [.. gpus.Select(gpu => gpu.Memory())], log)
            : null;
        LlamaModel? model = null;
        if (choice is not null and not { LayerCount: 0 })
        {
            string used = choice.MainGpu is int main
                ? gpus[main].ToString()
                : string.Join(", ", gpus.Where((_, i) => choice.TensorSplit is null || choice.TensorSplit.ElementAtOrDefault(i) > 0));
            model = TryLoad(file, gpus, choice, used, log, progress, token, out string words);
            if (model is null && options.Device == ComputeDevice.Gpu)
            {
                throw GpuNotAvailable($"{path} could not be loaded on the GPU {used}: {words}");
            }

            if (model is null)
            {
                log?.Invoke($"The model could not be loaded on the GPU {used}, so the CPU is used: {words}");
            }
        }

        string complaint = string.Empty;
        model ??= TryLoad(file, [], new GpuChoice(0, null, null), DescribeCpu(), log, progress, token, out complaint);
        if (model is null)
        {
            throw new EngineException(
                EngineErrorIds.ModelLoadFailed,
                FailureKind.NotSupported,
                $"llama.cpp cannot load {path}: {complaint}",
                "Check that llama.cpp v0.5.0 knows the model's architecture, that the file is a whole model, and that memory suffices; "
                    + "-Verbose shows its whole log.");
        }

        model.LoadOnCpu = options.Device == ComputeDevice.Auto && model.GpuLayers > 0 ? loadOnCpu : null;
        log?.Invoke("Running with " + model.Placement);
        return model;
    }

    private static LlamaModel? TryLoad(
        CheckedModelFile file,
        IReadOnlyList<NativeDevice> gpus,
        GpuChoice choice,
        string description,
        Action<string>? log,
        IProgress<StageProgress>? progress,
        CancellationToken token,
        out string words)
    {
        LoadProgress receiver = new(progress, token);
        GCHandle receiverHandle = GCHandle.Alloc(receiver);
        nint pointer;

        // A list that is empty but for its end: the CPU alone, even for single operations.
        nint[] devices = [.. gpus.Select(gpu => gpu.Pointer), 0];
        float[] split = new float[Math.Max((int)LlamaNative.llama_max_devices(), gpus.Count)];
        choice.TensorSplit?.ToArray().CopyTo(split, 0);
        using NativeLogBuffer buffer = NativeLog.Collect(log);
        try
        {
            llama_model_params parameters = LlamaNative.llama_model_default_params();
            parameters.progress_callback = LoadProgress.Callback;
            parameters.progress_callback_user_data = (void*)GCHandle.ToIntPtr(receiverHandle);

            parameters.n_gpu_layers = choice.LayerCount ?? -1;
            if (choice.MainGpu is int main)
            {
                parameters.split_mode = LlamaNative.SplitModeNone;
                parameters.main_gpu = main;
            }

            if (file.Length < LeastMappedLength)
            {
                parameters.load_mode = llama_load_mode.LLAMA_LOAD_MODE_NONE;
            }

            fixed (nint* devicesStart = devices)
            fixed (float* splitStart = split)
            {
                parameters.devices = devicesStart;
                parameters.tensor_split = choice.TensorSplit is null ? null : splitStart;
                pointer = LlamaNative.llama_model_load_from_file(file.Path, parameters);
            }
        }
        finally
        {
            receiverHandle.Free();
        }

        words = buffer.LastErrors();
        ModelHandle handle = new(pointer);
        if (receiver.Failure is not null || token.IsCancellationRequested)
        {
            handle.Dispose();
            ExceptionDispatchInfo.Throw(receiver.Failure ?? new OperationCanceledException(token));
        }

        return handle.IsInvalid
            ? null
            : new LlamaModel(file.Path, file.Header, handle, description, choice.LayerCount ?? int.MaxValue);
    }

    private static string DescribeCpu()
        => NativeDevice.All().First(device => device.Type == ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU).ToString();

    private static EngineException GpuNotAvailable(string message) => new(
        EngineErrorIds.GpuNotAvailable,
        FailureKind.ResourceUnavailable,
        message,
        "Use -Device Cpu or Auto, or install a GPU backend (Install-LlamaBackend Cuda12, Cuda13 or Vulkan) and what the message says is "
            + "missing. Get-LlamaDevice shows what is there and what is not.");
}
