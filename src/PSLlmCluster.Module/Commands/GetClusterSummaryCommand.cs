using System.Management.Automation;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Says what each cluster is about: its name, its size, its phrases and its most central texts.</summary>
/// <remarks>
/// <para>
/// Get-ClusterSummary takes in what Invoke-Hdbscan writes, and writes one object for each cluster, the largest first, and one for the rows
/// of no cluster at the end. Names are those of Add-ClusterName: where rows have a ClusterName already, the one that most rows of a cluster
/// have; -Name wins over both. With -NameModel a language model makes the names, as in Add-ClusterName, and those that rows have do not
/// count; names that it made for the same rows before are remembered for the session.
/// </para>
/// <para>
/// Keyphrases are up to ten phrases that are particular to the cluster, each with the number of members that have it and its score, from
/// about 1 (weak) to 10 and more. Examples are the texts nearest to the middle of the cluster's vectors, with the mean of all taken off;
/// where rows have no vectors, those of the highest probability. NearestCluster is the cluster whose middle is nearest, by vectors or else
/// in the layout.
/// </para>
/// </remarks>
/// <example>
/// <title>What is in these tickets?</title>
/// <code>
/// Import-Csv tickets.csv | Get-TextEmbedding -Property Subject | Invoke-Umap | Invoke-Hdbscan | Get-ClusterSummary
/// </code>
/// <para>Shows a line for each cluster: its number, its size, its name, and its most central text.</para>
/// </example>
/// <example>
/// <title>The phrases of the largest cluster</title>
/// <code>
/// $members | Get-ClusterSummary | Select-Object -First 1 -ExpandProperty Keyphrases
/// </code>
/// <para>Each phrase with the number of members that have it.</para>
/// </example>
/// <example>
/// <title>Names by a language model, and how well each fits</title>
/// <code>
/// $members | Get-ClusterSummary -NameModel ./Llama-3.2-3B-Instruct-Q4_K_M.gguf | Format-Table NameSource, NameScore, Name
/// </code>
/// <para>Shows which names are the model's, which those of phrases, and by how much each of the former is nearest to its own.</para>
/// </example>
/// <example>
/// <title>A report</title>
/// <code>
/// $members | Get-ClusterSummary -ExampleCount 5 | ConvertTo-Json -Depth 4 | Set-Content clusters.json
/// </code>
/// <para>Each cluster with five texts.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.ClusterAssignment">A row and its cluster.</type>
/// <type name="System.Management.Automation.PSObject">Any object with the properties Cluster and Text, or what Group-Text -AsMember
/// writes.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.ClusterSummary">One for each cluster: Cluster, Name, NameSource, NameScore, Count, Share, Keyphrases, Examples,
/// NearestCluster and Persistence, and with -Layer Layer, Parent and Children.</type>
/// </outputs>
/// <seealso cref="InvokeHdbscanCommand"/>
/// <seealso cref="AddClusterNameCommand"/>
[Cmdlet(VerbsCommon.Get, "ClusterSummary")]
[OutputType(typeof(ClusterSummary))]
public sealed class GetClusterSummaryCommand : NamingCmdlet
{
    private const int ActivityId = 724_111;

    // What is written of layers shows them, by views of their own.
    private const string LayeredType = "PSLlmCluster.ClusterSummary#Layer";
    private static readonly string[] _ofClusters
        = [nameof(Name), nameof(NameModel), nameof(NameEndpoint), nameof(Context), nameof(Language)];
    private Dictionary<int, string> _carried = [];

    /// <summary>Initializes a new instance of the <see cref="GetClusterSummaryCommand"/> class.</summary>
    public GetClusterSummaryCommand()
        : base("Summing up clusters", ActivityId)
    {
    }

    /// <summary>How many texts stand for a cluster, from 0 to 1,000. It is 3 unless given.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int ExampleCount { get; set; } = 3;

    /// <summary>
    /// Sums up the clusters of each layer of Invoke-Hdbscan -Layer in place of Cluster, the coarsest layer first: Layer is its size, Parent
    /// the cluster of the next coarser layer that it lies in, and Children are those of the next finer one that lie in it. A coarser
    /// cluster is named by its own phrases, those of its children first. Persistence is that which the cluster has where the layer's size
    /// is the -MinClusterSize of Invoke-Hdbscan and Leaf selects the clusters. Layers have numbers of their own, and phrases name them, so
    /// that -Name, -NameModel, -NameEndpoint, -Context and -Language do not go with it.
    /// </summary>
    [Parameter]
    public SwitchParameter Layer { get; set; }

