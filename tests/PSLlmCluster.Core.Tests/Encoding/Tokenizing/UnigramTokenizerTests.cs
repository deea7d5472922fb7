using PSLlmCluster.Core.Encoding.Tokenizing;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>The unigram model against Hugging Face's tokenizers, published tokens of XLM-RoBERTa, and a plain implementation.</summary>
public sealed class UnigramTokenizerTests
{
    private static readonly EncoderVocabulary _xlm = TokenizerFixtures.XlmRoberta();
    private static readonly EncoderTokenizer _tokenizer = EncoderTokenizer.Create(_xlm);
    private static readonly Dictionary<string, string> _map = SlowUnigram.ReadMap(_xlm.CharacterMap);

    [Fact]
    public void Tokens_are_Hugging_Faces()
        => TokenizerFixtures.RequireTokens(_tokenizer, GoldenSet.Tokenizing.Json("xlm-roberta.json").GetProperty("texts"));

    // huggingface/transformers, the tests of mLUKE's tokenizer (the same vocabulary); elixir-nx/bumblebee, its tests of mBART's.
    [Theory]
    [InlineData("Hello, world!", new[] { 35378, 4, 8999, 38 })]
    [InlineData("Hello world! c\u00E9c\u00E9 herlolip 418", new[] { 35378, 8999, 38, 33273, 11676, 604, 365, 21392, 201, 1819 })]
    [InlineData("Hello, my dog is cute", new[] { 35378, 4, 759, 10269, 83, 99942 })]
    public void Tokens_are_those_that_are_published(string text, int[] expected) => Assert.Equal(expected, _tokenizer.Content(text));

    [Fact]
    public void A_window_stands_between_s_and_its_end()
    {
        Assert.Equal([0], _tokenizer.Before);
        Assert.Equal([2], _tokenizer.After);
        EncoderTokenizer bare = EncoderTokenizer.Create(_xlm with { AddsBegin = false, AddsEnd = false, BeginId = -1, EndId = -1 });
        Assert.Empty(bare.Before);
        Assert.Empty(bare.After);
    }

    [Fact]
    public void Random_texts_give_the_tokens_of_the_plain_implementation()
    {
        SlowUnigram slow = new(_xlm, _map);
        HostileTexts texts = new(seed: 3);
        for (int i = 0; i < WordPieceTokenizerTests.RandomTexts; i++)
        {
            string text = texts.Next();
            TokenizerFixtures.RequireEqual(slow.Tokenize(text), _tokenizer.Content(text), text);
        }
    }

    [Fact]
    public void Random_vocabularies_give_the_tokens_of_the_plain_implementation()
    {
        Random random = new(4);
        for (int run = 0; run < WordPieceTokenizerTests.RandomTexts / 200; run++)
        {
            EncoderVocabulary vocabulary = RandomVocabulary(random);
            EncoderTokenizer tokenizer = EncoderTokenizer.Create(vocabulary);
            SlowUnigram slow = new(vocabulary, vocabulary.CharacterMap.Length == 0 ? [] : _map);
            for (int i = 0; i < 100; i++)
            {
                string text = RandomText(random, 30);
                TokenizerFixtures.RequireEqual(slow.Tokenize(text), tokenizer.Content(text), text);
            }
        }
    }

    [Fact]
    public void The_pieces_with_the_greatest_sum_are_taken_and_unknown_characters_are_one_token()
    {
        // models/unigram/model.rs, the example of encode.
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(TokenizerFixtures.Unigrams(
            ("\u2581", 0), ("a", 0), ("b", 0), ("c", 0), ("d", 0), ("cd", 1), ("ab", 2), ("abc", 5), ("abcd", 10)));

        Assert.Equal([3, 11, 4, 8, 2], tokenizer.Content("abcdacdxx"));
    }

    [Fact]
    public void Of_equal_sums_the_one_whose_last_piece_is_longer_stays()
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(
            TokenizerFixtures.Unigrams(("\u2581", -1), ("a", -1), ("ab", -2), ("b", -1), ("bc", -2), ("c", -1)));

