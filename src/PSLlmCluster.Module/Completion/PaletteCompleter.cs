using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Module.Completion;

/// <summary>Completes -Palette: the palettes that have a name, with what they are for as the tip.</summary>
public sealed class PaletteCompleter : IArgumentCompleter
{
    private static readonly (string Name, string Tip)[] _palettes =
    [
        (ClusterPlotOptions.DistinctPalette, "Near clusters differ for all kinds of sight"),
        (ClusterPlotOptions.PlacePalette, "The hue says in which direction a cluster lies"),
        (ClusterPlotOptions.NotebookPalette, "The six colours of the notebook"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return _palettes
            .Where(palette => palette.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(palette => new CompletionResult(palette.Name, palette.Name, CompletionResultType.ParameterValue, palette.Tip));
    }
}
