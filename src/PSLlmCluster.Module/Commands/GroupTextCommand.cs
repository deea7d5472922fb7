using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Shards;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Groups texts by what they are about, and names the groups.</summary>
/// <remarks>
/// <para>
/// Group-Text takes in texts, or objects that have one, and writes a group for each topic that they have, the largest first: its name, how
/// many texts it has, phrases that are particular to it, the texts that stand for it best, and the very objects that belong to it. How many
/// groups there are and what they are about need not be known. It waits for the last text before it starts.
/// </para>
/// <para>
/// It does what Get-TextEmbedding, Invoke-Umap, Invoke-Hdbscan and Add-ClusterName do one after another, with settings that suit the number
/// of texts; -Verbose shows that pipeline, for those who want to change it. Texts have several resolutions, as tickets are about networks,
/// and among these about VPN: -Resolution takes a coarser or finer one than usual.
/// </para>
/// <para>
/// Names are made of phrases that the texts of a group have and others have not, without a language model and the same every time.
/// -NameModel has a language model make them, as in Add-ClusterName, and -Name takes names of your own. Equal texts are computed once and
/// counted each.
/// </para>
/// <para>
/// Every text is in a group, the nearest, however little it has to do with it: a dozen texts that have nothing in common are two or three
/// groups too, each named by one of its texts. GroupScore of -AsMember says how clearly a text lies with its group, and Score how alike the
/// texts of a group are. The group -1, No group, has the texts in which there is nothing to see, all of them where they are fewer than
/// -MinGroupSize, as one alone is, and with -UseModel new texts that are far from all that were grouped.
/// </para>
/// <para>
/// The model that comes with the module knows English. Texts in other languages of Latin letters are grouped worse, and of Japanese, Arabic
/// or Russian ones hardly a word is known, which a warning says: take a multilingual model with -Model, such as multilingual-e5 or bge-m3.
/// </para>
/// <para>
/// Embeddings that Get-TextEmbedding or Import-TextEmbedding write, and the rows of -Path, keep their vectors: the groups are those of
/// their texts, and no model is loaded. Members are what the embeddings were made of. Texts beside them are embedded, and have to get
/// vectors of the same origin: of the same model, and made in the same way. So does what -SaveModel and -UseModel go by, and a model that
/// is named. Anything else is an error. -NameModel tests names with -Model, and says so where the vectors are another model's. An embedding
/// without a text is grouped by its vector; names and examples need texts, which -Property can make.
/// </para>
/// <para>
/// The same texts give the same groups in any order and on any machine, with an encoder such as the model that comes with the module; of
/// groups of one size the one with the first text has the smaller number.
/// </para>
/// </remarks>
/// <example>
/// <title>What are these tickets about?</title>
/// <code>
/// Get-Content tickets.txt | Group-Text
/// </code>
/// <para>Shows each group in one row: how many tickets, its name, and the ticket that stands for it best.</para>
/// </example>
/// <example>
/// <title>A table with groups, for a spreadsheet</title>
/// <code>
/// Import-Csv tickets.csv | Group-Text -Property Subject -AsMember | Export-Csv grouped.csv
/// </code>
/// <para>Each ticket keeps its columns and gets three: Group, GroupName and GroupScore. A text that a spreadsheet would take for a formula
/// gets an apostrophe before it, unless -KeepFormula.</para>
/// </example>
/// <example>
/// <title>Only large topics</title>
/// <code>
/// Import-Csv tickets.csv | Group-Text -Property Subject -Resolution Coarse | Format-Table Count, Name, Keyphrases
/// </code>
/// <para>Makes fewer and larger groups than usual.</para>
/// </example>
/// <example>
/// <title>New texts in old groups</title>
/// <code>
/// Get-Content january.txt | Group-Text -SaveModel tickets.groups -Name @{ 0 = 'Passwords' }
/// Get-Content february.txt | Group-Text -UseModel tickets.groups
/// </code>
/// <para>The second line puts each new ticket into the groups of January, with the same numbers and names.</para>
/// </example>
/// <example>
/// <title>Names by a language model that runs here</title>
/// <code>
/// Get-Content tickets.txt | Group-Text -NameModel ./Llama-3.2-3B-Instruct-Q4_K_M.gguf -Context 'tickets of an airline'
/// </code>
/// <para>The model names the groups; where its name lies nearer to another group, the phrases do.</para>
/// </example>
/// <example>
/// <title>Vectors and names by servers</title>
/// <code>
/// Get-Content tickets.txt | Group-Text -Endpoint http://gpu1:8080 -EndpointModel bge-m3 `
///     -NameEndpoint http://gpu2:8000 -NameEndpointModel qwen3-8b -Context 'tickets of an airline'
/// </code>
/// <para>Servers that speak OpenAI's protocol make the vectors and the names. The texts go to them.</para>
/// </example>
/// <example>
/// <title>The map of them</title>
/// <code>
/// Get-Content tickets.txt | Group-Text -Map map.html
/// </code>
/// <para>Draws the texts as a map too, with the groups' names on it.</para>
/// </example>
/// <example>
/// <title>Vectors that were made before</title>
/// <code>
/// Get-Content tickets.txt | Get-TextEmbedding | Export-TextEmbedding tickets.shard
/// Group-Text -Path tickets.shard
/// Group-Text -Path tickets.shard -Resolution Fine
/// </code>
/// <para>Embeds the texts once, and groups them twice.</para>
/// </example>
/// <inputs>
/// <type name="System.String">A text to be grouped.</type>
/// <type name="PSLlmCluster.TextEmbedding">A text with its vector, which is not made again.</type>
/// <type name="System.Management.Automation.PSObject">Any object, where -Property says what its text is.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.TextGroup">One for each group, the largest first, and what fits nowhere last: Group, Name, NameSource,
/// NameScore, Count, Share, Score, Keyphrases, Examples and Members.</type>
/// <type name="System.Management.Automation.PSObject">With -AsMember each object in place of them, in the order of input: its properties,
/// Group, GroupName and GroupScore.</type>
/// </outputs>
/// <seealso cref="GetTextEmbeddingCommand"/>
/// <seealso cref="ExportTextEmbeddingCommand"/>
/// <seealso cref="InvokeHdbscanCommand"/>
/// <seealso cref="AddClusterNameCommand"/>
/// <seealso cref="ExportClusterPlotCommand"/>
[Cmdlet(VerbsData.Group, "Text", SupportsShouldProcess = true)]
[OutputType(typeof(TextGroup), typeof(PSObject))]
public sealed class GroupTextCommand : NameServerCmdlet
{
    private const int ActivityId = 724_113;