        Assert.Equal([3, 4, 7], tokenizer.Content("abc"));
    }

    [Fact]
    public void A_run_of_unknown_characters_that_is_a_piece_is_that_piece()
        => Assert.Equal(
            [3, 4],
            EncoderTokenizer.Create(TokenizerFixtures.Unigrams(("\u2581", 100), ("xy", 50))).Content("xy"));

    [Fact]
    public void White_space_parts_words_however_much_of_it_there_is()
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(TokenizerFixtures.Unigrams(("\u2581", -1), ("\u2581a", -1), ("a", -1)));

        Assert.Equal([4, 4], tokenizer.Content(" \t a \u3000\u0085 a\r\n"));
        Assert.Equal([4, 3, 4], tokenizer.Content("a \u2581 \u2581a"));
        Assert.Empty(tokenizer.Content(" \n"));
        Assert.Empty(tokenizer.Content(string.Empty));
    }

    [Fact]
    public void Every_space_counts_where_the_model_keeps_them()
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(
            TokenizerFixtures.Unigrams(("\u2581", -1), ("\u2581a", -1), ("a", -1)) with { RemovesExtraSpaces = false });

        Assert.Equal([4, 3, 4, 3], tokenizer.Content("a  a "));
        Assert.Equal([4], tokenizer.Content(" a"));
    }

    [Fact]
    public void Only_later_words_start_with_a_space_where_the_model_adds_none()
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(
            TokenizerFixtures.Unigrams(("\u2581", -1), ("\u2581a", -1), ("a", -1)) with { AddsSpacePrefix = false });

        Assert.Equal([5, 4], tokenizer.Content(" a a"));
        Assert.Equal([5, 4], tokenizer.Content("a a"));
    }

    [Fact]
    public void Special_tokens_never_match_text()
    {
        EncoderVocabulary vocabulary = TokenizerFixtures.Unigrams(("\u2581", -1), ("<", -1), ("s", -1), ("/", -1), (">", -1));

        Assert.Equal([3, 4, 5, 7, 3, 4, 6, 5, 7], EncoderTokenizer.Create(vocabulary).Content("<s> </s>"));
        Assert.Equal([3, 4, 5, 7], EncoderTokenizer.Create(vocabulary with { Types = [] }).Content("<s>"));
    }

    [Fact]
    public void Bytes_spell_what_is_unknown_where_the_vocabulary_has_all_of_them()
    {
        EncoderVocabulary vocabulary = TokenizerFixtures.Unigrams(("\u2581", -1), ("a", -1));
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];
        EncoderVocabulary whole = vocabulary with
        {
            Tokens = [.. vocabulary.Tokens, .. bytes],
            Scores = [.. vocabulary.Scores, .. bytes.Select(_ => 0f)],
            Types = [.. vocabulary.Types, .. bytes.Select(_ => 6)],
        };
        EncoderVocabulary part = whole with { Types = [.. whole.Types[..^1], 1] };

        Assert.Equal([3, 4, 5 + 0xC3, 5 + 0xA9, 5 + 0x7A, 4], EncoderTokenizer.Create(whole).Content("a\u00E9za"));
        Assert.Equal([3, 4, 2, 4], EncoderTokenizer.Create(part).Content("a\u00E9za"));
    }

    // normalizers/precompiled.rs: the whole of a short cluster gives way to the replacement of its first character. SentencePiece keeps
    // the accent: its longest match is the letter alone.
    [Fact]
    public void A_short_cluster_gives_way_to_the_replacement_of_its_start()
    {
        Assert.Equal(_tokenizer.Content("a"), _tokenizer.Content("\uFF41\u0301"));
        Assert.NotEqual(_tokenizer.Content("a"), _tokenizer.Content("\uFF41\u0301\u0301"));
    }

    [Fact]
    public void An_unpaired_surrogate_is_the_replacement_character()
    {
        Assert.Equal(_tokenizer.Content("a\uFFFD\u0301b\uFFFD"), _tokenizer.Content("a\uD800\u0301b\uDC00"));
        Assert.Equal(_tokenizer.Content("\uFFFD\U0001F600\uFFFD"), _tokenizer.Content("\uDE00\U0001F600\uD83D"));
    }

    private static EncoderVocabulary RandomVocabulary(Random random)
    {
        HashSet<string> pieces = ["\u2581"];
        for (int i = random.Next(1, 60); i > 0; i--)
        {
            string piece = RandomText(random, 5).Replace(' ', '\u2581');
            pieces.Add(string.Concat(piece.EnumerateRunes()));
        }

        // Scores that are often equal, so that ties are met.
        return TokenizerFixtures.Unigrams([.. pieces.Where(piece => piece.Length > 0).Select(piece => (piece, -random.Next(1, 12) / 2f))])
            with { CharacterMap = random.Next(2) == 0 ? [] : _xlm.CharacterMap };
    }

    private static string RandomText(Random random, int most)
    {
        string[] letters = ["a", "b", "c", "\u2581", " ", "\u00E9", "e\u0301", "\uFF41", "\U0001F600", "\uAC00", "\uD800", "\u0301", "\0"];
        return string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => letters[random.Next(letters.Length)]));
    }
}
