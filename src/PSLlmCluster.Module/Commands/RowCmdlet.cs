using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Shards;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>A cmdlet that gathers rows of numbers, and works on all of them when the last has come.</summary>
public abstract class RowCmdlet : CancellableCmdlet
{
    /// <summary>The parameter set in which rows are fitted.</summary>
    private protected const string FitSet = "Fit";

    /// <summary>The parameter set in which rows are put into what was saved.</summary>
    private protected const string ModelSet = "Model";

    private readonly List<InputRow> _origins = [];
    private readonly HashSet<int> _leftOut = [];
    private readonly bool _prefersCoordinates;
    private RowCollector? _rows;
    private RowReader? _reader;
    private IReadOnlyList<string> _files = [];
    private int _position;

    /// <summary>Initializes a new instance of the <see cref="RowCmdlet"/> class.</summary>
    /// <param name="activity">The heading of the progress display.</param>
    /// <param name="activityId">The display's number.</param>
    /// <param name="prefersCoordinates">Whether a place in a layout goes before the vector that it came from.</param>
    private protected RowCmdlet(string activity, int activityId, bool prefersCoordinates)
        : base(activity, activityId)
    {
        _prefersCoordinates = prefersCoordinates;
    }

    /// <summary>
    /// The rows: embeddings, points, arrays of numbers, or objects with numbers in their properties. A list of them is a row for each of
    /// its elements.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// Files of embeddings that Export-TextEmbedding wrote, by paths that may have wildcards, in place of -InputObject. Their rows are
    /// taken in the order of their keys, whatever the order of the files, and the result is that of the same rows piped in; but there is no
    /// object for each row in memory, only its numbers. Source of a result is an object with Index and Text. Files of several models or
    /// options, keys that come twice and damaged files are errors that end the work. A line or row that is no embedding, as one of another
    /// program with NaN, is an error that names it, and the others are taken.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>
    /// The properties to read the rows from, for objects of any kind: one that holds an array of numbers, or several that hold one number
    /// each. Each is named, or made by a script block such as { $_.Duration.TotalSeconds }. Dates count as seconds since 1970 (UTC), spans
    /// of time as seconds. A text counts as a number where it is one in the invariant culture, as 1234.5, or else in the current one,
    /// without separators of thousands.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateProperty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public object[]? Property { get; set; }

    /// <summary>
    /// How distances between rows are measured. It is Euclidean unless given; for embeddings, Cosine leaves their lengths out of account.
    /// With Precomputed each row holds its distances to all rows, in their order. metric in umap-learn and hdbscan.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    public Metric Metric { get; set; } = Metric.Euclidean;

    /// <summary>
    /// Takes the mean of all rows off each of them before distances are measured. With -Metric Cosine or Correlation that shows differences
    /// between vectors of one language model, which have a large part in common; with Euclidean it changes nothing but rounding. Results
    /// keep their own Vector. A saved model keeps the mean and takes it off new rows by itself. It does not go with precomputed distances
    /// or neighbours.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    public SwitchParameter Center { get; set; }

    /// <summary>
    /// The power p of the metric Minkowski, from 1: 1 is Manhattan, 2 is Euclidean. It is 2 unless given; p in hdbscan, metric_kwds' p in
    /// umap-learn.
    /// </summary>
    [Parameter(ParameterSetName = FitSet)]
    [Alias("p")]
    [ValidateRange(1.0, double.MaxValue)]
    public double MinkowskiPower { get; set; } = 2.0;

    /// <summary>
    /// The most threads to use; 0 or -1 for as many as there are processors, and no more than those. It changes the speed, never the
    /// result. It is 0 unless given; n_jobs in umap-learn, core_dist_n_jobs in hdbscan.
    /// </summary>
    [Parameter]
    [Alias("n_jobs", "core_dist_n_jobs")]
    [ValidateRange(-1, int.MaxValue)]
    public int ThreadCount { get; set; }

    /// <summary>Gets the most threads as the engine counts them: python's -1, like 0, is as many as there are processors.</summary>
    private protected int ThreadLimit { get; private set; }

    /// <summary>
    /// Gets a value indicating whether rows with numbers that are not finite are taken, for the engine to judge; otherwise each is an
    /// error.
    /// </summary>
    private protected abstract bool TakesNotFinite { get; }

    /// <summary>Gets the length that rows have to have, or null for that of the first.</summary>
    private protected virtual int? RowLength => null;

    /// <summary>Gets the values that go with the rows, where the cmdlet takes any.</summary>
    private protected virtual RecordValues? ValuesOfRows => null;

    /// <summary>Gets the name of the parameter by which objects bring such values, where it is given.</summary>
    private protected virtual string? ValuesProperty => null;

    /// <summary>
    /// Refuses parameters of a fit where a saved model is given. PowerShell would say no more than that a parameter set cannot be
    /// resolved, so -Model is a hidden parameter of the fit too, and this names those that do not go with it.
    /// </summary>
    /// <param name="model">The name of the parameter that gives the model.</param>
    private protected void ThrowIfFitParametersGiven(string model)
        => ParameterRules.Exclude(
            this,
            model,
            "A saved model has what it was fitted with.",
            [
                .. MyInvocation.MyCommand.Parameters.Values
                    .Where(parameter => parameter.ParameterSets.ContainsKey(FitSet) && !parameter.ParameterSets.ContainsKey(ModelSet))
                    .Select(parameter => parameter.Name)
                    .Order(StringComparer.Ordinal),
            ]);

