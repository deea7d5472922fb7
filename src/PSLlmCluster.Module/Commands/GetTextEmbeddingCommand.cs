using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Turns texts into vectors with a language model, so that texts with similar meanings get similar vectors.</summary>
/// <remarks>
/// <para>
/// Get-TextEmbedding runs each text through a language model, on this machine or at a server that -Endpoint names, and writes the vector
/// that the model has for it. The model is any GGUF file that llama.cpp loads, made for embeddings or for chat; without -Model, a small
/// English one that comes with the module (all-MiniLM-L6-v2). The environment variable PSLLMCLUSTER_MODEL names another default. Where most
/// texts are in a script that an encoder's vocabulary has no words of, as Japanese or Russian ones with the English model, a warning says
/// so: multilingual models are multilingual-e5 and bge-m3.
/// </para>
/// <para>
/// Texts are strings, or a property of objects of any kind, named with -Property. Vectors leave in the order of input, as soon as they are
/// ready, and each carries its text and the object that it came from. Blank texts are skipped and counted in a warning. An object without a
/// text is an error that does not end the work.
/// </para>
/// <para>
/// A text is plain text: what looks like a special token of the model in it is taken as letters. One that is longer than the model's window
/// is cut into windows, whose vectors are averaged, unless -LongText says otherwise.
/// </para>
/// <para>
/// Sentence encoders of the architectures bert and nomic-bert run in the module's own managed engine, on the CPU: the same text, model file
/// and options give the same bytes on every machine, with any number of threads and in any company. All other models run through llama.cpp,
/// on a GPU where the module was built with a GPU backend and there is one that it can use, otherwise on the CPU. -Verbose says which
/// engine runs and why, where the model asks for a prefix or another pooling, and all that llama.cpp has to say. Equal texts are computed
/// once. A model that was loaded is kept for the next call, until Remove-Module PSLlmCluster. llama.cpp runs in a process of its own: where
/// that ends, over a damaged model or for want of memory, the texts that it had are errors and the next ones go to a new one.
/// </para>
/// <para>
/// -Endpoint names servers that speak OpenAI's protocol, such as llama-server, vLLM, Text Embeddings Inference or Ollama, which then get
/// the texts. Requests go to whichever is free, several at a time; what may pass is tried again, and a text that the server does not take
/// is an error of its own. The server pools in its own way, and no text is cut here.
/// </para>
/// </remarks>
/// <example>
/// <title>Lines of a file</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding
/// </code>
/// <para>Writes one embedding for each line, made with the model that comes with the module.</para>
/// </example>
/// <example>
/// <title>Tickets</title>
/// <code>
/// Import-Csv tickets.csv | Get-TextEmbedding -Property Subject | Invoke-Umap | Invoke-Hdbscan |
///     Group-Object Cluster | Sort-Object Count -Descending |
///     Select-Object Count, @{ n = 'Tickets'; e = { $_.Group.Source.Id -join ', ' } }
/// </code>
/// <para>Shows which tickets are about the same thing. The whole ticket is passed on as Source, so that its other columns are at hand at
/// the end.</para>
/// </example>
/// <example>
/// <title>Any model</title>
/// <code>
/// $embeddings = Get-Content titles.txt | Get-TextEmbedding -Model ./DeepSeek-R1-Distill-Qwen-14B-Q8_0.gguf -Device Gpu -Verbose
/// </code>
/// <para>Takes the mean over all tokens of the last hidden state of a decoder. With -Device Gpu it is an error where no GPU can be used,
/// instead of a long wait.</para>
/// </example>
/// <example>
/// <title>A model that is larger than the GPU</title>
/// <code>
/// $embeddings = $titles | Get-TextEmbedding -Model ./DeepSeek-R1-Distill-Qwen-14B-Q8_0.gguf -Device Gpu -GpuLayerCount 24 -MainGpu 0
/// </code>
/// <para>Puts 24 of its layers on the first GPU; the CPU computes the others. Without -GpuLayerCount it is an error that says how many
/// would fit.</para>
/// </example>
/// <example>
/// <title>The lines of a log that mean the same as a sentence</title>
/// <code>
/// $wanted = (Get-TextEmbedding 'the disk is full' -Normalize).Vector
/// Get-Content app.log | Get-TextEmbedding -Normalize | Sort-Object -Descending {
///     $sum = 0; for ($i = 0; $i -lt $wanted.Length; $i++) { $sum += $wanted[$i] * $_.Vector[$i] }; $sum
/// } | Select-Object -First 5 Index, Text
/// </code>
/// <para>Vectors of length 1 are compared by the sum of their products, which is the cosine of the angle between them. Index is the number
/// of the line, from 0.</para>
/// </example>
/// <example>
/// <title>A model that asks for a prefix</title>
/// <code>
/// $env:PSLLMCLUSTER_MODEL = '~/models/nomic-embed-text-v1.5.Q8_0.gguf'
/// Get-WinEvent -LogName Application -MaxEvents 500 | Get-TextEmbedding -Property Message -Prefix 'clustering: '
/// </code>
/// <para>The prefix goes before each text; the output's Text is without it.</para>
/// </example>
/// <example>
/// <title>A language model that is asked for the topic</title>
/// <code>
/// $model = './Llama-3.2-3B-Instruct-Q4_K_M.gguf'
/// $topics = Import-Csv tickets.csv | Get-TextEmbedding -Property Subject -Model $model -Prompt Topic
/// $products = Import-Csv tickets.csv | Get-TextEmbedding -Property Subject -Model $model -Prompt 'The product that "{0}" is about:'
/// </code>
/// <para>A model that was made to write text gives vectors that group texts better where it is asked what they are about than where the
/// mean over their tokens is taken. What is asked may be what the groups are to be by. An embedding model is better still.</para>
/// </example>
/// <example>
/// <title>A long run that may be ended, and goes on where it was</title>
/// <code>
/// $embeddings = Get-Content titles.txt | Get-TextEmbedding -CachePath vectors.db
/// </code>
/// <para>Keeps each vector in a file. After a Ctrl+C, a crash or a kill the same line goes on where it was, and with more titles
/// tomorrow it computes those alone. Get-EmbeddingCache shows what is in the file.</para>
/// </example>
/// <example>
/// <title>Servers in place of a model file</title>
/// <code>
/// $servers = 'http://gpu1:8080', 'http://gpu2:8080'
/// $embeddings = Get-Content titles.txt | Get-TextEmbedding -Endpoint $servers -EndpointModel bge-m3 -CachePath vectors.db
/// </code>
/// <para>Has two servers that run the same model make the vectors, and keeps them in a file.</para>
/// </example>
/// <example>
/// <title>A server with a key</title>
/// <code>
/// $embeddings = $titles | Get-TextEmbedding -Endpoint https://api.example.com/v1 -EndpointModel text-embedding-3-small `
///     -ApiKey { Get-Secret embeddings }
/// </code>
/// <para>The script block returns the key, and is run again where the server no longer takes it. The key is in no error and no log.</para>
/// </example>
/// <inputs>
/// <type name="System.String">A text.</type>
/// <type name="System.Management.Automation.PSObject">Any object with a text in the property named with -Property.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.TextEmbedding">One for each text, in the order of input: Index, Text, Source, Vector,
/// TokenCount, Engine and Origin.</type>
/// </outputs>
/// <seealso cref="GetEmbeddingModelCommand"/>
/// <seealso cref="GetEmbeddingCacheCommand"/>
/// <seealso cref="GetLlamaDeviceCommand"/>
/// <seealso cref="InvokeUmapCommand"/>
/// <seealso cref="InvokeHdbscanCommand"/>
[Cmdlet(VerbsCommon.Get, "TextEmbedding")]
[OutputType(typeof(TextEmbedding))]
public sealed class GetTextEmbeddingCommand : VectorServerCmdlet
{
    private static readonly EmbeddingOptions _defaults = new();

