using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Engines;

/// <summary>Texts in scripts that a model's vocabulary does not have.</summary>
public sealed class ScriptTallyTests : IDisposable
{
    private const string English = "\u2581the;\u2581of;a;\u2581\u0430;\u043e\u0432;\u2581\u0627";
    private static readonly string _bundled = Path.Combine(StagedModule.Root, "models", "all-MiniLM-L6-v2.Q8_0.gguf");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("パスワードを忘れました", true)]
    [InlineData("نسيت كلمة المرور", true)]
    [InlineData("Я забыл пароль", true)]
    [InlineData("비밀번호를 잊어버렸어요", true)]
    [InlineData("ลืมรหัสผ่าน", true)]
    [InlineData("VPN接続が遅い", true)]
    [InlineData("Ξέχασα τον κωδικό", true)]
    [InlineData("Passwort vergessen, größer", false)]
    [InlineData("Zażółć gęślą jaźń, ơn được", false)]
    [InlineData("The ticket about 東京 is closed", false)]
    [InlineData("\U0001F600 \U0001F680 123", false)]
    [InlineData("\U0001D400\U0001D401 \u210C", false)]
    [InlineData("ＶＰＮ", false)]
    [InlineData("", false)]
    [InlineData("\ud800", false)]
    public void A_text_is_foreign_where_most_of_its_letters_are_not_Latin(string text, bool isForeign)
        => Assert.Equal(isForeign, ScriptTally.IsForeign(text));

    [Theory]
    [InlineData("東京;大阪", "All 2 texts are in another script")]
    [InlineData("東京;大阪;Paris", "2 of 3 texts are in another script")]
    [InlineData("東京;大阪;Paris;Rome", null)]
    [InlineData("東京", null)]
    [InlineData("\U0001F600;\U0001F680;12", null)]
    [InlineData("Köln;Łódź", null)]
    [InlineData("", null)]
    public void Most_of_several_texts_have_to_be(string texts, string? expected)
    {
        string model = Model("english.gguf", "bert", English.Split(';'));

        Assert.Equal(expected is null, Warning(texts, model) is null);
        if (expected is not null)
        {
            EngineWarning warning = Warning(texts, model)!;
            Assert.Equal("ModelScriptUnknown", warning.Id);
            Assert.StartsWith(expected, warning.Message, StringComparison.Ordinal);
            Assert.Contains("The model english.gguf was made for English", warning.Message, StringComparison.Ordinal);
            Assert.Contains("-Model, such as a GGUF file of multilingual-e5 or bge-m3", warning.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_whose_vocabulary_has_words_of_other_scripts_or_is_none_of_words_says_nothing()
    {
        const string Texts = "東京;大阪";
        Assert.NotNull(Warning(Texts, _bundled));
        Assert.Null(Warning(Texts, Model("russian.gguf", "bert", ["\u2581the", "\u2581слово"])));
        Assert.Null(Warning(Texts, Model("chinese.gguf", "bert", ["\u2581the", "\u2581東"])));
        Assert.Null(Warning(Texts, Model("pieces.gguf", "t5", English.Split(';'))));
        Assert.Null(Warning(Texts, Model("bytes.gguf", "gpt2", English.Split(';'))));
        Assert.Null(Warning(Texts, null));
        Assert.Null(Warning(Texts, Path.Combine(_folder.Path, "none.gguf")));
    }

    [Fact]
    public void The_text_that_models_are_told_apart_by_is_not_counted()
        => Assert.StartsWith(
            "All 2 texts",
            Warning("東京;大阪;" + VectorDifference.ProbeText, _bundled)!.Message,
            StringComparison.Ordinal);

    private static EngineWarning? Warning(string texts, string? model)
    {
        ScriptTally tally = new();
        foreach (string text in texts.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            tally.Add(text);
        }

        return tally.Warning(model);
    }

    private string Model(string name, string tokenizer, string[] tokens)
    {
        GgufFile file = GgufFile.Model().With("tokenizer.ggml.model", tokenizer).With("tokenizer.ggml.tokens", tokens);
        return _folder.Write(name, file.ToBytes());
    }
}