    /// <summary>Refuses two parameters that say the same.</summary>
    /// <param name="both">Whether both are given.</param>
    /// <param name="one">The one's name.</param>
    /// <param name="other">The other's name.</param>
    /// <exception cref="EngineException">Both are.</exception>
    private protected static void ThrowIfBothGiven(bool both, string one, string other)
    {
        if (both)
        {
            throw new EngineException(
                ErrorIds.ParametersExclude,
                FailureKind.InvalidArgument,
                $"-{one} and -{other} say the same in two ways.",
                "Give one of them.");
        }
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        ThreadLimit = Math.Max(0, CutToProcessors(ThreadCount));
        Guard(RequireOneInput, null);
        Guard(ValidateOptions, null);
        _files = Path is null ? [] : EmbeddingFilePaths.All(this, Path);
        _rows = new RowCollector(TakesNotFinite, RowLength);
        _reader = new RowReader(PropertySelector.From(Property), _prefersCoordinates);
    }

    /// <inheritdoc/>
    /// <remarks>A record that is no row is an error of its own.</remarks>
    protected override void ProcessRecord()
    {
        if (Path is not null)
        {
            return;
        }

        foreach (PSObject? record in RecordList.OfRows(InputObject, MyInvocation.ExpectingInput, fault => LeaveOut(fault, null)))
        {
            Collect(record);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Missing.Flush();
        try
        {
            if (Path is not null)
            {
                WriteResultsOfFiles();
                return;
            }

            if (_origins.Count == 0)
            {
                return;
            }

            Guard(() => ValuesOfRows?.RequireCount(_position), null);
            RowMatrix rows = _rows!.ToMatrix();
            _rows = null;
            WriteResults(rows, _origins);
        }
        finally
        {
            CompleteProgress();
        }
    }

    /// <summary>Leaves out of a list that has a row for each record those of the records that were left out as bad.</summary>
    /// <param name="rows">A row for each record; with more or fewer, they are left as they are.</param>
    /// <returns>A row for each record that was taken.</returns>
    private protected RowMatrix OfTaken(RowMatrix rows)
        => _leftOut.Count == 0 || rows.RowCount != _position
            ? rows
            : CanonicalOrder.Apply(rows, [.. Enumerable.Range(0, _position).Where(position => !_leftOut.Contains(position))]);

    /// <summary>Warns of new rows whose vectors come from another engine than those that were fitted.</summary>
    /// <param name="saved">What was fitted, as the beginning of a sentence.</param>
    /// <param name="fitted">The engine of the fitted rows, or null where it is not known.</param>
    /// <param name="origins">What goes with the new rows.</param>
    private protected void WarnOfOtherEngine(string saved, EmbeddingEngine? fitted, IReadOnlyList<InputRow> origins)
    {
        if (EngineOfRows.Difference(saved, fitted, origins) is { } warning)
        {
            WriteWarning(warning);
        }
    }

    /// <summary>Checks the parameters against one another, before any work.</summary>
    private protected abstract void ValidateOptions();

    /// <summary>Works on the rows and writes one result for each.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="origins">What is passed on with each.</param>
    private protected abstract void WriteResults(RowMatrix rows, IReadOnlyList<InputRow> origins);

    private void RequireOneInput()
    {
        bool hasInput = MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));
        if (Path is null ? !hasInput : hasInput || Property is not null || ValuesProperty is not null)
        {
            string other = hasInput ? nameof(InputObject) : Property is not null ? nameof(Property) : ValuesProperty ?? string.Empty;
            throw Path is null
                ? new EngineException(
                    ErrorIds.InputMissing,
                    FailureKind.InvalidArgument,
                    "There are no rows: neither does a pipeline bring any, nor is -InputObject or -Path given.",
                    "Pipe in what Get-TextEmbedding writes, or name files of embeddings with -Path.")
                : new EngineException(
                    ErrorIds.ParametersExclude,
                    FailureKind.InvalidArgument,
                    $"-{nameof(Path)} reads rows from files, and -{other} is about objects that are piped in.",
                    "Give one of them.");
        }
    }

    private void WriteResultsOfFiles()
    {
        List<EngineException> leftOut = [];
        EmbeddingFileRows loaded = RunEngine(
            () => EmbeddingFileRows.Load(_files, leftOut: leftOut, progress: Progress, token: Token), null);
        leftOut.ForEach(fault => WriteError(ErrorRecords.From(fault, null)));
        int count = loaded.Rows.RowCount;
        if (count == 0)
        {
            return;
        }

        Guard(
            () =>
            {
                if (RowLength is int wanted && loaded.Rows.ColumnCount != wanted)
                {
                    throw new EngineException(
                        EngineErrorIds.RowLengthMismatch,
                        FailureKind.InvalidData,
                        $"The rows of the files have {loaded.Rows.ColumnCount} numbers, and those of the model have {wanted}.",
                        "Give rows from the same language model as those that the model was made of.");
                }

                for (int row = 0; ValuesOfRows is { } values && row < count; row++)
                {
                    if (values.Read(null, row) is { } fault)
                    {
                        throw fault;
                    }

                    values.Commit();
                }

                ValuesOfRows?.RequireCount(count);
            },
            null);
        WriteResults(loaded.Rows, new FileRows(loaded));
    }

    private void Collect(PSObject? record)
    {
        int position = _position;
        EngineException? fault = ValuesOfRows?.Read(record, position);
        InputRow? row = null;
        NumberRow values = default;
        fault ??= _reader!.Read(record, position, out row, out values);
        if (fault is null)
        {
            Guard(() => fault = values.AddTo(_rows!) is { } reason ? ErrorRecords.Failure(reason, position) : null, record);
        }

        if (fault is not null)
        {
            LeaveOut(fault, record);
            return;
        }

        _position++;
        Missing.Found(record);
        _origins.Add(row!);
        ValuesOfRows?.Commit();
    }

    private void LeaveOut(EngineException fault, PSObject? record)
    {
        _leftOut.Add(_position++);
        Missing.Report(fault, record);
    }
}