    // What was decided when the groups were found.
    private static readonly string[] _ofFinding =
    [
        nameof(MinGroupSize), nameof(GroupCount), nameof(Resolution), nameof(Name), nameof(NameModel), nameof(Context), nameof(Language),
        nameof(NameEndpoint), nameof(NameEndpointModel), nameof(NameApiKey), nameof(Prompt), nameof(Prefix), nameof(Seed),
        nameof(SaveModel),
    ];

    private readonly IndexTally _long = new();
    private GroupRecords _records = new([]);
    private IReadOnlyList<string> _files = [];
    private TextGroupingOptions _options = new() { Model = new ModelOptions(string.Empty, ComputeDevice.Auto) };
    private TextGroupModel? _model;
    private ModelFileTarget? _modelFile;
    private readonly List<(PlotFile File, string Path)> _maps = [];

    /// <summary>Initializes a new instance of the <see cref="GroupTextCommand"/> class.</summary>
    public GroupTextCommand()
        : base("Grouping texts", ActivityId)
    {
    }

    /// <summary>
    /// The texts, objects that have one, or embeddings, whose vectors are taken as they are. A list of them is a text for each of its
    /// elements.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// Files of embeddings that Export-TextEmbedding wrote, by paths that may have wildcards, in place of -InputObject. Their rows are
    /// taken in the order of their keys, whatever the order of the files, and the result is that of the same rows piped in; but there is no
    /// object for each row in memory until the groups are written. Members are objects with Index and Text. Files of several models or
    /// options, keys that come twice and damaged files are errors that end the work. A line or row that is no embedding, as one of another
    /// program with NaN, is an error that names it, and the others are taken.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>
    /// What the text of an object is: the name of a property, or a script block such as { "$($_.Title) $($_.Body)" }; the texts of several
    /// are joined by a blank. Of an embedding it is the text that names and examples are made of; the vector stays what it is.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateProperty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public object[]? Property { get; set; }

    /// <summary>The fewest texts of a group, from 2. It is 2 to 5, by the number of texts, unless given.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int? MinGroupSize { get; set; }

    /// <summary>
    /// How many groups there are to be, from 1, as nearly as the texts can be parted so, with a warning where there are more or fewer.
    /// Unless given, the texts decide.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? GroupCount { get; set; }

