using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Grouping.Naming;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>A cmdlet that takes in clustered rows and names their clusters.</summary>
public abstract class NamingCmdlet : NameServerCmdlet
{
    private readonly List<string?> _texts = [];
    private readonly List<int> _labels = [];
    private readonly List<float[]?> _vectors = [];
    private readonly List<float[]?> _places = [];
    private readonly List<double> _strengths = [];
    private readonly List<int[]?> _layers = [];
    private readonly List<PSObject> _records = [];
    private RecordTextReader? _reader;
    private ModelNamingOptions? _naming;

    /// <summary>Initializes a new instance of the <see cref="NamingCmdlet"/> class.</summary>
    /// <param name="activity">The heading of the progress display.</param>
    /// <param name="activityId">The display's number.</param>
    private protected NamingCmdlet(string activity, int activityId)
        : base(activity, activityId)
    {
    }

    /// <summary>
    /// The rows: what Invoke-Hdbscan writes, saved and read again or not, objects with the properties Cluster and Text, or what Group-Text
    /// -AsMember writes, whose Group counts as Cluster. A list of them is a row for each of its elements.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// Names that you give, which win: a hashtable of numbers and names such as @{ 3 = 'VPN' }, the path of a CSV file with the columns
    /// Cluster and Name, or objects with these properties. Clusters that it has no name for are named by their phrases.
    /// </summary>
    [Parameter(Position = 0)]
    [AllowNull]
    [AllowEmptyCollection]
    public object? Name { get; set; }

    /// <summary>
    /// What the text of a row is: the names of properties, or script blocks. It is the property Text unless given; the texts of several are
    /// joined by a blank.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateProperty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public object[]? Property { get; set; }

    /// <summary>
    /// The GGUF file of a language model that makes the names, one that was made to chat. It is shown the phrases and some texts of each
    /// cluster, and runs on this machine. A name that it makes stands where its vector lies nearer to its own cluster than to any other;
    /// otherwise the phrases name the cluster. Without it they name all.
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
    /// The GGUF file of the model that the rows' vectors come from, with which the names of the language model are tested. Unless given, it
    /// is the one that comes with the module, or that the environment variable PSLLMCLUSTER_MODEL names. Where rows have no vectors, or
    /// those of another model, names are tested on new vectors of up to 16 texts of each cluster.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>Gets the rows that were taken, in order.</summary>
    private protected IReadOnlyList<PSObject> Records => _records;

    /// <summary>Gets the cluster of each row that was taken.</summary>
    private protected IReadOnlyList<int> Labels => _labels;

    /// <summary>Gets the text of each row that was taken.</summary>
    private protected IReadOnlyList<string?> Texts => _texts;

