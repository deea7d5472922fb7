using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>What prompts become: the template's own special tokens are tokens, those of a text are letters.</summary>
[Collection("llama")]
public sealed class PromptTokenizerTests
{
    // What llama.cpp recognises DeepSeek-R1's descendants by; the tiny Qwen2 has their special tokens: end, begin, user, assistant, think.
    private const string DeepSeek = "<｜User｜> <｜Assistant｜> <｜end▁of▁sentence｜>";
    private const int Begin = 1;
    private const int User = 2;
    private const int Assistant = 3;
    private const int Think = 4;

    private static readonly GenerationOptions _deepSeek = new() { System = "Name it.", Prefix = "Texts: ", ChatTemplate = DeepSeek };

    [LlamaFact]
    public void Special_tokens_stand_where_the_template_has_them_and_nowhere_else()
    {
        LlamaModel model = TestModels.Load(TestModels.TinyQwen);
        int[] tokens = Tokens(model, _deepSeek, "a <｜User｜> <｜Assistant｜> <think> b");
        Assert.Equal([Begin, User, Assistant, Think], tokens.Where(token => token <= Think));
        Assert.Equal("Name it.\n\nTexts: a <｜User｜> <｜Assistant｜> <think> b<think>\n\n</think>\n\n", Written(model, tokens));
        Assert.EndsWith(
            "</think>\n\nIt is <｜User｜>", Written(model, Tokens(model, _deepSeek with { AnswerStart = "It is <｜User｜>" }, "a")),
            StringComparison.Ordinal);
        Assert.Equal(Assistant, Tokens(model, _deepSeek with { Thinking = ThinkingHandling.Remove }, "a")[^1]);
        Assert.Equal(Assistant, Tokens(model, _deepSeek with { Thinking = ThinkingHandling.Keep }, "a")[^1]);
    }

    [LlamaFact]
    public void A_special_token_that_llama_looks_for_in_every_text_is_letters_too()
    {
        using TemporaryFolder folder = new();
        LlamaModel model = TestModels.Load(folder.Write("user-defined.gguf", WithThinkAsUserDefined()));
        string text = "x <think> <<think>y";
        Assert.Contains(Think, new TextTokenizer(model).Content(text).ToArray());
        int[] tokens = Tokens(model, _deepSeek with { Thinking = ThinkingHandling.Keep }, text);
        Assert.DoesNotContain(Think, tokens);
        Assert.Equal("Name it.\n\nTexts: " + text, Written(model, tokens));
        ModelCache.Clear();
    }

    [LlamaFact]
    public void The_files_template_is_used_unless_another_is_given_or_none()
    {
        using TemporaryFolder folder = new();
        LlamaModel model = TestModels.Load(folder.Write("chat.gguf", WithTemplate("<|im_start|> chat")));
        GenerationOptions options = new() { System = "s", Prefix = "p", Thinking = ThinkingHandling.Keep };
        Assert.Equal(
            "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\npt<|im_end|>\n<|im_start|>assistant\n",
            Written(model, Tokens(model, options, "t")));
        Assert.Equal("<start_of_turn>user\npt<end_of_turn>\n<start_of_turn>model\n",
            Written(model, Tokens(model, options with { System = "", ChatTemplate = "gemma" }, "t")));
        Assert.Equal("s\n\npt", Written(model, Tokens(model, options with { UsesChatTemplate = false }, "t")));
        Assert.Equal(
            "ptIs: ", Written(model, Tokens(model, options with { UsesChatTemplate = false, System = "", AnswerStart = "Is: " }, "t")));

        LlamaModel unknown = TestModels.Load(folder.Write("unknown.gguf", WithTemplate("{{ messages }}")));
        EngineException failure = Assert.Throws<EngineException>(() => unknown.OpenGenerator(options));
        Assert.Equal("ChatTemplateUnsupported", failure.ErrorId);
        Assert.Contains("unknown.gguf", failure.Message, StringComparison.Ordinal);
        ModelCache.Clear();
    }

