using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HelpBuilder;

/// <summary>A cmdlet or a parameter lacks what its help needs.</summary>
internal sealed class DocumentationException(string message) : Exception(message);

/// <summary>What the help of one cmdlet says.</summary>
internal sealed record CmdletHelp(
    string Verb,
    string Noun,
    string Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<string> ParameterSets,
    IReadOnlyList<(string Type, string Text)> Inputs,
    IReadOnlyList<(string Type, string Text)> Outputs,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<string> Links)
{
    public string Name => $"{Verb}-{Noun}";
}

/// <summary>One example: a title, the command, and what it does.</summary>
internal sealed record ExampleHelp(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>What the help of one parameter says. Sets are by name; "__AllParameterSets" is every one.</summary>
internal sealed record ParameterHelp(
    string Name,
    Type Type,
    IReadOnlyList<string> Description,
    string DefaultValue,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Choices,
    IReadOnlyList<ParameterAttribute> Attributes)
{
    public bool IsSwitch => Type == typeof(SwitchParameter);
}

/// <summary>Reads cmdlets by reflection, and what they say of themselves from the compiler's documentation file.</summary>
internal sealed partial class CmdletDocumentation
{
    private readonly Assembly _assembly;
    private readonly Dictionary<string, XElement> _members;

    private CmdletDocumentation(Assembly assembly, Dictionary<string, XElement> members)
    {
        _assembly = assembly;
        _members = members;
    }

    public static CmdletDocumentation Load(string assemblyPath)
    {
        string xml = Path.ChangeExtension(assemblyPath, ".xml");
        if (!File.Exists(xml))
        {
            throw new DocumentationException($"{xml} is not there; the project has to generate its documentation file.");
        }

        Dictionary<string, XElement> members = XDocument.Load(xml, LoadOptions.PreserveWhitespace).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);
        return new CmdletDocumentation(Assembly.LoadFrom(assemblyPath), members);
    }

    public IReadOnlyList<CmdletHelp> ReadCmdlets()
        => [.. _assembly.GetExportedTypes()
            .Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null && !type.IsAbstract)
            .Select(ReadCmdlet)
            .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)];

    private CmdletHelp ReadCmdlet(Type type)
    {
        CmdletAttribute attribute = type.GetCustomAttribute<CmdletAttribute>()!;
        string name = $"{attribute.VerbName}-{attribute.NounName}";
        XElement member = Member($"T:{type.FullName}", name);
        List<ExampleHelp> examples = [.. member.Elements("example").Select(example => ReadExample(example, name))];
        if (examples.Count == 0)
        {
            throw new DocumentationException($"{name} has no <example>.");
        }

        object instance = Activator.CreateInstance(type)!;
        List<ParameterHelp> parameters = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttributes<ParameterAttribute>().Any())
            .Select(property => ReadParameter(property, instance, name))
            .OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase)];
        List<string> sets = [.. parameters.SelectMany(parameter => parameter.Attributes).Select(entry => entry.ParameterSetName)
            .Where(set => set != ParameterAttribute.AllParameterSets).Distinct().Order(StringComparer.Ordinal)];
        return new CmdletHelp(
            attribute.VerbName,
            attribute.NounName,
            Required(Paragraphs(member.Element("summary")), $"{name} has no <summary>.")[0],
            Required(Paragraphs(member.Element("remarks")), $"{name} has no <remarks>."),
            parameters,
            sets.Count > 0 ? sets : [ParameterAttribute.AllParameterSets],
            Types(member.Element("inputs"), name, "inputs"),
            Types(member.Element("outputs"), name, "outputs"),
            examples,
            [.. member.Elements("seealso").Select(Link)]);
    }

    private ParameterHelp ReadParameter(PropertyInfo property, object cmdlet, string cmdletName)
    {
        string what = $"{cmdletName} -{property.Name}";
        XElement member = Member($"P:{property.DeclaringType!.FullName}.{property.Name}", what);
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new ParameterHelp(
            property.Name,
            type,
            Required(Paragraphs(member.Element("summary")), $"{what} has no <summary>."),
            DefaultOf(property, cmdlet),
            property.GetCustomAttribute<AliasAttribute>()?.AliasNames.ToArray() ?? [],
            property.GetCustomAttribute<ValidateSetAttribute>()?.ValidValues.ToArray() ?? (type.IsEnum ? Enum.GetNames(type) : []),
            [.. property.GetCustomAttributes<ParameterAttribute>().Where(attribute => !attribute.DontShow)]);
    }

    private static string DefaultOf(PropertyInfo property, object cmdlet)
    {
        if (property.PropertyType == typeof(SwitchParameter))
        {
            return "False";
        }

        return property.GetMethod is null ? "None" : property.GetValue(cmdlet) switch
        {
            null or "" => "None",
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            string value => value,
            IEnumerable => "None",
            object value => value.ToString() ?? "None",
        };
    }

    private ExampleHelp ReadExample(XElement example, string name)
    {
        string code = example.Element("code")?.Value ?? throw new DocumentationException($"An example of {name} has no <code>.");
        string title = Required(Paragraphs(example.Element("title")), $"An example of {name} has no <title>.")[0];
        return new ExampleHelp(title, Dedent(code), [.. example.Elements("para").SelectMany(Paragraphs)]);
    }

    private List<(string Type, string Text)> Types(XElement? element, string name, string tag)
    {
        List<(string Type, string Text)> types = [
            .. (element?.Elements("type") ?? []).Select(type => (type.Attribute("name")!.Value, string.Join(' ', Paragraphs(type))))
        ];
        return types.Count > 0 ? types : throw new DocumentationException($"{name} has no <{tag}> with a <type name=\"…\">.");
    }

    private XElement Member(string key, string what)
        => _members.TryGetValue(key, out XElement? member) ? member : throw new DocumentationException($"{what} has no XML documentation.");

    private static List<string> Required(List<string> paragraphs, string problem)
        => paragraphs.Count > 0 ? paragraphs : throw new DocumentationException(problem);

    /// <summary>The text of an element: one string for each para in it, or one for all where there is none.</summary>
    private List<string> Paragraphs(XElement? element)
    {
        if (element is null)
        {
            return [];
        }

        IEnumerable<XElement> parts = element.Elements("para").Any() ? element.Elements("para") : [element];
        return [
            .. parts.Select(part => Spaces().Replace(string.Concat(part.Nodes().Select(Text)), " ").Trim()).Where(text => text.Length > 0)
        ];
    }

    private string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" } link => Link(link),
        XElement { Name.LocalName: "paramref" } parameter => parameter.Attribute("name")!.Value,
        XElement other => string.Concat(other.Nodes().Select(Text)),
        _ => string.Empty,
    };

    /// <summary>A link's text: its address, or the cmdlet's name where it points to one, otherwise the last part of the name.</summary>
    private string Link(XElement link)
    {
        if (link.Attribute("href")?.Value is { } address)
        {
            return link.Value.Length > 0 ? $"{link.Value}: {address}" : address;
        }

        string? reference = link.Attribute("cref")?.Value ?? link.Attribute("langword")?.Value;
        if (reference is null)
        {
            return link.Value;
        }

        CmdletAttribute? cmdlet = reference.StartsWith("T:", StringComparison.Ordinal)
            ? _assembly.GetType(reference[2..])?.GetCustomAttribute<CmdletAttribute>()
            : null;
        return cmdlet is not null ? $"{cmdlet.VerbName}-{cmdlet.NounName}" : reference[(reference.LastIndexOfAny(['.', ':']) + 1)..];
    }

    /// <summary>Takes off the indentation that all lines share, and blank lines at both ends.</summary>
    private static string Dedent(string code)
    {
        string[] lines = code.ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        int indent = lines.Where(line => line.Trim().Length > 0)
            .Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0)
            .Min();
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..] : line.TrimStart()));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