    /// <summary>
    /// How finely the texts are parted, of the resolutions that they have: Coarse makes fewer and larger groups than Auto, Fine more and
    /// smaller ones. It is Auto unless given: groups of a size that grows with the root of the number of texts.
    /// </summary>
    [Parameter]
    public GroupResolution Resolution { get; set; } = GroupResolution.Auto;

    /// <summary>
    /// Names that you give, which win: a hashtable of numbers of groups and names such as @{ 3 = 'VPN' }, the path of a CSV file with the
    /// columns Group (or Cluster) and Name, such as groups that were edited in a table, or objects with these properties. The number -1
    /// names what is in no group. They are kept in a saved model. A number that no group has is named in a warning.
    /// </summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object? Name { get; set; }

    /// <summary>
    /// The GGUF file of a language model that makes the names, one that was made to chat, as in Add-ClusterName. It runs on this machine. A
    /// name stands where its vector lies nearer to its own group than to any other; otherwise the phrases name the group.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? NameModel { get; set; }

    /// <summary>
    /// What the texts are, told to the language model, such as 'tickets of an airline'. It is told nothing unless given. Of a long text it
    /// is told the first 500 characters.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The language that the language model writes names in, such as German. It is that of the texts unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Language { get; set; }

    /// <summary>
    /// The GGUF file of the model that turns texts into vectors. Unless given, it is the one that comes with the module, or that the
    /// environment variable PSLLMCLUSTER_MODEL names. With -UseModel it has to be the model that the groups were found with.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>
    /// A file that keeps vectors, as in Get-TextEmbedding, so that they are made once: texts that were grouped or embedded before, by the
    /// same model in the same way, take no time, and a run that was ended goes on where it was. It is made where there is none. Without it,
    /// the environment variable PSLLMCLUSTER_CACHE names the file, and without that, there is none; -CachePath $null does without it.
    /// </summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public string? CachePath { get; set; }

    /// <summary>
    /// How the cache stores a number of a vector, as in Get-TextEmbedding: Single, as it was computed, in 4 bytes, or Half, in 2, which
    /// rounds what is computed too. It is Single unless given, and changes nothing without a cache.
    /// </summary>
    [Parameter]
    public VectorPrecision CachePrecision { get; set; } = VectorPrecision.Single;

    /// <summary>
    /// What each text is put into, for a language model, as in Get-TextEmbedding: None, OneWord, Topic, Echo, or words that have {0} for
    /// the text. It is None unless given.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PromptCompleter))]
    public string Prompt { get; set; } = TextPrompt.None;

    /// <summary>A text to put before each text, where the model asks for one. It is none unless given.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public string? Prefix { get; set; }

    /// <summary>Where the model runs: Auto, Cpu or Gpu, as in Get-TextEmbedding. It is Auto unless given.</summary>
    [Parameter]
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>The most threads, from 1, and no more than there are processors. It is as many as suit the model unless given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ThreadCount { get; set; }

    /// <summary>The seed of the layout that groups are found in. It is 42 unless given; another may change groups at their edges.</summary>
    [Parameter]
    public int Seed { get; set; } = 42;

    /// <summary>How many texts a group shows as its Examples, from 0. It is 3 unless given.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int ExampleCount { get; set; } = 3;

    /// <summary>
    /// Writes each object in place of the groups, in the order of input: its own properties and Group, GroupName and GroupScore, flat, for
    /// Export-Csv. A text becomes the property Text. Lists and objects become texts, and a text that a spreadsheet may take for a formula,
    /// as it begins with =, +, - or @ and is no number and no list of numbers, or with a tab or a line break, gets an apostrophe before
    /// it, in the object's own properties and their names too. After a comma, semicolon, tab or line break in a text, where a spreadsheet
    /// may split, so does what could be run: what begins with = or @, and with + or - before a letter or an opening bracket, or where a
    /// call such as SUM(, a | or a reference to another file follows. -KeepFormula leaves all as it is. Get-ClusterSummary,
    /// Add-ClusterName and ConvertTo-ClusterRow take these rows too.
    /// </summary>
    [Parameter]
    public SwitchParameter AsMember { get; set; }

    /// <summary>Leaves texts and names that a spreadsheet may take for formulas as they are, with -AsMember.</summary>
    [Parameter]
    public SwitchParameter KeepFormula { get; set; }

    /// <summary>
    /// A file to write the groups to, so that -UseModel can put new texts into them later. A saved model that is there is replaced; any
    /// other file only with -Force.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SaveModel { get; set; }

