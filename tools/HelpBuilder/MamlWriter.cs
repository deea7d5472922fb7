using System.Management.Automation;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace HelpBuilder;

/// <summary>Writes help as MAML, the form that Get-Help reads beside a binary module.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace _maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace _command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace _dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(IReadOnlyList<CmdletHelp> cmdlets, string path)
    {
        XDocument document = new(new XElement("helpItems", new XAttribute("schema", "maml"), cmdlets.Select(Command)));
        XmlWriterSettings settings = new() { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n" };
        using XmlWriter writer = XmlWriter.Create(path, settings);
        document.Save(writer);
    }

    private static XElement Command(CmdletHelp cmdlet)
        => new(
            _command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", _maml),
            new XAttribute(XNamespace.Xmlns + "command", _command),
            new XAttribute(XNamespace.Xmlns + "dev", _dev),
            new XElement(
                _command + "details",
                new XElement(_command + "name", cmdlet.Name),
                new XElement(_command + "verb", cmdlet.Verb),
                new XElement(_command + "noun", cmdlet.Noun),
                Description([cmdlet.Synopsis])),
            Description(cmdlet.Description),
            new XElement(_command + "syntax", cmdlet.ParameterSets.Select(set => SyntaxItem(cmdlet, set))),
            new XElement(_command + "parameters", cmdlet.Parameters.Select(parameter => Parameter(parameter, parameter.Attributes[0]))),
            new XElement(_command + "inputTypes", cmdlet.Inputs.Select(entry => TypeEntry(_command + "inputType", entry))),
            new XElement(_command + "returnValues", cmdlet.Outputs.Select(entry => TypeEntry(_command + "returnValue", entry))),
            new XElement(_command + "examples", cmdlet.Examples.Select(Example)),
            new XElement(_command + "relatedLinks", cmdlet.Links.Select(Link)));

    private static XElement SyntaxItem(CmdletHelp cmdlet, string set)
        => new(
            _command + "syntaxItem",
            new XElement(_maml + "name", cmdlet.Name),
            cmdlet.Parameters
                .Select(
                    parameter => (
                        Parameter: parameter,
                        Attribute: parameter.Attributes.FirstOrDefault(
                            entry => entry.ParameterSetName == set || entry.ParameterSetName == ParameterAttribute.AllParameterSets)))
                .Where(entry => entry.Attribute is not null)
                .OrderBy(entry => entry.Attribute!.Position < 0 ? int.MaxValue : entry.Attribute.Position)
                .ThenByDescending(entry => entry.Attribute!.Mandatory)
                .Select(entry => Parameter(entry.Parameter, entry.Attribute!)));

    private static XElement Parameter(ParameterHelp parameter, ParameterAttribute attribute)
    {
        string type = TypeName(parameter.Type);
        XElement element = new(
            _command + "parameter",
            new XAttribute("required", Flag(attribute.Mandatory)),
            new XAttribute("variableLength", "true"),
            new XAttribute("globbing", "false"),
            new XAttribute("pipelineInput", Pipeline(attribute)),
            new XAttribute(
                "position",
                attribute.Position < 0 ? "named" : attribute.Position.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
            new XElement(_maml + "name", parameter.Name),
            Description(parameter.Description));
        if (!parameter.IsSwitch)
        {
            element.Add(
                new XElement(
                    _command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", "false"), type));
            if (parameter.Choices.Count > 0)
            {
                element.Add(
                    new XElement(
                        _command + "parameterValueGroup",
                        parameter.Choices.Select(
                            name => new XElement(
                                _command + "parameterValue",
                                new XAttribute("required", "false"),
                                new XAttribute("variableLength", "false"),
                                name))));
            }
        }

        element.Add(
            new XElement(_dev + "type", new XElement(_maml + "name", type), new XElement(_maml + "uri")),
            new XElement(_dev + "defaultValue", parameter.DefaultValue));
        return element;
    }

    private static XElement Example(ExampleHelp example, int index)
        => new(
            _command + "example",
            new XElement(_maml + "title", $"Example {index + 1}: {example.Title}"),
            new XElement(_dev + "code", example.Code),
            // The empty paragraph keeps examples apart.
            new XElement(_dev + "remarks", example.Remarks.Append(string.Empty).Select(Paragraph)));

    private static XElement Link(string text)
        => text.StartsWith("http", StringComparison.Ordinal)
            ? new XElement(_maml + "navigationLink", new XElement(_maml + "linkText"), new XElement(_maml + "uri", text))
            : new XElement(_maml + "navigationLink", new XElement(_maml + "linkText", text), new XElement(_maml + "uri"));

    private static XElement TypeEntry(XName name, (string Type, string Text) entry)
        => new(name, new XElement(_dev + "type", new XElement(_maml + "name", entry.Type)), Description([entry.Text]));

    private static XElement Description(IEnumerable<string> paragraphs) => new(_maml + "description", paragraphs.Select(Paragraph));

    private static XElement Paragraph(string text) => new(_maml + "para", text);

    private static string Pipeline(ParameterAttribute attribute)
        => (attribute.ValueFromPipeline, attribute.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static string Flag(bool value) => value ? "true" : "false";

    private static string TypeName(Type type)
        => type.IsArray ? TypeName(type.GetElementType()!) + "[]"
        : type == typeof(SwitchParameter) || type == typeof(PSObject) || type.Namespace == "System" ? type.Name
        : type.FullName!;
}
