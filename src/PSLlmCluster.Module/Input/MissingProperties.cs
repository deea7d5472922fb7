using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Holds the errors of records that have the same fault until one can be read, as the command is then wrong and not the records. Where
/// none can be read, the first few are an error each, and the others one that counts them; where the first hundred lack the same, that is
/// one error that ends the work. Where one can be read, each of them is an error of its own.
/// </summary>
/// <param name="write">Writes the error of a record.</param>
/// <param name="end">Stops the command with an error.</param>
internal sealed class MissingProperties(Action<EngineException, PSObject?> write, Action<EngineException> end)
{
    private const int Limit = 100;
    private const int Few = 5;
    private const string Key = nameof(MissingProperties);
    private const string SameKey = Key + ".Same";
    private const string ReasonKey = Key + ".Reason";
    private readonly List<(EngineException Fault, PSObject? Record, SameFaults Kind)> _held = [];
    private readonly List<SameFaults> _kinds = [];
    private SameFaults? _ofRecords;
    private int _position;
    private bool _isDecided;

    /// <summary>Marks an error as one of a property that is not there.</summary>
    /// <param name="fault">The error.</param>
    /// <param name="property">The property's name.</param>
    /// <returns>The same error.</returns>
    public static EngineException Mark(EngineException fault, string property) => MarkLack(fault, $"has a property {property}");

    /// <summary>Marks an error as one of an object that is no text, where no property is named.</summary>
    /// <param name="fault">The error.</param>
    /// <returns>The same error.</returns>
    public static EngineException MarkNoText(EngineException fault) => MarkLack(fault, "is a text");

    /// <summary>Marks an error as one of a record that is nothing like a row of numbers.</summary>
    /// <param name="fault">The error.</param>
    /// <returns>The same error.</returns>
    public static EngineException MarkNoRow(EngineException fault) => MarkLack(fault, "is a row of numbers");

    /// <summary>Says what an error has in common with those of other records, where its message names a value or a position.</summary>
    /// <param name="fault">The error.</param>
    /// <param name="what">What is the same in all of them.</param>
    /// <returns>The same error.</returns>
    public static EngineException MarkSame(EngineException fault, string what)
    {
        fault.Data[SameKey] = what;
        return fault;
    }

    /// <summary>Says what an error has in common with those of other records, where its message says the position before it.</summary>
    /// <param name="fault">The error.</param>
    /// <param name="reason">What is wrong, without the position.</param>
    /// <returns>The same error.</returns>
    public static EngineException MarkReason(EngineException fault, string reason)
    {
        fault.Data[ReasonKey] = reason;
        return MarkSame(fault, reason);
    }

    /// <summary>Takes the error of a record.</summary>
    /// <param name="fault">The error.</param>
    /// <param name="record">The record; one that is null says nothing of properties.</param>
    public void Report(EngineException fault, PSObject? record)
    {
        int position = _position++;
        if (_isDecided)
        {
            write(fault, record);
            return;
        }

        string? lack = record is null ? null : fault.Data[Key] as string;
        SameFaults kind = KindOf($"{fault.ErrorId} {lack ?? fault.Data[SameKey] ?? fault.Message}", fault, position);
        if (record is not null && (_ofRecords ??= kind) != kind)
        {
            Decide();
            write(fault, record);
            return;
        }

        if (kind.Count == Limit)
        {
            kind.Others.Add(position);
            return;
        }

        kind.Count++;
        _held.Add((fault, record, kind));
        if (kind.Count > Few)
        {
            kind.AfterFew.Add(position);
        }

        if (lack is not null && kind.Count == Limit)
        {
            End(fault, lack);
        }
    }

    /// <summary>Notes that a record could be read.</summary>
    /// <param name="record">The record; one that is null says nothing of properties.</param>
    public void Found(PSObject? record)
    {
        _position++;
        if (record is not null)
        {
            Decide();
        }
    }

