using PSLlmCluster.Core.Encoding.Tokenizing;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>What both tokenizers owe: damaged vocabularies, long texts, cancellation, threads.</summary>
public sealed class EncoderTokenizerTests
{
    private const int CharacterMapHead = 4;

    private static readonly EncoderVocabulary _words = TokenizerFixtures.WordPieces("\u2581a", "a");
    private static readonly EncoderVocabulary _grams = TokenizerFixtures.Unigrams(("\u2581", -1), ("a", -2), ("aa", -3), ("aaa", -4));
    private static readonly EncoderVocabulary _xlm = TokenizerFixtures.XlmRoberta();

    [Fact]
    public void A_vocabulary_that_contradicts_itself_is_damaged()
    {
        RequireFailure(EngineErrorIds.ModelCorrupt, _words with { Tokens = [] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _words with { Types = [3, 3, 3] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _words with { UnknownId = 5 });
        RequireFailure(EngineErrorIds.ModelCorrupt, _words with { BeginId = int.MaxValue });
        RequireFailure(EngineErrorIds.ModelCorrupt, _words with { EndId = 5 });
        RequireFailure(EngineErrorIds.ModelCorrupt, _grams with { Scores = [] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _grams with { Scores = [0, 0, 0, -1, -2, -3] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _grams with { Scores = [0, 0, 0, -1, float.NaN, -3, -4] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _grams with { Scores = [0, 0, 0, -1, float.NegativeInfinity, -3, -4] });
    }

    [Fact]
    public void A_vocabulary_without_what_is_needed_is_not_supported()
    {
        RequireFailure(EngineErrorIds.ModelTokenizerUnsupported, _words with { UnknownId = -1 });
        RequireFailure(EngineErrorIds.ModelTokenizerUnsupported, _words with { BeginId = -1 });
        RequireFailure(EngineErrorIds.ModelTokenizerUnsupported, _words with { EndId = -1, AddsEnd = false });
        RequireFailure(EngineErrorIds.ModelTokenizerUnsupported, _grams with { EndId = -1 });
        RequireFailure(EngineErrorIds.ModelTokenizerUnsupported, _words with { Types = [3, 3, 3, 1, 4] });
        RequireFailure(
            EngineErrorIds.ModelTokenizerUnsupported, _grams with { Tokens = [.. _grams.Tokens[..^1], new string('a', 257)] });
    }

    [Fact]
    public void A_message_names_the_model()
        => Assert.Contains("a test", Assert.Throws<EngineException>(() => EncoderTokenizer.Create(_words with { Tokens = [] })).Message);

    [Fact]
    public void Ids_that_a_file_lacks_are_llama_cpps()
    {
        EncoderVocabulary words = (_words with { BeginId = -1, EndId = -1, UnknownId = -1 }).WithDefaultIds();
        EncoderVocabulary grams = (_grams with { BeginId = -1, EndId = -1, UnknownId = -1 }).WithDefaultIds();

        Assert.Equal((101, 102, 100), (words.BeginId, words.EndId, words.UnknownId));
        Assert.Equal((-1, 1, 2), (grams.BeginId, grams.EndId, grams.UnknownId));
        Assert.Equal(_words, _words.WithDefaultIds());
    }

    [Fact]
    public void Of_a_text_that_stands_twice_the_last_id_counts()
    {
        Assert.Equal([4], EncoderTokenizer.Create(TokenizerFixtures.WordPieces("\u2581a", "\u2581a")).Content("a"));
        Assert.Equal([4], EncoderTokenizer.Create(TokenizerFixtures.Unigrams(("\u2581a", -1), ("\u2581a", -9))).Content("a"));
    }

    [Fact]
    public void Empty_tokens_and_a_vocabulary_of_special_ones_alone_are_no_failure()
    {
        Assert.Equal([0], EncoderTokenizer.Create(TokenizerFixtures.WordPieces(string.Empty)).Content("a"));
        Assert.Equal([2, 2], EncoderTokenizer.Create(TokenizerFixtures.Unigrams()).Content("a b"));
    }

    [Fact]
    public void A_damaged_table_of_characters_is_told_at_once_or_does_no_harm()
    {
        byte[] map = _xlm.CharacterMap;
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = map[..3] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = map[..CharacterMapHead] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = map[..1000] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = map[..^1] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = [.. BitConverter.GetBytes(uint.MaxValue), .. map[4..]] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = [0, 0, 0, 0, 0] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = [4, 0, 0, 0, 0, 0, 0, 0, 0] });
        RequireFailure(EngineErrorIds.ModelCorrupt, _xlm with { CharacterMap = [.. map[..^2], 0xFF, 0] });
    }

    [Fact]
    public void Random_damage_to_a_table_of_characters_gives_tokens_or_the_failure()
    {
        Random random = new(6);
        HostileTexts texts = new(seed: 6);
        EncoderVocabulary vocabulary = _grams with { CharacterMap = [.. _xlm.CharacterMap] };
        int failures = 0;
        for (int i = 0; i < 60; i++)
        {
            byte[] map = [.. _xlm.CharacterMap];
            int trie = BitConverter.ToInt32(map, 0);
            for (int changes = random.Next(1, 200); changes > 0; changes--)
            {
                map[random.Next(CharacterMapHead, trie)] = (byte)random.Next(256);
            }

            try
            {
                EncoderTokenizer tokenizer = EncoderTokenizer.Create(vocabulary with { CharacterMap = map });
                for (int text = 0; text < 20; text++)
                {
                    tokenizer.Content(texts.Next());
                }
            }
            catch (EngineException failure)
            {
                Assert.Equal(EngineErrorIds.ModelCorrupt, failure.ErrorId);
                failures++;
            }
        }

        Assert.InRange(failures, 1, 60);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\u0301")]
    [InlineData("\uAC00")]
    [InlineData("\u6F22")]
    [InlineData("\uD800")]
    [InlineData("\u200D")]
    [InlineData(" ")]
    [InlineData("\u2581")]
    [InlineData("\U0001F1E9")]
    public void A_text_of_a_million_equal_characters_is_tokenised(string character)
    {
        string text = string.Concat(Enumerable.Repeat(character, 1_000_000));
        int[] words = EncoderTokenizer.Create(_words).Content(text);
        int[] grams = EncoderTokenizer.Create(_xlm).Content(text);

        Assert.All(words.Distinct(), token => Assert.Equal(0, token));
        Assert.InRange(grams.Length, 0, 1_000_001);
    }

    [Fact]
    public void A_word_of_a_million_letters_is_spelled_in_the_best_way()
    {
        // The start, one piece of one letter, and the others of three: -1 - 2 - 4 * 333,333.
        int[] tokens = EncoderTokenizer.Create(_grams).Content(new string('a', 1_000_000));

        Assert.Equal(333_335, tokens.Length);
        Assert.Equal([3, 4, 6], tokens[..3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Work_stops_when_it_is_cancelled(bool wordPiece)
    {
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(wordPiece ? _words : _grams);
        using CancellationTokenSource source = new();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => tokenizer.Tokenize("a", new TokenList(), source.Token));
        Assert.NotEmpty(tokenizer.Content("a"));
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        string[] texts = [.. Enumerable.Range(0, 400).Select(seed => new HostileTexts(seed).Next())];
        foreach (EncoderVocabulary vocabulary in new[] { _words, _xlm })
        {
            EncoderTokenizer tokenizer = EncoderTokenizer.Create(vocabulary);
            int[][] alone = [.. texts.Select(tokenizer.Content)];
            int[][] together = new int[texts.Length][];
            Parallel.For(0, texts.Length, i => together[i] = tokenizer.Content(texts[i]));

            Assert.Equal(alone, together);
        }
    }

    [Fact]
    public void Tokens_are_appended_and_the_list_keeps_its_memory()
    {
        TokenList tokens = new();
        EncoderTokenizer tokenizer = EncoderTokenizer.Create(_words);
        tokenizer.Tokenize("a", tokens, default);
        tokenizer.Tokenize("a aa", tokens, default);
        Assert.Equal([3, 3, 3, 4], tokens.Tokens.ToArray());

        tokens.Truncate(2);
        tokens.Add(7);
        tokens.ReverseFrom(1);
        Assert.Equal([3, 7, 3], tokens.Tokens.ToArray());

        tokens.Clear();
        Assert.Equal(0, tokens.Count);
    }

    private static void RequireFailure(string errorId, EncoderVocabulary vocabulary)
        => Assert.Equal(errorId, Assert.Throws<EngineException>(() => EncoderTokenizer.Create(vocabulary)).ErrorId);
}
