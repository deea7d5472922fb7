using System.Security.Cryptography;

namespace PSLlmCluster.Core.Backends;

/// <summary>
/// Installs and removes GPU backends, each a folder beside llama.cpp's libraries. A backend is there whole or not at all: it is unpacked
/// into a folder of another name, which then takes its place.
/// </summary>
public sealed class BackendInstaller
{
    private readonly GpuBackend _backend;
    private readonly BackendPin _pin;
    private readonly string? _searchPath;

    /// <summary>Initializes a new instance of the <see cref="BackendInstaller"/> class.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="pin">The package that it comes from.</param>
    /// <param name="nativeFolder">The folder that its folder is to be in.</param>
    /// <param name="searchPath">The folders that npm is looked for in; null for PATH.</param>
    internal BackendInstaller(GpuBackend backend, BackendPin pin, string nativeFolder, string? searchPath = null)
    {
        _backend = backend;
        _pin = pin;
        _searchPath = searchPath;
        NativeFolder = nativeFolder;
        Folder = Path.Combine(nativeFolder, backend.Folder);
    }

    /// <summary>Gets the folder of the backend, whether or not it is there.</summary>
    public string Folder { get; }

    /// <summary>Gets the name and version of the package that it comes from.</summary>
    public string Package => $"{_pin.Package} {_pin.Version}";

    private string NativeFolder { get; }

    /// <summary>Finds out what would be installed, and whether it may be.</summary>
    /// <param name="name">The backend: Cuda12, Cuda13 or Vulkan.</param>
    /// <param name="replaces">Whether one that is there may be replaced.</param>
    /// <returns>What installs it.</returns>
    /// <exception cref="EngineException">There is none for this platform, or it is there already.</exception>
    public static BackendInstaller For(string name, bool replaces)
    {
        GpuBackend backend = GpuBackend.Named(name);
        BackendInstaller installer = new(backend, BackendPin.Read(backend, NativePlatform.Name), NativePlatform.Folder);
        return replaces || !Directory.Exists(installer.Folder)
            ? installer
            : throw new EngineException(
                EngineErrorIds.BackendInstalled,
                FailureKind.AlreadyExists,
                $"The backend {backend.Name} is installed already, in {installer.Folder}.",
                "-Force replaces it; Get-LlamaDevice says whether it can be used.");
    }

    /// <summary>Returns the folder of a backend that is installed.</summary>
    /// <param name="name">The backend: Cuda12, Cuda13 or Vulkan.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="EngineException">It is not installed.</exception>
    public static string InstalledFolder(string name)
    {
        GpuBackend backend = GpuBackend.Named(name);
        string folder = Path.Combine(NativePlatform.Folder, backend.Folder);
        return Directory.Exists(folder)
            ? folder
            : throw new EngineException(
                EngineErrorIds.BackendNotInstalled,
                FailureKind.NotFound,
                $"The backend {backend.Name} is not installed: there is no folder {folder}.",
                "Get-LlamaDevice shows the backends that are.");
    }

    /// <summary>Removes a backend.</summary>
    /// <param name="folder">Its folder, as <see cref="InstalledFolder"/> returns it.</param>
    /// <exception cref="EngineException">It is in use, or may not be removed.</exception>
    public static void Remove(string folder)
    {
        // The new name comes first: where a file of it is in use on Windows that fails, and the backend stays whole.
        string aside = Beside(folder);
        try
        {
            Directory.Move(folder, aside);
            Directory.Delete(aside, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw OperatingSystem.IsWindows() ? InUse(folder, failure) : NotWritable(folder, failure);
        }
    }

    /// <summary>Installs the backend.</summary>
    /// <param name="archives">
    /// Archives that were carried here by hand, one of which has to be the package's; none to fetch it with npm.
    /// </param>
    /// <param name="log">Receives what is done.</param>
    /// <param name="progress">Receives what is being done; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>What was installed.</returns>
    /// <exception cref="EngineException">It cannot be fetched, is not what was pinned, or cannot be written.</exception>
    public LlamaBackend Install(
        IReadOnlyList<string> archives, Action<string>? log, IProgress<StageProgress>? progress, CancellationToken token)
    {
        string unpacked = MakeBeside();
        try
        {
            if (archives.Count > 0)
            {
                Unpack(archives, unpacked, progress, token);
            }
            else
            {
                progress?.Report(new StageProgress($"Fetching {Package} with npm", -1));
                string download = Directory.CreateTempSubdirectory("psllmcluster-").FullName;
                try
                {
                    Unpack([NpmClient.Pack(_pin, download, _searchPath, log, token)], unpacked, progress, token);
                }
                finally
                {
                    Directory.Delete(download, recursive: true);
                }
            }

            token.ThrowIfCancellationRequested();
            if (Directory.Exists(Folder))
            {
                Remove(Folder);
            }

            Write(() => Directory.Move(unpacked, Folder));
        }
        finally
        {
            if (Directory.Exists(unpacked))
            {
                Directory.Delete(unpacked, recursive: true);
            }
        }

        string library = _backend.FileIn(NativeFolder);
        log?.Invoke($"{Package} was installed in {Folder}");
        return new LlamaBackend(_backend.Name, _pin.Package, _pin.Version, library, new FileInfo(library).Length);
    }

    private void Unpack(IReadOnlyList<string> archives, string folder, IProgress<StageProgress>? progress, CancellationToken token)
    {
        progress?.Report(new StageProgress("Checking the hash", -1));
        string archive = BackendArchive.Choose(archives, _backend, _pin, token);
        progress?.Report(new StageProgress("Unpacking", -1));
        Write(() => BackendArchive.Extract(archive, _backend, folder, token));
    }

    private string MakeBeside()
    {
        string folder = Beside(Folder);
        Write(() => Directory.CreateDirectory(folder));
        return folder;
    }

    private void Write(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(NativeFolder, failure);
        }
    }

    private static string Beside(string folder) => folder + ".psllmcluster-" + RandomNumberGenerator.GetHexString(8, lowercase: true);

    private static EngineException InUse(string folder, Exception cause) => new(
        EngineErrorIds.BackendInUse,
        FailureKind.ResourceUnavailable,
        $"{folder} is in use: {cause.Message}",
        "Close the PowerShell sessions that use llama.cpp (Remove-Module PSLlmCluster in each), and do it again.",
        cause);

    private static EngineException NotWritable(string folder, Exception cause) => new(
        EngineErrorIds.BackendFolderNotWritable,
        FailureKind.PermissionDenied,
        $"{folder} cannot be written to: {cause.Message}",
        "Run it as a user who may write there, see that the disk has room, or install the module for this user alone. Or set "
            + $"{NativePlatform.FolderVariable} to a folder of your own that holds a copy of the module's libraries.",
        cause);
}
