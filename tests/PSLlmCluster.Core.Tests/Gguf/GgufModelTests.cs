using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Gguf;

/// <summary>What the managed engine reads of a file: each value and tensor, and each way in which it can be wrong.</summary>
public sealed class GgufModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Wrong => new()
    {
        { "Text", nameof(GgufValueType.UInt32) },
        { "Text", nameof(GgufValueType.Array) },
        { "Integer", nameof(GgufValueType.Float32) },
        { "Integer", nameof(GgufValueType.Bool) },
        { "Integer", nameof(GgufValueType.String) },
        { "Integer", nameof(GgufValueType.Array) },
        { "Number", nameof(GgufValueType.String) },
        { "Number", nameof(GgufValueType.Bool) },
        { "Flag", nameof(GgufValueType.UInt8) },
        { "Flag", nameof(GgufValueType.String) },
        { "Count", nameof(GgufValueType.UInt32) },
        { "Texts", nameof(GgufValueType.Array) },
        { "Texts", nameof(GgufValueType.String) },
        { "Floats", nameof(GgufValueType.Array) },
        { "Floats", nameof(GgufValueType.Float32) },
        { "Integers", nameof(GgufValueType.Float32) },
        { "Bytes", nameof(GgufValueType.Array) },
        { "Bytes", nameof(GgufValueType.UInt8) },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert", 53, 2000)]
    [InlineData("minilm", 101, 30522)]
    public void A_whole_model_is_read(string which, int tensors, int tokens)
    {
        using GgufModel model = GgufModel.Open(which == "bert" ? TestModels.TinyBert : TestModels.MiniLm);
        Assert.Equal("bert", model.Architecture);
        Assert.Equal(1, model.Header.PartCount);
        Assert.Equal(tensors, model.Tensors.Count);
        Assert.Equal(tokens, model.Count("tokenizer.ggml.tokens"));
        string[] texts = model.Texts("tokenizer.ggml.tokens")!;
        Assert.Equal(tokens, texts.Length);
        Assert.Equal("[PAD]", texts[0]);
        Assert.Contains("[SEP]", texts);
        Assert.Equal(tokens, model.Integers("tokenizer.ggml.token_type")!.Length);
        Assert.Equal(1e-12, model.Number("bert.attention.layer_norm_epsilon")!.Value, 1e-18);
        Assert.False(model.Flag("bert.attention.causal"));
        int length = (int)model.Integer("bert.embedding_length", 1, 1 << 16)!;
        GgufTensor words = model.Tensor("token_embd.weight", length, tokens);
        Assert.Equal((length, tokens), (words.RowLength, words.RowCount));
        float[] row = new float[length];
        foreach (string name in model.Tensors.Keys)
        {
            GgufTensor tensor = model.Tensor(name);
            Assert.True(tensor.IsFinite(), name);
            Assert.Equal(name, tensor.Name);
        }

        words.WidenRow(tokens - 1, row);
        Assert.All(row, value => Assert.InRange(value, -10f, 10f));
        Assert.Contains(row, value => value != 0);
        model.RequireUnchanged();
    }

    [Fact]
    public void Values_of_every_type_are_read()
    {
        using GgufModel model = GgufFile.Model()
            .With("u8", (byte)200).With("i8", (sbyte)-3).With("u16", (ushort)65535).With("i16", (short)-300)
            .With("u32", 4_000_000_000u).With("i32", -5).With("u64", 1ul << 40).With("i64", -1L).With("f32", 1.5f).With("f64", -2.25)
            .With("yes", true).With("no", false).With("text", "été")
            .With("texts", new[] { "a", string.Empty, "漢" }).With("floats", new[] { 1f, float.NaN }).With("bytes", new byte[] { 1, 255 })
            .With("sbytes", new sbyte[] { -1, 1 }).With("ints", new[] { -7, 7 }).With("longs", new[] { -7L, 7 })
            .With("shorts", new short[] { -7, 7 }).With("none", Array.Empty<int>())
            .Open();
        Assert.Equal(
            [200L, -3, 65535, -300, 4_000_000_000, -5, 1L << 40, -1],
            new[] { "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64" }.Select(key => model.Integer(key)!.Value));
        Assert.Equal((1.5, -2.25, -5.0), (model.Number("f32"), model.Number("f64"), model.Number("i32")));
        Assert.Equal((true, false), (model.Flag("yes"), model.Flag("no")));
        Assert.Equal("été", model.Text("text"));
        Assert.Equal(["a", string.Empty, "漢"], model.Texts("texts")!);
        Assert.Equal([1f, float.NaN], model.Floats("floats")!);
        Assert.Equal([1, 255], model.Bytes("bytes")!);
        Assert.Equal([255, 1], model.Bytes("sbytes")!);
        Assert.Equal([255, 1], [.. model.Integers("bytes")!.Order().Reverse()]);
        Assert.Equal([-1, 1], model.Integers("sbytes")!);
        Assert.All(["ints", "longs", "shorts"], key => Assert.Equal([-7, 7], model.Integers(key)!));
        Assert.Empty(model.Integers("none")!);
        Assert.Equal((GgufValueType.Int32, 2), (model.Values["ints"].ElementType, model.Values["ints"].Count));
        Assert.Equal(
            [null, null, null, null, null, null, null, null, null],
            new object?[]
            {
                model.Text("x"), model.Integer("x"), model.Number("x"), model.Flag("x"), model.Count("x"), model.Texts("x"),
                model.Floats("x"), model.Integers("x"), model.Bytes("x"),
            });
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_of_another_type_is_an_error_that_names_file_and_key(string asked, string type)
    {
        object value = Enum.Parse<GgufValueType>(type) switch
        {
            GgufValueType.UInt8 => (byte)1,
            GgufValueType.UInt32 => 1u,
            GgufValueType.Float32 => 1f,
            GgufValueType.Bool => true,
            GgufValueType.String => "x",
            _ => new[] { 1L },
        };
        using GgufModel model = GgufFile.Model().With("a.key", value).Open();
        EngineException failure = Expect(EngineErrorIds.ModelCorrupt, () => Ask(model, asked, "a.key"));
        Assert.Contains("test.gguf", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a.key", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        using GgufModel model = GgufFile.Model()
            .With("huge", ulong.MaxValue).With("ten", 10).With("nan", float.NaN).With("endless", double.PositiveInfinity)
            .With("wide", new[] { 1L << 31 }).With("wider", new[] { ulong.MaxValue })
            .Open();
        Expect(EngineErrorIds.ModelCorrupt, () => model.Integer("huge"));
        Assert.Equal(10, model.Integer("ten", 1, 10));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Integer("ten", 11));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Integer("ten", 0, 9));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Number("nan"));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Number("endless"));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Integers("wide"));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Integers("wider"));
    }

    [Fact]
    public void A_truth_value_that_is_neither_is_refused()
    {
        byte[] bytes = GgufFile.Model().With("truth", true).ToBytes();
        bytes[bytes.AsSpan().IndexOf("truth"u8) + 9] = 2;
        using GgufModel model = Open(bytes);
        Expect(EngineErrorIds.ModelCorrupt, () => model.Flag("truth"));
    }

    [Fact]
    public void Texts_and_names_are_no_longer_than_they_can_be()
    {
        string longest = new('a', 1 << 16);
        string longer = longest + "a";
        using GgufModel model = GgufFile.Model().With("text", longest).With("long", longer).With("list", new[] { longer }).Open();
        Assert.Equal(longest, model.Text("text"));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Text("long"));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Texts("list"));
        EngineException failure = Expect(EngineErrorIds.ModelNotGguf, () => GgufFile.Model().With(longest, 1).Open());
        Assert.InRange(failure.Message.Length, 1, 300);
        Expect(EngineErrorIds.ModelNotGguf, () => GgufFile.Model().WithTensor(longest[..65], 8).Open());
        failure = Expect(EngineErrorIds.ModelCorrupt, () => GgufFile.Model().With(longest[..1000], 1).WithAgain(longest[..1000], 1).Open());
        Assert.InRange(failure.Message.Length, 1, 300);
        failure = Expect(EngineErrorIds.ModelCorrupt, () => GgufFile.Model().WithTensor("\e[2J", 8).WithTensor("\e[2J", 8).Open());
        Assert.DoesNotContain('\e', failure.Message);
    }

    [Theory]
    [InlineData(GgmlTensorType.F32, 0.0)]
    [InlineData(GgmlTensorType.F16, 0.001)]
    [InlineData(GgmlTensorType.BF16, 0.004)]
    [InlineData(GgmlTensorType.Q8_0, 0.005)]
    [InlineData(GgmlTensorType.Q4_0, 0.08)]
    [InlineData(GgmlTensorType.Q4_1, 0.08)]
    [InlineData(GgmlTensorType.Q5_0, 0.04)]
    [InlineData(GgmlTensorType.Q5_1, 0.04)]
    [InlineData(GgmlTensorType.Q4_K, 0.12)]
    [InlineData(GgmlTensorType.Q5_K, 0.07)]
    [InlineData(GgmlTensorType.Q6_K, 0.03)]
    public void A_tensor_that_was_written_is_read_to_the_types_precision(uint type, double error)
    {
        Random random = new(1);
        float[] values = [.. Enumerable.Range(0, 512 * 6).Select(i => (random.NextSingle() * 2) - 1)];
        using GgufModel model = GgufFile.Model().WithTensor("x", [512, 3, 2], values, type).WithTensor("y", 32).Open();
        GgufTensor tensor = model.Tensor("x", 512, 3, 2);
        Assert.Equal((type, 512, 6), (tensor.Type, tensor.RowLength, tensor.RowCount));
        Assert.True(tensor.IsFinite());
        float[] widened = new float[values.Length];
        tensor.WidenRows(0, 6, widened);
        Assert.All(Enumerable.Range(0, values.Length), i => Assert.InRange(widened[i] - values[i], -error, error));
    }

    [Fact]
    public void Shapes_are_checked_and_dimensions_of_1_may_be_left_out()
    {
        using GgufModel model = GgufFile.Model().WithTensor("x", [32, 2], new float[64]).WithTensor("y", [32, 1], new float[32]).Open();
        Assert.Equal(2, model.Tensor("x", 32, 2, 1).RowCount);
        Assert.Equal(1, model.Tensor("y", 32).RowCount);
        Assert.Equal(2, model.Tensor("x").RowCount);
        Assert.Null(model.TryTensor("z", 1));
        EngineException failure = Expect(EngineErrorIds.ModelCorrupt, () => model.Tensor("x", 2, 32));
        Assert.Contains("tensor x has the shape 32 x 2, not 2 x 32", failure.Message, StringComparison.Ordinal);
        Expect(EngineErrorIds.ModelCorrupt, () => model.Tensor("x", 64));
        Expect(EngineErrorIds.ModelCorrupt, () => model.TryTensor("x", 32, 3));
    }

    [Fact]
    public void A_borrowed_tensor_is_the_same_until_the_next_one_is_borrowed()
    {
        Random random = new(2);
        float[] first = [.. Enumerable.Range(0, 64).Select(i => random.NextSingle())];
        float[] second = [.. Enumerable.Range(0, 64).Select(i => random.NextSingle())];
        using GgufModel model = GgufFile.Model().WithTensor("x", [32, 2], first).WithTensor("y", [64], second).Open();
        GgufTensor kept = model.Tensor("x");
        GgufTensor borrowed = model.BorrowTensor("x", 32, 2);
        Assert.Equal(kept.Data, borrowed.Data);
        Assert.Same(borrowed.Data, model.BorrowTensor("y", 64).Data);
        Assert.Equal(model.Tensor("y").Data, borrowed.Data);
        Assert.NotEqual(kept.Data, borrowed.Data);
        Expect(EngineErrorIds.ModelCorrupt, () => model.BorrowTensor("y", 65));
        Expect(EngineErrorIds.ModelCorrupt, () => model.BorrowTensor("z"));
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using GgufModel model = GgufFile.Model().Open();
        EngineException failure = Expect(EngineErrorIds.ModelCorrupt, () => model.Tensor("z"));
        Assert.Contains("tensor z is missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_a_type_that_only_llama_cpp_reads_is_left_to_it()
    {
        using GgufModel model = GgufFile.Model().WithTensorBytes("x", [256], new byte[84], 10).Open();
        EngineException failure = Expect(EngineErrorIds.ModelLoadFailed, () => model.Tensor("x"));
        Assert.Equal(FailureKind.NotSupported, failure.Kind);
        Assert.Contains("Q2_K", failure.Message, StringComparison.Ordinal);
        Assert.Contains("llama.cpp", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_come_twice_are_refused()
    {
        Expect(EngineErrorIds.ModelCorrupt, () => GgufFile.Model().WithTensor("x", 8).WithTensor("x", 8).Open());
        Expect(EngineErrorIds.ModelCorrupt, () => GgufFile.Model().With("x", 1).WithAgain("x", 1).Open());
    }

    [Fact]
    public void Tensors_that_overlap_or_are_not_aligned_are_refused()
    {
        byte[] bytes = new byte[64];
        Expect(EngineErrorIds.ModelCorrupt, () => GgufFile.Model().WithTensorBytes("x", [16], bytes, 0, offset: 0).Open());
        Expect(EngineErrorIds.ModelCorrupt, () => GgufFile.Model().WithTensorBytes("x", [16], bytes, 0, offset: 224).Open());
        Expect(EngineErrorIds.ModelCorrupt, () => GgufFile.Model().WithTensorBytes("x", [4], bytes, 0, offset: 260).Open());
        Expect(
            EngineErrorIds.ModelCorrupt,
            () => new GgufFile { Alignment = 64 }.WithTensor("a", 8).WithTensorBytes("x", [8], bytes, 0, offset: 32).Open());
        using GgufModel model = new GgufFile { Alignment = 64 }.WithTensor("a", 8).WithTensor("x", 8).Open();
        Assert.Equal(64ul, model.Tensors["x"].Offset);
    }

    [Fact]
    public void Tensors_beyond_the_files_end_are_refused_before_anything_is_allocated()
    {
        (long[] Shape, ulong? Offset)[] tensors
            = [([1L << 40], null), ([32, 1L << 40], null), ([8], 1ul << 50), ([8], ulong.MaxValue - 31)];
        foreach ((long[] shape, ulong? offset) in tensors)
        {
            byte[] file = GgufFile.Model().WithTensorBytes("x", shape, new byte[32], 0, offset).ToBytes();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Expect(EngineErrorIds.ModelTruncated, () => Open(file));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Rows_that_are_no_whole_blocks_are_refused()
    {
        GgufFile eight = GgufFile.Model().WithTensorBytes("x", [48, 2], new byte[102], GgmlTensorType.Q8_0);
        GgufFile super = GgufFile.Model().WithTensorBytes("x", [32, 8], new byte[144], GgmlTensorType.Q4_K);
        Expect(EngineErrorIds.ModelCorrupt, eight.Open);
        Expect(EngineErrorIds.ModelCorrupt, super.Open);
    }

    [Fact]
    public void A_tensor_without_elements_is_refused()
    {
        using GgufModel model = GgufFile.Model().WithTensorBytes("x", [0, 1L << 40], [], 0).WithTensorBytes("y", [8, 0], [], 0).Open();
        Expect(EngineErrorIds.ModelCorrupt, () => model.Tensor("x"));
        Expect(EngineErrorIds.ModelCorrupt, () => model.Tensor("y"));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_an_error_of_its_own()
    {
        Expect(EngineErrorIds.ModelNotFound, () => GgufModel.Open(Path.Combine(_folder.Path, "no.gguf")));
        Expect(EngineErrorIds.ModelIsDirectory, () => GgufModel.Open(_folder.Path));
        Expect(EngineErrorIds.ModelNotGguf, () => Open("no model at all"u8.ToArray()));
        Expect(EngineErrorIds.ModelTruncated, () => Open([]));
        Expect(EngineErrorIds.ModelTruncated, () => Open(GgufFile.Model().ToBytes()[..^1]));
    }

    [Fact]
    public void A_model_in_parts_says_so()
    {
        using GgufModel model = GgufFile.Model().With("split.count", (ushort)2).Open();
        Assert.True(model.Header.PartCount > 1);
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_open_is_an_error()
    {
        string path = _folder.Write("model.gguf", File.ReadAllBytes(TestModels.TinyBert));
        using GgufModel model = GgufModel.Open(path);
        _ = model.Tensor("token_embd_norm.bias", 64);
        model.RequireUnchanged();
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.SetLength(50_000);
        }

        Expect(EngineErrorIds.ModelTruncated, () => model.Tensor("token_embd.weight"));
        Expect(EngineErrorIds.ModelReadFailed, model.RequireUnchanged);
    }

    [Fact]
    public void A_file_that_is_emptied_while_it_is_open_is_an_error()
    {
        // Longer than the reader's buffer, so that the vocabulary has to be read from the file.
        string[] tokens = [.. Enumerable.Range(0, 20_000).Select(i => $"token{i}")];
        string path = _folder.Write("model.gguf", GgufFile.Model().With("tokenizer.ggml.tokens", tokens).ToBytes());
        using GgufModel model = GgufModel.Open(path);
        Assert.Equal(tokens, model.Texts("tokenizer.ggml.tokens")!);
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.SetLength(0);
        }

        Expect(EngineErrorIds.ModelTruncated, () => model.Texts("tokenizer.ggml.tokens"));
        Expect(EngineErrorIds.ModelTruncated, () => model.Tensor("token_embd.weight"));
        Expect(EngineErrorIds.ModelReadFailed, model.RequireUnchanged);
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x01)]
    public void A_vocabulary_that_is_overwritten_while_it_is_open_is_an_error(byte value)
    {
        string[] tokens = [.. Enumerable.Range(0, 20_000).Select(i => $"token{i}")];
        byte[] bytes = GgufFile.Model().With("tokenizer.ggml.tokens", tokens).ToBytes();
        string path = _folder.Write("model.gguf", bytes);
        using GgufModel model = GgufModel.Open(path);
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Position = 1000;
            file.Write([.. Enumerable.Repeat(value, 100_000)]);
        }

        Assert.ThrowsAny<EngineException>(() => model.Texts("tokenizer.ggml.tokens"));
        Expect(EngineErrorIds.ModelReadFailed, model.RequireUnchanged);
    }

    [Fact]
    public void A_file_that_is_rewritten_replaced_or_deleted_while_it_is_open_is_an_error()
    {
        byte[] bytes = File.ReadAllBytes(TestModels.TinyBert);
        ExpectChange(path =>
        {
            using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.WriteByte(0);
        });
        if (!OperatingSystem.IsWindows())
        {
            // Windows forbids both while the file is open.
            string other = _folder.Write("other.gguf", bytes);
            ExpectChange(path => File.Move(other, path, overwrite: true));
            ExpectChange(File.Delete);
        }

        void ExpectChange(Action<string> change)
        {
            string path = _folder.Write("model.gguf", bytes);
            using GgufModel model = GgufModel.Open(path);
            _ = model.Tensor("token_embd.weight");
            model.RequireUnchanged();
            change(path);
            Expect(EngineErrorIds.ModelReadFailed, model.RequireUnchanged);
        }
    }

    private GgufModel Open(byte[] bytes) => GgufModel.Open(_folder.Write("broken.gguf", bytes));

    private static object? Ask(GgufModel model, string what, string key) => what switch
    {
        "Text" => model.Text(key),
        "Integer" => model.Integer(key),
        "Number" => model.Number(key),
        "Flag" => model.Flag(key),
        "Count" => model.Count(key),
        "Texts" => model.Texts(key),
        "Floats" => model.Floats(key),
        "Integers" => model.Integers(key),
        _ => model.Bytes(key),
    };

    private static EngineException Expect(string errorId, Func<object?> act) => Expect(errorId, () => { _ = act(); });

    private static EngineException Expect(string errorId, Action act)
    {
        EngineException failure = Assert.Throws<EngineException>(act);
        Assert.Equal(errorId, failure.ErrorId);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", failure.RecommendedAction, StringComparison.Ordinal);
        return failure;
    }
}
