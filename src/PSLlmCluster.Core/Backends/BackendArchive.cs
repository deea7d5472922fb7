using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace PSLlmCluster.Core.Backends;

/// <summary>
/// The archive of a package (.tgz), which npm fetched or a person carried here. Its hash is checked before anything in it is read.
/// </summary>
internal static class BackendArchive
{
    /// <summary>The most bytes that an archive may unpack to; the largest, CUDA's, unpack to 0.4 GB.</summary>
    public const long MostLength = 4L << 30;

    private const string LicenceName = "LICENSE";

    /// <summary>Computes the hash of a file as npm writes it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The hash, sha512- and base64.</returns>
    /// <exception cref="EngineException">The file cannot be read.</exception>
    public static string IntegrityOf(string path)
    {
        if (SpecialFile.Exists(path) || !File.Exists(path))
        {
            throw Unreadable(path, Directory.Exists(path) ? "it is a folder" : "there is no such file", null);
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            return "sha512-" + Convert.ToBase64String(SHA512.HashData(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure.Message, failure);
        }
    }

    /// <summary>Finds the archive of a package among files, by its hash.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="pin">The package.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The path of the one that it is.</returns>
    /// <exception cref="EngineException">None is, or one cannot be read.</exception>
    public static string Choose(IReadOnlyList<string> paths, GpuBackend backend, BackendPin pin, CancellationToken token)
    {
        List<string> seen = [];
        foreach (string path in paths)
        {
            token.ThrowIfCancellationRequested();
            string integrity = IntegrityOf(path);
            if (integrity == pin.Integrity)
            {
                return path;
            }

            seen.Add($"{path} has {integrity}");
        }

        throw new EngineException(
            EngineErrorIds.BackendArchiveWrong,
            FailureKind.InvalidData,
            $"{backend.Name} is the package {pin.Package} {pin.Version}, whose archive has the hash {pin.Integrity}: "
                + string.Join(", ", seen) + ".",
            $"Fetch that very package, on any machine with npm: npm pack {pin.Package}@{pin.Version}. If it was that one, it was damaged "
                + "on its way, or is not what its makers published: do not use it.");
    }

    /// <summary>Unpacks the backend's library and the package's licence.</summary>
    /// <param name="path">The archive, whose hash was checked.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="folder">An empty folder that they are written to.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">It is no archive of the backend, or one that no package would be.</exception>
    public static void Extract(string path, GpuBackend backend, string folder, CancellationToken token)
    {
        string library = Path.Combine(folder, backend.FileName);
        try
        {
            using FileStream file = File.OpenRead(path);
            using GZipStream unzipped = new(file, CompressionMode.Decompress);
            using TarReader reader = new(unzipped);
            long length = 0;
            while (reader.GetNextEntry() is { } entry)
            {
                token.ThrowIfCancellationRequested();
                length += entry.Length;
                Check(path, entry, length);
                string? target = TargetOf(entry, backend, folder);
                if (target is not null && !File.Exists(target))
                {
                    entry.ExtractToFile(target, overwrite: false);
                }
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw Invalid(path, "it is no whole .tgz archive", failure);
        }

        if (!File.Exists(library))
        {
            throw Invalid(path, $"it holds no {backend.FileName}", null);
        }
    }

    private static string? TargetOf(TarEntry entry, GpuBackend backend, string folder)
    {
        string[] parts = entry.Name.Split('/');
        return entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) ? null
            : parts is ["package", "bins", ..] && parts[^1] == backend.FileName ? Path.Combine(folder, backend.FileName)
            : parts is ["package", LicenceName] ? Path.Combine(folder, "LICENSE-node-llama-cpp.txt")
            : null;
    }

    private static void Check(string path, TarEntry entry, long lengthSoFar)
    {
        if (lengthSoFar > MostLength)
        {
            throw Invalid(path, $"it unpacks to more than {MostLength >> 30} GB", null);
        }

        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory
            or TarEntryType.GlobalExtendedAttributes))
        {
            throw Invalid(path, $"its entry {entry.Name} is a link or a device", null);
        }

        bool leadsOut = entry.Name.Split('/', '\\').Contains("..")
            || Path.IsPathRooted(entry.Name)
            || entry.Name.Contains(':', StringComparison.Ordinal);
        if (leadsOut)
        {
            throw Invalid(path, $"its entry {entry.Name} leads out of the archive", null);
        }
    }

    private static EngineException Invalid(string path, string clause, Exception? cause) => new(
        EngineErrorIds.BackendArchiveInvalid,
        FailureKind.InvalidData,
        $"{path} cannot be unpacked: {clause}.",
        "Do not use it. Fetch the package again, with npm.",
        cause);

    private static EngineException Unreadable(string path, string clause, Exception? cause) => new(
        EngineErrorIds.BackendArchiveUnreadable,
        FailureKind.ReadError,
        $"{path} cannot be read: {clause}.",
        "Give the path of the package's archive, a .tgz file.",
        cause);
}