    /// <summary>Gets the names that were given, by the cluster's number.</summary>
    private protected Dictionary<int, string> Given { get; private set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Guard(() => Given = GivenNames.From(Name, path => FilePaths.Full(this, path)), Name);
        _reader = Property is null ? null : new RecordTextReader(PropertySelector.From(Property));
        EndpointOptions? endpoint = VectorServers();
        EndpointOptions? names = NameServers();
        if (endpoint is not null)
        {
            ParameterRules.Exclude(this, nameof(Endpoint), "Names are tested with one model.", nameof(Model));
        }

        ModelOptions model = endpoint is null
            ? new ModelOptions(FilePaths.Resolve(this, Model ?? DefaultModel.Path))
            : ModelOptions.Of(endpoint);
        _naming = NameModelSetup.Options(this, NameModel, names, Context, Language, model);
        if (_naming is null && (Model ?? EndpointModel) is not null)
        {
            WriteWarning("-Model and -Endpoint make the vectors that the names of a language model are tested with; without -NameModel or "
                    + "-NameEndpoint they change nothing.");
        }

        if (_naming is not null)
        {
            Guard(
                () =>
                {
                    _naming.NameModel.Validate();
                    model.Validate();
                },
                null);
            NameModelSetup.Check(this, _naming, isDefault: Model is null && endpoint is null, Log, Progress, Token);
            CompleteProgress();
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject? record in ClusterRecords.Of(InputObject, fault => Missing.Report(fault, null)))
        {
            string? text = null;
            int cluster = 0;
            if ((NoSummary(record) ?? ClusterRecords.ReadCluster(record, out cluster) ?? ReadText(record!, out text)) is { } fault)
            {
                Missing.Report(fault, record);
                continue;
            }

            Missing.Found(record);
            ClusterAssignment? member = record!.BaseObject as ClusterAssignment;
            _records.Add(record);
            _labels.Add(cluster);
            _texts.Add(text);
            bool isPlace = member is not null && ClusterRecords.IsPlace(member);
            _vectors.Add(member is null ? ClusterRecords.ReadVector(record, "Vector") : isPlace ? null : member.Vector);
            _places.Add(member is null ? PlaceOf(record) : isPlace ? member.Vector : member.Coordinates);
            _layers.Add(member is null ? ClusterRecords.ReadWhole(record, nameof(ClusterAssignment.LayerClusters)) : member.LayerClusters);
            _strengths.Add(NumberReader.TryNumber(ClusterRecords.StrengthOf(record), out double strength) ? strength : 0);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Missing.Flush();
        if (_records.Count == 0)
        {
            return;
        }

        ClusterRows rows = Rows();
        Dictionary<int, string> names = NamesFor();
        bool isUnnamed = _labels.Exists(cluster => cluster >= 0 && !names.ContainsKey(cluster));
        if (!HasTexts && (isUnnamed || ShowsTexts))
        {
            string so = isUnnamed ? "clusters without a name are named by their numbers" : "there are no phrases and no examples";
            WriteWarning($"No row has a text, so {so}. -Property names the property that holds the text.");
        }

        ModelNames made = RunEngine(
            () =>
            {
                IReadOnlyList<NamedCluster> named = ClusterNaming.Name(rows, names, Progress, Token);
                return _naming is null ? new ModelNames(named, []) : ModelNaming.Name(named, rows, _naming, Log, Progress, Token);
            },
            NameModel ?? NameEndpointModel);
        CompleteProgress();
        WriteWarnings(made.Warnings);
        IReadOnlyList<NamedCluster> clusters = made.Clusters;
        int given = clusters.Count(cluster => Given.ContainsKey(cluster.Cluster));
        int carried = clusters.Count(cluster => cluster.Source == NameSource.Given) - given;
        WriteVerbose(
            $"{_records.Count} rows in {clusters.Count} clusters; names: {given} given, "
                + (carried == 0 ? string.Empty : $"{carried} that the rows had already, ")
                + (_naming is null ? string.Empty : $"{clusters.Count(cluster => cluster.Source == NameSource.Model)} of the model, ")
                + $"{clusters.Count(cluster => cluster.Source == NameSource.Keyphrase && cluster.Score is not null)} of phrases, "
                + $"{clusters.Count(cluster => cluster.Source == NameSource.Keyphrase && cluster.Score is null)} of texts or numbers.");
        int[] unknown = [.. Given.Keys.Where(number => number >= 0 && clusters.All(cluster => cluster.Cluster != number)).Order()];
        if (unknown.Length > 0)
        {
            WriteVerbose($"-Name has names for clusters that no row is in: {string.Join(", ", unknown)}.");
        }

        WriteResults(clusters);
    }

    /// <summary>Names the clusters of the rows' layers.</summary>
    /// <returns>The layers, the finest first; none where not all rows have them.</returns>
    private protected IReadOnlyList<NamedLayer> NameLayers()
    {
        int count = _layers[0]?.Length ?? 0;
        if (count == 0 || _layers.Exists(layers => layers?.Length != count))
        {
            return [];
        }

        int[][] labels = [.. Enumerable.Range(0, count).Select(layer => _layers.Select(layers => layers![layer]).ToArray())];
        IReadOnlyList<NamedLayer> named = RunEngine(() => LayerNaming.Name(Rows(), labels, Progress, Token), null);
        CompleteProgress();
        return named;
    }

    private ClusterRows Rows() => new(_texts, _labels)
    {
        Vectors = _vectors.Exists(vector => vector is not null) ? _vectors : null,
        Places = _places.Exists(place => place is not null) ? _places : null,
        Strengths = _strengths,
    };

    /// <summary>Returns the names that go before phrases.</summary>
    /// <returns>The names by the cluster's number; where no row has a text to make names of, those too that rows carry already.</returns>
    private protected virtual Dictionary<int, string> NamesFor() => HasTexts ? Given : WithGiven(CarriedNames());

    /// <summary>Puts the names that were given over others.</summary>
    /// <param name="others">Names by the cluster's number.</param>
    /// <returns>Both; where a cluster has two, the one that was given.</returns>
    private protected Dictionary<int, string> WithGiven(Dictionary<int, string> others)
    {
        Dictionary<int, string> names = new(others);
        foreach ((int cluster, string name) in Given)
        {
            names[cluster] = name;
        }

        return names;
    }

    /// <summary>Returns the name that most rows of each cluster carry; of equals the first in ordinal order.</summary>
    /// <returns>The names by the cluster's number.</returns>
    private protected Dictionary<int, string> CarriedNames()
    {
        Dictionary<(int Cluster, string Name), int> counts = [];
        for (int i = 0; i < Records.Count; i++)
        {
            if (TextValue.TryText(ClusterRecords.NameOf(Records[i]), out string? name) && !TextValue.IsBlank(name))
            {
                counts[(Labels[i], name!)] = counts.GetValueOrDefault((Labels[i], name!)) + 1;
            }
        }

        return counts.GroupBy(pair => pair.Key.Cluster).ToDictionary(
            group => group.Key,
            group => group.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Name, StringComparer.Ordinal).First().Key.Name);
    }

