using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Core.Tests.Storage;

public sealed class ModelFileTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_folder_a_folder_and_an_invalid_path_are_refused_before_any_work()
    {
        EngineException missing = Assert.Throws<EngineException>(() => ModelFileTarget.At(_folder.File("absent/x.model")));

        Assert.Equal("ModelFileFolderNotFound", missing.ErrorId);
        Assert.Equal(FailureKind.NotFound, missing.Kind);
        Assert.Equal("ModelFileIsDirectory", Assert.Throws<EngineException>(() => ModelFileTarget.At(_folder.Path)).ErrorId);
        Assert.Equal("ModelFileNotWritable", Assert.Throws<EngineException>(() => ModelFileTarget.At("a\0b")).ErrorId);
    }

    [Fact]
    public void A_write_that_breaks_off_leaves_what_was_there_and_nothing_else()
    {
        string path = _folder.File("x.model");
        File.WriteAllBytes(path, ModelFileFormat.Signature);

        EngineException failure = Assert.Throws<EngineException>(() => ModelFileTarget.At(path).Write(100, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space left on device");
        }));

        Assert.Equal("ModelFileNotWritable", failure.ErrorId);
        Assert.Equal(FailureKind.WriteError, failure.Kind);
        Assert.Equal(ModelFileFormat.Signature, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_cancelled_write_leaves_what_was_there_and_nothing_else()
    {
        string path = _folder.File("x.model");
        File.WriteAllBytes(path, ModelFileFormat.Signature);
        ModelFileWriter writer = new("test", 1);
        writer.Add("values", new float[10]);

        Assert.Throws<OperationCanceledException>(() => writer.Save(ModelFileTarget.At(path), new CancellationToken(true)));

        Assert.Equal(ModelFileFormat.Signature, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_the_system_says_becomes_an_error_of_its_own_kind()
    {
        Assert.Equal(FailureKind.PermissionDenied, ModelFileErrors.NotReadable("x", new UnauthorizedAccessException()).Kind);
        Assert.Equal(FailureKind.ReadError, ModelFileErrors.NotReadable("x", new IOException()).Kind);
    }

    [Fact]
    public void A_saved_model_is_replaced_and_any_other_file_only_where_that_is_forced()
    {
        string path = _folder.File("x.model");
        ModelFileTarget.At(path).Write(3, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));

        EngineException refusal = Assert.Throws<EngineException>(() => ModelFileTarget.At(path));
        Assert.Equal(("ModelFileForeign", FailureKind.AlreadyExists), (refusal.ErrorId, refusal.Kind));
        Assert.Contains("-Force", refusal.RecommendedAction, StringComparison.Ordinal);

        File.WriteAllText(path, string.Empty);
        ModelFileTarget.At(path);
        ModelFileTarget.At(path, new OverwriteRule(Force: true, NoClobber: false)).Write(
            0,
            stream => stream.Write(ModelFileFormat.Signature));
        ModelFileTarget.At(path).Write(5, stream => stream.Write("other"u8));
        Assert.Equal("other", File.ReadAllText(path));
    }

    [Fact]
    public void What_has_come_to_be_there_meanwhile_is_not_replaced()
    {
        string path = _folder.File("x.model");
        ModelFileTarget target = ModelFileTarget.At(path);
        File.WriteAllText(path, "another's");

        Assert.Equal("ModelFileForeign", Assert.Throws<EngineException>(() => target.Write(0, _ => { })).ErrorId);
        Assert.Equal("another's", File.ReadAllText(path));
    }

    [Fact]
    public void Through_a_link_the_file_it_points_to_is_written()
    {
        string path = _folder.File("x.model");
        string link = _folder.File("link");
        File.WriteAllBytes(path, ModelFileFormat.Signature);
        File.CreateSymbolicLink(link, path);

        ModelFileTarget.At(link).Write(3, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }
}