    /// <inheritdoc/>
    private protected override bool ShowsTexts => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Layer)
        {
            ParameterRules.Exclude(
                this, nameof(Layer), "Numbers of layers are others than those of Cluster, and phrases name them.", _ofClusters);
        }

        base.BeginProcessing();
    }

    /// <inheritdoc/>
    private protected override Dictionary<int, string> NamesFor()
    {
        // A model that is asked for names is not held up by those of an earlier run.
        _carried = NameModel is null && NameEndpoint is null ? CarriedNames() : [];
        return WithGiven(_carried);
    }

    /// <inheritdoc/>
    private protected override void WriteResults(IReadOnlyList<NamedCluster> clusters)
    {
        if (Layer)
        {
            WriteLayers(NameLayers());
            return;
        }

        foreach (NamedCluster cluster in clusters.OrderByDescending(cluster => cluster.Count).ThenBy(cluster => cluster.Cluster))
        {
            // A name that rows carry and that phrases would make is a name of phrases.
            bool isCarried = cluster.Source == NameSource.Given && !Given.ContainsKey(cluster.Cluster);
            NameSource? carried = isCarried ? CarriedSource(cluster) : null;
            bool isMade = isCarried && carried is null or NameSource.Keyphrase && cluster.Keyphrases.Count > 0
                && cluster.Name.StartsWith(cluster.Keyphrases[0].Text, StringComparison.Ordinal);
            WriteObject(new ClusterSummary
            {
                Cluster = cluster.Cluster,
                Name = cluster.Name,
                NameSource = isMade ? NameSource.Keyphrase : carried ?? cluster.Source,
                NameScore = isMade ? cluster.Keyphrases[0].Score : cluster.Score,
                Count = (int)cluster.Count,
                Share = cluster.Share,
                Keyphrases = [.. cluster.Keyphrases],
                Examples = [.. cluster.Examples(ExampleCount).Take(ExampleCount).Select(row => Texts[row]!)],
                NearestCluster = cluster.Nearest.Count > 0 ? cluster.Nearest[0] : null,
                Persistence = PersistenceOf(Records[cluster.Rows[0]]),
            });
        }

        int noise = Labels.Count(label => label < 0);
        if (noise > 0)
        {
            string usual = ClusterRecords.NoiseNameOf(Records[0]);
            string given = Given.GetValueOrDefault(ClusterAssignment.Noise) ?? _carried.GetValueOrDefault(ClusterAssignment.Noise, usual);
            WriteObject(new ClusterSummary
            {
                Cluster = ClusterAssignment.Noise,
                Name = given,
                NameSource = given == usual ? null : NameSource.Given,
                Count = noise,
                Share = (double)noise / Labels.Count,
                Keyphrases = [],
                Examples = [],
            });
        }
    }

    private void WriteLayers(IReadOnlyList<NamedLayer> layers)
    {
        if (layers.Count == 0)
        {
            WriteWarning("The rows have no layers, so there is nothing to sum up. Invoke-Hdbscan -Layer finds them.");
        }

        int[]? sizes = Records[0].BaseObject is ClusterAssignment member
            ? member.LayerSizes
            : ClusterRecords.ReadWhole(Records[0], nameof(ClusterAssignment.LayerSizes));
        for (int layer = layers.Count - 1; layer >= 0; layer--)
        {
            Dictionary<int, int> parents = [];
            if (layer + 1 < layers.Count)
            {
                NamedLayer coarser = layers[layer + 1];
                for (int i = 0; i < coarser.Clusters.Count; i++)
                {
                    foreach (int child in coarser.Children[i])
                    {
                        parents[child] = coarser.Clusters[i].Cluster;
                    }
                }
            }

            for (int i = 0; i < layers[layer].Clusters.Count; i++)
            {
                NamedCluster cluster = layers[layer].Clusters[i];
                WriteLayered(new ClusterSummary
                {
                    Cluster = cluster.Cluster,
                    Name = cluster.Name,
                    NameSource = cluster.Source,
                    NameScore = cluster.Score,
                    Count = (int)cluster.Count,
                    Share = cluster.Share,
                    Keyphrases = [.. cluster.Keyphrases],
                    Examples = [.. cluster.Examples(ExampleCount).Take(ExampleCount).Select(row => Texts[row]!)],
                    NearestCluster = cluster.Nearest.Count > 0 ? cluster.Nearest[0] : null,
                    Persistence = LayerPersistenceOf(Records[cluster.Rows[0]], layer),
                    Layer = sizes is not null && layer < sizes.Length ? sizes[layer] : null,
                    Parent = parents.TryGetValue(cluster.Cluster, out int parent) ? parent : null,
                    Children = layer == 0 ? [] : layers[layer].Children[i],
                });
            }
        }
    }

    private void WriteLayered(ClusterSummary summary)
    {
        PSObject shown = new(summary);
        shown.TypeNames.Insert(0, LayeredType);
        WriteObject(shown);
    }

    // As the rows say that carry the name, saved and read again or not.
    private NameSource? CarriedSource(NamedCluster cluster)
    {
        foreach (int row in cluster.Rows)
        {
            PSObject record = Records[row];
            if (record.BaseObject is ClusterAssignment member)
            {
                if (member.ClusterName == cluster.Name)
                {
                    return member.NameSource;
                }
            }
            else if (ClusterRecords.NameOf(record) as string == cluster.Name)
            {
                object? source = PropertyReader.ReadOrNull(record, nameof(ClusterAssignment.NameSource));
                return Enum.TryParse(source?.ToString(), out NameSource found) && Enum.IsDefined(found) ? found : null;
            }
        }

        return null;
    }

    private static double? PersistenceOf(PSObject record)
        => record.BaseObject is ClusterAssignment member
            ? member.Persistence
            : ClusterRecords.ReadNumber(record, nameof(ClusterAssignment.Persistence));

    private static double? LayerPersistenceOf(PSObject record, int layer)
    {
        double[]? persistences = record.BaseObject is ClusterAssignment member
            ? member.LayerPersistences
            : ClusterRecords.ReadDoubles(record, nameof(ClusterAssignment.LayerPersistences));
        return layer < persistences?.Length ? persistences[layer] : null;
    }
}
