using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>Shows what a model is, and how its makers want it to be used, without loading it.</summary>
/// <remarks>
/// <para>
/// Get-EmbeddingModel reads the header of GGUF files and writes what each is: the kind of network and its sizes, how it is stored, how
/// texts are cut, which engine of Get-TextEmbedding runs it and why, which pooling the file asks for. No weight is read and nothing native
/// is loaded, so a file of many gigabytes takes no longer than a small one.
/// </para>
/// <para>
/// Some models were trained with a prefix before each text, which no file says. For families that are well known by their names (E5,
/// nomic-embed-text, EmbeddingGemma, BGE and others) Prefix is the one that the model card has for clustering, and PrefixNote what the
/// card says, and where it stands. Where PrefixNote is empty the family is not known, and the model's own card is the place to look. No
/// prefix is put before a text unless -Prefix of Get-TextEmbedding says so.
/// </para>
/// <para>
/// PromptHint is for models that were made to write text and not vectors: those with a chat template and without a pooling in their file.
/// It says what -Prompt of Get-TextEmbedding does for them.
/// </para>
/// <para>
/// A folder stands for all .gguf files in it, of a model in several parts for its first. Without a path it is the model that
/// Get-TextEmbedding uses where none is named. A file that is no model is an error that does not end the work.
/// </para>
/// </remarks>
/// <example>
/// <title>The model that is used where none is named</title>
/// <code>
/// Get-EmbeddingModel | Format-List
/// </code>
/// <para>Shows all that is known of the model that comes with the module, or of the one that PSLLMCLUSTER_MODEL names.</para>
/// </example>
/// <example>
/// <title>The models of a folder</title>
/// <code>
/// Get-EmbeddingModel ~/models | Sort-Object ParameterCount | Select-Object Name, ParameterCount, Engine, Prefix
/// </code>
/// <para>Shows which of the models are small, which run in the managed engine, and which ask for a prefix.</para>
/// </example>
/// <example>
/// <title>A model as its makers want it to be used</title>
/// <code>
/// $model = Get-EmbeddingModel ~/models/nomic-embed-text-v1.5.Q8_0.gguf
/// Get-Content titles.txt | Get-TextEmbedding -Model $model.Path -Prefix $model.Prefix -Pooling Model
/// </code>
/// <para>Puts before each text what the model's card has for clustering, and pools as the file asks. Where Prefix is $null there is
/// none.</para>
/// </example>
/// <inputs>
/// <type name="System.String">A path, which may have wildcards.</type>
/// <type name="System.IO.FileInfo">A file or a folder, as Get-ChildItem writes them.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.EmbeddingModel">One for each model: Name, Path, Length, Architecture, Width, LayerCount, ContextLength,
/// Quantization, Pooling, Tokenizer, VocabularySize, ParameterCount, Engine, EngineReason, Prefix, PrefixNote, PromptHint and
/// IsDefault.</type>
/// </outputs>
/// <seealso cref="GetTextEmbeddingCommand"/>
[Cmdlet(VerbsCommon.Get, "EmbeddingModel", DefaultParameterSetName = PathSet)]
[OutputType(typeof(EmbeddingModel))]
public sealed class GetEmbeddingModelCommand : CancellableCmdlet
{
    private const int ActivityId = 724_106;
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private string? _default;

    /// <summary>Initializes a new instance of the <see cref="GetEmbeddingModelCommand"/> class.</summary>
    public GetEmbeddingModelCommand()
        : base("Reading models", ActivityId)
    {
    }

    /// <summary>
    /// The paths of GGUF files, or of folders that hold some. They may have wildcards; of a model in several parts those find the first.
    /// Without it, the environment variable PSLLMCLUSTER_MODEL names the model, and without that, it is the one that comes with the module.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string[]? Path { get; set; }

    /// <summary>
    /// The paths of GGUF files or folders, taken as they are: no sign in them is a wildcard. What Get-ChildItem writes binds to it.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string[]? LiteralPath { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
        => _default = FilePaths.TryResolve(this, DefaultModel.Path, out _);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == PathSet && Path is null)
        {
            Show(FilePaths.Resolve(this, DefaultModel.Path), isNamed: false);
        }

        foreach (string path in (ParameterSetName == PathSet ? Path : LiteralPath) ?? [])
        {
            Take(path);
        }
    }

    private void Take(string path)
    {
        EngineException? failure;
        IReadOnlyList<string> files = ParameterSetName == PathSet
            ? FilePaths.Expand(this, path, out failure)
            : FilePaths.TryResolve(this, path, out failure) is { } single ? [single] : [];
        if (failure is not null)
        {
            WriteError(ErrorRecords.From(failure, path));
            return;
        }

        if (files.Count == 0)
        {
            WriteVerbose($"There is no file that fits {path}.");
        }

        // A later part that is named is an error, which says so; one of several files that wildcards find goes with its first part.
        foreach (string file in files.Where(file => files.Count == 1 || !ModelInspection.IsLaterPart(file)))
        {
            TakeFileOrFolder(file);
        }
    }

    private void TakeFileOrFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            Show(path, isNamed: true);
            return;
        }

        IReadOnlyList<string> files = [];
        if (TryRunEngine(() => files = ModelInspection.List(path), path) is { } error)
        {
            WriteError(error);
            return;
        }

        if (files.Count == 0)
        {
            WriteVerbose($"There is no .gguf file in {path}.");
        }

        foreach (string file in files)
        {
            Show(file, isNamed: true);
        }
    }

    private void Show(string path, bool isNamed)
    {
        EmbeddingModel? model = null;
        ErrorRecord? error = TryRunEngine(
            () =>
            {
                try
                {
                    model = ModelInspection.Read(path, path == _default, Token);
                }
                catch (EngineException failure) when (!isNamed && failure.Is(EngineErrorIds.OfModelFile))
                {
                    throw DefaultModel.Explained(failure, path, nameof(Path));
                }
            },
            path);
        if (error is not null)
        {
            WriteError(error);
            return;
        }

        WriteObject(model);
    }
}
