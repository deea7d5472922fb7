using System.Management.Automation;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Makes of groups what Group-Text writes: the groups with the objects that the texts came from, or these.</summary>
internal sealed class GroupOutput
{
    /// <summary>
    /// The type of a text with its group, which would take the console's whole width as the first of four columns; a view of its own shows
    /// the group before it.
    /// </summary>
    public const string TextType = "PSLlmCluster.GroupedText";

    private readonly TextGroups _groups;
    private readonly GroupRecords _records;
    private readonly IReadOnlyList<object?> _sources;
    private readonly int[] _groupOfRecord;
    private readonly double[] _scores;

    /// <summary>Initializes a new instance of the <see cref="GroupOutput"/> class.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="records">What was grouped.</param>
    public GroupOutput(TextGroups groups, GroupRecords records)
    {
        (_groups, _records, _sources) = (groups, records, records.Sources);
        _groupOfRecord = new int[_sources.Count];
        _scores = new double[_sources.Count];
        _groupOfRecord.AsSpan().Fill(TextGroup.None);
        for (int row = 0; row < groups.Texts.Count; row++)
        {
            int record = records.RecordOf(groups.Texts[row]);
            (_groupOfRecord[record], _scores[record]) = (groups.Labels[row], groups.Strengths[row]);
        }
    }

    private string RestName => _groups.RestName ?? ClusterRecords.NoGroup;

    /// <summary>Returns the objects in the order of input, each with its group in columns of its own.</summary>
    /// <param name="keepFormulas">Whether texts that a spreadsheet takes for formulas are left as they are.</param>
    public IEnumerable<PSObject> Members(bool keepFormulas)
    {
        Dictionary<int, string> names = _groups.Groups.ToDictionary(group => group.Cluster, group => group.Name);
        FlatRow rows = new(ClusterRecords.GroupColumns, keepFormulas);
        for (int record = 0; record < _groupOfRecord.Length; record++)
        {
            int group = _groupOfRecord[record];
            PSObject row = rows.Of(_sources[record], [group, names.GetValueOrDefault(group, RestName), _scores[record]]);
            if (TextValue.TryText(_sources[record], out _))
            {
                row.TypeNames.Insert(0, TextType);
            }

            yield return row;
        }
    }

    /// <summary>Returns the groups, the largest first, and what is in none last.</summary>
    /// <param name="exampleCount">How many texts each shows.</param>
    public IEnumerable<TextGroup> Groups(int exampleCount)
    {
        ILookup<int, object?> members
            = Enumerable.Range(0, _groupOfRecord.Length).ToLookup(record => _groupOfRecord[record], record => _sources[record]);

        // Of new texts another group may be the largest.
        foreach (int i in Enumerable.Range(0, _groups.Groups.Count).OrderByDescending(i => members[_groups.Groups[i].Cluster].Count()))
        {
            NamedCluster group = _groups.Groups[i];
            object?[] own = [.. members[group.Cluster]];
            yield return new TextGroup
            {
                Group = group.Cluster,
                Name = group.Name,
                NameSource = group.Source,
                NameScore = group.Score,
                Count = own.Length,
                Share = (double)own.Length / _sources.Count,
                Score = _groups.Scores[i],
                Keyphrases = [.. group.Keyphrases],
                Examples = [.. group.Examples(exampleCount).Take(exampleCount).Select(row => _records.Texts[_groups.Texts[row]]!)],
                Members = own,
            };
        }

        if (members.Contains(TextGroup.None))
        {
            object?[] none = [.. members[TextGroup.None]];
            yield return new TextGroup
            {
                Group = TextGroup.None,
                Name = RestName,
                NameSource = _groups.RestName is null ? null : NameSource.Given,
                Count = none.Length,
                Share = (double)none.Length / _sources.Count,
                Score = 0,
                Keyphrases = [],
                Examples = ExamplesOfNone(exampleCount),
                Members = none,
            };
        }
    }

    private string[] ExamplesOfNone(int count)
    {
        IReadOnlyList<string?> texts = _records.Texts;
        return
        [
            .. Enumerable.Range(0, texts.Count)
                .Where(text => _groupOfRecord[_records.RecordOf(text)] == TextGroup.None)
                .Select(text => texts[text])
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Take(count),
        ];
    }
}
