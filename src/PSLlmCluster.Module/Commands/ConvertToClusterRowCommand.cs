using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Makes flat rows of clustered objects, for Export-Csv, spreadsheets and JSON.</summary>
/// <remarks>
/// <para>
/// ConvertTo-ClusterRow takes in what Invoke-Hdbscan or Add-ClusterName writes, and writes for each a row with the properties of the object
/// that was piped in at first, and behind them Cluster, ClusterName, Probability, X and Y. A text becomes the property Text. Properties of
/// those names, as of a table that was clustered last week, are replaced; -Prefix gives them other names.
/// </para>
/// <para>
/// Values are flat: numbers, truths and dates are left as they are; of a list the elements are joined by "; ", an object becomes a text. A
/// text that a spreadsheet may take for a formula, as it begins with =, +, - or @ and is no number and no list of numbers, or with a tab
/// or a line break, gets an apostrophe before it, and so does the name of a property. For a spreadsheet that splits at a comma, semicolon,
/// tab or line break in a text, whatever stands in quotes, so does what could be run there: what begins with = or @, and with + or -
/// before a letter or an opening bracket, or where a call such as SUM(, a | or a reference to another file follows. -KeepFormula leaves
/// all as it is, which JSON wants.
/// </para>
/// <para>
/// Names of properties that would be those of others, as that of a key without a name, which is _, get a number.
/// </para>
/// </remarks>
/// <example>
/// <title>A table with its clusters</title>
/// <code>
/// Import-Csv tickets.csv | Get-TextEmbedding -Property Subject | Invoke-Umap | Invoke-Hdbscan | Add-ClusterName |
///     ConvertTo-ClusterRow | Export-Csv clustered.csv
/// </code>
/// <para>The columns of tickets.csv, and Cluster, ClusterName, Probability, X and Y.</para>
/// </example>
/// <example>
/// <title>The columns under other names</title>
/// <code>
/// $members | ConvertTo-ClusterRow -Prefix Topic | Format-Table Subject, TopicCluster, TopicProbability
/// </code>
/// <para>A table that has columns X and Y of its own keeps them.</para>
/// </example>
/// <example>
/// <title>JSON</title>
/// <code>
/// $members | ConvertTo-ClusterRow -KeepFormula | ConvertTo-Json | Set-Content clustered.json
/// </code>
/// <para>Each row is one flat object.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.ClusterAssignment">A row and its cluster.</type>
/// <type name="System.Management.Automation.PSObject">Any object with the property Cluster, or what Group-Text -AsMember writes.</type>
/// </inputs>
/// <outputs>
/// <type name="System.Management.Automation.PSObject">One for each row: what was piped in at first, and Cluster, ClusterName, Probability,
/// X and Y.</type>
/// </outputs>
/// <seealso cref="InvokeHdbscanCommand"/>
/// <seealso cref="AddClusterNameCommand"/>
[Cmdlet(VerbsData.ConvertTo, "ClusterRow")]
[OutputType(typeof(PSObject))]
public sealed class ConvertToClusterRowCommand : CancellableCmdlet
{
    private const int ActivityId = 724_112;
    private const string SourceColumn = "Source";
    private static readonly string[] _columns = ["Cluster", "ClusterName", "Probability", "X", "Y"];
    private FlatRow _rows = new([], keepFormulas: false);

    /// <summary>Initializes a new instance of the <see cref="ConvertToClusterRowCommand"/> class.</summary>
    public ConvertToClusterRowCommand()
        : base("Making rows", ActivityId)
    {
    }

    /// <summary>
    /// The clustered rows: what Invoke-Hdbscan writes, saved and read again or not, objects with a property Cluster, or what Group-Text
    /// -AsMember writes. A list of them is a row for each of its elements.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>What the names of the added properties begin with. It is nothing unless given.</summary>
    [Parameter(Position = 0)]
    [AllowEmptyString]
    public string Prefix { get; set; } = string.Empty;

    /// <summary>Leaves texts and names of properties that a spreadsheet may take for formulas as they are.</summary>
    [Parameter]
    public SwitchParameter KeepFormula { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
        => _rows = new FlatRow([.. _columns.Select(column => Prefix + column)], KeepFormula);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject? record in ClusterRecords.Of(InputObject, fault => Missing.Report(fault, null)))
        {
            Token.ThrowIfCancellationRequested();
            if (ReadRow(record, out PSObject? row) is { } fault)
            {
                Missing.Report(fault, record);
                continue;
            }

            Missing.Found(record);
            WriteObject(row);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Missing.Flush();

    private EngineException? ReadRow(PSObject? record, out PSObject? row)
    {
        row = null;
        if (ClusterRecords.ReadCluster(record, out int cluster) is { } fault)
        {
            return fault;
        }

        try
        {
            row = _rows.Of(
                SourceOf(record!),
                [cluster, ClusterRecords.NameOf(record!), ClusterRecords.StrengthOf(record!), Read(record!, "X"), Read(record!, "Y")]);
            return null;
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return RecordErrors.NotReadable(problem);
        }
    }

    private static object? Read(PSObject record, string name) => PropertyReader.ReadOrNull(record, name);

    // Of a result of this module, what was piped in at first; any other object is its own source.
    private static object? SourceOf(PSObject record)
    {
        bool isResult = record.BaseObject is ClusterAssignment
            || record.TypeNames.Any(name => name.EndsWith("PSLlmCluster.ClusterAssignment", StringComparison.Ordinal));
        return isResult ? Read(record, SourceColumn) ?? Read(record, FlatRow.TextColumn) : record;
    }
}
