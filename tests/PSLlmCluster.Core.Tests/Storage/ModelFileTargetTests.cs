using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Core.Tests.Storage;

public sealed class ModelFileTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_folder_a_folder_and_an_invalid_path_are_told_before_any_work()
    {
        EngineException missing = Assert.Throws<EngineException>(() => ModelFileTarget.At(_folder.File("absent/x.model")));

        Assert.Equal("ModelFileFolderNotFound", missing.ErrorId);
        Assert.Equal(FailureKind.NotFound, missing.Kind);
        Assert.Equal("ModelFileIsDirectory", Assert.Throws<EngineException>(() => ModelFileTarget.At(_folder.Path)).ErrorId);
        Assert.Equal("ModelFileNotWritable", Assert.Throws<EngineException>(() => ModelFileTarget.At("a\0b")).ErrorId);
    }

    [Fact]
    public void A_write_protected_file_is_replaced_only_where_that_is_asked_for()
    {
        string path = _folder.File("x.model");
        File.WriteAllText(path, "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        try
        {
            EngineException refusal = Assert.Throws<EngineException>(() => ModelFileTarget.At(path));

            Assert.Equal("ModelFileNotWritable", refusal.ErrorId);
            Assert.Equal(FailureKind.PermissionDenied, refusal.Kind);
            ModelFileTarget.At(path, replaceProtected: true).Write(3, stream => stream.Write("new"u8));
            Assert.Equal("new", File.ReadAllText(path));
        }
        finally
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }
    }

    [Fact]
    public void A_write_that_breaks_off_leaves_what_was_there_and_nothing_else()
    {
        string path = _folder.File("x.model");
        File.WriteAllText(path, "old");

        EngineException failure = Assert.Throws<EngineException>(() => ModelFileTarget.At(path).Write(100, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space left on device");
        }));

        Assert.Equal("ModelFileNotWritable", failure.ErrorId);
        Assert.Equal(FailureKind.WriteError, failure.Kind);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_cancelled_write_leaves_what_was_there_and_nothing_else()
    {
        string path = _folder.File("x.model");
        File.WriteAllText(path, "old");
        ModelFileWriter writer = new("test", 1);
        writer.Add("values", new float[10]);

        Assert.Throws<OperationCanceledException>(() => writer.Save(ModelFileTarget.At(path), new CancellationToken(true)));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_the_system_says_becomes_an_error_of_its_own_kind()
    {
        Assert.Equal(FailureKind.PermissionDenied, ModelFileErrors.NotWritable("x", new UnauthorizedAccessException()).Kind);
        Assert.Equal(FailureKind.NotFound, ModelFileErrors.NotWritable("x", new DirectoryNotFoundException()).Kind);
        Assert.Equal(FailureKind.WriteError, ModelFileErrors.NotWritable("x", new IOException()).Kind);
        Assert.Equal(FailureKind.PermissionDenied, ModelFileErrors.NotReadable("x", new UnauthorizedAccessException()).Kind);
        Assert.Equal(FailureKind.ReadError, ModelFileErrors.NotReadable("x", new IOException()).Kind);
    }

    [Fact]
    public void Through_a_link_the_file_it_points_to_is_written()
    {
        string path = _folder.File("x.model");
        string link = _folder.File("link");
        File.WriteAllText(path, "old");
        File.CreateSymbolicLink(link, path);

        ModelFileTarget.At(link).Write(3, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }
}
