using System.Collections;
using System.Management.Automation;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Names clusters by the phrases that are particular to them, and passes the rows on with their cluster's name.</summary>
/// <remarks>
/// <para>
/// Add-ClusterName takes in what Invoke-Hdbscan writes, sets the property ClusterName of each row, and passes the rows on in the order in
/// which they came. Export-ClusterPlot then shows these names, and ConvertTo-ClusterRow and Export-Csv write them. Rows of no cluster are
/// called Noise. A name that a row has already is replaced.
/// </para>
/// <para>
/// No language model is asked: a name is up to three phrases of one to four words that are more frequent in the cluster than in all other
/// texts and than in the three nearest clusters, by log-odds with the corpus as prior (Monroe, Colaresi and Quinn 2008). There is no list
/// of stop words, so any language will do; scripts without spaces are cut by the texts' own statistics. Names are unique, and the same
/// rows have the same names on every machine. A cluster whose members share no phrase is called by its most central text.
/// </para>
/// </remarks>
/// <example>
/// <title>A map with names</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap | Invoke-Hdbscan | Add-ClusterName | Export-ClusterPlot map.html
/// </code>
/// <para>The names are in the map and in its legend.</para>
/// </example>
/// <example>
/// <title>Names of your own for some clusters</title>
/// <code>
/// $points | Invoke-Hdbscan | Add-ClusterName @{ 0 = 'VPN'; 2 = 'Printers' } | Group-Object ClusterName -NoElement
/// </code>
/// <para>Clusters 0 and 2 are called as you say, all others by their phrases.</para>
/// </example>
/// <example>
/// <title>Names that were edited in a table</title>
/// <code>
/// $members = $points | Invoke-Hdbscan
/// $members | Get-ClusterSummary | Select-Object Cluster, Name, Count | Export-Csv names.csv
/// # edit names.csv, then
/// $members | Add-ClusterName (Import-Csv names.csv) | ConvertTo-ClusterRow | Export-Csv clustered.csv
/// </code>
/// <para>Rows with Cluster and Name are taken as they are.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.ClusterAssignment">A row and its cluster.</type>
/// <type name="System.Management.Automation.PSObject">Any object with the properties Cluster and Text.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.ClusterAssignment">What came in, with ClusterName.</type>
/// <type name="System.Management.Automation.PSObject">What came in, with the property ClusterName.</type>
/// </outputs>
/// <seealso cref="InvokeHdbscanCommand"/>
/// <seealso cref="GetClusterSummaryCommand"/>
/// <seealso cref="ConvertToClusterRowCommand"/>
/// <seealso cref="ExportClusterPlotCommand"/>
[Cmdlet(VerbsCommon.Add, "ClusterName")]
[OutputType(typeof(ClusterAssignment), typeof(PSObject))]
public sealed class AddClusterNameCommand : NamingCmdlet
{
    private const int ActivityId = 724_110;
    private const string Column = nameof(ClusterAssignment.ClusterName);

    // What is written shows the name, by a view of its own.
    private const string NamedType = "PSLlmCluster.ClusterAssignment#Named";

    /// <summary>Initializes a new instance of the <see cref="AddClusterNameCommand"/> class.</summary>
    public AddClusterNameCommand()
        : base("Naming clusters", ActivityId)
    {
    }

    /// <inheritdoc/>
    private protected override void WriteResults(IReadOnlyList<NamedCluster> clusters)
    {
        Dictionary<int, string> names = clusters.ToDictionary(cluster => cluster.Cluster, cluster => cluster.Name);
        names[ClusterAssignment.Noise] = Given.GetValueOrDefault(ClusterAssignment.Noise, ClusterRecords.Noise);
        for (int i = 0; i < Records.Count; i++)
        {
            SetName(Records[i], names[Labels[i]]);
            WriteObject(Records[i]);
        }
    }

    private static void SetName(PSObject record, string name)
    {
        switch (record.BaseObject)
        {
            case ClusterAssignment member:
                member.ClusterName = name;
                if (record.TypeNames[0] != NamedType)
                {
                    record.TypeNames.Insert(0, NamedType);
                }

                break;
            case IDictionary { IsReadOnly: false } dictionary:
                dictionary[Column] = name;
                break;
            default:
                if (record.Properties[Column] is { IsSettable: true, IsInstance: false } property)
                {
                    property.Value = name;
                    break;
                }

                record.Properties.Remove(Column);
                record.Properties.Add(new PSNoteProperty(Column, name));
                break;
        }
    }
}
