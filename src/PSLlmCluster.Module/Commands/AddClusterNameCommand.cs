using System.Collections;
using System.Management.Automation;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Names clusters, by their phrases or by a language model, and passes the rows on with their cluster's name.</summary>
/// <remarks>
/// <para>
/// Add-ClusterName takes in what Invoke-Hdbscan writes, sets the property ClusterName of each row, and passes the rows on in the order in
/// which they came. Export-ClusterPlot then shows these names, and ConvertTo-ClusterRow and Export-Csv write them. Rows of no cluster are
/// called Noise. A name that a row has already is replaced. NameSource of a row says where its name comes from: Given, Model or Keyphrase,
/// and nothing for Noise; objects of other kinds get ClusterName alone, so that a table has one column more.
/// </para>
/// <para>
/// Without -NameModel no language model is asked: a name is up to three phrases of one to four words that are more frequent in the cluster
/// than in all other texts and than in the three nearest clusters, by log-odds with the corpus as prior (Monroe, Colaresi and Quinn 2008).
/// There is no list of stop words, so any language will do; scripts without spaces are cut by the texts' own statistics. Where rows have
/// vectors, words that are in texts of all kinds are left out, as "why" of questions. Names are unique, and the same rows have the same
/// names on every machine. A cluster whose members share no phrase is called by its most central text.
/// </para>
/// <para>
/// With -NameModel a language model names them, on this machine. Of each cluster it is shown the phrases, up to eight texts, central ones
/// and others, and two texts of each of the three nearest clusters as what the name must not fit; its answer is one line of up to six
/// words, or 20 Chinese or Japanese characters. Each answer is tested: made a vector by the model of the rows' vectors, it must lie nearer
/// to its own cluster than to any other. What does not, what is no name, and what another cluster has, is asked for once more, and then the
/// phrases name the cluster. What texts say is shown as quoted text, and one text's orders do not make the name of a group.
/// </para>
/// <para>
/// A small model takes about two seconds for a cluster, one of several billion parameters without a GPU a minute or more. After Ctrl+C
/// nothing is lost that it wrote: the session remembers it, and the same command goes on where it was. The same rows have the same names on
/// the same machine. What a server of -NameEndpoint answers is not remembered.
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
/// $members | Add-ClusterName names.csv | ConvertTo-ClusterRow | Export-Csv clustered.csv
/// </code>
/// <para>Names are read from the file's columns Cluster and Name, whichever separator the spreadsheet wrote.</para>
/// </example>
/// <example>
/// <title>Names by a language model</title>
/// <code>
/// $members | Add-ClusterName -NameModel ./Llama-3.2-3B-Instruct-Q4_K_M.gguf -Context 'tickets of an airline' -Language English
/// </code>
/// <para>The model reads a few texts of each cluster and writes its name. -Verbose says how many of its names stand.</para>
/// </example>
/// <example>
/// <title>Names by a server's language model</title>
/// <code>
/// $members | Add-ClusterName -NameEndpoint http://gpu2:8000 -NameEndpointModel qwen3-8b -Context 'tickets of an airline'
/// </code>
/// <para>The server is shown a few texts of each cluster. Its names are tested here, as those of a model file are.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.ClusterAssignment">A row and its cluster.</type>
/// <type name="System.Management.Automation.PSObject">Any object with the properties Cluster and Text, or what Group-Text -AsMember
/// writes.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.ClusterAssignment">What came in, with ClusterName and NameSource.</type>
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
    private const string NamedTextType = GroupOutput.TextType + "#Named";

    /// <summary>Initializes a new instance of the <see cref="AddClusterNameCommand"/> class.</summary>
    public AddClusterNameCommand()
        : base("Naming clusters", ActivityId)
    {
    }

    /// <inheritdoc/>
    private protected override void WriteResults(IReadOnlyList<NamedCluster> clusters)
    {
        Dictionary<int, (string Name, NameSource? Source)> names
            = clusters.ToDictionary(cluster => cluster.Cluster, cluster => (cluster.Name, (NameSource?)cluster.Source));
        names[ClusterAssignment.Noise] = Given.TryGetValue(ClusterAssignment.Noise, out string? noise)
            ? (noise, NameSource.Given)
            : (ClusterRecords.NoiseNameOf(Records[0]), null);
        string?[][]? layers = LayersOfRows(NameLayers());
        for (int i = 0; i < Records.Count; i++)
        {
            SetName(Records[i], names[Labels[i]]);
            if (layers is not null)
            {
                SetLayers(Records[i], layers[i]);
            }

            WriteObject(Records[i]);
        }
    }

    private string?[][]? LayersOfRows(IReadOnlyList<NamedLayer> layers)
    {
        if (layers.Count == 0)
        {
            return null;
        }

        string?[][] names = [.. Records.Select(_ => new string?[layers.Count])];
        for (int layer = 0; layer < layers.Count; layer++)
        {
            foreach (NamedCluster cluster in layers[layer].Clusters)
            {
                foreach (int row in cluster.Rows)
                {
                    names[row][layer] = cluster.Name;
                }
            }
        }

        return names;
    }

    private static void SetLayers(PSObject record, string?[] names)
    {
        if (record.BaseObject is ClusterAssignment member)
        {
            member.LayerNames = names;
            return;
        }

        Set(record, nameof(ClusterAssignment.LayerNames), names);
    }

    private static void SetName(PSObject record, (string Name, NameSource? Source) of)
    {
        if (record.BaseObject is not ClusterAssignment member)
        {
            Set(record, Column, of.Name);
            if (record.TypeNames[0] == GroupOutput.TextType)
            {
                record.TypeNames.Insert(0, NamedTextType);
            }

            return;
        }

        member.ClusterName = of.Name;
        member.NameSource = of.Source;
        if (record.TypeNames[0] != NamedType)
        {
            record.TypeNames.Insert(0, NamedType);
        }
    }

    private static void Set(PSObject record, string column, object value)
    {
        switch (record.BaseObject)
        {
            case IDictionary { IsReadOnly: false } dictionary:
                dictionary[column] = value;
                break;
            default:
                if (record.Properties[column] is { IsSettable: true, IsInstance: false } property)
                {
                    property.Value = value;
                    break;
                }

                record.Properties.Remove(column);
                record.Properties.Add(new PSNoteProperty(column, value));
                break;
        }
    }
}