    // What a server is not told. -ThreadCount is passed over: sessions have a default of it for all commands ('*:ThreadCount').
    private static readonly string[] _ofModelFile =
    [
        nameof(Model), nameof(Pooling), nameof(Device), nameof(Engine), nameof(GpuLayerCount), nameof(MainGpu), nameof(TensorSplit),
        nameof(ContextLength), nameof(LongText),
    ];

    private const int ActivityId = 724_101;
    private readonly Queue<(int Index, string Text, object? Source)> _waiting = new();
    private readonly TextProgress _progress = new();
    private readonly IndexTally _blank = new();
    private object? _firstSource;
    private readonly IndexTally _long = new();
    private RecordTextReader _reader = new([]);
    private ModelOptions _modelOptions = new(string.Empty);
    private EmbeddingOptions _options = new();
    private CacheOptions? _cache;
    private OpenedEmbedder? _opened;
    private bool _poolingIsGiven;
    private bool _prefixIsGiven;
    private bool _promptIsGiven;
    private bool _hasPrompt;
    private int _position;

    /// <summary>Initializes a new instance of the <see cref="GetTextEmbeddingCommand"/> class.</summary>
    public GetTextEmbeddingCommand()
        : base("Embedding texts", ActivityId)
    {
    }

    /// <summary>
    /// The texts, or objects that have a text in the property named with -Property. A list of them is a text for each of its elements.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The property that holds the text of each object, by its name, or a script block that makes the text, such as { $_.Title + ': ' +
    /// $_.Body }. The texts of several are joined by a blank. Without it, the input has to be texts. A number, a date or a choice is a text
    /// as PowerShell writes it in a string, an error record is its message.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateProperty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public object[]? Property { get; set; }

