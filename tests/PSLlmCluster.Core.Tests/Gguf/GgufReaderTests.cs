using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Worker.Llama.Native;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Gguf;

public sealed class GgufReaderTests
{
    [Theory]
    [InlineData("qwen")]
    [InlineData("bert")]
    [InlineData("minilm")]
    public void A_whole_models_tensors_end_where_its_file_ends(string which)
    {
        string path = which switch { "qwen" => TestModels.TinyQwen, "bert" => TestModels.TinyBert, _ => TestModels.MiniLm };
        using FileStream stream = File.OpenRead(path);
        GgufHeader header = GgufReader.Read(stream);
        Assert.InRange(stream.Length - header.NeededLength, 0, 31);
        Assert.True(header.TokenCount > 100);
        Assert.True(header.TensorCount > 10);
        Assert.Equal(which == "qwen" ? "qwen2" : "bert", header.Architecture);
        Assert.Equal(
            which == "qwen" ? GgufPooling.Unspecified : GgufPooling.Mean,
            header.Pooling);
    }

    [Fact]
    public void Keys_are_read_whatever_their_type()
    {
        GgufHeader header = GgufFile.Model("qwen2")
            .With("a.float", 1.5f)
            .With("qwen2.pooling_type", 3u)
            .With("split.count", (ushort)3)
            .With("split.no", (ushort)1)
            .Read();
        Assert.Equal("qwen2", header.Architecture);
        Assert.Equal("model", header.FileType);
        Assert.Equal(3, header.TokenCount);
        Assert.Equal(3, header.PartCount);
        Assert.Equal(1, header.PartNumber);
        Assert.Equal(GgufPooling.Last, header.Pooling);
    }

    [Fact]
    public void A_header_cut_anywhere_is_reported_as_cut_and_nothing_else()
    {
        byte[] bytes = GgufFile.Model().Without("nothing").WithoutTensors().ToBytes();
        for (int length = 0; length < bytes.Length - 32; length++)
        {
            using MemoryStream stream = new(bytes[..length]);
            GgufFormatException failure = Assert.Throws<GgufFormatException>(() => GgufReader.Read(stream));
            Assert.True(failure.IsCut, $"{length}: {failure.Message}");
        }
    }

    [Fact]
    public void Any_broken_byte_of_a_header_is_reported_or_harmless()
    {
        byte[] bytes = GgufFile.Model().ToBytes();
        for (int position = 0; position < bytes.Length - 256; position++)
        {
            foreach (byte value in (byte[])[0x00, 0x7F, 0xFF])
            {
                byte[] broken = (byte[])bytes.Clone();
                broken[position] = value;
                using MemoryStream stream = new(broken);
                Exception? failure = Record.Exception(() => GgufReader.Read(stream));
                Assert.True(failure is null or GgufFormatException, $"{position}: {failure}");
            }
        }
    }

    [Theory]
    [InlineData(1u, "version 1")]
    [InlineData(4u, "version 4")]
    [InlineData(0x03000000u, "big-endian")]
    public void Versions_that_llama_cpp_does_not_read_are_named(uint version, string words)
    {
        byte[] bytes = new GgufFile { Version = version }.ToBytes();
        using MemoryStream stream = new(bytes);
        GgufFormatException failure = Assert.Throws<GgufFormatException>(() => GgufReader.Read(stream));
        Assert.False(failure.IsCut);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [LlamaFact]
    public void Block_sizes_are_ggmls_own()
    {
        NativeLibraryLoader.EnsureLoaded(null);
        for (int type = 0; type < 43; type++)
        {
            bool known = GgmlTensorType.Blocks.TryGetValue((uint)type, out (string Name, int Elements, int Bytes) block);
            Assert.Equal(GgmlNative.ggml_blck_size(type), known ? block.Elements : 0);
            Assert.Equal(GgmlNative.ggml_type_size(type), known ? (nuint)block.Bytes : 0);
        }
    }
}
