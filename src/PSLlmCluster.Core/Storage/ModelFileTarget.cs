namespace PSLlmCluster.Core.Storage;

/// <summary>
/// The file that a fitted model is to be written to. A saved model that is there is replaced; any other file is not, unless that is forced.
/// </summary>
public sealed class ModelFileTarget
{
    private static readonly OutputKind _kind = new()
    {
        IsFolderId = EngineErrorIds.ModelFileIsDirectory,
        FolderNotFoundId = EngineErrorIds.ModelFileFolderNotFound,
        NotWritableId = EngineErrorIds.ModelFileNotWritable,
        ReadOnlyId = EngineErrorIds.ModelFileNotWritable,
        ExistsId = EngineErrorIds.ModelFileExists,
        NotRegularId = EngineErrorIds.ModelFileNotRegular,
        ForeignId = EngineErrorIds.ModelFileForeign,
        Signature = ModelFileFormat.Signature.ToArray(),
        ForeignDescription = "no saved model",
        FileNameAction = "Add a file name.",
    };

    private readonly OutputFile _file;

    private ModelFileTarget(OutputFile file) => _file = file;

    /// <summary>Checks a path without writing anything, so that a host can say what is wrong with it before long work is done.</summary>
    /// <param name="path">The path.</param>
    /// <param name="rule">What may be replaced.</param>
    /// <returns>The file to write.</returns>
    /// <exception cref="EngineException">The folder does not exist, or what is at the path may not be replaced.</exception>
    public static ModelFileTarget At(string path, OverwriteRule rule = default) => new(new OutputFile(path, _kind, rule));

    /// <summary>Tries the folder: whether a file can be made there. What is made is gone again.</summary>
    /// <exception cref="EngineException">None can be made.</exception>
    public void Probe() => _file.Probe();

    /// <summary>Writes the file.</summary>
    /// <param name="length">The number of bytes that will be written; they are asked of the disk first.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="EngineException">The file cannot be written; what was there before is untouched.</exception>
    internal void Write(long length, Action<Stream> write) => _file.Write(bufferSize: 0, length, write);
}
