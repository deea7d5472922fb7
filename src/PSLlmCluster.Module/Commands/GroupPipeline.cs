using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Writes the commands that give the same groups as Group-Text one after another, for those who want to change them.</summary>
/// <param name="asked">The cmdlet, for what was asked for.</param>
/// <param name="options">What it made of that.</param>
/// <param name="records">What was grouped.</param>
internal sealed class GroupPipeline(GroupTextCommand asked, TextGroupingOptions options, GroupRecords records)
{
    /// <summary>Returns the commands.</summary>
    /// <param name="groups">The groups.</param>
    /// <returns>A pipeline; null where the groups had been saved, as no cmdlets find them again.</returns>
    public string? TextOf(TextGroups groups)
    {
        if (groups.LayoutOptions is not { } layout || groups.ClusterOptions is not { } clusters)
        {
            return null;
        }

        string[] steps = [LayoutText(layout), ClusterText(clusters), NamingText()];
        return string.Join(" | ", records.NeedModel ? [EmbeddingText(groups.Embedding), .. steps] : steps);
    }

    private string LayoutText(UmapOptions layout)
    {
        string files = asked.Path is null ? string.Empty : " -Path " + string.Join(", ", asked.Path.Select(Quoted));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Invoke-Umap{files} -NeighborCount {layout.NeighborCount} -ComponentCount {layout.ComponentCount} "
                + $"-MinDistance {layout.MinDistance} -Metric {layout.Metric} -Center -UniqueRows -Seed {layout.Seed}");
    }

    private static string ClusterText(HdbscanOptions clusters)
    {
        string hdbscan = string.Create(
            CultureInfo.InvariantCulture,
            $"Invoke-Hdbscan -MinClusterSize {clusters.MinClusterSize} -MinSampleCount {clusters.MinSampleCount} "
                + $"-ClusterSelectionMethod {clusters.ClusterSelectionMethod} -RefinementCount {clusters.RefinementCount}");
        hdbscan += clusters.ClusterCount is int count ? FormattableString.Invariant($" -ClusterCount {count}") : string.Empty;
        return hdbscan + (clusters.AllowSingleCluster ? " -AllowSingleCluster" : string.Empty);
    }

    private string NamingText()
    {
        bool isNamed = asked.NameModel is not null || asked.NameEndpoint is not null;
        return Command(
            "Add-ClusterName",
            ("Property", records.Given.Count == 0 ? null : PropertyText()),
            ("Name", NamesText()),
            ("NameModel", Quoted(asked.NameModel)),
            ("NameEndpoint", AddressText(asked.NameEndpoint)),
            ("NameEndpointModel", Quoted(asked.NameEndpointModel)),
            ("Context", Quoted(asked.Context)),
            ("Language", Quoted(asked.Language)),
            ("Model", isNamed ? Quoted(asked.Model) : null),
            ("Endpoint", isNamed ? AddressText(asked.Endpoint) : null),
            ("EndpointModel", isNamed && asked.Endpoint is not null ? Quoted(options.Model.Name) : null));
    }

    /// <summary>Returns the command that embeds what came without a vector, as the vectors that came along had been made.</summary>
    private string EmbeddingText(EmbeddingOptions embedding)
    {
        bool isOfFile = asked.Endpoint is null;
        PoolingType usual = TextPrompt.Of(embedding.Prompt)?.DefaultPooling ?? PoolingType.Mean;
        string command = Command(
            "Get-TextEmbedding",
            ("Property", PropertyText()),
            ("Model", Quoted(asked.Model)),
            ("Endpoint", AddressText(asked.Endpoint)),
            ("EndpointModel", isOfFile ? null : Quoted(options.Model.Name)),
            ("CachePath", options.Cache is null ? null : Quoted(asked.CachePath)),
            ("CachePrecision", options.Cache?.Precision == VectorPrecision.Half ? "Half" : null),
            ("Prompt", embedding.Prompt == TextPrompt.None ? null : Quoted(embedding.Prompt)),
            ("Prefix", embedding.Prefix.Length == 0 ? null : Quoted(embedding.Prefix)),
            ("Pooling", isOfFile && embedding.Pooling != usual ? $"{embedding.Pooling}" : null),
            ("ContextLength", isOfFile ? embedding.ContextLength?.ToString(CultureInfo.InvariantCulture) : null),
            ("LongText", isOfFile && embedding.LongText != LongTextHandling.Split ? $"{embedding.LongText}" : null),
            ("Device", asked.Device == ComputeDevice.Auto ? null : $"{asked.Device}"));
        command += embedding.Normalize ? " -Normalize" : string.Empty;
        return records.Given.Count == 0
            ? command
            : $"ForEach-Object {{ if ($_ -is [{typeof(TextEmbedding).FullName}]) {{ $_ }} else {{ $_ | {command} }} }}";
    }

    private static string Command(string name, params (string Parameter, string? Value)[] parameters)
        => name + string.Concat(
            parameters.Where(parameter => parameter.Value is not null)
                .Select(parameter => $" -{parameter.Parameter} {parameter.Value}"));

    private string? PropertyText() => asked.Property is null ? null : string.Join(", ", asked.Property.Select(Quoted));

    private string? NamesText()
        => options.GivenNames is { Count: > 0 } names
            ? $"@{{ {string.Join("; ", names.OrderBy(name => name.Key).Select(name => $"{name.Key} = {Quoted(name.Value)}"))} }}"
            : null;

    // What stands after a question mark may be a secret.
    private static string? AddressText(Uri[]? addresses)
        => addresses is null ? null : string.Join(", ", addresses.Select(address => Quoted(EndpointOptions.Shown(address))));

    private static string? Quoted(object? value) => value switch
    {
        null => null,
        ScriptBlock script => $"{{{script}}}",
        _ => $"'{CodeGeneration.EscapeSingleQuotedStringContent(Convert.ToString(value, CultureInfo.InvariantCulture))}'",
    };
}
