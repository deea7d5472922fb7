using HelpBuilder;

// HelpBuilder MODULE.dll HELP.xml: reads MODULE.dll and the MODULE.xml beside it, writes HELP.xml.
// Documentation that is missing is an error, since a reader of Get-Help would be the one to miss it.
if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: HelpBuilder MODULE.dll HELP.xml");
    return 2;
}

try
{
    string assembly = Path.GetFullPath(args[0]);
    string target = Path.GetFullPath(args[1]);
    CmdletDocumentation documentation = CmdletDocumentation.Load(assembly);
    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
    MamlWriter.Write(documentation.ReadCmdlets(), target);
    return 0;
}
catch (DocumentationException problem)
{
    // The form that a build shows as an error of its own.
    Console.Error.WriteLine($"HelpBuilder : error PSLC100: {problem.Message}");
    return 1;
}
