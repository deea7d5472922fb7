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
}

/// <summary>
/// Writes one file whole or not at all: into a temporary file beside the target, which then takes the target's place.
/// </summary>
internal sealed class PlotFile
{
    private const int BufferSize = 4096;
    private const string FolderCure = "Create the folder first, or choose another path.";

    private readonly string _shownPath;
    private readonly string _path;

    private PlotFile(string shownPath, string path, PlotFormat format)
    {
        _shownPath = shownPath;
        _path = path;
        Format = format;
    }

    /// <summary>Gets the kind of file, which its ending says.</summary>
    public PlotFormat Format { get; }

    /// <summary>Checks a path before any work is done for it.</summary>
    /// <param name="path">The path; its ending says the format.</param>
    /// <param name="replaceProtected">Whether a write-protected file may be replaced.</param>
    /// <returns>The file to write.</returns>
    /// <exception cref="EngineException">The ending is unknown, or nothing can be written there.</exception>
    public static PlotFile At(string path, bool replaceProtected = false)
    {
        // A folder is named as such, whatever its name ends in.
        if (Directory.Exists(path))
        {
            throw new EngineException("PlotPathIsDirectory", FailureKind.InvalidArgument, $"'{path}' is a folder.", "Add a file name that ends in .png, .svg or .html.");
        }

        PlotFormat format = FormatOf(path);
        string target;
        try
        {
            target = WholeFile.TargetOf(path);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(path, e);
        }

        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            throw new EngineException("PlotFolderNotFound", FailureKind.NotFound, $"The folder '{folder}' does not exist, so '{path}' cannot be written.", FolderCure);
        }

        if (!replaceProtected && WholeFile.IsProtected(target))
        {
            throw new EngineException("PlotPathNotWritable", FailureKind.PermissionDenied, $"'{path}' is there already and is write-protected.", "Take the write protection off the file, or choose another path.");
        }

        return new PlotFile(path, target, format);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="EngineException">The file cannot be written; what was there before is untouched.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            WholeFile.Write(_path, ".plot-", BufferSize, length: 0, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(_shownPath, e);
        }
    }

    private static PlotFormat FormatOf(string path)
    {
        string ending = Path.GetExtension(path);
        return ending.ToUpperInvariant() switch
        {
            ".PNG" => PlotFormat.Png,
            ".SVG" => PlotFormat.Svg,
            ".HTML" or ".HTM" => PlotFormat.Html,
            _ => throw new EngineException(
                "PlotFormatUnknown",
                FailureKind.InvalidArgument,
                ending.Length > 0 ? $"'{path}' ends in {ending}, which is no known format." : $"'{path}' has no ending that says its format.",
                "Use a file name that ends in .png, .svg or .html."),
        };
    }

    private static EngineException NotWritable(string path, Exception cause) => cause switch
    {
        DirectoryNotFoundException => new EngineException("PlotFolderNotFound", FailureKind.NotFound, $"The folder of '{path}' does not exist.", FolderCure, cause),
        UnauthorizedAccessException => new EngineException("PlotPathNotWritable", FailureKind.PermissionDenied, $"'{path}' cannot be written: {cause.Message}", "Choose a folder that you may write to, or ask for the right to write there.", cause),
        ArgumentException or NotSupportedException => new EngineException("PlotPathNotWritable", FailureKind.InvalidArgument, $"'{path}' is no valid path: {cause.Message}", "Choose another path.", cause),
        _ => new EngineException("PlotPathNotWritable", FailureKind.WriteError, $"'{path}' cannot be written: {cause.Message}", "See that the disk has room and that no program holds the file open, or choose another path.", cause),
    };
}
