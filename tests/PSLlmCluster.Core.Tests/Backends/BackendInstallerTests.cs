using System.Formats.Tar;
using System.IO.Compression;
using PSLlmCluster.Core.Backends;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Backends;

/// <summary>Installing and removing GPU backends, with small archives that are made here and a stand-in for npm.</summary>
public sealed class BackendInstallerTests : IDisposable
{
    private const string Content = "the library";
    private static readonly GpuBackend _vulkan = GpuBackend.Named("Vulkan");
    private static readonly string _entry = $"package/bins/any/{_vulkan.FileName}";
    private readonly TemporaryFolder _folder = new();

    private string Native => Path.Combine(_folder.Path, "native");

    private string Library => _vulkan.FileIn(Native);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pins_are_those_of_the_lock_files_that_the_build_fetches_by()
    {
        foreach (GpuBackend backend in GpuBackend.All)
        {
            string source = Path.Combine(Repository.Root, "native", backend.Folder, "package-lock.json");
            string staged = Path.Combine(EngineFiles.NativeFolder, "pins", backend.Folder + ".json");
            Assert.Equal(File.ReadAllText(source), File.ReadAllText(staged));
            foreach (string platform in GpuBackend.Platforms)
            {
                BackendPin pin = BackendPin.Read(backend, platform);
                Assert.Contains(platform, pin.Package, StringComparison.Ordinal);
                Assert.Contains($"\"{pin.Package}\": \"{pin.Version}\"", File.ReadAllText(source), StringComparison.Ordinal);
                Assert.Equal(64, pin.Hash.Length);
            }

            EngineException failure = Assert.Throws<EngineException>(() => BackendPin.Read(backend, "osx-arm64"));
            Assert.Equal((EngineErrorIds.BackendNotForPlatform, FailureKind.NotSupported), (failure.ErrorId, failure.Kind));
            Assert.Contains("Metal", failure.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{ \"packages\": { \"linux-x64\": { } } }")]
    [InlineData("{ \"packages\": { \"linux-x64\": { \"dependencies\": { \"a\": \"1\" } }, \"node_modules/a\": { \"version\": \"1\", "
        + "\"integrity\": \"sha512-!\" } } }")]
    public void Pins_that_are_damaged_are_an_error(string text)
    {
        _folder.Write("vulkan.json", System.Text.Encoding.UTF8.GetBytes(text));
        EngineException failure = Assert.Throws<EngineException>(() => BackendPin.Read(_vulkan, "linux-x64", _folder.Path));
        Assert.Equal(EngineErrorIds.BackendPinsMissing, failure.ErrorId);
        Assert.Throws<EngineException>(() => BackendPin.Read(GpuBackend.Named("Cuda12"), "linux-x64", _folder.Path));
    }

    [Fact]
    public void An_archive_that_was_carried_by_hand_is_found_by_its_hash_and_only_the_library_and_the_licence_are_taken()
    {
        string other = Archive("other.tgz", (_entry, "another library"));
        string archive = Archive(
            "right.tgz", ("package/LICENSE", "the licence"), (_entry, Content), ("package/bins/any/llama.node", "code"),
            ("package/package.json", "{}"));
        LlamaBackend installed = InstallerFor(archive).Install([other, archive], null, null, default);

        Assert.Equal(("Vulkan", "@test/backend", "1.2.3", Library, (long)Content.Length), (
            installed.Name, installed.Package, installed.Version, installed.Path, installed.Length));
        Assert.Equal(Content, File.ReadAllText(Library));
        Assert.Equal(
            ["LICENSE-node-llama-cpp.txt", _vulkan.FileName],
            Directory.GetFiles(Path.GetDirectoryName(Library)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Single(Directory.GetFileSystemEntries(Native));

        BackendInstaller.Remove(Path.GetDirectoryName(Library)!);
        Assert.Empty(Directory.GetFileSystemEntries(Native));
    }

    [Fact]
    public void A_backend_that_is_there_is_replaced_whole_or_stays()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Library)!);
        File.WriteAllText(Library, "the old one");
        string archive = Archive("a.tgz", (_entry, Content));
        Refused(EngineErrorIds.BackendArchiveWrong, archive, Archive("b.tgz", (_entry, "another")));
        Assert.Equal("the old one", File.ReadAllText(Library));

        InstallerFor(archive).Install([archive], null, null, default);
        Assert.Equal(Content, File.ReadAllText(Library));
        Assert.Single(Directory.GetFileSystemEntries(Native));
    }

    [Fact]
    public void An_archive_with_another_hash_is_refused_and_both_hashes_are_said()
    {
        string right = Archive("right.tgz", (_entry, Content));
        string wrong = Archive("wrong.tgz", (_entry, "another"));
        EngineException failure = Refused(EngineErrorIds.BackendArchiveWrong, right, wrong);
        Assert.Contains(BackendArchive.IntegrityOf(right), failure.Message, StringComparison.Ordinal);
        Assert.Contains(BackendArchive.IntegrityOf(wrong), failure.Message, StringComparison.Ordinal);
        Assert.Contains("npm pack @test/backend@1.2.3", failure.RecommendedAction, StringComparison.Ordinal);
        Refused(EngineErrorIds.BackendArchiveUnreadable, right, Path.Combine(_folder.Path, "none.tgz"));
        Refused(EngineErrorIds.BackendArchiveUnreadable, right, _folder.Path);
    }

    [Theory]
    [InlineData("package/../../out.so")]
    [InlineData("/etc/out.so")]
    [InlineData("package\\..\\out.so")]
    [InlineData("C:out.so")]
    public void An_entry_that_leads_out_of_the_archive_is_refused(string name)
        => RefusedOnItsOwn(Archive("a.tgz", (_entry, Content), (name, "x")), "leads out");

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public void A_link_or_a_pipe_is_refused(TarEntryType type)
    {
        string path = Path.Combine(_folder.Path, "links.tgz");
        using (FileStream file = File.Create(path))
        using (GZipStream zipped = new(file, CompressionLevel.Fastest))
        using (TarWriter writer = new(zipped))
        {
            PaxTarEntry entry = new(type, _entry);
            if (type != TarEntryType.Fifo)
            {
                entry.LinkName = "/etc/passwd";
            }

            writer.WriteEntry(entry);
        }

        RefusedOnItsOwn(path, "link or a device");
    }

    [Fact]
    public void What_is_no_whole_archive_or_holds_no_library_is_refused()
    {
        RefusedOnItsOwn(_folder.Write("text.tgz", "no archive"u8.ToArray()), "no whole .tgz");
        RefusedOnItsOwn(Archive("empty.tgz", ("package/package.json", "{}")), "holds no");
        byte[] whole = File.ReadAllBytes(Archive("whole.tgz", (_entry, new string('x', 100_000) + Guid.NewGuid())));
        RefusedOnItsOwn(_folder.Write("cut.tgz", whole[..(whole.Length / 2)]), "cannot be unpacked");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_that_names_it()
    {
        string archive = Archive("a.tgz", (_entry, Content));
        File.WriteAllText(Native, "a file where the folder has to be");
        EngineException failure = Refused(EngineErrorIds.BackendFolderNotWritable, archive, archive);
        Assert.Contains(Native, failure.Message, StringComparison.Ordinal);
        Assert.Contains(NativePlatform.FolderVariable, failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_npm_the_error_says_how_the_archive_is_carried_by_hand()
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => InstallerFor(Archive("a.tgz", (_entry, Content)), searchPath: _folder.Path).Install([], null, null, default));
        Assert.Equal((EngineErrorIds.NpmMissing, FailureKind.NotInstalled), (failure.ErrorId, failure.Kind));
        Assert.Contains("npm pack @test/backend@1.2.3", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Native));
    }

    [UnixFact]
    public void Npm_fetches_the_archive_into_a_folder_that_is_gone_afterwards()
    {
        string archive = Archive("a.tgz", (_entry, Content));
        List<string> log = [];
        InstallerFor(archive, Npm($"cp '{archive}' \"$4/package.tgz\"; echo \"$PWD\"")).Install([], log.Add, null, default);

        Assert.Equal(Content, File.ReadAllText(Library));
        Assert.Contains("npm pack @test/backend@1.2.3 --pack-destination ", log[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(log[1]));
    }

    [UnixFact]
    public void What_npm_fetches_has_to_have_the_hash_too()
    {
        string wrong = Archive("wrong.tgz", (_entry, "another"));
        string right = Archive("right.tgz", (_entry, Content));
        EngineException failure = Assert.Throws<EngineException>(
            () => InstallerFor(right, Npm($"cp '{wrong}' \"$4/package.tgz\"")).Install([], null, null, default));
        Assert.Equal(EngineErrorIds.BackendArchiveWrong, failure.ErrorId);
        Assert.Empty(Directory.GetFileSystemEntries(Native));
    }

    [UnixFact]
    public void Where_npm_fails_its_own_words_are_said()
    {
        string npm = Npm("echo 'npm error code ENOTFOUND' >&2; echo 'npm error network no such host' >&2; exit 1");
        EngineException failure = Assert.Throws<EngineException>(
            () => InstallerFor(Archive("a.tgz", (_entry, Content)), npm).Install([], null, null, default));
        Assert.Equal(EngineErrorIds.BackendDownloadFailed, failure.ErrorId);
        Assert.Contains("exit code 1): npm error code ENOTFOUND npm error network", failure.Message, StringComparison.Ordinal);
        Assert.Contains("npm ping", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [UnixFact]
    public void Cancelling_ends_npm()
    {
        // The stand-in says that it runs by making a file, and would then wait for ever.
        string started = Path.Combine(_folder.Path, "started");
        string npm = Npm($"touch '{started}'; exec sleep 100000");
        using CancellationTokenSource source = new();
        using FileSystemWatcher watcher = new(_folder.Path, "started") { EnableRaisingEvents = true };
        watcher.Created += (_, _) => source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => InstallerFor(Archive("a.tgz", (_entry, Content)), npm).Install([], null, null, source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(Native));
    }

    private BackendInstaller InstallerFor(string archive, string? searchPath = null)
        => new(_vulkan, new BackendPin("@test/backend", "1.2.3", BackendArchive.IntegrityOf(archive)), Native, searchPath);

    private EngineException Refused(string id, string right, string given)
    {
        EngineException failure = Assert.Throws<EngineException>(() => InstallerFor(right).Install([given], null, null, default));
        Assert.Equal(id, failure.ErrorId);
        Assert.NotEmpty(failure.RecommendedAction);
        return failure;
    }

    /// <summary>Its hash is the pinned one, and it is refused all the same.</summary>
    private void RefusedOnItsOwn(string archive, string words)
    {
        EngineException failure = Refused(EngineErrorIds.BackendArchiveInvalid, archive, archive);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Library)));
        Assert.Empty(Directory.GetFileSystemEntries(Native));
    }

    private string Archive(string name, params (string Name, string Content)[] entries)
    {
        string path = Path.Combine(_folder.Path, name);
        using FileStream file = File.Create(path);
        using GZipStream zipped = new(file, CompressionLevel.Fastest);
        using TarWriter writer = new(zipped);
        foreach ((string entry, string content) in entries)
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry)
            {
                DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)),
            });
        }

        return path;
    }

    private string Npm(string script)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "bin")).FullName;
        string path = Path.Combine(folder, "npm");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return folder;
    }
}

/// <summary>A test whose stand-in for npm is a script of the shell.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no shell that runs the stand-in for npm.";
        }
    }
}