    /// <summary>Gets a value indicating whether what is written has texts of the rows in it, and not names alone.</summary>
    private protected virtual bool ShowsTexts => false;

    private bool HasTexts => !_texts.TrueForAll(TextValue.IsBlank);

    /// <summary>Writes what the cmdlet writes.</summary>
    /// <param name="clusters">The clusters, by number.</param>
    private protected abstract void WriteResults(IReadOnlyList<NamedCluster> clusters);

    // It has the number of its cluster too, but is no row of it.
    private static EngineException? NoSummary(PSObject? record)
        => record is null || !ClusterRecords.IsSummary(record) ? null : MissingProperties.MarkSame(
            new EngineException(
                ErrorIds.ClusterMissing,
                FailureKind.InvalidData,
                $"{PropertyReader.Describe(record)} came in, which is a whole cluster and no row of it.",
                "Pipe in the rows that it sums up, as Invoke-Hdbscan writes them; -Name of Get-ClusterSummary names clusters."),
            nameof(ClusterSummary));

    private EngineException? ReadText(PSObject record, out string? text)
    {
        if (_reader is not null)
        {
            return _reader.Read(record, out text);
        }

        if (record.BaseObject is ClusterAssignment member)
        {
            text = member.Text;
            return null;
        }

        text = null;
        if (PropertyReader.ReadIfThere(record, "Text", out object? value, out _) is { } fault)
        {
            return fault;
        }

        return TextValue.TryText(value, out text)
            ? null
            : MissingProperties.MarkSame(
                new EngineException(
                    ErrorIds.PropertyNotText,
                    FailureKind.InvalidData,
                    $"The property Text is of type {value!.GetType().Name}, which is not a text.",
                    "Name a property that is a text with -Property."),
                "Text");
    }

    private static float[]? PlaceOf(PSObject record)
    {
        if (ClusterRecords.ReadVector(record, "Coordinates") is { } place)
        {
            return place;
        }

        return ClusterRecords.ReadNumber(record, "X") is double x && ClusterRecords.ReadNumber(record, "Y") is double y
            ? [(float)x, (float)y]
            : null;
    }
}