    /// <summary>
    /// The path of the model, a GGUF file; of one that is split, the first part. Without it, the environment variable PSLLMCLUSTER_MODEL
    /// names the model, and without that, it is the one that comes with the module.
    /// </summary>
    [Parameter]
    [Alias("model_path")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>
    /// How the vectors of a text's tokens become one: Mean of all of them, Cls (the first), Last, or Model (what the model file says). It
    /// is Mean unless given, whatever the file says; -Verbose says where that is something else. -Prompt sets it.
    /// </summary>
    [Parameter]
    public PoolingType Pooling { get; set; } = _defaults.Pooling;

    /// <summary>Scales each vector to the length 1.</summary>
    [Parameter]
    public SwitchParameter Normalize { get; set; }

    /// <summary>
    /// Where the model runs: Auto (with llama.cpp on a GPU that can be used, otherwise on the CPU), Cpu, or Gpu, which is an error where
    /// there is none. It is Auto unless given. The managed engine runs on the CPU; -Device Gpu has llama.cpp run an encoder too.
    /// </summary>
    [Parameter]
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>
    /// What runs the model: Auto (the managed engine where it knows the model, otherwise llama.cpp), Managed, which is an error where it
    /// does not know the model, or Llama. It is Auto unless given. The two give slightly different vectors (1 - cosine up to 0.001 for the
    /// model that comes with the module, whose weights llama.cpp rounds further), so compare vectors of one engine only.
    /// </summary>
    [Parameter]
    [ValidateSet(nameof(EmbeddingEngine.Auto), nameof(EmbeddingEngine.Managed), nameof(EmbeddingEngine.Llama))]
    public EmbeddingEngine Engine { get; set; } = EmbeddingEngine.Auto;

    /// <summary>
    /// The number of the model's layers that run on the GPU, from 0: its blocks and its output. It is all of them unless given; the CPU
    /// computes the rest. Before the model is loaded its memory is estimated: where what was asked for does not fit, an error says how
    /// many layers would; where nothing was asked for, those that fit go to the GPU, and -Verbose says how many.
    /// </summary>
    [Parameter]
    [Alias("n_gpu_layers")]
    [ValidateRange(0, int.MaxValue)]
    public int? GpuLayerCount { get; set; }

    /// <summary>
    /// The one GPU that runs the model, by its GpuIndex of Get-LlamaDevice, from 0. Unless given, all GPUs share the layers.
    /// </summary>
    [Parameter]
    [Alias("main_gpu")]
    [ValidateRange(0, int.MaxValue)]
    public int? MainGpu { get; set; }

    /// <summary>
    /// The share of the layers that each GPU holds, in the order of GpuIndex of Get-LlamaDevice and in any unit: 3, 1 puts three quarters
    /// on the first. Unless given, they go by the GPUs' free memory. It does not go with -MainGpu.
    /// </summary>
    [Parameter]
    [Alias("tensor_split")]
    [ValidateNotNullOrEmpty]
    public float[]? TensorSplit { get; set; }

    /// <summary>
    /// The number of threads on the CPU, from 1, and no more than there are processors. Unless given it is as many as there are
    /// processors; for a model of more than 1 GB in llama.cpp half of them where there are more than four, as its threads then wait for
    /// each other. Other models are computed by each thread for itself, which takes about a fifth of the model's memory
    /// again for each thread, by default 4 GB at most. It changes no vector, and does not go with -Endpoint.
    /// </summary>
    [Parameter]
    [Alias("n_threads")]
    [ValidateRange(1, int.MaxValue)]
    public int? ThreadCount { get; set; }

    /// <summary>
    /// The most tokens of a text that the model sees at once, its window. It is what the model was made for, but at most 512, unless given;
    /// more than the model was made for is an error.
    /// </summary>
    [Parameter]
    [Alias("n_ctx")]
    [ValidateRange(1, int.MaxValue)]
    public int? ContextLength { get; set; }

    /// <summary>
    /// The most tokens, of several texts together, that llama.cpp is given at once on a GPU, at least a window, or by an estimate a server.
    /// Unless given it is 512, and a longer window goes alone. Larger batches may be faster, and need more memory than the 512 tokens that
    /// the estimate for -GpuLayerCount goes by. On a CPU it changes nothing. With -Endpoint it is 8,192 unless given.
    /// </summary>
    [Parameter]
    [Alias("n_batch")]
    [ValidateRange(1, int.MaxValue)]
    public int? BatchSize { get; set; }

    /// <summary>
    /// A text to put before each text, where the model asks for one, such as <c>clustering: </c>. It is none unless given; -Verbose and
    /// Get-EmbeddingModel say what the models of well-known families ask for.
    /// </summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public string? Prefix { get; set; } = _defaults.Prefix;

    /// <summary>
    /// What each text is put into, for a language model, so that its vector says what the text is about: None (the text as it is), OneWord
    /// (asks for one word for it), Topic (asks for its topic in one word), Echo (has it twice), or words of your own that have {0} for the
    /// text once or twice, such as 'Instruct: Identify the product. Query: {0}'. It is None unless given. The vector is that of the last
    /// token, or, where the text comes twice, the mean over the second copy; OneWord, Topic and Echo allow no other pooling, and with words
    /// of your own -Pooling Mean is that over the text's own tokens. What the prompts begin with is computed once, so a prompt costs little
    /// more than the words after the text. The words and the text are cut in tokens each by itself; special tokens in either are letters.
    /// A long text is cut in windows that each stand in the whole prompt. It goes with no -Prefix, and with no encoder.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PromptCompleter))]
    public string Prompt { get; set; } = _defaults.Prompt;

    /// <summary>
    /// What becomes of a text longer than the model's window: Split (into windows whose vectors are averaged by their numbers of tokens),
    /// Truncate (the first window alone), or Error. It is Split unless given.
    /// </summary>
    [Parameter]
    public LongTextHandling LongText { get; set; } = _defaults.LongText;

    /// <summary>
    /// A file that keeps vectors, so that they are computed once: a run that was ended, by a kill too, goes on where it was, and texts that
    /// are embedded again take no time. It is made where there is none. A vector is taken from it only for the same text, model, engine and
    /// options. Several processes may use it at a time. Without it, the environment variable PSLLMCLUSTER_CACHE names the file, and without
    /// that, there is none; -CachePath $null does without it.
    /// </summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public string? CachePath { get; set; }

    /// <summary>
    /// How the cache stores a number of a vector: Single, as it was computed, in 4 bytes, or Half, in 2. With Half what is computed is
    /// rounded too (by at most a 2,000th of each number), so that vectors differ from those without it, and are the same whether computed
    /// or found. Vectors of the one are not taken for the other. It is Single unless given, and changes nothing without a cache.
    /// </summary>
    [Parameter]
    public VectorPrecision CachePrecision { get; set; } = VectorPrecision.Single;

    /// <inheritdoc/>
    /// <remarks>
    /// The options are checked before any work; the model is opened when the first text comes, so that no text needs no model.
    /// </remarks>
    protected override void BeginProcessing()
    {
        _poolingIsGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Pooling));
        _prefixIsGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Prefix));
        _promptIsGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Prompt));
        _reader = new RecordTextReader(PropertySelector.From(Property));
        EndpointOptions? endpoint = VectorServers();
        if (endpoint is null)
        {
            string path = FilePaths.Resolve(this, Model ?? DefaultModel.Path);
            _modelOptions = new ModelOptions(path, Device, GpuLayerCount, Engine, MainGpu, TensorSplit);
        }
        else
        {
            ParameterRules.Exclude(this, nameof(Endpoint), "The server decides how it runs its model.", _ofModelFile);
            _modelOptions = ModelOptions.Of(endpoint);
        }

        TextPrompt? prompt = null;
        Guard(() => prompt = TextPrompt.Of(Prompt), null);
        _hasPrompt = prompt is not null;
        _options = new EmbeddingOptions
        {
            Pooling = _poolingIsGiven || prompt is null ? Pooling : prompt.DefaultPooling,
            Normalize = Normalize,
            ThreadCount = ThreadCount is int threads ? CutToProcessors(threads) : null,
            ContextLength = ContextLength,
            BatchSize = BatchSize,
            Prefix = Prefix ?? string.Empty,
            Prompt = Prompt,
            LongText = LongText,
        };
        Guard(
            () =>
            {
                _modelOptions.Validate();
                _options.Validate();
            },
            null);
        _cache = CacheLocation.Options(this, CachePath, CachePrecision);
        ModelOptions options = _modelOptions;
        _ = Task.Run(() => ModelCache.Prepare(options));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!MyInvocation.ExpectingInput && RecordList.CountOf(InputObject) is int count)
        {
            _progress.Expect(count);
        }

        foreach (PSObject? record in RecordList.Of(InputObject, LeaveOut))
        {
            Take(record, _position++);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Missing.Flush();
        if (_opened is not null)
        {
            DistinctTextEmbedder embedder = _opened.Embedder;
            while (RunEngine(embedder.TakeNext, null) is { Count: > 0 } outcomes)
            {
                Write(outcomes);
            }

            WriteEngineWarnings();
            WriteWarnings(_opened.WarningOfAll() is { } warning ? [warning] : []);
            CompleteProgress();
            if (embedder.RepeatCount > 0)
            {
                string texts = embedder.RepeatCount == 1 ? "text" : "texts";
                WriteVerbose($"{embedder.RepeatCount} {texts} equal to one before took its vector.");
            }

            if (_cache is not null)
            {
                WriteVerbose($"{_opened.FoundCount} of the vectors came from the cache {_cache.Path}.");
            }
        }

        if (_position == 1)
        {
            FileNameHint.Warn(this, _firstSource);
        }

        if (_blank.Count > 0)
        {
            WriteWarning($"{_blank.Describe("blank text", "blank texts")} skipped.");
        }

        if (_long.Count > 0)
        {
            WriteWarning(LongTextWarning.Of(_long, _opened!.Embedder.WindowLength, LongText));
        }
    }

    /// <inheritdoc/>
    private protected override void Release() => _opened?.Dispose();

    private void Take(PSObject? record, int index)
    {
        if (_reader.Read(record, out string? text) is { } fault)
        {
            Missing.Report(fault, record);
            return;
        }

        Missing.Found(record);

        if (TextValue.IsBlank(text))
        {
            _blank.Add(index);
        }
        else
        {
            object? source = PropertyReader.Unwrap(record);
            _firstSource ??= source;
            _progress.Start();
            DistinctTextEmbedder embedder = (_opened ?? Open()).Embedder;
            _waiting.Enqueue((index, text!, source));
            Write(embedder.HasRoom ? AddAtOnce(embedder, index, text!, source) : RunEngine(() => embedder.Add(index, text!), source));
        }
    }

    // What needs no waiting needs no worker thread, which would cost more than the work.
    private IReadOnlyList<EmbeddingOutcome> AddAtOnce(DistinctTextEmbedder embedder, int index, string text, object? source)
    {
        IReadOnlyList<EmbeddingOutcome> outcomes = [];
        try
        {
            Guard(() => outcomes = embedder.Add(index, text), source);
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }

        FlushStreams();
        return outcomes;
    }

    private void LeaveOut(EngineException fault)
    {
        _position++;
        Missing.Report(fault, null);
    }

    /// <summary>
    /// Opens the model. The field is set by the work itself, so that what was opened is freed even where the pipeline ended meanwhile.
    /// </summary>
    private OpenedEmbedder Open() => RunEngine(
        () =>
        {
            try
            {
                _opened = OpenedEmbedder.Open(_modelOptions, _options, _cache, Log, Progress, Token);
                foreach (string line in _opened.Advice.Lines(
                    _poolingIsGiven || _hasPrompt || Endpoint is not null, _prefixIsGiven || _hasPrompt, _promptIsGiven))
                {
                    Log(line);
                }

                return _opened;
            }
            catch (EngineException failure) when (Model is null && failure.Is(EngineErrorIds.OfModelFile))
            {
                throw DefaultModel.Explained(failure, _modelOptions.Path, nameof(Model));
            }
        },
        _modelOptions.Path);

    private void WriteEngineWarnings()
    {
        while (_opened?.TakeWarning() is { } warning)
        {
            WriteWarnings([warning]);
        }
    }

    private void Write(IReadOnlyList<EmbeddingOutcome> outcomes)
    {
        foreach (EmbeddingOutcome outcome in outcomes)
        {
            if (outcome.IsLeftOut)
            {
                WriteEngineWarnings();
                Guard(() => throw EmbeddingOutcome.EndOf(outcome.Failure!, _waiting.Count), null);
            }

            (int index, string text, object? source) = _waiting.Dequeue();
            if (outcome.Failure is not null)
            {
                WriteError(ErrorRecords.From(outcome.Failure, source));
                continue;
            }

            if (outcome.WindowCount > 1)
            {
                _long.Add(index);
            }

            WriteObject(new TextEmbedding(index, text, source, outcome.Vector!, outcome.TokenCount, _opened!.Origin));
        }

        WriteEngineWarnings();
        if (outcomes.Count > 0)
        {
            Progress.Report(_progress.At(_position - _waiting.Count));
        }
    }
}