    /// <summary>Writes the errors that are held, as no more records come.</summary>
    public void Flush() => Write(Few);

    private void Decide()
    {
        if (!_isDecided)
        {
            _isDecided = true;
            Write(Limit);
        }
    }

    private SameFaults KindOf(string name, EngineException fault, int position)
    {
        SameFaults? kind = _kinds.Find(known => known.Name == name);
        if (kind is null)
        {
            _kinds.Add(kind = new SameFaults(name, fault, position));
        }

        return kind;
    }

    /// <summary>Writes so many errors of each kind, and one that counts the others.</summary>
    private void Write(int most)
    {
        foreach (SameFaults kind in _kinds)
        {
            kind.Count = 0;
        }

        foreach ((EngineException fault, PSObject? record, SameFaults kind) in _held)
        {
            if (kind.Count++ < most)
            {
                write(fault, record);
            }
        }

        foreach (SameFaults kind in _kinds)
        {
            IndexTally others = kind.OthersThan(most);
            if (others.Count > 0)
            {
                EngineException first = kind.First;
                write(
                    new EngineException(
                        first.ErrorId,
                        first.Kind,
                        $"{others.Describe("more record", "more records")} left out for the same reason as that of index {kind.Position}: "
                            + (first.Data[ReasonKey] as string ?? first.Message),
                        first.RecommendedAction,
                        first),
                    null);
            }
        }

        _held.Clear();
        _kinds.Clear();
    }

    private void End(EngineException fault, string lack)
    {
        PSObject[] lacking = [.. _held.Where(held => held.Kind == _ofRecords).Select(held => held.Record!)];
        _held.RemoveAll(held => held.Kind == _ofRecords);
        _kinds.Remove(_ofRecords!);
        Write(Few);
        bool areFiles = fault.ErrorId == ErrorIds.InputNotText && Array.TrueForAll(lacking, record => record.BaseObject is FileInfo);
        bool areNoRows = fault.ErrorId == ErrorIds.InputNotRow;
        string recommendedAction = fault.ErrorId switch
        {
            ErrorIds.PropertyMissing => "Name a property that they have.",
            ErrorIds.InputNotText when !areFiles => "Name the property that holds the text with -Property.",
            _ => fault.RecommendedAction,
        };

        // Texts and numbers have properties too, but none that anybody means.
        HashSet<string> names =
        [
            .. lacking.Where(record => !areFiles && !(areNoRows && TextValue.TryText(record, out _))).SelectMany(PropertyReader.Names),
        ];
        end(new EngineException(
            fault.ErrorId,
            FailureKind.InvalidArgument,
            $"None of the first {Limit} records {lack}.",
            areFiles || (areNoRows && names.Count == 0)
                ? recommendedAction
                : $"{recommendedAction} They have: {PropertyReader.List(names)}.",
            fault));
    }

    private static EngineException MarkLack(EngineException fault, string lack)
    {
        fault.Data[Key] = lack;
        return fault;
    }

    /// <summary>Errors that say the same.</summary>
    private sealed class SameFaults(string name, EngineException first, int position)
    {
        public string Name { get; } = name;

        /// <summary>Gets the first of them.</summary>
        public EngineException First { get; } = first;

        /// <summary>Gets the position of the first one's record.</summary>
        public int Position { get; } = position;

        /// <summary>Gets or sets how many are held.</summary>
        public int Count { get; set; }

        /// <summary>Gets the held ones after the first few.</summary>
        public IndexTally AfterFew { get; } = new();

        /// <summary>Gets those that are not held, as there are too many.</summary>
        public IndexTally Others { get; } = new();

        /// <summary>Returns those after so many.</summary>
        /// <param name="most">How many: as many as are held, or few.</param>
        public IndexTally OthersThan(int most)
        {
            if (most == Limit)
            {
                return Others;
            }

            AfterFew.Add(Others);
            return AfterFew;
        }
    }
}