    /// <summary>
    /// A file that -SaveModel wrote: each text is put into its groups, independently of the others. One that is far from all texts that the
    /// groups were found of is in the group -1, No group: the farthest of about 2 in 100 of those texts draws the line, where there were 20
    /// or more. It takes many texts to tell others: of texts of another kind about two thirds are in none where the groups were found of
    /// 800, 11 to 42 % of 100, and none of 24 or 40, so that fewer than 100 are a warning. What was decided when the groups were found,
    /// such as -GroupCount, -Name and -Prompt, cannot be given again.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UseModel { get; set; }

    /// <summary>
    /// Files to draw the texts as a map into, .png, .svg, .pdf or .html, with the groups' names, as Export-ClusterPlot does: one, or more
    /// of the same map. The map has two dimensions; the groups are found in more.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Map { get; set; } = [];

    /// <summary>
    /// Replaces files that are there even where they are read-only, or no saved model, and makes folders that are missing. What is no file,
    /// such as a device, is never replaced.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not replace an existing file, even with -Force; that is an error, found before the work.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    /// <remarks>The options and the files are checked before any work.</remarks>
    protected override void BeginProcessing()
    {
        if (UseModel is not null)
        {
            ParameterRules.Exclude(this, nameof(UseModel), "It was decided when the groups were found.", _ofFinding);
        }

        Guard(RequireOneInput, null);
        _files = Path is null ? [] : EmbeddingFilePaths.All(this, Path);
        _records = new GroupRecords(PropertySelector.From(Property));
        TextPrompt? prompt = null;
        Dictionary<int, string> names = [];
        Guard(
            () =>
            {
                prompt = TextPrompt.Of(Prompt);
                names = GivenNames.From(Name, path => FilePaths.Full(this, path));
            },
            null);
        EndpointOptions? endpoint = VectorServers();
        EndpointOptions? nameEndpoint = NameServers();
        if (endpoint is not null)
        {
            string[] ofModelFile = [nameof(Model), nameof(Device)];
            ParameterRules.Exclude(this, nameof(Endpoint), "The server decides how it runs its model.", ofModelFile);
        }

        _options = new TextGroupingOptions
        {
            Model = endpoint is null
                ? new ModelOptions(FilePaths.Resolve(this, Model ?? DefaultModel.Path), Device)
                : ModelOptions.Of(endpoint),
            IsModelNamed = Model is not null || endpoint is not null,
            Embedding = new EmbeddingOptions
            {
                Pooling = prompt?.DefaultPooling ?? PoolingType.Mean,
                Prompt = Prompt,
                Prefix = Prefix ?? string.Empty,
                ThreadCount = ThreadCount is int threads ? CutToProcessors(threads) : null,
            },
            Cache = CacheLocation.Options(this, CachePath, CachePrecision),
            MinGroupSize = MinGroupSize,
            GroupCount = GroupCount,
            Resolution = Resolution,
            Seed = Seed,
            GivenNames = names,
        };
        _options = _options with
        {
            Naming = NameModelSetup.Options(
                this, NameModel, nameEndpoint, Context, Language, _options.Model, _options.Embedding.ThreadCount),
        };
        Guard(
            () =>
            {
                _options.Validate();
                _options.Naming?.NameModel.Validate();
            },
            null);
        if (_options.Naming is { } naming)
        {
            NameModelSetup.Check(this, naming, isDefault: Model is null && endpoint is null, Log, Progress, Token);
        }

        OverwriteRule rule = new(Force, NoClobber);
        Guard(RequireFilesOfTheirOwn, null);
        if (UseModel is not null)
        {
            string path = FilePaths.Resolve(this, UseModel);
            _model = RunEngine(() => TextGroupModel.Load(path, Token), path);
        }

        _modelFile = SaveModel is null ? null : OutputParameter.TakeModel(this, SaveModel, "Save the groups", rule);
        foreach (string path in Map.DistinctBy(FullPath, PathComparer.OfSystem))
        {
            if (OutputParameter.Take(this, path, "Draw the map", rule, PlotFile.At, file => file.Probe()) is { } file)
            {
                _maps.Add((file, path));
            }
        }

        if (Path is not null)
        {
            ReadFiles();
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Path is not null)
        {
            return;
        }

        foreach (PSObject? record in RecordList.Of(InputObject, fault => Missing.Report(fault, null)))
        {
            Take(record);
        }
    }

