namespace PSLlmCluster.Core.Plotting;

/// <summary>The ids of the errors of a map's file.</summary>
internal static class PlotErrorIds
{
    /// <summary>The path leads to a folder.</summary>
    public const string PlotPathIsDirectory = nameof(PlotPathIsDirectory);

    /// <summary>The folder to write to does not exist.</summary>
    public const string PlotFolderNotFound = nameof(PlotFolderNotFound);

    /// <summary>The file cannot be written.</summary>
    public const string PlotPathNotWritable = nameof(PlotPathNotWritable);

    /// <summary>A file is there already, and is read-only.</summary>
    public const string PlotFileReadOnly = nameof(PlotFileReadOnly);

    /// <summary>A file is there already, and was not to be replaced.</summary>
    public const string PlotFileExists = nameof(PlotFileExists);

    /// <summary>The path leads to a device, a named pipe or a socket.</summary>
    public const string PlotPathNotRegular = nameof(PlotPathNotRegular);
}
