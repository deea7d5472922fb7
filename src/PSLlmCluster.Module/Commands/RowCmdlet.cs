using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>A cmdlet that gathers rows of numbers, and works on all of them when the last has come.</summary>
public abstract class RowCmdlet : CancellableCmdlet
{
    private readonly List<InputRow> _origins = [];
    private readonly HashSet<int> _leftOut = [];
    private readonly bool _prefersCoordinates;
    private RowCollector? _rows;
    private RowReader? _reader;
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
    /// The properties to read the rows from, for objects of any kind: the name of one that holds an array of numbers, or the names of several that hold one number
    /// each. Texts that are numbers count as numbers, as Import-Csv makes them.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Property { get; set; }

    /// <summary>Gets a value indicating whether rows with numbers that are not finite are taken, for the engine to judge; otherwise each is an error.</summary>
    private protected abstract bool TakesNotFinite { get; }

    /// <summary>Gets the length that rows have to have, or null for that of the first.</summary>
    private protected virtual int? RowLength => null;

    /// <summary>Gets the values that go with the rows, where the cmdlet takes any.</summary>
    private protected virtual RecordValues? ValuesOfRows => null;

    /// <summary>Gets the most threads as the engine counts them: python's -1, like 0, is as many as there are cores.</summary>
    /// <param name="threadCount">The number as it was given.</param>
    /// <returns>The number for the engine.</returns>
    private protected static int Threads(int threadCount) => Math.Max(0, threadCount);

    /// <summary>Refuses two parameters that say the same.</summary>
    /// <param name="both">Whether both are given.</param>
    /// <param name="one">The one's name.</param>
    /// <param name="other">The other's name.</param>
    /// <exception cref="EngineException">Both are.</exception>
    private protected static void RequireOne(bool both, string one, string other)
    {
        if (both)
        {
            throw new EngineException(ErrorIds.ParametersExclude, FailureKind.InvalidArgument, $"-{one} and -{other} say the same in two ways.", "Give one of them.");
        }
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Guard(ValidateOptions, null);
        _rows = new RowCollector(TakesNotFinite, RowLength);
        _reader = new RowReader(Property ?? [], _prefersCoordinates);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_origins.Count == 0)
        {
            return;
        }

        try
        {
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

    /// <summary>Takes in the records of one input object; a record that is no row is an error of its own.</summary>
    /// <param name="input">What was bound to -InputObject.</param>
    private protected void Collect(PSObject? input)
    {
        foreach (PSObject? record in RecordList.OfRows(input, MyInvocation.ExpectingInput))
        {
            EngineException? fault = ValuesOfRows?.Read(record, _position);
            InputRow? row = null;
            fault ??= _reader!.Read(record, _position, out row);
            int position = _position++;
            if (fault is null)
            {
                Guard(() => fault = _rows!.TryAdd(row!.Values) is { } reason ? ErrorRecords.Failure(reason, position) : null, record);
            }

            if (fault is null)
            {
                _origins.Add(row!);
                ValuesOfRows?.Take();
            }
            else
            {
                _leftOut.Add(position);
                WriteError(ErrorRecords.From(fault, PropertyReader.Unwrap(record)));
            }
        }
    }

    /// <summary>Leaves out of a list that has a row for each record those of the records that were left out as bad.</summary>
    /// <param name="rows">A row for each record; with more or fewer, they are left as they are.</param>
    /// <returns>A row for each record that was taken.</returns>
    private protected RowMatrix OfTaken(RowMatrix rows)
        => _leftOut.Count == 0 || rows.RowCount != _position ? rows : CanonicalOrder.Apply(rows, [.. Enumerable.Range(0, _position).Where(position => !_leftOut.Contains(position))]);

    /// <summary>Checks the parameters against one another, before any work.</summary>
    private protected abstract void ValidateOptions();

    /// <summary>Works on the rows and writes one result for each.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="origins">What rides along with each.</param>
    private protected abstract void WriteResults(RowMatrix rows, IReadOnlyList<InputRow> origins);
}
