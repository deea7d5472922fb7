using System.Text;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>
/// The page's own source, which the engine carries: the shell, the style, and the script, which is put together here from plain modules. A
/// module's imports are lines of their own and are left out, as is the word export: in the script all modules share one scope, so each name
/// at the top of a module is there once.
/// </summary>
/// <param name="Shell">The page with marks where its parts go.</param>
/// <param name="Style">The style sheet.</param>
/// <param name="Script">The script.</param>
internal sealed record PageSource(string Shell, string Style, string Script)
{
    private const string Folder = "web/map/";

    /// <summary>The modules; each only needs those before it while it is set up.</summary>
    private static readonly string[] _modules =
    [
        "data", "texts", "columns", "view", "turning", "grid", "paint", "renderer-gl", "renderer-canvas", "model", "ranges", "writing",
        "names", "piles", "point-texts", "labels", "panel", "csv", "address", "tip", "stage", "input", "main",
    ];

    private static readonly Lazy<PageSource> _own = new(() => Of(Read));

    /// <summary>Gets the source that the engine carries.</summary>
    public static PageSource Own => _own.Value;

    /// <summary>Gets what a Content-Security-Policy calls the script.</summary>
    public string ScriptHash => PageText.Hash(Script);

    /// <summary>Gets what a Content-Security-Policy calls the style sheet.</summary>
    public string StyleHash => PageText.Hash(Style);

    /// <summary>Puts the source together.</summary>
    /// <param name="read">Reads a file of the source by its name, such as main.js.</param>
    /// <returns>The source.</returns>
    public static PageSource Of(Func<string, string> read)
    {
        StringBuilder script = new("\"use strict\";\n(() => {\n");
        foreach (string module in _modules)
        {
            foreach (string line in Lines(read(module + ".js")))
            {
                if (!line.StartsWith("import ", StringComparison.Ordinal))
                {
                    script.Append(line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..] : line).Append('\n');
                }
            }
        }

        return new PageSource(
            read("shell.html").ReplaceLineEndings("\n"), read("map.css").ReplaceLineEndings("\n"), script.Append("})();\n").ToString());
    }

    /// <summary>Reads a file of the source that the engine carries.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>Its text.</returns>
    internal static string Read(string name)
    {
        using Stream stream = typeof(PageSource).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new InvalidOperationException($"The engine was built without {Folder}{name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
