using PSLlmCluster.Core.Encoding.Tokenizing;
using PSLlmCluster.Core.Tests.Llama;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>WordPiece against Hugging Face's BertTokenizerFast, and against a plain implementation.</summary>
public sealed class WordPieceTokenizerTests
{
    // By hand: PSLLMCLUSTER_TOKENIZER_TEXTS=1000000.
    private static readonly int _randomTexts = int.Parse(
        Environment.GetEnvironmentVariable("PSLLMCLUSTER_TOKENIZER_TEXTS") ?? "20000", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly EncoderVocabulary _miniLm = GgufVocabulary.Read(TestModels.MiniLm);
    private static readonly EncoderTokenizer _tokenizer = EncoderTokenizer.Create(_miniLm);

    internal static int RandomTexts => _randomTexts;

    [Theory]
    [InlineData("tiny-bert-f32")]
    [InlineData("minilm-q8_0")]
    public void Tokens_of_all_golden_texts_are_the_references(string name)
    {
        EmbeddingGolden golden = new(name);
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(
            GgufVocabulary.Read(name == "tiny-bert-f32" ? TestModels.TinyBert : TestModels.MiniLm));

        Assert.Equal(77, golden.Texts.Count);
        foreach (GoldenText text in golden.Texts)
        {
            int room = golden.Window - tokenizer.Before.Length - tokenizer.After.Length;
            int[] content = tokenizer.Content(text.Text);
            int[][] runs = content.Length == 0 ? [[]] : [.. content.Chunk(room)];
            int[] tokens = [.. runs.SelectMany(run => (int[])[.. tokenizer.Before, .. run, .. tokenizer.After])];
            TokenizerFixtures.RequireEqual(text.Tokens, tokens, text.Text);
            Assert.Equal(text.Windows, runs.Length);
        }
    }

    [Fact]
    public void Tokens_of_hostile_texts_are_Hugging_Faces()
        => TokenizerFixtures.RequireTokens(_tokenizer, GoldenSet.Tokenizing.Json("bert.json").GetProperty("texts"));

    // In these texts Hugging Face's and llama.cpp's tokens are the same.
    [Fact]
    public void Tokens_of_llama_cpps_own_test_of_the_vocabulary_are_its()
        => TokenizerFixtures.RequireTokens(_tokenizer, GoldenSet.Tokenizing.Json("bert.json").GetProperty("llama_texts"));

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Random_texts_give_the_tokens_of_the_plain_implementation(bool lowerCase, bool stripsAccents)
    {
        EncoderVocabulary vocabulary = WithEveryLetter() with { LowerCase = lowerCase, StripsAccents = stripsAccents };
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(vocabulary);
        SlowWordPiece slow = new(vocabulary);
        HostileTexts texts = new(seed: 1);
        for (int i = 0; i < _randomTexts / 4; i++)
        {
            string text = texts.Next();
            TokenizerFixtures.RequireEqual(slow.Tokenize(text), tokenizer.Content(text), text);
        }
    }

    [Fact]
    public void Random_texts_give_the_tokens_of_the_plain_implementation_with_a_models_vocabulary()
    {
        SlowWordPiece slow = new(_miniLm);
        HostileTexts texts = new(seed: 2);
        for (int i = 0; i < _randomTexts; i++)
        {
            string text = texts.Next();
            TokenizerFixtures.RequireEqual(slow.Tokenize(text), _tokenizer.Content(text), text);
        }
    }

    [Fact]
    public void Every_code_point_that_is_assigned_gives_the_tokens_of_the_plain_implementation()
    {
        EncoderVocabulary vocabulary = WithEveryLetter();
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(vocabulary);
        SlowWordPiece slow = new(vocabulary);
        foreach (int[] values in Enumerable.Range(0, 0x2FFFF).Concat(Enumerable.Range(0xE0000, 0x1000)).Where(IsScalar).Chunk(64))
        {
            string text = string.Concat(values.Select(value => $"a{char.ConvertFromUtf32(value)} "));
            TokenizerFixtures.RequireEqual(slow.Tokenize(text), tokenizer.Content(text), text);
        }
    }

    [Fact]
    public void The_longest_piece_is_taken_first_and_a_word_that_cannot_be_spelled_is_unknown_as_a_whole()
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(
            TokenizerFixtures.WordPieces("\u2581un", "\u2581unab", "able", "a", "b", "\u2581x", "x"));

        Assert.Equal([3, 6, 9], tokenizer.Content("unax"));
        Assert.Equal([4, 6], tokenizer.Content("unaba"));
        Assert.Equal([0], tokenizer.Content("unable"));
        Assert.Equal([0, 8, 0], tokenizer.Content("able x b"));
    }

