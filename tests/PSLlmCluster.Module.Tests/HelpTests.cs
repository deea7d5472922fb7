using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>What Get-Help says, to the last parameter.</summary>
public sealed class HelpTests : IDisposable
{
    private const int FewestExamples = 3;
    private readonly ModuleSession _session = new();

    public static TheoryData<string> Cmdlets
        => [
            "Get-EmbeddingModel", "Get-LlamaDevice", "Get-TextEmbedding", "Invoke-Umap", "Invoke-Hdbscan", "Measure-Clustering",
            "Add-ClusterName", "Get-ClusterSummary", "ConvertTo-ClusterRow", "Export-ClusterPlot", "Show-ClusterPlot",
            "Clear-EmbeddingCache", "Get-EmbeddingCache", "Merge-EmbeddingCache",
            "Export-TextEmbedding", "Import-TextEmbedding", "Merge-TextEmbedding",
            "Group-Text", "Install-LlamaBackend", "Uninstall-LlamaBackend"
        ];

    public void Dispose() => _session.Dispose();

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Synopsis_description_examples_and_links_are_there(string cmdlet)
    {
        PSObject help = Help(cmdlet);

        // A help that PowerShell makes up itself begins with the syntax.
        string synopsis = help.Value<string>("Synopsis");
        Assert.EndsWith(".", synopsis.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain(cmdlet, synopsis, StringComparison.Ordinal);
        Assert.NotEmpty(Texts(help.Value<object>("description")));
        PSObject[] examples = [.. Items(help.Value<PSObject>("examples").Value<object>("example"))];
        Assert.True(examples.Length >= FewestExamples, $"{cmdlet} has {examples.Length} examples.");
        Assert.All(examples, example => Assert.Contains(cmdlet, example.Value<string>("code"), StringComparison.OrdinalIgnoreCase));
        Assert.All(examples, example => Assert.NotEmpty(Texts(example.Value<object>("remarks"))));
        Assert.NotEmpty(Items(help.Value<PSObject>("relatedLinks").Value<object>("navigationLink")));
        Assert.NotEmpty(Items(help.Value<PSObject>("inputTypes").Value<object>("inputType")));
        Assert.NotEmpty(Items(help.Value<PSObject>("returnValues").Value<object>("returnValue")));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_parameter_is_described_and_no_other(string cmdlet)
    {
        CommandInfo command = _session.Run($"Get-Command {cmdlet}").Clean().Select(entry => (CommandInfo)entry.BaseObject).Single();
        PSObject[] described = [.. Items(Help(cmdlet).Value<PSObject>("parameters").Value<object>("parameter"))];

        Assert.Equal(
            command.Parameters.Keys.Except(Cmdlet.CommonParameters).Except(Cmdlet.OptionalCommonParameters).Order(),
            described.Values<string>("name").Order());
        Assert.All(
            described,
            parameter => Assert.EndsWith(
                ".", string.Join(' ', Texts(parameter.Value<object>("description"))).Trim(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_example_is_one_that_PowerShell_can_read(string cmdlet)
        => Assert.All(
            Items(Help(cmdlet).Value<PSObject>("examples").Value<object>("example")),
            example =>
            {
                System.Management.Automation.Language.ScriptBlockAst script = System.Management.Automation.Language.Parser.ParseInput(
                    example.Value<string>("code"), out _, out System.Management.Automation.Language.ParseError[] errors);
                Assert.Empty(errors.Select(error => error.Message));

                // Parameters of the module's own commands are spelled as they are.
                Assert.All(
                    script.FindAll(
                        node => node is System.Management.Automation.Language.CommandAst,
                        searchNestedScriptBlocks: true).Cast<System.Management.Automation.Language.CommandAst>().Where(
                            call => Cmdlets.Contains(call.GetCommandName())),
                    call => Assert.All(
                        call.CommandElements.OfType<System.Management.Automation.Language.CommandParameterAst>(),
                        parameter => Assert.NotNull(
                            (
                                (CommandInfo)_session.Run($"Get-Command {call.GetCommandName()}").Clean()[0].BaseObject).ResolveParameter(
                                    parameter.ParameterName))));
            });

    [Fact]
    public void Choices_that_are_not_to_be_made_are_not_offered() => Assert.Equal(
        ["Auto", "Managed", "Llama"],
        Items(Items(Help("Get-TextEmbedding").Value<PSObject>("parameters").Value<object>("parameter"))
            .Single(parameter => parameter.Value<string>("name") == "Engine")
            .Value<PSObject>("parameterValueGroup").Value<object>("parameterValue")).Select(value => value.ToString()));

    [Fact]
    public void The_topic_about_the_module_is_found()
        => Assert.Contains(
            "Get-TextEmbedding",
            string.Join('\n', _session.Run("Get-Help about_PSLlmCluster").Clean().Select(text => text.ToString())),
            StringComparison.Ordinal);

    private PSObject Help(string cmdlet) => Assert.Single(_session.Run($"Get-Help {cmdlet} -Full").Clean());

    private static IEnumerable<PSObject> Items(object? value)
        => LanguagePrimitives.GetEnumerable(value) is { } list
            ? list.Cast<object>().Select(PSObject.AsPSObject)
            : value is null
            ? []
            : [PSObject.AsPSObject(value)];

    private static IEnumerable<string> Texts(object? value)
        => Items(value).Values<string>("Text").Where(text => !string.IsNullOrWhiteSpace(text));
}
