namespace PSLlmCluster.Core.Plotting;

/// <summary>The kinds of file that a map can be written as.</summary>
internal enum PlotFormat
{
    /// <summary>A picture of pixels.</summary>
    Png,

    /// <summary>A picture of lines and texts.</summary>
    Svg,

    /// <summary>A page that answers to the pointer.</summary>
    Html,

    /// <summary>A page to print.</summary>
    Pdf,
}

/// <summary>The file that a map is to be written to. Its ending says the format.</summary>
public sealed class PlotFile
{
    private const int BufferSize = 4096;
    private const string NameAction = "Use a file name that ends in .png, .svg, .pdf or .html.";

    private static readonly OutputKind _kind = new()
    {
        IsFolderId = EngineErrorIds.PlotPathIsDirectory,
        FolderNotFoundId = EngineErrorIds.PlotFolderNotFound,
        NotWritableId = EngineErrorIds.PlotPathNotWritable,
        ReadOnlyId = EngineErrorIds.PlotFileReadOnly,
        ExistsId = EngineErrorIds.PlotFileExists,
        NotRegularId = EngineErrorIds.PlotPathNotRegular,
        FileNameAction = "Add a file name that ends in .png, .svg, .pdf or .html.",
    };

    private readonly OutputFile _file;

    private PlotFile(OutputFile file, PlotFormat format)
    {
        _file = file;
        Format = format;
    }

    /// <summary>Gets the kind of file, which its ending says.</summary>
    internal PlotFormat Format { get; }

    /// <summary>Gets a value indicating whether the file is an HTML page.</summary>
    public bool IsPage => Format == PlotFormat.Html;

    /// <summary>Checks a path without writing anything, so that a host can say what is wrong with it before long work is done.</summary>
    /// <param name="path">The path; it ends in .png, .svg, .pdf, .html or .htm, in any case of letters.</param>
    /// <param name="rule">What may be replaced.</param>
    /// <returns>The file to write.</returns>
    /// <exception cref="EngineException">
    /// The ending is unknown, the folder does not exist, or what is at the path may not be replaced.
    /// </exception>
    public static PlotFile At(string path, OverwriteRule rule = default)
    {
        // A folder is named as such, whatever its name ends in.
        PlotFormat format = Directory.Exists(path) ? default : FormatOf(path);
        return new PlotFile(new OutputFile(path, _kind, rule), format);
    }

    /// <summary>Tries the folder: whether a file can be made there. What is made is gone again.</summary>
    /// <exception cref="EngineException">None can be made.</exception>
    public void Probe() => _file.Probe();

    /// <summary>Writes the file.</summary>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="EngineException">The file cannot be written; what was there before is untouched.</exception>
    internal void Write(Action<Stream> write) => _file.Write(BufferSize, length: 0, write);

    private static PlotFormat FormatOf(string path)
    {
        string ending = Path.GetExtension(path);
        return ending.ToUpperInvariant() switch
        {
            ".PNG" => PlotFormat.Png,
            ".SVG" => PlotFormat.Svg,
            ".PDF" => PlotFormat.Pdf,
            ".HTML" or ".HTM" => PlotFormat.Html,
            _ => throw new EngineException(
                EngineErrorIds.PlotFormatUnknown,
                FailureKind.InvalidArgument,
                ending.Length > 0
                    ? $"'{path}' ends in {ending}, which is no known format."
                    : $"'{path}' has no ending that says its format.",
                NameAction),
        };
    }
}