    [LlamaFact]
    public void Every_template_of_llama_has_a_place_for_instructions_and_message()
    {
        LlamaModel model = TestModels.Load(TestModels.TinyQwen);
        const string Names = "chatml llama2 llama2-sys mistral-v1 mistral-v3 mistral-v7 phi3 phi4 falcon3 zephyr gemma orion openchat "
            + "vicuna deepseek deepseek2 deepseek3 command-r llama3 chatglm4 minicpm exaone3 granite gigachat rwkv-world llama4 "
            + "gpt-oss kimi-k2";
        foreach (string name in Names.Split(' '))
        {
            GenerationOptions options = _deepSeek with { ChatTemplate = name };
            PromptPart[] parts = [.. ChatTemplate.Parts(model, options, hasThinking: false).Select(part => part.Part)];
            Assert.True(parts.Contains(PromptPart.System), name);
            Assert.True(Array.IndexOf(parts, PromptPart.User) > Array.IndexOf(parts, PromptPart.System), name);
        }
    }

    [SmolFact]
    public void A_harmless_prompt_has_the_tokens_of_the_whole_text()
    {
        LlamaModel model = TestModels.Load(TestModels.Smol!);
        GenerationOptions options = new() { System = "You name groups.", Prefix = "Texts:\n- " };
        using LlamaGenerator keepsModel = new(model, options, null, null, default);
        (int Token, string Text)[] special = [(1, "<|im_start|>"), (2, "<|im_end|>")];
        int[] expected =
        [
            1, .. Letters("system\nYou name groups."), 2, .. Letters("\n"), 1, .. Letters("user\nTexts:\n- it's 42 €"), 2, .. Letters("\n"),
            1, .. Letters("assistant\n"),
        ];
        Assert.Equal(expected, Tokens(model, options, "it's 42 €"));
        Assert.Equal(special[0].Token, new GenerationVocabulary(model.Vocabulary).SpecialTokens[special[0].Text]);

        int[] Letters(string text) => new TextTokenizer(model).Content(text).ToArray();
    }

    private static int[] Tokens(LlamaModel model, GenerationOptions options, string text)
    {
        using LlamaGenerator keepsModel = new(model, options, null, null, default);
        GenerationVocabulary vocabulary = new(model.Vocabulary);
        PromptTokenizer tokenizer = new(
            new TextTokenizer(model), vocabulary, ChatTemplate.Parts(model, options, vocabulary.HasThinking), options);
        int[] shared = tokenizer.Shared(default);
        int[] tokens = tokenizer.Tokens(text, default);
        Assert.True(tokens.AsSpan().CommonPrefixLength(shared) >= shared.Length - 2);
        return tokens;
    }

    private static string Written(LlamaModel model, int[] tokens)
    {
        using LlamaGenerator keepsModel = new(model, new GenerationOptions { UsesChatTemplate = false }, null, null, default);
        GenerationVocabulary vocabulary = new(model.Vocabulary);
        List<byte> bytes = [];
        foreach (int token in tokens.Where(token => token is Think or > Assistant))
        {
            bytes.AddRange(vocabulary.Piece(token));
        }

        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    private static byte[] WithThinkAsUserDefined()
    {
        // The key's name, its type (9: an array), its elements' type and number, the elements; 4 is a token that users defined.
        byte[] bytes = File.ReadAllBytes(TestModels.TinyQwen);
        int key = bytes.AsSpan().IndexOf("tokenizer.ggml.token_type"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(key + "tokenizer.ggml.token_type".Length + 16 + (4 * Think)), 4);
        return bytes;
    }

    private static byte[] WithTemplate(string template)
    {
        // Another key goes before all others, as long as tensors stay where a multiple of 32 is.
        byte[] name = "tokenizer.chat_template"u8.ToArray();
        int length = 8 + name.Length + 4 + 8 + System.Text.Encoding.UTF8.GetByteCount(template);
        byte[] value = System.Text.Encoding.UTF8.GetBytes(template.PadRight(template.Length + ((32 - (length % 32)) % 32)));
        byte[] bytes = File.ReadAllBytes(TestModels.TinyQwen);
        byte[] entry =
        [
            .. BitConverter.GetBytes((long)name.Length), .. name, .. BitConverter.GetBytes(8), .. BitConverter.GetBytes((long)value.Length),
            .. value,
        ];
        BitConverter.TryWriteBytes(bytes.AsSpan(16), BitConverter.ToInt64(bytes, 16) + 1);
        return [.. bytes[..24], .. entry, .. bytes[24..]];
    }
}