    // What is written last would be all that is left of two.
    private void RequireFilesOfTheirOwn()
    {
        Dictionary<string, string> owners = new(PathComparer.OfSystem);
        IEnumerable<(string? Path, string Parameter)> files =
        [
            (UseModel, nameof(UseModel)), (SaveModel, nameof(SaveModel)), (_options.Cache?.Path, nameof(CachePath)),
            .. Map.Select(path => (path, nameof(Map))),
        ];
        foreach ((string? path, string parameter) in files)
        {
            if (path is not null && !owners.TryAdd(FullPath(path), parameter) && owners[FullPath(path)] != parameter)
            {
                throw new EngineException(
                    ErrorIds.ParametersExclude,
                    FailureKind.InvalidArgument,
                    $"-{owners[FullPath(path)]} and -{parameter} name one file, '{FullPath(path)}'.",
                    "Give each a file of its own.");
            }
        }
    }

    private string FullPath(string path) => System.IO.Path.GetFullPath(FilePaths.Full(this, path));

    private void RequireOneInput()
    {
        bool hasInput = MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));
        if (Path is null && !hasInput)
        {
            throw new EngineException(
                ErrorIds.InputMissing,
                FailureKind.InvalidArgument,
                "There are no texts: neither does a pipeline bring any, nor is -InputObject or -Path given.",
                "Pipe in texts, or objects that have one, or name files of embeddings with -Path.");
        }

        if (Path is not null && (hasInput || Property is not null))
        {
            throw new EngineException(
                ErrorIds.ParametersExclude,
                FailureKind.InvalidArgument,
                $"-{nameof(Path)} reads rows from files, and -{(hasInput ? nameof(InputObject) : nameof(Property))} is about objects that "
                    + "are piped in.",
                "Give one of them.");
        }
    }

    /// <summary>Reads the rows of files. What their vectors come from is looked at before the first of them.</summary>
    private void ReadFiles()
    {
        List<EngineException> leftOut = [];
        EmbeddingFileRows rows = RunEngine(
            () => EmbeddingFileRows.Load(
                _files,
                leftOut: leftOut,
                takeOrigin: origin =>
                {
                    GivenVectors given = new();
                    given.TakeOrigin(origin, Token);
                    Check(given);
                },
                progress: Progress,
                token: Token),
            null);
        leftOut.ForEach(fault => WriteError(ErrorRecords.From(fault, null)));
        _records.Take(rows);
        CompleteProgress();
    }

    private void Take(PSObject? record)
    {
        int vectors = _records.Given.Count;
        int texts = _records.Texts.Count;
        EngineException? fault = null;
        Guard(() => fault = _records.TryAdd(record, TakeOrigin), record);
        if (fault is not null)
        {
            Missing.Report(fault, record);
            return;
        }

        Missing.Found(record);

        bool isFirstVector = vectors == 0 && _records.Given.Count > 0;
        bool isFirstText = texts == vectors && _records.NeedModel;
        if (isFirstVector || isFirstText)
        {
            RunEngine(() => Check(_records.Given.Count > 0 ? _records.Given : null), texts == 0 ? _options.Model.Path : record);
        }
    }

    private void TakeOrigin(TextEmbedding embedding) => RunEngine(
        () =>
        {
            _records.Given.TakeOrigin(embedding.Origin, Token);
            return true;
        },
        embedding.Source);

    /// <summary>
    /// Loads the model at the first text, or looks at the cache, and looks whether it makes vectors like those that came along, so that
    /// what cannot be used is found before the other records come. Where the model cannot be loaded, it says who named it.
    /// </summary>
    private bool Check(GivenVectors? given)
    {
        try
        {
            TextGrouping.Check(_options, _model, given, _records.NeedModel, _modelFile is not null, Log, Progress, Token);
            return true;
        }
        catch (EngineException failure) when (Model is null && failure.Is(EngineErrorIds.OfModelFile))
        {
            throw DefaultModel.Explained(failure, _options.Model.Path, nameof(Model));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Missing.Flush();
        IReadOnlyList<object?> sources = _records.Sources;
        IReadOnlyList<string?> texts = _records.Texts;
        if (sources.Count == 0)
        {
            return;
        }

        if (sources.Count == 1)
        {
            FileNameHint.Warn(this, sources[0]);
        }

        TextGroups groups = RunEngine(
            () => _model is null
                ? TextGrouping.Find(texts, _options, _records.Given, _modelFile is not null, Log, Progress, Token)
                : TextGrouping.Place(texts, _model, _options, _records.Given, Log, Progress, Token),
            _options.Model.Path);
        CompleteProgress();
        foreach (TextFailure failure in groups.Failures)
        {
            WriteError(ErrorRecords.From(failure.Failure, sources[_records.RecordOf(failure.Text)]));
        }

        WarnOfMissingTexts();
        if (_records.Blank.Count > 0)
        {
            WriteWarning($"{_records.Blank.Describe("blank text", "blank texts")} put in no group.");
        }

        foreach (int text in groups.LongTexts)
        {
            _long.Add(_records.RecordOf(text));
        }

        if (_long.Count > 0)
        {
            WriteWarning(LongTextWarning.Of(_long, groups.WindowLength, groups.Embedding.LongText));
        }

        WriteWarnings(groups.Warnings);
        WarnOfUnknownNames(groups);
        if (new GroupPipeline(this, _options, _records).TextOf(groups) is { } pipeline)
        {
            WriteVerbose("The same, step by step: " + pipeline);
        }

        ErrorRecord? unsaved = _modelFile is { } target && groups.Model is { } model
            ? TryRunEngine(() => model.Save(target, _options.Embedding.ThreadCount ?? 0, Progress, Token), SaveModel)
            : null;
        ErrorRecord? undrawn = _maps.Count == 0 || groups.Texts.Count == 0 ? null : Draw(groups);
        if (groups.Texts.Count == 0 && (_modelFile is not null || _maps.Count > 0))
        {
            string[] files = [.. Map.Prepend(SaveModel).OfType<string>()];
            WriteWarning($"There is no text to group, so {string.Join(" and ", files)} {(files.Length == 1 ? "is" : "are")} not written.");
        }

        WriteBeside(unsaved, () => WriteBeside(undrawn, () => Write(groups)));
    }

    private void WarnOfMissingTexts()
    {
        int missing = _records.Texts.Count(text => text is null);
        if (missing > 0)
        {
            string cure = Path is null
                ? "-Property makes texts for them, as in -Property { $titles[$_.Index] }."
                : "Import-TextEmbedding | Group-Text -Property { $titles[$_.Index] } makes texts for them.";
            WriteWarning(missing == _records.Texts.Count
                ? $"No embedding has a text, so groups have numbers for names, and no examples. {cure}"
                : $"{missing} of {_records.Texts.Count} embeddings have no text: their vectors alone say where they belong. {cure}");
        }
    }

    private void WarnOfUnknownNames(TextGroups groups)
    {
        int[] unknown =
        [
            .. (_options.GivenNames ?? new Dictionary<int, string>()).Keys
                .Where(number => number >= 0 && groups.Groups.All(group => group.Cluster != number)).Order(),
        ];
        if (unknown.Length > 0)
        {
            WriteWarning(
                $"-Name has {(unknown.Length == 1 ? "a name for a group that is" : "names for groups that are")} not there: "
                    + $"{string.Join(", ", unknown)}.");
        }
    }

    private void Write(TextGroups groups)
    {
        GroupOutput output = new(groups, _records);
        foreach (object one in AsMember ? output.Members(KeepFormula) : (IEnumerable<object>)output.Groups(ExampleCount))
        {
            WriteObject(one);
        }
    }

    private ErrorRecord? Draw(TextGroups groups)
    {
        ClusterPlot? plot = null;
        try
        {
            ErrorRecord? error = TryRunEngine(() => plot = PlotOf(groups), Map);
            for (int i = 0; i < _maps.Count && error is null; i++)
            {
                (PlotFile file, string path) = _maps[i];
                error = TryRunEngine(() => plot!.Save(file, Token), path);
            }

            CompleteProgress();
            WriteWarnings(plot?.Warnings ?? []);
            return error;
        }
        finally
        {
            plot?.Dispose();
        }
    }

    private ClusterPlot PlotOf(TextGroups groups)
    {
        RowMatrix places = TextGrouping.LayOut(groups, _options, Progress, Token);
        Dictionary<int, string> names = groups.Groups.ToDictionary(group => group.Cluster, group => group.Name);
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, places.RowCount).Select(row => new PlotPoint(
                places[row, 0],
                places[row, 1],
                groups.Labels[row],
                _records.Texts[groups.Texts[row]],
                names.TryGetValue(groups.Labels[row], out string? name) ? name : groups.RestName)),
        ];
        return new ClusterPlot(points, new ClusterPlotOptions { Title = string.Empty });
    }
}
