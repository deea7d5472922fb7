using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// -Prompt of Get-TextEmbedding: its pooling, its errors before any work, and the hint for models that were made to write text.
/// </summary>
public sealed class TextPromptTests : IDisposable
{
    private const string Cmdlet = "GetTextEmbedding";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [LlamaFact]
    public void A_prompt_sets_the_pooling_and_leaves_the_text_alone()
    {
        IReadOnlyList<PSObject> output = Qwen(
            """
            'tea' | Get-TextEmbedding -Model $qwen -Prompt topic
            'The topic of "tea" in one word:"' | Get-TextEmbedding -Model $qwen -Pooling Last
            'tea' | Get-TextEmbedding -Model $qwen -Prompt 'The topic of "{0}" in one word:"' -Pooling Last
            'tea' | Get-TextEmbedding -Model $qwen -Prompt 'The topic of "{0}" in one word:"' -Pooling Mean
            'tea' | Get-TextEmbedding -Model $qwen -Prompt Echo
            'tea' | Get-TextEmbedding -Model $qwen -Prompt None
            'tea' | Get-TextEmbedding -Model $qwen
            """).Clean();
        float[][] vectors = [.. output.Values<float[]>("Vector")];

        Assert.Equal("tea", output[0].Value<string>("Text"));
        Assert.All(vectors[0].Zip(vectors[1]), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Equal(output[1].Value<int>("TokenCount"), output[0].Value<int>("TokenCount"));
        Assert.Equal(vectors[0], vectors[2]);
        Assert.NotEqual(vectors[0], vectors[3]);
        Assert.NotEqual(vectors[5], vectors[4]);
        Assert.Equal(vectors[5], vectors[6]);
    }

    [Theory]
    [InlineData("-Prompt 'The topic:'", "PromptInvalid")]
    [InlineData("-Prompt '{0} {0} {0}'", "PromptInvalid")]
    [InlineData("-Prompt OneWord -Pooling Mean", "PromptPoolingInvalid")]
    [InlineData("-Prompt '{0}' -Pooling Cls", "PromptPoolingInvalid")]
    [InlineData("-Prompt Topic -Prefix 'query: '", "PromptPrefixInvalid")]
    public void What_does_not_fit_is_an_error_before_any_work(string arguments, string id)
        => _session.Run($"@() | Get-TextEmbedding -Model no-such.gguf {arguments}").EndedWith(id, ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void An_encoder_takes_no_prompt()
        => _session.Run("'a' | Get-TextEmbedding -Model $tiny -Prompt OneWord", ("tiny", StagedModule.TinyBert))
            .EndedWith("PromptUnsupported", ErrorCategory.InvalidOperation, Cmdlet);

    [LlamaFact]
    public void A_model_that_writes_text_has_a_hint_to_who_gave_nothing()
    {
        string path = _folder.File("chat.gguf");
        File.WriteAllBytes(path, WithChatTemplate(File.ReadAllBytes(StagedModule.TinyQwen)));

        Assert.Single(Hints(""));
        Assert.Empty(Hints("-Prompt None").Concat(Hints("-Prompt Topic")).Concat(Hints("-Pooling Mean")).Concat(Hints("-Prefix ''")));
        PSObject model = Assert.Single(_session.Run("Get-EmbeddingModel $model", ("model", path)).Clean());
        Assert.Equal(Hints("").Single(), model.Value<string>("PromptHint"));
        PSObject plain = Assert.Single(_session.Run("Get-EmbeddingModel $model", ("model", StagedModule.TinyQwen)).Clean());
        Assert.Null(plain.Value<string?>("PromptHint"));

        IEnumerable<string> Hints(string arguments)
        {
            PipelineResult result = _session.Run($"'a' | Get-TextEmbedding -Model $model {arguments} -Verbose", ("model", path));
            Assert.Single(result.Clean());
            return result.Verbose.Where(line => line.Contains("-Prompt OneWord or Topic", StringComparison.Ordinal));
        }
    }

    /// <summary>Puts a chat template before the other values of a GGUF file's header.</summary>
    private static byte[] WithChatTemplate(byte[] file)
    {
        const int countStart = 16, valuesStart = 24;
        const uint text = 8;

        // 64 bytes, so that the tensors stay aligned.
        byte[] key = "tokenizer.chat_template"u8.ToArray();
        byte[] template = "<|im_start|> as ChatML"u8[..21].ToArray();
        byte[] pair =
        [
            .. BitConverter.GetBytes((ulong)key.Length), .. key, .. BitConverter.GetBytes(text),
            .. BitConverter.GetBytes((ulong)template.Length), .. template,
        ];
        Assert.Equal(64, pair.Length);
        ulong count = BitConverter.ToUInt64(file, countStart) + 1;
        return [.. file[..countStart], .. BitConverter.GetBytes(count), .. pair, .. file[valuesStart..]];
    }

    private PipelineResult Qwen(string script) => _session.Run(script, ("qwen", StagedModule.TinyQwen));
}
