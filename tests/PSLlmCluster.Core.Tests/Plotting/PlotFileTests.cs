using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PlotFileTests
{
    [Theory]
    [InlineData("map.png", "Png")]
    [InlineData("MAP.PNG", "Png")]
    [InlineData("a.b.Svg", "Svg")]
    [InlineData("map.html", "Html")]
    [InlineData("map.HTM", "Html")]
    public void The_ending_says_the_format_in_any_case_of_letters(string name, string format)
    {
        using TemporaryFolder folder = new();
        Assert.Equal(format, PlotFile.At(folder.File(name)).Format.ToString());
    }

    [Theory]
    [InlineData("map.jpg")]
    [InlineData("map")]
    [InlineData("map.")]
    [InlineData("map.png.gz")]
    public void An_unknown_ending_is_refused(string name)
    {
        using TemporaryFolder folder = new();
        AssertFails("PlotFormatUnknown", FailureKind.InvalidArgument, folder.File(name));
        AssertFails("PlotFormatUnknown", FailureKind.InvalidArgument, string.Empty);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        using TemporaryFolder folder = new();
        EngineException failure = AssertFails("PlotFolderNotFound", FailureKind.NotFound, Path.Combine(folder.Path, "none", "map.png"));
        Assert.Contains("none", failure.Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("file"), "x");
        AssertFails("PlotFolderNotFound", FailureKind.NotFound, Path.Combine(folder.File("file"), "map.png"));
    }

    [Theory]
    [InlineData("folder.png")]
    [InlineData("folder")]
    public void A_folder_is_no_file(string name)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File(name));
        AssertFails("PlotPathIsDirectory", FailureKind.InvalidArgument, folder.File(name));
    }

    [Fact]
    public void A_write_protected_file_is_left_alone()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("map.png");
        File.WriteAllText(path, "before");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        AssertFails("PlotFileReadOnly", FailureKind.PermissionDenied, path);
        Assert.Equal("before", File.ReadAllText(path));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [Fact]
    public void A_path_that_no_file_can_have_is_refused()
    {
        AssertFails("PlotPathNotWritable", FailureKind.InvalidArgument, "a\0b.png");
        using TemporaryFolder folder = new();
        AssertFails("PlotPathNotWritable", FailureKind.WriteError, folder.File(new string('x', 300) + ".png"));
        PlotFile.At(folder.File(new string('x', 250) + ".png")).Write(stream => stream.WriteByte(1));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_may_not_be_written_to_is_refused()
    {
        // Not even root makes files in the first of these.
        string folder = OperatingSystem.IsLinux()
            ? "/proc"
            : OperatingSystem.IsMacOS()
            ? "/System"
            : Path.Combine(Environment.SystemDirectory, "config");
        EngineException failure = Assert.Throws<EngineException>(
            () => ClusterPlot.Save(NotebookFigure.Points, PlotFile.At(Path.Combine(folder, "map.svg")), new ClusterPlotOptions()));
        Assert.True(failure.ErrorId is "PlotPathNotWritable" or "PlotFolderNotFound", failure.ErrorId);
        Assert.NotEmpty(failure.RecommendedAction);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_write_that_fails_leaves_nothing_behind_and_what_was_there_untouched(bool isThere)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("map.png");
        if (isThere)
        {
            File.WriteAllText(path, "before");
        }

        EngineException failure = Assert.Throws<EngineException>(() => PlotFile.At(path).Write(stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Equal(("PlotPathNotWritable", FailureKind.WriteError), (failure.ErrorId, failure.Kind));
        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        Assert.Equal(isThere ? [path] : Array.Empty<string>(), Directory.GetFiles(folder.Path));
        Assert.True(!isThere || File.ReadAllText(path) == "before");
    }

    [Fact]
    public void Cancelling_leaves_nothing_behind()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => PlotFile.At(folder.File("map.png")).Write(_ =>
        {
            source.Cancel();
            source.Token.ThrowIfCancellationRequested();
        }));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_and_keeps_its_rights_and_its_link()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("map.svg");
        File.WriteAllText(path, "before");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.CreateSymbolicLink(folder.File("link.svg"), path);
            path = folder.File("link.svg");
        }

        PlotFile.At(path).Write(stream => stream.WriteByte((byte)'x'));
        Assert.Equal("x", File.ReadAllText(folder.File("map.svg")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.NotNull(new FileInfo(path).LinkTarget);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("map.svg")));
        }
    }

    private static EngineException AssertFails(string id, FailureKind kind, string path)
    {
        EngineException failure = Assert.Throws<EngineException>(() => ClusterPlot.Save([], PlotFile.At(path), new ClusterPlotOptions()));
        Assert.Equal((id, kind), (failure.ErrorId, failure.Kind));
        Assert.NotEmpty(failure.RecommendedAction);
        return failure;
    }
}
