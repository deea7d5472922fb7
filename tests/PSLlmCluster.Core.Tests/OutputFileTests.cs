using System.Diagnostics;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Core.Tests;

/// <summary>The one rule for all files that are written, tried on both kinds.</summary>
public sealed class OutputFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => ["map.svg", "map.umap"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_read_only_file_is_replaced_only_where_that_is_forced(string name)
    {
        string path = Existing(name);
        File.SetAttributes(path, FileAttributes.ReadOnly);

        EngineException refusal = Assert.Throws<EngineException>(() => Output(name));
        Assert.Equal(FailureKind.PermissionDenied, refusal.Kind);
        Assert.Contains("-Force", refusal.RecommendedAction, StringComparison.Ordinal);
        Output(name, new OverwriteRule(Force: true, NoClobber: false))(stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Folders_are_made_only_where_that_is_forced_and_stay_only_where_the_file_is_written(string name)
    {
        string below = Path.Combine("one", "two", name);
        EngineException refusal = Assert.Throws<EngineException>(() => Output(below));
        Assert.Equal(FailureKind.NotFound, refusal.Kind);
        Assert.Contains("-Force", refusal.RecommendedAction, StringComparison.Ordinal);

        OverwriteRule rule = new(Force: true, NoClobber: true);
        Action<Action<Stream>> write = Output(below, rule);
        Assert.Throws<InvalidDataException>(() => write(_ => throw new InvalidDataException()));
        PlotFile.At(_folder.File(Path.Combine("one", "map.png")), rule).Probe();
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        write(stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(_folder.File(below)));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_that_leaves_none()
    {
        File.WriteAllText(_folder.File("file"), "text");
        string below = _folder.File(Path.Combine("file", "below", "map.png"));
        EngineException refusal = Assert.Throws<EngineException>(
            () => PlotFile.At(below, new OverwriteRule(Force: true, NoClobber: false)).Probe());

        Assert.Equal(EngineErrorIds.PlotPathNotWritable, refusal.ErrorId);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NoClobber_leaves_what_is_there_even_with_Force_and_even_what_came_to_be_there_while_it_was_written(string name)
    {
        Action<Action<Stream>> write = Output(name, new OverwriteRule(Force: true, NoClobber: true));
        EngineException late = Assert.Throws<EngineException>(() => write(_ => File.WriteAllText(_folder.File(name), "other")));
        EngineException early = Assert.Throws<EngineException>(() => Output(name, new OverwriteRule(Force: true, NoClobber: true)));

        Assert.Equal((FailureKind.AlreadyExists, FailureKind.AlreadyExists), (late.Kind, early.Kind));
        Assert.Equal("other", File.ReadAllText(_folder.File(name)));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_mode_of_the_target_is_that_of_the_new_file_from_the_first_byte_on(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = Existing(name);
        const UnixFileMode WiderThanTheMask = OwnerOnly | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherRead;
        foreach (UnixFileMode mode in new[] { OwnerOnly, WiderThanTheMask })
        {
            File.SetUnixFileMode(path, mode);
            UnixFileMode? during = null;
            Output(name, new OverwriteRule(Force: true, NoClobber: false))(_ => during = ModeOf(Temporary()));
            Assert.Equal((mode, mode), (during, File.GetUnixFileMode(path)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_killed_run_left_behind_is_cleared_and_what_is_still_being_written_is_not(string name)
    {
        string leftBehind = string.Empty;
        Output(name)(_ => leftBehind = Temporary());
        File.WriteAllText(leftBehind, "half");
        string others = leftBehind.Replace(Path.GetFileName(leftBehind), ".psllmcluster-0000000000000000-x.tmp", StringComparison.Ordinal);
        File.WriteAllText(others, "another target's");

        Output(name, Forced)(_ =>
        {
            Assert.False(File.Exists(leftBehind));
            string live = Assert.Single(
                Directory.GetFiles(_folder.Path),
                file => Path.GetFileName(file).StartsWith(".psllmcluster-", StringComparison.Ordinal) && file != others);
            Output(name, Forced)(stream => stream.WriteByte(1));
            Assert.True(File.Exists(live));
        });

        Assert.Equal([others, _folder.File(name)], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_folder_is_tried_before_the_work_and_nothing_is_left_in_it(string name)
    {
        if (name.EndsWith(".svg", StringComparison.Ordinal))
        {
            PlotFile.At(_folder.File(name)).Probe();
        }
        else
        {
            ModelFileTarget.At(_folder.File(name)).Probe();
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        if (OperatingSystem.IsLinux())
        {
            // Not even root makes files here.
            Assert.NotEmpty(Assert.Throws<EngineException>(() => ModelFileTarget.At("/proc/x.umap").Probe()).RecommendedAction);
        }

        string tooLong = _folder.File(new string('x', 300));
        Assert.Equal("ModelFileNotWritable", Assert.Throws<EngineException>(() => ModelFileTarget.At(tooLong).Probe()).ErrorId);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_named_pipe_is_neither_replaced_nor_opened_whatever_is_forced(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using (Process made = Process.Start("mkfifo", [_folder.File(name)]))
        {
            made.WaitForExit();
        }

        EngineException refusal = Assert.Throws<EngineException>(() => Output(name, Forced));
        Assert.Equal(FailureKind.InvalidArgument, refusal.Kind);
        Assert.EndsWith("NotRegular", refusal.ErrorId, StringComparison.Ordinal);
        Assert.Equal(
            "ModelFileNotRegular",
            Assert.Throws<EngineException>(() => ModelFileReader.Read(_folder.File(name), "umap", 1)).ErrorId);
        File.CreateSymbolicLink(_folder.File("link"), _folder.File(name));
        Assert.Equal(
            "ModelFileNotRegular",
            Assert.Throws<EngineException>(() => ModelFileReader.Read(_folder.File("link"), "umap", 1)).ErrorId);
    }

    [Fact]
    public void A_device_is_neither_replaced_nor_read()
    {
        string device = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";

        Assert.Equal("ModelFileNotRegular", Assert.Throws<EngineException>(() => ModelFileTarget.At(device, Forced)).ErrorId);
        Assert.Equal("ModelFileNotRegular", Assert.Throws<EngineException>(() => ModelFileReader.Read(device, "umap", 1)).ErrorId);
    }

    private static OverwriteRule Forced => new(Force: true, NoClobber: false);

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private string Temporary()
        => Assert.Single(
            Directory.GetFiles(_folder.Path),
            file => Path.GetFileName(file).StartsWith(".psllmcluster-", StringComparison.Ordinal));

    private string Existing(string name)
    {
        File.WriteAllBytes(_folder.File(name), ModelFileFormat.Signature);
        return _folder.File(name);
    }

    private Action<Action<Stream>> Output(string name, OverwriteRule rule = default)
    {
        if (name.EndsWith(".svg", StringComparison.Ordinal))
        {
            return PlotFile.At(_folder.File(name), rule).Write;
        }

        ModelFileTarget target = ModelFileTarget.At(_folder.File(name), rule);
        return write => target.Write(0, write);
    }
}
