using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>A default stands once: what a cmdlet takes where a parameter is left out is what the engine's options say.</summary>
public sealed class DefaultsTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Get-TextEmbedding", "Embedding.EmbeddingOptions", 4)]
    [InlineData("Invoke-Umap", "Umap.UmapOptions", 20)]
    [InlineData("Invoke-Hdbscan", "Hdbscan.HdbscanOptions", 10)]
    [InlineData("Measure-Clustering", "Hdbscan.HdbscanOptions", 3)]
    [InlineData("Export-ClusterPlot", "Plotting.ClusterPlotOptions", 4)]
    [InlineData("Show-ClusterPlot", "Plotting.TerminalPlotOptions", 4)]
    public void A_parameter_and_the_option_of_its_name_have_one_default(string name, string options, int fewest)
    {
        Type cmdlet = ((CmdletInfo)_session.Run($"Get-Command {name}").Clean().Single().BaseObject).ImplementingType;
        Assembly engine = AssemblyLoadContext.GetLoadContext(cmdlet.Assembly)!.LoadFromAssemblyName(new AssemblyName("PSLlmCluster.Core"));
        object command = Activator.CreateInstance(cmdlet)!;
        object record = Activator.CreateInstance(engine.GetType("PSLlmCluster.Core." + options, throwOnError: true)!)!;

        int compared = 0;
        foreach (PropertyInfo option in record.GetType().GetProperties())
        {
            if (cmdlet.GetProperty(option.Name) is { } parameter
                && parameter.IsDefined(typeof(ParameterAttribute))
                && !IsListOfChoices(parameter, command)
                && !IsTheWindows(parameter)
                && TryPlain(parameter.GetValue(command), out object? given)
                && TryPlain(option.GetValue(record), out object? expected))
            {
                Assert.True(
                    Equals(expected, given), $"{name} -{option.Name} is {given ?? "null"}, and the option is {expected ?? "null"}.");
                compared++;
            }
        }

        Assert.True(compared >= fewest, $"Only {compared} parameters of {name} have an option of their name.");
    }

    /// <summary>Returns whether a parameter is a list of choices, of which the command makes its own where it is left out.</summary>
    private static bool IsListOfChoices(PropertyInfo parameter, object command)
        => parameter.PropertyType.IsArray && parameter.GetValue(command) is null;

    /// <summary>Returns whether a parameter is a size that the window has where it is left out.</summary>
    private static bool IsTheWindows(PropertyInfo parameter)
        => parameter.Name is "Width" or "Height" && Nullable.GetUnderlyingType(parameter.PropertyType) is not null;

    /// <summary>Takes a value out of a switch, or of a list of one, which a parameter may be where the option is a single value.</summary>
    private static bool TryPlain(object? value, out object? plain)
    {
        plain = value switch
        {
            SwitchParameter flag => flag.IsPresent,
            Array { Length: 1 } list => list.GetValue(0),
            _ => value,
        };
        return plain is not Array;
    }
}