    [Fact]
    public void A_word_of_over_100_characters_is_unknown()
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(
            TokenizerFixtures.WordPieces("\u2581a", "a", "\u2581\U0001F600", "\U0001F600"));

        Assert.Equal(100, tokenizer.Content(new string('a', 100)).Length);
        Assert.Equal([0], tokenizer.Content(new string('a', 101)));
        Assert.Equal(100, tokenizer.Content(string.Concat(Enumerable.Repeat("\U0001F600", 100))).Length);
        Assert.Equal([0], tokenizer.Content(string.Concat(Enumerable.Repeat("\U0001F600", 101))));

        // Marks are gone before characters are counted.
        Assert.Equal(100, tokenizer.Content(string.Concat(Enumerable.Repeat("a\u0301\u0302", 100))).Length);
    }

    [Theory]
    [InlineData("I\u0307", "i")]
    [InlineData("\u0130", "i")]
    [InlineData("\u03A3\u0391\u03A3", "\u03C3\u03B1\u03C3")] // Without the final form.
    [InlineData("\uFB01", "\uFB01")] // Not decomposed: it is no canonical equivalent.
    [InlineData("\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u212B\u1E9E", "a\u00DF")]
    [InlineData("a\u00ADb\u200Dc\uFEFFd", "abcd")]
    [InlineData("a\0b\uFFFDc", "abc")]
    [InlineData("a\uD800b\uDC00", "ab")] // Unpaired surrogates are U+FFFD, which is left out.
    [InlineData("a\u1AC1", "a\u1AC1")] // A mark of Unicode 14, which the reference does not know.
    public void Words_are_normalised_as_the_reference_does(string word, string expected)
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(TokenizerFixtures.WordPieces('\u2581' + expected));

        Assert.Equal([3], tokenizer.Content(word));
    }

    [Fact]
    public void A_lone_lower_block_is_the_piece_that_goes_on_with_it()
        => Assert.Equal([3, 4], EncoderTokenizer.Create(TokenizerFixtures.WordPieces("\u2581a", "\u2581")).Content("a\u2581"));

    [Fact]
    public void What_looks_like_a_special_token_is_text()
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(TokenizerFixtures.WordPieces("\u2581[", "\u2581]", "\u2581cls", "\u2581#"));

        Assert.Equal([3, 5, 4, 6, 6], tokenizer.Content("[CLS]##"));
    }

    private static bool IsScalar(int value) => value is < 0xD800 or > 0xDFFF;

    /// <summary>
    /// A vocabulary that tells the letters that some step changes, and what they change to, apart at the start of a word and within.
    /// </summary>
    private static EncoderVocabulary WithEveryLetter()
    {
        IEnumerable<int> sources = SlowWordPiece.Decompositions.Keys.Concat(SlowWordPiece.LowerCase.Keys);
        IEnumerable<int> targets = SlowWordPiece.Decompositions.Concat(SlowWordPiece.LowerCase).SelectMany(pair => pair.Value);
        string[] letters = [.. Enumerable.Range(1, 0x3FFF).Concat(Enumerable.Range(0xA000, 0x800))
            .Concat(sources).Concat(targets).Concat(SlowWordPiece.Punctuation).Distinct().Select(char.ConvertFromUtf32)];
        return TokenizerFixtures.WordPieces([.. letters.Select(letter => '\u2581' + letter), .. letters]);
    }
}
