namespace PSLlmCluster.Core;

/// <summary>A kind of file that is written: the ids of its errors, and what of it may be replaced without being asked.</summary>
internal sealed record OutputKind
{
    /// <summary>Gets the id where the path leads to a folder.</summary>
    public required string IsFolderId { get; init; }

    /// <summary>Gets the id where the folder to write to does not exist.</summary>
    public required string FolderNotFoundId { get; init; }

    /// <summary>Gets the id where the system does not let the file be written.</summary>
    public required string NotWritableId { get; init; }

    /// <summary>Gets the id where a read-only file is there.</summary>
    public required string ReadOnlyId { get; init; }

    /// <summary>Gets the id where a file is there that is not to be replaced.</summary>
    public required string ExistsId { get; init; }

    /// <summary>Gets the id where a device, a named pipe or a socket is there.</summary>
    public required string NotRegularId { get; init; }

    /// <summary>Gets the id where a file is there that is none of this kind; null where any file may be replaced.</summary>
    public string? ForeignId { get; init; }

    /// <summary>Gets the signature that files of this kind begin with; empty where any file may be replaced.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Gets the end of a sentence that says what a file without the signature is not, such as "no saved model".</summary>
    public string ForeignDescription { get; init; } = string.Empty;

    /// <summary>Gets a file name to add to a folder, as in the advice "Add a file name that ends in .png".</summary>
    public required string FileNameAction { get; init; }
}
