using System.Buffers.Binary;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Core.Tests.Storage;

public sealed class ModelFileTests : IDisposable
{
    private static readonly string[] _refusals = ["NotAModelFile", "ModelFileVersionUnknown", "ModelFileKindWrong", "ModelFileDamaged"];
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("fitted.model");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_comes_back_to_the_bit()
    {
        float[] singles = [1.5f, -0f, float.Epsilon, float.MaxValue, float.NaN, float.PositiveInfinity];
        double[] doubles = [Math.PI, -0.0, double.Epsilon, double.NegativeInfinity];
        ModelSettings settings = new();
        settings.Set("metric", Metric.Chebyshev);
        settings.Set("count", -7);
        settings.Set("share", 0.1);
        settings.Set("cut", double.PositiveInfinity);
        settings.Set("exact", true);
        settings.Set("note", "a = b, ü");
        ModelFileWriter writer = new("test", 3);
        writer.Add("singles", singles);
        writer.Add("doubles", doubles);
        writer.Add("ints", new[] { int.MinValue, 5, int.MaxValue });
        writer.Add("none", Array.Empty<int>());
        writer.Add("settings", settings);
        writer.Save(ModelFileTarget.At(FilePath));

        ModelFileReader reader = ModelFileReader.Read(FilePath, "test", 4);

        Assert.Equal(3, reader.KindVersion);
        Assert.Equal(
            singles.Select(BitConverter.SingleToInt32Bits),
            reader.Singles("singles", isFinite: false).Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(
            doubles.Select(BitConverter.DoubleToInt64Bits),
            reader.Doubles("doubles", isFinite: false).Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal([int.MinValue, 5, int.MaxValue], reader.Int32s("ints", 3));
        Assert.Empty(reader.Int32s("none"));
        ModelSettings read = reader.Settings("settings");
        Assert.Equal(Metric.Chebyshev, read.Choice<Metric>("metric"));
        Assert.Equal(-7, read.Int32("count"));
        Assert.Equal(0.1, read.Double("share"));
        Assert.Equal(double.PositiveInfinity, read.Double("cut", mayBeInfinite: true));
        Assert.True(read.Boolean("exact"));
        Assert.Equal("a = b, ü", read.Text("note"));
        read.RequireAllRead();
        reader.RequireAllRead();
    }

    [Fact]
    public void Arrays_longer_than_a_chunk_come_back()
    {
        double[] values = new double[(2 * ModelFileFormat.ElementsPerChunk) + 3];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i * 0.5;
        }

        ModelFileWriter writer = new("test", 1);
        writer.Add("values", values);
        writer.Save(ModelFileTarget.At(FilePath));

        Assert.Equal(values, Read().Doubles("values", values.Length));
    }

    [Fact]
    public void Writing_twice_gives_the_same_bytes()
    {
        byte[] first = Small();

        Assert.Equal(first, Small());
    }

    [Fact]
    public void The_file_looks_as_it_is_described()
    {
        byte[] file = Small();

        Assert.Equal("PSLLMCLUSTER\r\n\u001a\n"u8.ToArray(), file[..16]);
        Assert.Equal(1, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(16)));
        Assert.Equal(2, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(20)));
        Assert.Equal("test\0\0\0\0"u8.ToArray(), file[24..32]);
        Assert.Equal(file.Length, BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(40)));
        Assert.Equal(2, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(48)));
        Assert.Equal("values\0\0"u8.ToArray(), file[64..72]);
        Assert.Equal(2, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(96)));
        Assert.Equal(3, BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(104)));
        Assert.Equal(-2.5f, BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(116)));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(file.AsSpan(0, file.Length - 32)), file[^32..]);
    }

    [Fact]
    public void Every_changed_bit_is_refused()
    {
        byte[] file = Small();
        for (int place = 0; place < file.Length; place++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = (byte[])file.Clone();
                changed[place] ^= (byte)(1 << bit);
                File.WriteAllBytes(FilePath, changed);

                EngineException refusal = Assert.Throws<EngineException>(Read);

                Assert.Contains(refusal.ErrorId, _refusals);
            }
        }
    }

    [Fact]
    public void Every_file_that_is_cut_off_or_too_long_is_refused()
    {
        byte[] file = Small();
        for (int length = 0; length < file.Length; length++)
        {
            File.WriteAllBytes(FilePath, file[..length]);

            Assert.Equal(length < 16 ? "NotAModelFile" : "ModelFileDamaged", Assert.Throws<EngineException>(Read).ErrorId);
        }

        File.WriteAllBytes(FilePath, [.. file, 0]);
        Assert.Equal("ModelFileDamaged", Assert.Throws<EngineException>(Read).ErrorId);
    }

    [Fact]
    public void A_length_that_lies_asks_for_no_memory()
    {
        byte[] file = Small();
        long[] lies = [long.MaxValue, long.MaxValue / 4, 1L << 40, int.MaxValue, Array.MaxLength, -1, long.MinValue, 1000];
        foreach (long lie in lies)
        {
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(104), lie);
            File.WriteAllBytes(FilePath, Resealed(file));
            long before = GC.GetAllocatedBytesForCurrentThread();

            Assert.Equal("ModelFileDamaged", Assert.Throws<EngineException>(Read).ErrorId);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Theory]
    [InlineData(16, "ModelFileVersionUnknown", "version 99 of the file format; this module knows versions up to 1")]
    [InlineData(20, "ModelFileVersionUnknown", "version 99 of a model of the kind 'test'; this module knows versions up to 2")]
    public void A_newer_version_is_refused_with_both_versions(int place, string id, string words)
    {
        byte[] file = Small();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(place), 99);
        File.WriteAllBytes(FilePath, Resealed(file));

        EngineException refusal = Assert.Throws<EngineException>(Read);

        Assert.Equal(id, refusal.ErrorId);
        Assert.Equal(FailureKind.NotSupported, refusal.Kind);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_kind_is_refused_by_name()
    {
        Small();

        EngineException refusal = Assert.Throws<EngineException>(() => ModelFileReader.Read(FilePath, "other", 2));

        Assert.Equal("ModelFileKindWrong", refusal.ErrorId);
        Assert.Contains("'test'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'other'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Group-Text groups", refusal.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_is_missing_or_other_than_asked_for_is_refused()
    {
        ModelFileWriter writer = new("test", 1);
        writer.Add("values", new[] { 1f, float.NaN });
        writer.Add("places", new[] { 0, 7 });
        writer.Add("words", "a=1\nb");
        writer.Save(ModelFileTarget.At(FilePath));
        ModelFileReader reader = Read();

        Action[] wrong =
        [
            () => reader.Singles("absent"),
            () => reader.Doubles("values"),
            () => reader.Singles("values"),
            () => reader.Singles("values", 3, isFinite: false),
            () => reader.Int32s("places", 2, 0, 6),
            () => reader.Text("places"),
            () => reader.Settings("words"),
        ];

        Assert.All(wrong, ask => Assert.Equal("ModelFileDamaged", Assert.Throws<EngineException>(ask).ErrorId));
    }

    [Fact]
    public void A_section_or_a_setting_that_nothing_knows_is_refused()
    {
        ModelSettings settings = new();
        settings.Set("known", 1);
        settings.Set("strange", 2);
        ModelFileWriter writer = new("test", 1);
        writer.Add("settings", settings);
        writer.Add("secret", new[] { 1 });
        writer.Save(ModelFileTarget.At(FilePath));
        ModelFileReader reader = Read();
        ModelSettings read = reader.Settings("settings");
        Assert.Equal(1, read.Int32("known"));

        Assert.Contains("'strange'", Assert.Throws<EngineException>(read.RequireAllRead).Message, StringComparison.Ordinal);
        Assert.Contains("'secret'", Assert.Throws<EngineException>(reader.RequireAllRead).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x=1.5", "x")]
    [InlineData("x=", "x")]
    [InlineData("x=99", "x")]
    [InlineData("y=1", "x")]
    public void A_setting_that_is_no_number_or_out_of_range_is_refused(string text, string key)
        => Assert.Equal(
            "ModelFileDamaged", Assert.Throws<EngineException>(() => ModelSettings.Parse(text, "file").Int32(key, 0, 9)).ErrorId);

    [Fact]
    public void A_language_model_in_place_of_a_saved_model_is_recognised()
    {
        File.WriteAllBytes(FilePath, [.. "GGUF"u8, .. new byte[100]]);

        EngineException refusal = Assert.Throws<EngineException>(Read);

        Assert.Equal("NotAModelFile", refusal.ErrorId);
        Assert.Contains("language model", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_have_their_own_errors()
    {
        Assert.Equal(
            "ModelFileNotFound", Assert.Throws<EngineException>(() => ModelFileReader.Read(_folder.File("absent"), "test", 1)).ErrorId);
        Assert.Equal(
            "ModelFileNotFound", Assert.Throws<EngineException>(() => ModelFileReader.Read(_folder.File("absent/x"), "test", 1)).ErrorId);
        Assert.Equal("ModelFileIsDirectory", Assert.Throws<EngineException>(() => ModelFileReader.Read(_folder.Path, "test", 1)).ErrorId);
    }

    [Fact]
    public void The_bytes_of_numbers_are_turned_round_for_the_other_byte_order()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8];

        ModelFileFormat.ReverseBytes(bytes, 4);
        Assert.Equal([4, 3, 2, 1, 8, 7, 6, 5], bytes);
        ModelFileFormat.ReverseBytes(bytes, 8);
        Assert.Equal([5, 6, 7, 8, 1, 2, 3, 4], bytes);
        ModelFileFormat.ReverseBytes(bytes, 1);
        Assert.Equal([5, 6, 7, 8, 1, 2, 3, 4], bytes);
    }

    private static byte[] Resealed(byte[] file)
    {
        byte[] sealedFile = (byte[])file.Clone();
        System.Security.Cryptography.SHA256.HashData(
            sealedFile.AsSpan(0, sealedFile.Length - 32), sealedFile.AsSpan(sealedFile.Length - 32));
        return sealedFile;
    }

    private ModelFileReader Read() => ModelFileReader.Read(FilePath, "test", 2);

    private byte[] Small()
    {
        ModelSettings settings = new();
        settings.Set("seed", 42);
        ModelFileWriter writer = new("test", 2);
        writer.Add("values", new[] { 1f, -2.5f, 3f });
        writer.Add("settings", settings);
        writer.Save(ModelFileTarget.At(FilePath));
        return File.ReadAllBytes(FilePath);
    }
}
